"""
The cut of each group that is on now or comes next, for whoever asks often: the shelters do.

Worked out once a minute for a zone, and anew when anything is heard of it. Not thread-safe: the
event loop owns it, and hands what it finds to other threads.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from tocsin.kernel.time import Moment, rfc3339
from tocsin.power.day import day_of
from tocsin.power.messages import GroupCode, Power, Regime
from tocsin.power.state import ZoneState
from tocsin.views.power_stretches import Stretch, only, plan_of

AHEAD: Final = timedelta(hours=12)
"""A night in a cellar; what comes later is looked up by who wants to know."""


class Cut(NamedTuple):
    """
    When a group is without power.

    Args:
        end: None where nobody has said.
        now: It has begun.
    """

    start: Moment
    end: Moment | None
    now: bool


Cuts = Mapping[str, Cut]
"""By group; one that is not cut within `AHEAD`, or of which nothing is known, is not in it."""

NO_CUTS: Final[Cuts] = {}


class _Kept(NamedTuple):
    state: ZoneState
    minute: datetime
    cuts: Cuts


class CutTable:
    """Tell the cuts of zones."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], _Kept] = {}

    def of(self, zones: Iterable[ZoneState], at: datetime) -> Cuts:
        """
        Tell the cuts of the groups of some zones at a moment.

        Where two of them have a group of the same name, the one that is cut is told: nobody knows
        which of them is meant, and what may be dark is not counted on.
        """
        found: dict[str, Cut] = {}
        for state in zones:
            for group, cut in self._zone(state, at).items():
                other = found.get(group)
                if other is None or (cut.now, other.start) > (other.now, cut.start):
                    found[group] = cut
        return found

    def _zone(self, state: ZoneState, at: datetime) -> Cuts:
        minute = at.replace(second=0, microsecond=0)
        key = (state.operator, state.zone.code)
        kept = self._kept.get(key)
        if kept is None or kept.state is not state or kept.minute != minute:
            cuts = {
                str(group): cut
                for group in state.zone.groups
                if (cut := next_cut(state, group, at)) is not None
            }
            kept = self._kept[key] = _Kept(state, minute, cuts)
        return kept.cuts


def next_cut(state: ZoneState, group: GroupCode, at: datetime) -> Cut | None:
    """Tell the cut that is on at a moment, or the first after it, by what is known then."""
    moment = rfc3339(at)
    emergency = state.emergency(moment)
    if emergency is not None:
        return Cut(emergency.since, None, now=True)
    today = day_of(at, state.clock)
    version = state.known(group, today.isoformat(), moment)
    if version is not None and version.regime is Regime.EMERGENCY:
        return Cut(version.known_at, None, now=True)
    days = (today, today + timedelta(days=1))
    for one in _meeting(
        stretch for day in days for stretch in only(plan_of(state, group, day, moment), Power.OFF)
    ):
        if one.end > at:
            begins = rfc3339(one.start)
            near = one.start <= at + AHEAD
            return Cut(begins, rfc3339(one.end), now=one.start <= at) if near else None
    return None


def dark(cuts: Cuts) -> frozenset[str]:
    """Name the groups that are without power now."""
    return frozenset(group for group, cut in cuts.items() if cut.now)


def _meeting(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Make one of stretches that meet, as those on either side of midnight do."""
    found: list[Stretch] = []
    for one in stretches:
        if found and found[-1].end == one.start:
            found[-1] = found[-1]._replace(end=one.end)
        else:
            found.append(one)
    return found
