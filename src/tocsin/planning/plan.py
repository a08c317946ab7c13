"""
A plan for everybody: who goes where in reach, who has to go beyond it, and what is not known.

Where no solver is installed, or it took too long, the plan is the greedy one and says so: a worse
plan tonight is more than none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from tocsin.kernel.errors import Unavailable
from tocsin.planning.assignment import Assignment, Method, Problem, greedy
from tocsin.planning.beyond import beyond
from tocsin.planning.cells import CellReach, Cells, cell_reach, cells
from tocsin.planning.demand import Demand
from tocsin.planning.flow import flow
from tocsin.planning.places import Place, Rooms, doors, rooms
from tocsin.planning.reach import reach
from tocsin.planning.solver import run
from tocsin.planning.spread import spread
from tocsin.planning.streets import Streets
from tocsin.planning.table import Reach

CELLS_LIMIT_S: Final = 10.0
"""It takes one second; ten mean that the machine has other work, and people wait."""

EXACT_LIMIT_S: Final = 60.0
"""It takes ten seconds, and somebody asked for it knowing that."""

Solve: TypeAlias = Callable[[Problem, Method], Assignment]
Told: TypeAlias = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class City:
    """What is planned for: the ways on foot, the people, the shelters as they are now."""

    streets: Streets
    demand: Demand
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class CellTable:
    """What is made once for a network and the places that are open, and outlives closures."""

    cells: Cells
    reach: CellReach


@dataclass(frozen=True, slots=True)
class Plan:
    """
    Where everybody is to go.

    Args:
        within: Whom a place in reach has room for, by row of the demand.
        beyond: The others, each at the nearest place that has room, however far; who is unplaced
            here can walk to none.
        rooms: What the places were taken to hold.
        because: Why the method is not the one asked for: the error's code, else empty.
        cells: Whom a place in reach has room for, by cell; None of an exact plan.
    """

    within: Assignment
    beyond: Assignment
    rooms: Rooms
    because: str = ""
    cells: Assignment | None = None

    @property
    def method(self) -> Method:
        """How those in reach were placed."""
        return self.within.method

    @property
    def unplaced(self) -> int:
        """People on the network who can walk to no place that has room."""
        return self.beyond.left


def solve_beside(problem: Problem, method: Method) -> Assignment:
    """Solve in a child process, within the method's limit; the errors are those of `run`."""
    limit_s = EXACT_LIMIT_S if method is Method.EXACT else CELLS_LIMIT_S
    return run(limit_s, flow, problem, method)


def cell_table(city: City, told: Told = lambda _done, _of: None) -> CellTable:
    """Make the table that plans of cells are made from; some seconds for a city."""
    cut = cells(city.streets, city.demand)
    found = cell_reach(city.streets, doors(city.places), city.demand, cut, told=told)
    return CellTable(cut, found)


def plan_cells(
    city: City, table: CellTable, assumed: int | None = None, solve: Solve = solve_beside
) -> Plan:
    """
    Plan for everybody in cells of 200 m.

    Args:
        table: Of this city; places that are closed since take nobody.
        assumed: People whom a place of unknown capacity is taken to hold; None: nobody.
        solve: What finds the assignment of the cells.
    """
    room = rooms(city.places, assumed)
    planned, because = _solved(cell_problem(table, room), Method.CELLS, solve)
    within = spread(planned, table.cells, table.reach, city.demand.people)
    return replace(_whole(city, within, because, room), cells=planned)


def cell_problem(table: CellTable, room: Rooms) -> Problem:
    """Say what a plan of cells has to answer."""
    return Problem(table.cells.people, table.reach.reach, room.room)


def plan_exactly(
    city: City, table: Reach, assumed: int | None = None, solve: Solve = solve_beside
) -> Plan:
    """Plan for every row of people by itself; `table` is of the rows, the rest as for cells."""
    room = rooms(city.places, assumed)
    problem = Problem(city.demand.people, table, room.room)
    return _whole(city, *_solved(problem, Method.EXACT, solve), room)


def row_table(city: City, told: Told = lambda _done, _of: None) -> Reach:
    """Make the table that exact plans are made from; some seconds for a city."""
    return reach(city.streets, doors(city.places), city.demand.nodes, told=told)


def _solved(problem: Problem, method: Method, solve: Solve) -> tuple[Assignment, str]:
    try:
        return solve(problem, method), ""
    except Unavailable as missing:
        return greedy(problem), missing.code


def _whole(city: City, within: Assignment, because: str, room: Rooms) -> Plan:
    left = room.room - within.load(len(city.places))
    far = beyond(city.streets, doors(city.places), city.demand.nodes, within.unplaced, left)
    return Plan(within, far, room, because)


def with_places(city: City, places: Sequence[Place]) -> City:
    """Give the same city with its shelters as they are now."""
    return replace(city, places=tuple(places))
