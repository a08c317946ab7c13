"""
`tocsin power schedule`: a group's day, half-hour by half-hour, as it was known at a moment.

At a terminal it is a strip of cells under the hours, told apart without colour, and the same in
words below it.
"""

from __future__ import annotations

from typing import Annotated

import typer

from tocsin.cli import moments, paper
from tocsin.cli.options import AsJson, OwnDb, SharedLedger, kept
from tocsin.cli.power import looking, verbs
from tocsin.cli.program import Verb
from tocsin.cli.tongue import say


@verbs.command("schedule", cls=Verb, help=say("power.schedule"))
def schedule(
    *,
    db: OwnDb = None,
    ledger: SharedLedger = None,
    group: Annotated[str, typer.Option("--group", metavar="GROUP", help=say("o.group"))],
    operator: Annotated[
        str | None, typer.Option("--operator", metavar="ID", help=say("o.operator"))
    ] = None,
    at: Annotated[str | None, typer.Option("--at", metavar="T", help=say("o.known_at"))] = None,
    as_json: AsJson = False,
) -> None:
    """Show a day; that nothing of it is known is an answer too."""
    from tocsin.cli.power_strip import shown
    from tocsin.intake.schedule_edition import read_group
    from tocsin.power.messages import GroupCode
    from tocsin.views.schedule_days import schedule_json

    moment = moments.now() if at is None else moments.asked(at, "--at")
    with looking(kept(db, ledger)) as grid:
        code = read_group(group) or GroupCode(group)
        state = grid.find(code, operator)
        told = schedule_json(state, code, moment)
        name = grid.companies[state.operator].name
        if as_json:
            paper.put_json(told)
        else:
            console = paper.sheet()
            for line in shown(told, name, state.clock):
                console.print(line)
