"""
A plan kept up through a night: what closes is repaired at once, and planned anew beside.

The repair answers in hundredths of a second, in the process that asks; the new plan comes from a
child process a second or two later, and whatever has closed meanwhile is repaired in it too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import msgspec

from tocsin.kernel.errors import Unavailable
from tocsin.planning.assignment import Assignment, Method, Problem, greedy
from tocsin.planning.flow import flow
from tocsin.planning.kept_plan import KeptPlan
from tocsin.planning.places import Place, rooms
from tocsin.planning.plan import (
    CELLS_LIMIT_S,
    CellTable,
    City,
    Plan,
    cell_table,
    plan_cells,
    with_places,
)
from tocsin.planning.repair import Repaired
from tocsin.planning.solver import run_beside
from tocsin.planning.table import Counts

GREEDY_LIMIT_S: Final = 30.0
"""It takes a second. There is no plan after this one, so it may wait for a busy machine."""

TABLE_LIMIT_S: Final = 60.0
"""It takes five. Without a table there is no plan at all."""


class Upkeep:
    """
    Keep one plan. Not thread-safe: one task owns it, and renews it one time after the other.

    Args:
        city: With the shelters that are open now.
        table: Of this city; None: the first plan makes it.
        assumed: People whom a place of unknown capacity is taken to hold; None: nobody.
        limit_s: Seconds for a new plan; after that a greedy one is made, and said to be.

    Attributes:
        city: With the shelters as they are by now.
        plan: The last that was made; None before the first.
        kept: The same with what was repaired in it since; None before the first.
    """

    def __init__(
        self,
        city: City,
        table: CellTable | None = None,
        *,
        assumed: int | None = None,
        limit_s: float = CELLS_LIMIT_S,
    ) -> None:
        self.city = city
        self.plan: Plan | None = None
        self.kept: KeptPlan | None = None
        self._table = table
        self._listed = frozenset() if table is None else _open(city)
        self._assumed = assumed
        self._limit_s = limit_s
        self._numbers = {place.id: number for number, place in enumerate(city.places)}

    @property
    def unplaced(self) -> int:
        """How many people are sent nowhere, as the plan stands; 0 before one."""
        return 0 if self.kept is None else self.kept.unplaced

    @property
    def due(self) -> bool:
        """Whether a new plan could be another one: some place has other room than it was told."""
        if self.plan is None:
            return True
        now, was = self.room(), self.plan.rooms.room
        return bool((now[: len(was)] != was).any() or now[len(was) :].any())

    def room(self) -> Counts:
        """Tell how many people each place may be sent now."""
        return rooms(self.city.places, self._assumed).room

    def limit(self, place: str, room: int) -> Repaired:
        """
        Send no more than `room` people to a place from now on, none for one that closed.

        Returns:
            Who goes elsewhere: rows are cells, places are numbers in the city's list.

        Raises:
            KeyError: The city has no place of that id.
        """
        number = self._numbers[place]
        places = list(self.city.places)
        known = places[number].capacity
        places[number] = msgspec.structs.replace(
            places[number],
            open=places[number].open and room > 0,
            capacity=room if known is None else min(known, room),
        )
        self.city = with_places(self.city, places)
        return self._repaired()

    def take(self, places: Sequence[Place]) -> Repaired:
        """
        Take the shelters as they are now, all of them: repair what closed, note what opened.

        A place keeps its number as long as its doors are where they were; what is not listed any
        more is closed.

        Returns:
            As of `limit`.
        """
        told = {(place.id, place.nodes): place for place in places}
        after = [
            told.pop((place.id, place.nodes), msgspec.structs.replace(place, open=False))
            for place in self.city.places
        ]
        after += told.values()
        self.city = with_places(self.city, after)
        self._numbers |= {place.id: number for number, place in enumerate(after) if place.open}
        return self._repaired()

    async def renew(self) -> Plan:
        """
        Plan anew in a child process, for the shelters as they are now.

        To hand the city over takes the event loop some 30 ms; everything else is beside it. Where
        a shelter opened that the table does not have, the table is made anew first.

        Raises:
            Unavailable: As of `run_beside`, where not even a greedy plan came in time.
        """
        city, table = self.city, self._table
        if table is None or not _open(city) <= self._listed:
            table = await run_beside(TABLE_LIMIT_S, cell_table, city)
            self._table, self._listed = table, _open(city)
        asked = (city, table, self._assumed)
        try:
            plan = await run_beside(self._limit_s, plan_cells, *asked, flow)
        except Unavailable as missing:
            plan = await run_beside(GREEDY_LIMIT_S, plan_cells, *asked, by_distance)
            plan = replace(plan, because=missing.code)
        self.plan, self.kept = plan, KeptPlan(plan, table)
        self._repaired()
        return plan

    def _repaired(self) -> Repaired:
        return Repaired((), 0) if self.kept is None else self.kept.lower(self.room())


def _open(city: City) -> frozenset[int]:
    return frozenset(number for number, place in enumerate(city.places) if place.open)


def by_distance(problem: Problem, method: Method) -> Assignment:
    """Place people greedily, whatever was asked for."""
    del method
    return greedy(problem)
