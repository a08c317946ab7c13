"""
What of a plan may be known: which queues are off when, its megawatts, and how good it is.

And the whole plan, which stays with the company: its digest is what a person approves, so that
afterwards it can be shown which plan that was. No feeder, load, priority or protected customer
comes out of here but in the whole plan (design, section 1).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from math import ceil
from typing import TYPE_CHECKING, Any, Final

from tocsin.planning.feeders import WATTS
from tocsin.planning.shed import Shed
from tocsin.power.day import half_hours, of_cells, read_date
from tocsin.power.messages import GroupCode, GroupDay, Power, Regime

if TYPE_CHECKING:
    from tocsin.planning.day_plan import DayPlan  # It needs numpy; what is cut at once does not.

CLOCK: Final = "Europe/Kyiv"
HALVES: Final = range(0, 1440, 30)


def group_days(plan: DayPlan, date: str, clock: str = CLOCK) -> tuple[GroupDay, ...]:
    """
    Tell the public's part of a day plan: each queue off, on, or maybe where only a part of it is.

    Args:
        date: Of the plan, whose half-hours are those of that day.

    Raises:
        Malformed: `power.date_malformed`, `power.clock_unknown`.
    """
    minutes = [half.minute for half in half_hours(read_date(date), clock)]
    found = []
    for queue in sorted({one.queue for one in plan.feeders}, key=_in_order):
        rows = [plan.off[one.id] for one in plan.feeders if one.queue == queue]
        said = dict[int, Power]()
        for at, minute in enumerate(minutes[: len(rows[0])]):
            power = _power([row[at] for row in rows])
            # What is said of an hour that comes twice holds both times.
            said[minute] = power if said.get(minute, power) is power else Power.MAYBE
        cells, last = [], Power.ON
        for minute in HALVES:
            last = said.get(minute, last)
            cells.append(last)
        found.append(
            GroupDay(group=GroupCode(queue), date=date, regime=Regime.HOURLY, slots=of_cells(cells))
        )
    return tuple(found)


def _power(cells: Sequence[bool]) -> Power:
    if all(cells):
        return Power.OFF
    return Power.MAYBE if any(cells) else Power.ON


def _in_order(queue: str) -> tuple[list[int], str]:
    return [int(part) for part in queue.split(".") if part.isdecimal()], queue


def whole_day(plan: DayPlan, date: str, clock: str = CLOCK) -> dict[str, Any]:
    """Write a whole day plan, feeders and all, as the company keeps it."""
    return {
        "kind": "day",
        "date": date,
        "clock": clock,
        "made": plan.made.value,
        "because": plan.because,
        "harm": round(plan.harm, 6),
        "bound": round(plan.bound, 6),
        "bound_percent": percent(plan.above),
        "megawatts": megawatts(plan.taken),
        "required_watts": list(plan.required),
        "taken_watts": list(plan.taken),
        "missing_watts": list(plan.missing),
        "feeders": [_line(one.id, one.queue, plan.off[one.id]) for one in plan.feeders],
        "groups": [public_day(day) for day in group_days(plan, date, clock)] if date else [],
    }


def whole_shed(found: Shed) -> dict[str, Any]:
    """Write a whole choice of whom to take off at once, as the company keeps it."""
    return {
        "kind": "shed",
        "harm": round(found.harm, 6),
        "bound": round(found.bound, 6),
        "optimal": found.optimal,
        "bound_percent": percent(found.above),
        "megawatts": megawatts([found.watts]),
        "required_watts": found.required,
        "taken_watts": found.watts,
        "missing_watts": found.missing,
        "people": found.people,
        "feeders": [{"feeder": one.id, "queue": one.queue} for one in found.feeders],
        "groups": [],
    }


def digest(whole: Mapping[str, Any]) -> str:
    """Name a whole plan by what is in it, whatever order its file has."""
    text = json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def public_day(day: GroupDay) -> dict[str, Any]:
    """Write a queue's day as everybody may have it."""
    return {
        "group": day.group,
        "date": day.date,
        "regime": day.regime.value,
        "slots": [[slot.start, slot.end, slot.power.value] for slot in day.slots],
    }


def percent(above: float) -> int:
    """Round how far a harm lies above its bound up to whole per cent."""
    return ceil(round(above * 100, 6))


def megawatts(watts: Iterable[int]) -> int:
    """Round the most that is off at a time up to whole megawatts."""
    return ceil(max(watts, default=0) / WATTS)


def _line(feeder: str, queue: str, row: Sequence[bool]) -> dict[str, str]:
    return {"feeder": feeder, "queue": queue, "off": "".join("x" if off else "." for off in row)}
