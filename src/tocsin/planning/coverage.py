"""
How many people reach an open shelter in five and ten minutes, and where those live who do not.

The share is of all people, those included whom no street is near enough to: they are not covered,
and nobody is left out of the sum because the map does not know them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from tocsin.planning.cells import Cells
from tocsin.planning.demand import Demand
from tocsin.planning.streets import Streets
from tocsin.planning.table import Counts, Metres

MINUTES: Final = (5, 10)


@dataclass(frozen=True, slots=True)
class AreaCoverage:
    """
    How an area, or the whole, is covered.

    Args:
        area: Its code; empty for the whole, and for people of whom no area was said.
        people: All of them.
        within: People who reach an open shelter in each of the minutes asked for.
        no_way: People who can walk to none at all, and those whom no street is near enough to.
        median_m: Half of those who can walk to one have no longer way; None where nobody can.
        worst_m: The longest way; None where nobody can walk to any.
    """

    area: str
    people: int
    within: tuple[int, ...]
    no_way: int
    median_m: float | None
    worst_m: float | None

    @property
    def shares(self) -> tuple[float, ...]:
        """Share of the people within each of the minutes, 0 to 1; 0 where nobody lives."""
        return tuple(many / self.people if self.people else 0.0 for many in self.within)


@dataclass(frozen=True, slots=True)
class Coverage:
    """
    How a city is covered.

    Args:
        minutes: What `within` is about, ascending.
        whole: The city.
        areas: Each of the demand's areas, by code.
    """

    minutes: tuple[int, ...]
    whole: AreaCoverage
    areas: tuple[AreaCoverage, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """
    A cell in which people live who reach no open shelter in time.

    Args:
        lat: Of a node in its middle, degrees; `lon` as well.
        people: Those who do not.
        metres: Their mean way to the nearest open shelter; None where one of them has no way.
    """

    lat: float
    lon: float
    people: int
    metres: float | None


def coverage(
    demand: Demand,
    metres: Metres,
    *,
    metres_per_minute: float,
    minutes: Sequence[int] = MINUTES,
) -> Coverage:
    """
    Count who reaches an open shelter in time.

    Args:
        metres: Of every node of the network to the nearest open shelter, as a sweep gives it.
    """
    asked = tuple(sorted(set(minutes)))
    limits = [one * metres_per_minute for one in asked]
    ways = metres[demand.nodes]
    areas = tuple(
        _covered(code, ways[mine], demand.people[mine], limits, 0)
        for number, code in enumerate(demand.areas)
        if (mine := demand.area == number).any()
    )
    whole = _covered("", ways, demand.people, limits, demand.off_network)
    return Coverage(asked, whole, areas)


def gaps(
    streets: Streets, demand: Demand, cells: Cells, metres: Metres, limit_m: float
) -> tuple[Gap, ...]:
    """Find the cells with people farther than `limit_m` from an open shelter, most people first."""
    ways = metres[demand.nodes].astype(np.float64)
    beyond = ways > limit_m
    cell = cells.cell_of[beyond]
    people = np.bincount(cell, demand.people[beyond], len(cells)).astype(np.int64)
    walked = np.bincount(cell, (demand.people * ways)[beyond], len(cells))
    found = np.flatnonzero(people)
    order = np.lexsort((found, -people[found]))
    return tuple(
        Gap(
            lat=float(streets.lat[cells.node[number]]),
            lon=float(streets.lon[cells.node[number]]),
            people=int(people[number]),
            metres=float(walked[number] / people[number]) if np.isfinite(walked[number]) else None,
        )
        for number in found[order]
    )


def _covered(
    area: str, ways: Metres, people: Counts, limits: Sequence[float], off_network: int
) -> AreaCoverage:
    can = np.isfinite(ways)
    there = int(people.sum())
    return AreaCoverage(
        area=area,
        people=there + off_network,
        within=tuple(int(people[ways <= limit].sum()) for limit in limits),
        no_way=int(people[~can].sum()) + off_network,
        median_m=_median(ways[can], people[can]),
        worst_m=float(ways[can].max()) if can.any() else None,
    )


def _median(ways: Metres, people: Counts) -> float | None:
    if not len(ways):
        return None
    order = np.argsort(ways, kind="stable")
    counted = np.cumsum(people[order])
    return float(ways[order][np.searchsorted(counted, (counted[-1] + 1) // 2)])
