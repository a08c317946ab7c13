"""
The stretches of a group's day in UTC: from when to when a schedule says one thing.

To the minute where the company says it to the minute, and as long as the clock on the wall makes
them: what holds of an hour that comes twice in autumn is two hours long.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from tocsin.kernel.time import Moment
from tocsin.power.day import HALF, half_hours
from tocsin.power.messages import GroupCode, Power, Regime
from tocsin.power.outlook import power_in
from tocsin.power.state import Version, ZoneState

KEPT: Final = 4_096
"""Days cut up, of 2 kB each at the most: all that a country asks about within a minute."""


class Stretch(NamedTuple):
    """From `start` up to `end`, aware and in UTC, a schedule says one thing."""

    start: datetime
    end: datetime
    power: Power

    @property
    def minutes(self) -> int:
        """Tell how long it is."""
        return (self.end - self.start) // timedelta(minutes=1)


@lru_cache(maxsize=KEPT)
def planned(version: Version | None, day: date, clock: str) -> tuple[Stretch, ...]:
    """Cut a day into what a version of it says, from midnight to midnight without gaps."""
    marks = set() if version is None else {slot.start for slot in version.slots}
    found: list[Stretch] = []
    for begin, minute in half_hours(day, clock):
        inside = sorted({minute} | {mark for mark in marks if minute < mark < minute + 30})
        ends = [*inside[1:], minute + 30]
        for mark, end in zip(inside, ends, strict=True):
            start, power = begin + timedelta(minutes=mark - minute), power_in(version, mark)
            until = min(begin + timedelta(minutes=end - minute), begin + HALF)
            if found and found[-1].power is power:
                found[-1] = found[-1]._replace(end=until)
            else:
                found.append(Stretch(start, until, power))
    return tuple(found)


def plan_of(state: ZoneState, group: GroupCode, day: date, known_at: Moment) -> tuple[Stretch, ...]:
    """Cut a day into what was known of it at a moment; emergencies are not in a plan."""
    return planned(state.known(group, day.isoformat(), known_at), day, state.clock)


def only(stretches: Iterable[Stretch], *powers: Power) -> list[Stretch]:
    """List the stretches that say one of some things."""
    return [one for one in stretches if one.power in powers]


def minutes(stretches: Iterable[Stretch], power: Power) -> int:
    """Count the minutes that say one thing."""
    return sum(one.minutes for one in stretches if one.power is power)


def without(one: Iterable[Stretch], other: Iterable[Stretch]) -> Iterator[Stretch]:
    """List what of `one` is in nothing of `other`; both in order and without overlaps."""
    taken = list(other)
    for stretch in one:
        start = stretch.start
        for gone in taken:
            if gone.end <= start or gone.start >= stretch.end:
                continue
            if gone.start > start:
                yield Stretch(start, gone.start, stretch.power)
            start = max(start, gone.end)
        if start < stretch.end:
            yield Stretch(start, stretch.end, stretch.power)


def told(version: Version | None) -> bool:
    """Say whether a version says how the day is to be, rather than that nobody knows."""
    return version is not None and version.regime in {Regime.HOURLY, Regime.NONE}
