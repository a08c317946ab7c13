"""
A plan kept up through a night: what closes is repaired at once, and planned anew beside.

The repair answers in hundredths of a second, in the server's own process; the new plan comes from a
child process a second or two later, and whatever has closed meanwhile is repaired in it too.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import msgspec

from tocsin.kernel.errors import Unavailable
from tocsin.planning.assignment import Assignment, Method, Problem, greedy
from tocsin.planning.flow import flow
from tocsin.planning.plan import (
    CELLS_LIMIT_S,
    CellTable,
    City,
    Plan,
    cell_problem,
    plan_cells,
    with_places,
)
from tocsin.planning.repair import Repaired, Standing
from tocsin.planning.solver import run_beside

GREEDY_LIMIT_S: Final = 30.0
"""It takes a second. There is no plan after this one, so it may wait for a busy machine."""


class Upkeep:
    """
    Keep one plan. Not thread-safe: one task owns it, and renews it one time after the other.

    Args:
        city: With the shelters that are open now.
        table: Of this city.
        assumed: People whom a place of unknown capacity is taken to hold; None: nobody.
        limit_s: Seconds for a new plan; after that a greedy one is made, and said to be.

    Attributes:
        city: With the shelters as they are by now.
        plan: The last that was made; None before the first.
    """

    def __init__(
        self,
        city: City,
        table: CellTable,
        *,
        assumed: int | None = None,
        limit_s: float = CELLS_LIMIT_S,
    ) -> None:
        self.city = city
        self.plan: Plan | None = None
        self._table = table
        self._assumed = assumed
        self._limit_s = limit_s
        self._numbers = {place.id: number for number, place in enumerate(city.places)}
        self._standing: Standing | None = None
        self._since: dict[int, int] = {}

    @property
    def unplaced(self) -> int:
        """How many people no place in reach has room for, as the plan stands; 0 before one."""
        return 0 if self._standing is None else self._standing.unplaced

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
        self._since[number] = min(room, self._since.get(number, room))
        if self._standing is None:
            return Repaired((), 0)
        return self._standing.limit(number, room)

    async def renew(self) -> Plan:
        """
        Plan anew in a child process, for the shelters as they are now.

        To hand the city over takes the event loop some 30 ms; everything else is beside it.

        Raises:
            Unavailable: As of `run_beside`, where not even a greedy plan came in time.
        """
        self._since = {}
        asked = (self.city, self._table, self._assumed)
        try:
            plan = await run_beside(self._limit_s, plan_cells, *asked, flow)
        except Unavailable as missing:
            plan = await run_beside(GREEDY_LIMIT_S, plan_cells, *asked, by_distance)
            plan = replace(plan, because=missing.code)
        assert plan.cells is not None, "it was planned in cells"
        self.plan = plan
        self._standing = Standing(cell_problem(self._table, plan.rooms), plan.cells)
        for number, room in self._since.items():
            self._standing.limit(number, room)
        return plan


def by_distance(problem: Problem, method: Method) -> Assignment:
    """Place people greedily, whatever was asked for."""
    del method
    return greedy(problem)
