"""
`tocsin replay`: real alert history into a ledger of its own, on its own clock.

Lines that cannot be read are listed and counted; with `--strict` any of them means that nothing
is recorded. The same files again add nothing.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli import moments, paper, places
from tocsin.cli.options import AsJson, Country, Db
from tocsin.cli.program import Verb, app
from tocsin.cli.progress import counting
from tocsin.cli.tongue import say
from tocsin.kernel.time import SystemClock

if TYPE_CHECKING:
    from tocsin.replay.load import Report

PROBLEMS_SHOWN = 20
"""The first few lines tell what is wrong with a file; all of them are in `--json`."""


@app.command("replay", cls=Verb, help=say("replay"))
def replay(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help=say("o.files"))],
    *,
    db: Db,
    until: Annotated[str | None, typer.Option("--until", metavar="T", help=say("o.until"))] = None,
    covers: Annotated[
        str | None, typer.Option("--covers", metavar="FROM/TO", help=say("o.covers"))
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help=say("o.strict"))] = False,
    as_json: AsJson = False,
    country: Country = "UA",
) -> None:
    """Replay files of alerts into a ledger."""
    from tocsin.app import keep_head, open_ledger, open_projections
    from tocsin.replay import load

    end = None if until is None else moments.asked(until, "--until")
    span = None if covers is None else moments.asked_span(covers, "--covers")
    gazetteer = places.load_country(country)
    read = [load.open_file(path) for path in files]
    ledger = open_ledger(db)
    try:
        with counting(say("replay.doing"), quiet=as_json) as progress:
            report = load.replay(
                ledger,
                gazetteer,
                read,
                until=end,
                covers=span,
                strict=strict,
                on_progress=progress,
            )
        if report.events:  # Whoever looks at it next need not fold it all again.
            open_projections(ledger).save(ledger)
            keep_head(ledger, SystemClock())
    finally:
        ledger.close()
    if as_json:
        problems = [problem._asdict() for problem in report.problems]
        paper.put_json({**asdict(report), "problems": problems})
    else:
        _write(report)


def _write(report: Report) -> None:
    from rich.table import Table

    console = paper.sheet()
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column()
    table.add_column(justify="right")
    for key in ("alerts", "events", "known", "skipped"):
        table.add_row(say(f"replay.{key}"), f"{getattr(report, key):,}".replace(",", " "))
    console.print(table)
    for problem in report.problems[:PROBLEMS_SHOWN]:
        console.print(f"  {problem}", style="dim")
    if len(report.problems) > PROBLEMS_SHOWN:
        console.print(say("replay.more", n=report.skipped - PROBLEMS_SHOWN), style="dim")
