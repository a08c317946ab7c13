"""`tocsin power fairness`: how evenly hours off were shared out, week by week, as published."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tocsin.cli import paper
from tocsin.cli.options import AsJson, OwnDb, SharedLedger, kept
from tocsin.cli.power import looking, verbs
from tocsin.cli.program import Verb
from tocsin.cli.tongue import say
from tocsin.kernel.errors import Malformed

if TYPE_CHECKING:
    from tocsin.planning.fairness import Share

DAYS_MOST = 400
"""A winter and a summer."""


@verbs.command("fairness", cls=Verb, help=say("power.fairness"))
def fairness_(
    *,
    db: OwnDb = None,
    ledger: SharedLedger = None,
    operator: Annotated[
        str | None, typer.Option("--operator", metavar="ID", help=say("o.operator"))
    ] = None,
    first: Annotated[str, typer.Option("--from", metavar="DATE", help=say("o.fair_from"))],
    last: Annotated[str, typer.Option("--to", metavar="DATE", help=say("o.fair_to"))],
    as_json: AsJson = False,
) -> None:
    """Say how many hours off each group had, and how far apart they are."""
    from tocsin.planning.fairness import fairness
    from tocsin.power.day import read_date

    begin, end = read_date(first), read_date(last)
    if not 0 <= (end - begin).days < DAYS_MOST:
        raise Malformed(
            "power.date_malformed",
            f"From one day to a later one, {DAYS_MOST} at most.",
            where="--to",
        )
    with looking(kept(db, ledger)) as grid:
        found = fairness(grid.zones(operator), begin, end)
    if as_json:
        paper.put_json({"weeks": [_shape(one) for one in found.weeks], **_shape(found.whole)})
        return
    for one in (*found.weeks, *([found.whole] if len(found.weeks) > 1 else ())):
        paper.put(
            say(
                "power.fair_week",
                first=_day(one.first), last=_day(one.last),
                least=f"{one.least:g}", most=f"{one.most:g}",
                mean=f"{one.mean:.1f}", spread=f"{one.spread:g}",
            )
        )  # fmt: skip
        if one.unknown:
            paper.put(say("power.fair_unknown", n=one.unknown))
    for group, hours in found.whole.hours.items():
        paper.put(f"  {group:<8} {hours:6.1f}")


def _shape(one: Share) -> dict[str, Any]:
    return {
        "from": _day(one.first),
        "to": _day(one.last),
        "hours": {group: round(hours, 2) for group, hours in one.hours.items()},
        "least": round(one.least, 2),
        "most": round(one.most, 2),
        "spread": round(one.spread, 2),
        "unknown": one.unknown,
    }


def _day(day: date) -> str:
    return day.isoformat()
