"""
What if a shelter closes, a bridge is down, the power is out: the same city with less of it.

Nothing here is recorded or told to anybody; it answers who would be worse off, before it happens.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from tocsin.planning.demand import Demand
from tocsin.planning.places import Place
from tocsin.planning.streets import Streets, plane
from tocsin.planning.table import Flags, Metres


@dataclass(frozen=True, slots=True)
class PowerOut:
    """
    The shelters while the power is out.

    Args:
        places: All of them; those that cannot do without are not open.
        dark: How many that closed.
        unknown: How many of these closed because nobody has said that they have a generator.
    """

    places: tuple[Place, ...]
    dark: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Change:
    """
    Who is worse or better off after a change.

    Args:
        lost: People who reached an open shelter within the limit and do not any more.
        gained: The other way round.
        cut_off: People who could walk to some shelter and can walk to none any more.
        farther_m: How much longer the way is in the mean, of those whose way got longer.
    """

    lost: int
    gained: int
    cut_off: int
    farther_m: float


def bridge_down(
    streets: Streets, bridges: Flags, lat: float, lon: float, within_m: float
) -> tuple[Streets, int]:
    """
    Take the bridges near a point out of the network.

    Args:
        bridges: Over all arcs: whether it is one of a bridge.
        within_m: From the point to either end of an arc, as the crow flies.

    Returns:
        The network without them, and how many ways were taken out; 0: there is no bridge there.
    """
    x, y = plane(streets.lat, streets.lon, lat)
    here_x, here_y = plane(np.array([lat]), np.array([lon]), lat)
    close = np.hypot(x - here_x, y - here_y) <= within_m
    down = bridges & (close[streets.tails()] | close[streets.indices])
    left = streets.without(down)
    return left, (len(streets.indices) - len(left.indices)) // 2


def power_out(places: Sequence[Place], groups: Collection[str] | None = None) -> PowerOut:
    """
    Close the shelters that have no light, by what is known of them.

    Args:
        groups: Groups of the grid that are off; None: all are. A shelter of which no group is
            known stays lit where groups are named.
    """
    off = None if groups is None else frozenset(groups)
    after, dark, unknown = [], 0, 0
    for place in places:
        hit = place.open and not place.generator and (off is None or place.power_group in off)
        dark += hit
        unknown += hit and place.generator is None
        after.append(msgspec.structs.replace(place, open=False) if hit else place)
    return PowerOut(tuple(after), dark, unknown)


def change(demand: Demand, before: Metres, after: Metres, limit_m: float) -> Change:
    """Compare two sweeps: metres of every node to the nearest open shelter, before and after."""
    was, now = before[demand.nodes].astype(np.float64), after[demand.nodes].astype(np.float64)
    people = demand.people
    longer = np.isfinite(now) & (now > was)
    many = int(people[longer].sum())
    return Change(
        lost=int(people[(was <= limit_m) & (now > limit_m)].sum()),
        gained=int(people[(was > limit_m) & (now <= limit_m)].sum()),
        cut_off=int(people[np.isfinite(was) & ~np.isfinite(now)].sum()),
        farther_m=float(((now[longer] - was[longer]) * people[longer]).sum() / many)
        if many
        else 0.0,
    )
