"""
The options that several verbs share, each declared once so that all say the same.

Whatever stays the same from one command to the next may come from the environment instead.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, TypeAlias

import typer

from tocsin.cli.tongue import say

Db: TypeAlias = Annotated[
    Path, typer.Option("--db", metavar="FILE", envvar="TOCSIN_DB", help=say("o.db"))
]
OwnDb: TypeAlias = Annotated[
    Path | None, typer.Option("--db", metavar="FILE", envvar="TOCSIN_DB", help=say("o.db"))
]
SharedLedger: TypeAlias = Annotated[
    str | None,
    typer.Option("--ledger", metavar="URL", envvar="TOCSIN_LEDGER", help=say("o.ledger")),
]
AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help=say("o.json"))]
Country: TypeAlias = Annotated[
    str,
    typer.Option("--country", metavar="PACK", envvar="TOCSIN_COUNTRY", help=say("o.country")),
]
Url: TypeAlias = Annotated[
    str, typer.Option("--url", metavar="URL", envvar="TOCSIN_URL", help=say("o.url"))
]
Yes: TypeAlias = Annotated[bool, typer.Option("--yes", "-y", help=say("o.yes"))]

URL = "http://127.0.0.1:8026"
"""Where `tocsin serve` and `tocsin demo` listen unless they are told otherwise."""


KeyFile: TypeAlias = Annotated[
    Path,
    typer.Option("--key-file", metavar="FILE", envvar="TOCSIN_KEY_FILE", help=say("o.key_file")),
]

KEY_FILE: Final = Path("tocsin.key")


def kept(db: Path | None, ledger: str | None) -> Path | str:
    """
    Tell which record is meant: a file, or one in PostgreSQL, which wins as in the settings.

    Raises:
        typer.BadParameter: Neither was named.
    """
    if ledger:
        return ledger
    if db is None:
        raise typer.BadParameter(say("record.which"), param_hint="'--db'")
    return db


def areas_like(incomplete: str) -> list[tuple[str, str]]:
    """Complete an area: by the beginning of a code, or of a name in either language."""
    from tocsin.cli.places import lies_in, load_country, name

    gazetteer = load_country("UA")
    wanted = incomplete.casefold()
    found: list[tuple[str, str]] = []
    for area in gazetteer:
        if area.level > 2:
            continue
        for written in (area.iso or area.code, area.code, *area.name.values()):
            if written.casefold().startswith(wanted):
                found.append((written, f"{name(area)} {lies_in(gazetteer, area)}".strip()))
                break
    return found[:60]
