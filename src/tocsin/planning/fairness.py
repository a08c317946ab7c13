"""
How evenly hours off are shared out, week by week: of what was published, or of what is planned.

A group's day of which nothing is known counts for nothing and is counted apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from tocsin.power.day import read_date
from tocsin.power.messages import GroupCode, Power, Regime
from tocsin.power.state import ZoneState
from tocsin.views.power_stretches import minutes, planned


@dataclass(frozen=True, slots=True)
class Share:
    """
    Hours off in a stretch of days.

    Args:
        first: The Monday, or the first day asked for.
        hours: By group; whoever was not off has 0.
        unknown: Days of groups of which nothing is known.
    """

    first: date
    last: date
    hours: dict[GroupCode, float]
    unknown: int

    @property
    def least(self) -> float:
        """Hours off of whoever had least."""
        return min(self.hours.values(), default=0.0)

    @property
    def most(self) -> float:
        """Hours off of whoever had most."""
        return max(self.hours.values(), default=0.0)

    @property
    def spread(self) -> float:
        """Hours between the two."""
        return self.most - self.least

    @property
    def mean(self) -> float:
        """Hours off of a group in the mean."""
        return sum(self.hours.values()) / len(self.hours) if self.hours else 0.0


@dataclass(frozen=True, slots=True)
class Fairness:
    """Weeks one after the other, and all of them together."""

    weeks: tuple[Share, ...]
    whole: Share


def fairness(zones: Iterable[ZoneState], first: date, last: date) -> Fairness:
    """Tell how evenly what companies last published is shared out, from one day to another."""
    known = list(zones)
    weeks, start = [], first
    while start <= last:
        end = min(last, start + timedelta(days=6 - start.weekday()))
        weeks.append(_share(known, start, end))
        start = end + timedelta(days=1)
    return Fairness(tuple(weeks), _share(known, first, last))


def _share(zones: Iterable[ZoneState], first: date, last: date) -> Share:
    hours: dict[GroupCode, float] = {}
    unknown = 0
    for state in zones:
        for group in state.zone.groups:
            hours.setdefault(group, 0.0)
            for number in range((last - first).days + 1):
                off = _off(state, group, (first + timedelta(days=number)).isoformat())
                if off is None:
                    unknown += 1
                else:
                    hours[group] += off / 60
    return Share(first, last, hours, unknown)


def _off(state: ZoneState, group: GroupCode, day: str) -> int | None:
    """Tell the minutes off that were last published; None where nothing is known."""
    versions = state.versions.get((group, day), ())
    if not versions or versions[-1].regime not in {Regime.HOURLY, Regime.NONE}:
        return None
    return minutes(planned(versions[-1], read_date(day), state.clock), Power.OFF)
