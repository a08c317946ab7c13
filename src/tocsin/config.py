"""
Settings: read once, from a TOML file and `TOCSIN_…` variables, into one frozen object.

The environment wins over the file, and the command line over both. Every setting is in
`docs/reference/settings.md`; a test compares. No secret has a default.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from tocsin.intake.source_reading import SourceSettings
from tocsin.kernel.errors import Malformed


class Settings(BaseSettings):
    """What an operator may choose."""

    model_config = SettingsConfigDict(env_prefix="TOCSIN_", frozen=True, extra="forbid")

    db: Path = Field(Path("tocsin.db"), description="The ledger's file; made if it is not there.")
    ledger: str = Field(
        "", description="A ledger in PostgreSQL in place of `db`: `postgresql://…`."
    )
    key_file: Path = Field(
        Path("tocsin.key"),
        description="With `ledger`: the key that signs; heads and spool lie beside it.",
    )
    bus: str = Field(
        "", description="NATS servers that carry the feed: `nats://…`, comma-separated."
    )
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8026, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    tls_certificate: Path | None = Field(
        None, description="Chain of certificates, PEM: the server then speaks https itself."
    )
    tls_key: Path | None = Field(None, description="The certificate's key, PEM.")
    country: str = Field("UA", description="Country pack: `UA`, or a file of `areas import`.")
    metrics_port: int = Field(
        0, ge=0, le=65535, description="Local port of /metrics, on 127.0.0.1; 0 leaves it out."
    )
    connections_max: int = Field(
        15_000,
        ge=10,
        le=100_000,
        description="Connections at once; 15,000 streams × 4 kB = 60 MB of server memory.",
    )
    connections_per_address: int = Field(
        200,
        ge=1,
        le=100_000,
        description="Connections at once from one address; this machine's own count in the total.",
    )
    compat_tcp_port: int = Field(
        0,
        ge=0,
        le=65535,
        description="Port of the alerts.com.ua dialect over plain TCP; 0 leaves it out.",
    )
    compat_hosts: str = Field(
        "",
        description="Dialects at the root of a host name: `NAME=HOST`, comma-separated.",
    )
    compat_webhooks: str = Field(
        "",
        description="Hosts that webhooks may lead to: `HOST`, `http://HOST:PORT`; empty: nobody.",
    )
    walking: Path | None = Field(
        None, description="Network of ways on foot, a file of `tocsin shelters network`."
    )
    tiles: Path | None = Field(
        None, description="Map tiles for the pages of shelters: a `.pmtiles` file."
    )
    people: Path | None = Field(
        None, description="Where people are: CSV with `lat`, `lon`, `people`; for coverage."
    )
    power_addresses: Path | None = Field(
        None, description="Which house hangs on which group: CSV, as the outages' API says."
    )
    power_notice_minutes: int = Field(
        15, ge=0, le=180, description="So long before a cut or power's return it is told; 0: not."
    )
    sources: tuple[SourceSettings, ...] = Field(
        (), description="Other services to follow, each a `[[sources]]` table."
    )


def read_settings(config: Path | None = None, **chosen: Any) -> Settings:
    """
    Read the settings; `chosen` are the command line's, None meaning "not given".

    Raises:
        Malformed: `config.malformed`, with the setting as `where`.
    """
    values: dict[str, Any] = {}
    try:
        if config is not None:
            values = tomllib.loads(config.read_text(encoding="utf-8"))
        in_environment = Settings().model_fields_set
        values = {name: value for name, value in values.items() if name not in in_environment}
        values |= {name: value for name, value in chosen.items() if value is not None}
        return Settings(**values)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise Malformed(
            "config.malformed", f"The setting “{where}” is wrong: {first['msg']}.", where=where
        ) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Malformed(
            "config.malformed", f"The settings cannot be read: {error}.", where=str(config)
        ) from None
