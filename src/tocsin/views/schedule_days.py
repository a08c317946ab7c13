"""
What is known of a group's day, as companies write days: in the 48 half-hours of the wall's clock.

What leaves as a schedule is never better than what is known: a half-hour that an emergency reaches
into is no half-hour of the plan any more, and what nobody has said is said by no shape.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple

from tocsin.kernel.time import Moment, rfc3339
from tocsin.power.day import day_of, half_hours, in_half_hour, of_cells
from tocsin.power.messages import GroupCode, Power, Regime, Slot
from tocsin.power.outlook import half_hour_outlooks, power_in
from tocsin.power.state import Version, ZoneState

HALVES: Final = 48
DAYS_TOLD: Final = 2
"""Today and tomorrow: nothing beyond is published anywhere."""


class KnownDay(NamedTuple):
    """
    A day of a group as it was known at a moment.

    Args:
        version: That says so; None where nothing was known.
        regime: `emergency` also where a shutdown reaches into every half-hour.
        cells: 48, of the wall's clock; a cell that comes twice in autumn is `emergency` where
            either is.
        slots: The same, to the minute where the company said it to the minute.
    """

    version: Version | None
    regime: Regime
    cells: tuple[Power, ...]
    slots: tuple[Slot, ...]


def known_day(state: ZoneState, group: GroupCode, day: date, known_at: Moment) -> KnownDay:
    """Tell what was known of a day at a moment."""
    version = state.known(group, day.isoformat(), known_at)
    hourly = version is not None and version.regime is Regime.HOURLY
    slots = version.slots if version is not None and hourly else ()
    cells = list(cells_of(slots)) if hourly else [power_in(version, 0)] * HALVES
    cut = _cut(state, group, day, known_at)
    for cell in cut:
        cells[cell] = Power.EMERGENCY
    regime = Regime.UNKNOWN if version is None else version.regime
    if all(cell is Power.EMERGENCY for cell in cells):
        regime = Regime.EMERGENCY
    elif cut:
        regime = Regime.HOURLY  # What is left of the day is told half-hour by half-hour.
    whole = slots if hourly and not cut else of_cells(cells)
    return KnownDay(version, regime, tuple(cells), whole)


@lru_cache(maxsize=4096)
def cells_of(slots: tuple[Slot, ...]) -> tuple[Power, ...]:
    """Tell of each half-hour of the wall's clock the worst that slots say of it."""
    return tuple(in_half_hour(slots, 30 * n) for n in range(HALVES))


def _cut(state: ZoneState, group: GroupCode, day: date, known_at: Moment) -> frozenset[int]:
    """List the cells of a day that an emergency reaches into."""
    if not state.emergencies:
        return frozenset()
    outlooks = half_hour_outlooks(state, group, day, known_at)
    return frozenset(
        half.minute // 30
        for half, told in zip(half_hours(day, state.clock), outlooks, strict=True)
        if told.power is Power.EMERGENCY
    )


def days_from(at: datetime, clock: str, count: int = DAYS_TOLD) -> list[date]:
    """List the day of a moment on the wall of a zone, and those after it."""
    first = day_of(at, clock)
    return [first + timedelta(days=n) for n in range(count)]


def in_order(groups: Iterable[GroupCode]) -> list[GroupCode]:
    """Sort groups as people count them: 2.1 before 10.1."""
    return sorted(groups, key=_parts)


def schedule_json(state: ZoneState, group: GroupCode, at: datetime) -> dict[str, Any]:
    """Write the 46, 48 or 50 half-hours of the local day of a moment, as known at that moment."""
    known_at = rfc3339(at)
    day = day_of(at, state.clock)
    version = state.known(group, day.isoformat(), known_at)
    return {
        "operator": state.operator,
        "group": group,
        "zone": state.zone.code,
        "date": day.isoformat(),
        "known_at": known_at,
        "version_at": None if version is None else version.known_at,
        "published_at": None if version is None else version.published_at,
        "source": None if version is None else version.source,
        "regime": str(known_day(state, group, day, known_at).regime),
        "slots": [
            {"from": rfc3339(told.start), "to": rfc3339(told.end), "state": str(told.power)}
            for told in half_hour_outlooks(state, group, day, known_at)
        ],
    }


def _parts(group: GroupCode) -> list[tuple[bool, int, str]]:
    found = re.findall(r"\d{1,18}|\D+", group)
    return [(False, int(part), "") if part[0].isdigit() else (True, 0, part) for part in found]
