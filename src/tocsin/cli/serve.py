"""
`tocsin serve` and `tocsin demo`: the server, on real alerts or on a day or a week of the past.

Both run until Ctrl-C or SIGTERM and print the address once they answer there. Neither opens a
browser: the machine may have none.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from tocsin.cli import moments, paper
from tocsin.cli.program import Verb, app
from tocsin.cli.tongue import say

THE_DAY: Final = datetime(2023, 1, 26, 12, 0, tzinfo=UTC)
THE_MONDAY: Final = datetime(2026, 1, 12, 12, 0, tzinfo=UTC)
"""The first day of the week of schedules."""

DEMO_PORT: Final = 8026


@app.command("demo", cls=Verb, help=say("demo"))
def demo(
    *,
    speed: Annotated[
        float, typer.Option("--speed", metavar="N", min=0, max=3600, help=say("o.speed"))
    ] = 60,
    at: Annotated[str, typer.Option("--at", metavar="T", help=say("o.demo_at"))] = "07:40",
    host: Annotated[str, typer.Option("--host", metavar="H", help=say("o.host"))] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", metavar="N", min=0, max=65535, help=say("o.port"))
    ] = DEMO_PORT,
    schedules: Annotated[bool, typer.Option("--schedules", help=say("o.demo_schedules"))] = False,
) -> None:
    """Play the day, or the week."""
    moment = moments.asked_in_kyiv(at, THE_MONDAY if schedules else THE_DAY, "--at")
    from tocsin.app.server import demo as play

    told = "demo.schedules_start" if schedules else "demo.starts"
    paper.note(say(told, at=moments.Reading(moment).full(moment), speed=f"{speed:g}"))
    play(at=moment, speed=speed, host=host, port=port, announce=_announce, schedules=schedules)


@app.command("serve", cls=Verb, help=say("serve"))
def serve(
    *,
    config: Annotated[
        Path | None, typer.Option("--config", metavar="F", help=say("o.config"))
    ] = None,
    db: Annotated[Path | None, typer.Option("--db", metavar="FILE", help=say("o.db"))] = None,
    ledger: Annotated[
        str | None, typer.Option("--ledger", metavar="URL", help=say("o.ledger"))
    ] = None,
    key_file: Annotated[
        Path | None, typer.Option("--key-file", metavar="FILE", help=say("o.key_file"))
    ] = None,
    bus: Annotated[str | None, typer.Option("--bus", metavar="URL", help=say("o.bus"))] = None,
    host: Annotated[str | None, typer.Option("--host", metavar="H", help=say("o.host"))] = None,
    port: Annotated[
        int | None, typer.Option("--port", metavar="N", min=0, max=65535, help=say("o.port"))
    ] = None,
) -> None:
    """Serve a ledger."""
    from tocsin.app import name_record
    from tocsin.config import read_settings

    settings = read_settings(
        config, db=db, ledger=ledger, key_file=key_file, bus=bus, host=host, port=port
    )
    from tocsin.app.server import serve as run

    paper.note(say("serve.starts", db=name_record(settings.ledger or settings.db)))
    run(settings, _announce)


def _announce(url: str) -> None:
    paper.put(url)
    sys.stdout.flush()
    paper.note(say("serve.stop"))
