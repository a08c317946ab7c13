"""
The cut of each group that is on now or comes next, for whoever asks often: the shelters do.

Pure: zones and a moment go in. Whoever asks often keeps the answer for a minute, or until anything
is heard.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from tocsin.kernel.time import Moment, rfc3339
from tocsin.power.day import day_of
from tocsin.power.messages import GroupCode, Power, Regime
from tocsin.power.state import ZoneState
from tocsin.views.power_stretches import Stretch, only, plan_of
from tocsin.views.schedule_days import days_from

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


def named(zones: Iterable[ZoneState], at: datetime) -> Cuts:
    """
    Tell the cuts of all groups of some zones at a moment; runs on any thread.

    A group is named `COMPANY/GROUP`, and by its own name alone where only one company has such a
    group: of two, nobody knows which is meant.
    """
    found: dict[str, Cut] = {}
    bare: dict[str, list[Cut | None]] = {}
    for state in zones:
        for group in state.zone.groups:
            cut = next_cut(state, group, at)
            bare.setdefault(group, []).append(cut)
            if cut is not None:
                found[f"{state.operator}/{group}"] = cut
    found |= {
        group: cuts[0] for group, cuts in bare.items() if len(cuts) == 1 and cuts[0] is not None
    }
    return found


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
    for one in _meeting(
        stretch
        for day in days_from(at, state.clock)
        for stretch in only(plan_of(state, group, day, moment), Power.OFF)
    ):
        if one.end > at:
            begins = rfc3339(one.start)
            near = one.start <= at + AHEAD
            return Cut(begins, rfc3339(one.end), now=one.start <= at) if near else None
    return None


def dark(cuts: Cuts) -> frozenset[str]:
    """Name the groups that are without power now."""
    return frozenset(group for group, cut in cuts.items() if cut.now)


def cut_shape(cuts: Cuts, group: str | None) -> dict[str, Any] | None:
    """Show when a group is without power, now or next; None where that is not known to be."""
    cut = None if group is None else cuts.get(group)
    return None if cut is None else {"from": cut.start, "to": cut.end, "now": cut.now}


def _meeting(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Make one of stretches that meet, as those on either side of midnight do."""
    found: list[Stretch] = []
    for one in stretches:
        if found and found[-1].end == one.start:
            found[-1] = found[-1]._replace(end=one.end)
        else:
            found.append(one)
    return found
