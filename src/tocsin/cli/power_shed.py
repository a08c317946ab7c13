"""
`tocsin power shed`: whom to take off at once for so many megawatts, with least harm.

It reads a table on this machine and answers; it writes nothing to a ledger, sends nothing, and
switches nothing. What to do is for a person at the grid company.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli import moments, paper
from tocsin.cli.options import AsJson
from tocsin.cli.power import verbs
from tocsin.cli.power_tables import (
    CLOCK,
    Clock,
    Feeders,
    To,
    Week,
    keep,
    known_feeders,
    proposal,
)
from tocsin.cli.program import EXIT_WANTING, Verb
from tocsin.cli.tongue import say

if TYPE_CHECKING:
    from tocsin.planning.shed import Shed


@verbs.command("shed", cls=Verb, help=say("power.shed"))
def shed_(  # An option for each part of the question.
    *,
    feeders: Feeders,
    megawatts: Annotated[float, typer.Option("--megawatts", metavar="MW", help=say("o.megawatts"))],
    week: Week = None,
    at: Annotated[str | None, typer.Option("--at", metavar="T", help=say("o.shed_at"))] = None,
    clock: Clock = CLOCK,
    to: To = None,
    as_json: AsJson = False,
) -> None:
    """Choose whom to take off; leave with 1 where not enough may be cut."""
    from tocsin.planning.plan_page import digest, whole_shed
    from tocsin.planning.shed import shed, watts_of
    from tocsin.power.day import day_of, half_hours

    required = watts_of(megawatts)
    table = known_feeders(feeders, week)
    moment = moments.now() if at is None else moments.asked(at, "--at")
    halves = half_hours(day_of(moment, clock), clock)
    half_hour = max(number for number, half in enumerate(halves) if half.start <= moment)
    found = shed(table, required, half_hour)
    whole = whole_shed(found)
    name = digest(whole)
    if to is not None:
        keep(to, whole)
    if as_json:
        paper.put_json({"plan_sha256": name, **whole})
    else:
        for line in _lines(found, name, to):
            paper.put(line)
    if found.missing:
        raise typer.Exit(EXIT_WANTING)


def _lines(found: Shed, name: str, to: Path | None) -> Iterator[str]:
    from tocsin.planning.feeders import WATTS

    yield say(
        "power.shed_takes",
        megawatts=f"{found.watts / WATTS:.2f}",
        required=f"{found.required / WATTS:.2f}",
        n=len(found.feeders),
        could=f"{found.could / WATTS:.2f}",
    )
    if found.people:
        yield say("power.shed_people", n=found.people)
    if found.missing:
        yield say("power.shed_missing", megawatts=f"{found.missing / WATTS:.2f}")
    elif found.optimal:
        yield say("power.shed_best", harm=f"{found.harm:.2f}")
    else:
        yield say(
            "power.shed_bound",
            harm=f"{found.harm:.2f}",
            bound=f"{found.bound:.2f}",
            above=f"{100 * found.above:.2f}",
        )
    yield say("power.shed_order")
    for number, one in enumerate(found.feeders, 1):
        yield f"  {number:>4}  {one.id}  {one.queue}"
    yield from proposal(name, to)
