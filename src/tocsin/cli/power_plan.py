"""
`tocsin power plan`: which feeders, or whole queues, are off in which half-hours of a day or week.

Like `shed` it reads tables, answers, and touches neither a ledger nor the grid. The proven bound
stands beside every plan.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

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
    wall,
)
from tocsin.cli.program import EXIT_WANTING, Verb
from tocsin.cli.tongue import say
from tocsin.kernel.errors import Malformed

if TYPE_CHECKING:
    from tocsin.planning.day_plan import DayPlan
    from tocsin.planning.feeders import Feeder


@verbs.command("plan", cls=Verb, help=say("power.plan"))
def plan(  # noqa: PLR0913  # An option for each part of the question.
    *,
    feeders: Feeders,
    reduction: Annotated[
        Path, typer.Option("--reduction", metavar="FILE", help=say("o.reduction"))
    ],
    week: Week = None,
    best: Annotated[bool, typer.Option("--best", help=say("o.best_plan"))] = False,
    queues: Annotated[bool, typer.Option("--queues", help=say("o.queues"))] = False,
    what_if: Annotated[
        int | None,
        typer.Option("--what-if", metavar="PERCENT", min=1, max=1_000, help=say("o.what_if")),
    ] = None,
    date: Annotated[
        str | None, typer.Option("--date", metavar="DATE", help=say("o.plan_date"))
    ] = None,
    clock: Clock = CLOCK,
    to: To = None,
    as_json: AsJson = False,
) -> None:
    """Plan a day or a week; leave with 1 where something is missing."""
    from tocsin.planning.feeder_file import read_reduction
    from tocsin.planning.plan_page import digest, whole_day

    table = known_feeders(feeders, week)
    days = _dated(read_reduction(reduction), date, clock)
    required = [watts for _, watts in days]
    plans = _plans(table, required, best=best, queues=queues)
    written = [whole_day(one, day, clock) for one, (day, _) in zip(plans, days, strict=True)]
    whole = written[0] if len(written) == 1 else _week_of(written)
    name = digest(whole)
    if to is not None:
        keep(to, whole)
    other = None
    if what_if is not None:
        more = [[-(-watts * what_if // 100) for watts in day] for day in required]
        other = _plans(table, more, best=best, queues=queues)
    if as_json:
        told = {"plan_sha256": name, **whole}
        paper.put_json(told if other is None else {**told, "what_if": _figures(other)})
    else:
        for line in _lines(plans, [day for day, _ in days], clock):
            paper.put(line)
        if other is not None and what_if is not None:
            paper.put(say("power.what_if", percent=what_if, **_figures(other)))
        for line in proposal(name, to):
            paper.put(line)
    if any(any(one.missing) for one in plans):
        raise typer.Exit(EXIT_WANTING)


def _plans(
    table: Sequence[Feeder], days: Sequence[Sequence[int]], *, best: bool, queues: bool
) -> list[DayPlan]:
    """Plan each day after the other."""
    from tocsin.walking.network import no_geo

    try:
        from tocsin.planning.day_plan import quick_plan
        from tocsin.planning.day_plan_best import best_plan
        from tocsin.planning.queue_plan import after, queue_week
        from tocsin.planning.queue_plan import queues as whole_queues
    except ModuleNotFoundError as error:
        raise no_geo() from error

    if queues:
        return queue_week(whole_queues(table), days)
    found, now = [], tuple(table)
    for required in days:
        made = best_plan(now, required) if best else quick_plan(now, required)
        found.append(made)
        now = after(now, made.off)
    return found


def _dated(
    days: Sequence[tuple[str, tuple[int, ...]]], date: str | None, clock: str
) -> list[tuple[str, tuple[int, ...]]]:
    """Put its date on every day, and see that it has as many half-hours as that day has."""
    from datetime import timedelta

    from tocsin.power.day import day_of, half_hours, read_date

    found = []
    for said, watts in days:
        day = read_date(said or date or (day_of(moments.now(), clock) + timedelta(1)).isoformat())
        if len(half_hours(day, clock)) != len(watts):
            raise Malformed(
                "planning.reduction_malformed",
                f"{day} has {len(half_hours(day, clock))} half-hours, not {len(watts)}.",
                where="--reduction",
            )
        found.append((day.isoformat(), watts))
    return found


def _week_of(written: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {
        "kind": "day",
        "bound_percent": max(day["bound_percent"] for day in written),
        "megawatts": max(day["megawatts"] for day in written),
        "groups": [group for day in written for group in day["groups"]],
        "days": list(written),
    }


def _figures(plans: Sequence[DayPlan]) -> dict[str, Any]:
    from tocsin.planning.day_model import HOURS
    from tocsin.planning.feeders import WATTS

    return {
        "harm": round(sum(one.harm for one in plans), 1),
        "bound": round(sum(one.bound for one in plans), 1),
        "energy": round(sum(one.megawatt_hours for one in plans), 1),
        "cuts": sum(one.cuts for one in plans),
        "missing": round(sum(sum(one.missing) for one in plans) / WATTS * HOURS, 2),
    }


def _lines(plans: Sequence[DayPlan], dates: Sequence[str], clock: str) -> Iterator[str]:
    from tocsin.planning.plan_page import group_days
    from tocsin.power.messages import Power

    hours: dict[str, float] = {}
    for made, date in zip(plans, dates, strict=True):
        figures = _figures([made])
        yield say("power.plan_of", date=date, **figures, above=f"{100 * made.above:.1f}")
        if made.because:
            yield say("power.plan_because", because=made.because)
        if any(made.missing):
            yield say("power.plan_missing", **figures)
        for day in group_days(made, date, clock):
            off = [one for one in day.slots if one.power is Power.OFF]
            partly = [one for one in day.slots if one.power is Power.MAYBE]
            hours[day.group] = (
                hours.get(day.group, 0.0) + sum(one.end - one.start for one in off) / 60
            )
            yield say("power.plan_queue", queue=day.group, off=_times(off), partly=_times(partly))
    if len(plans) > 1 and hours:
        least, most = min(hours.values()), max(hours.values())
        yield say("power.plan_level", least=least, most=most, spread=most - least)


def _times(slots: Sequence[Any]) -> str:
    return ", ".join(f"{wall(one.start)}–{wall(one.end)}" for one in slots) or "–"
