"""`tocsin power export`: what is known of a company's schedules, in the shapes others read."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from tocsin.cli import moments, paper
from tocsin.cli.options import OwnDb, SharedLedger, kept
from tocsin.cli.power import looking, verbs
from tocsin.cli.program import EXIT_WANTING, Verb
from tocsin.cli.tongue import say
from tocsin.kernel.errors import Refused


@verbs.command("export", cls=Verb, help=say("power.export"))
def export(
    *,
    db: OwnDb = None,
    ledger: SharedLedger = None,
    format_: Annotated[
        Literal["gpv", "yasno", "csv"],
        typer.Option("--format", metavar="gpv|yasno|csv", help=say("o.export_format")),
    ],
    operator: Annotated[
        str | None, typer.Option("--operator", metavar="ID", help=say("o.operator"))
    ] = None,
    at: Annotated[str | None, typer.Option("--at", metavar="T", help=say("o.known_at"))] = None,
    dates: Annotated[
        list[str] | None, typer.Option("--date", metavar="DATE", help=say("o.export_dates"))
    ] = None,
    template: Annotated[bool, typer.Option("--template", help=say("o.export_template"))] = False,
) -> None:
    """Write what is known; where that is nothing, leave with 1."""
    from tocsin.power.day import read_date
    from tocsin.views.schedule_csv import schedule_csv, template_csv
    from tocsin.views.schedule_gpv import gpv
    from tocsin.views.schedule_yasno import yasno, yasno_probable

    moment = moments.now() if at is None else moments.asked(at, "--at")
    days = [read_date(text) for text in dates or ()]
    if days and format_ == "yasno":
        raise typer.BadParameter(say("power.no_dates"), param_hint="'--date'")
    with looking(kept(db, ledger)) as grid:
        companies = sorted(grid.companies)
        if operator is None and len(companies) > 1:
            raise Refused(
                "power.operator_ambiguous",
                f"There are several companies ({', '.join(companies)[:200]}); name one.",
            )
        states = grid.zones(operator)
        if not states:
            paper.note(say("power.no_company"))
            raise typer.Exit(EXIT_WANTING)
        match format_:
            case "gpv":
                paper.put_json(gpv(states, moment, days))
            case "yasno":
                paper.put_json(yasno_probable(states) if template else yasno(states, moment))
            case "csv":
                told = template_csv(states) if template else schedule_csv(states, moment, days)
                paper.put(told.rstrip("\n"))
