"""
The page of an approved plan: which group is off when, by which rule, and how even that is.

It is what `PlanApproved` holds, so it knows no feeder, load, priority or protected customer. Tocsin
proposed the plan and a person approved it; whether it was followed is not told here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tocsin.kernel.errors import Refused
from tocsin.kernel.time import Moment, parse_rfc3339
from tocsin.power.day import read_date, stretches
from tocsin.power.grid import Grid
from tocsin.power.messages import GroupDay, PlanKind, Power, Regime
from tocsin.power.state import Approved, Version, ZoneState
from tocsin.views.power_stretches import minutes, planned
from tocsin.web.power_panel import span
from tocsin.web.times import Times
from tocsin.web.wording import Wording


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A group on a day of a plan: by which rule, off when, and how long in all, in words."""

    group: str
    date: str
    regime: str
    times: str
    total: str


def find_plan(grid: Grid, sha: str) -> tuple[ZoneState, Approved]:
    """
    Find an approved plan by its digest; the last time that it was approved, where it was twice.

    Raises:
        Refused: `power.plan_unknown`, HTTP 404.
    """
    for state in grid.zones():
        for one in reversed(state.approved):
            if one.fact.plan_sha256 == sha:
                return state, one
    raise Refused("power.plan_unknown", "There is no such plan here.", status=404)


def plan_context(state: ZoneState, plan: Approved, company: str, times: Times) -> dict[str, Any]:
    """Put a plan into words, for its page."""
    words, fact = times.words, plan.fact
    shed = fact.kind is PlanKind.SHED
    figures = [words.say("power.plan_peak", megawatts=fact.megawatts)]
    figures.append(
        words.say("power.plan_no_bound")
        if fact.bound_percent is None
        else words.say("power.plan_bound", percent=fact.bound_percent)
    )
    at = f"{times.clock(parse_rfc3339(plan.at))} {words.say('zone')}"
    return {
        "heading": words.say("power.plan_shed" if shed else "power.plan_day"),
        "where": words.say("power.plan_zone", zone=state.zone.name, company=company),
        "by": words.say("power.plan_by", sender=plan.sender, time=at),
        "figures": figures,
        "rows": list(_rows(state, fact.days, times)),
        "fair": fairness(state, fact.days, words),
        "sha": fact.plan_sha256,
    }


def fairness(state: ZoneState, days: tuple[GroupDay, ...], words: Wording) -> str:
    """Say how far apart the groups are over all days of a plan; empty where it has no days."""
    off: dict[str, int] = {}
    for day in days:
        off[day.group] = off.get(day.group, 0) + _off(state, day)
    if not off:
        return ""
    least, most = min(off.values()), max(off.values())
    told = {"least": least, "most": most, "spread": most - least}
    return words.say(
        "power.plan_fair", **{name: span(count, words) for name, count in told.items()}
    )


def _rows(state: ZoneState, days: tuple[GroupDay, ...], times: Times) -> Iterator[PlanRow]:
    words = times.words
    order = sorted(days, key=lambda one: (one.date, _parts(one.group)))
    for day in order:
        hourly = day.regime is Regime.HOURLY
        cuts = list(stretches(day.slots, Power.OFF))
        listed = ", ".join(f"{_clock(one.start)}–{_clock(one.end)}" for one in cuts)
        yield PlanRow(
            group=day.group,
            date=times.day(read_date(day.date)),
            regime=words.say(f"regime.{day.regime}"),
            times=listed or "–",
            total=span(_off(state, day), words) if hourly else "–",
        )


def _off(state: ZoneState, day: GroupDay) -> int:
    """Count the minutes off, as long as the clock on the wall makes them."""
    version = Version(Moment(""), None, "", day.regime, day.slots)
    return minutes(planned(version, read_date(day.date), state.clock), Power.OFF)


def _parts(group: str) -> list[int]:
    return [int(part) for part in group.split(".") if part.isdecimal()]


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
