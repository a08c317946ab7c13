"""
Who is to go where: what an assignment is, what makes one right, and the plain way to find one.

A plan assigns people, and people do not obey it: it is for advice ("this one fills up; go there,
6 minutes"), for staffing, and for seeing where room is missing. Nobody is assigned to a place
beyond its room; whom no place in reach has room for is counted as unplaced, never left out.

`greedy` takes the shortest way of all that are left, again and again. It needs no solver, and
leaves people outside whom a true plan would place; so what it finds is always marked as greedy.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from tocsin.planning.table import Counts, Ints, Metres, Reach


class Method(StrEnum):
    """How an assignment was found."""

    GREEDY = "greedy"
    """By distance, without a solver: more people may have found room."""
    CELLS = "cells"
    """A flow of cells: within 5 % of the exact ways."""
    EXACT = "exact"
    """A flow of every row of people."""


@dataclass(frozen=True, slots=True)
class Problem:
    """
    Whom to place, and where there is room.

    Args:
        people: Of each row, or of each cell.
        reach: The places that each of these can walk to.
        room: People whom each place may be sent, 0 or more.
    """

    people: Counts
    reach: Reach
    room: Counts


@dataclass(frozen=True, slots=True)
class Assignment:
    """
    People sent to places: one entry for each row and place that anybody goes from and to.

    Args:
        rows: Where from, ascending.
        places: Where to; ascending within a row.
        people: How many, above 0.
        metres: The way of each.
        unplaced: People of each row of the problem whom no place in its reach took.
        method: How it was found.
        proven: Whether it is proven that no other places more people, nor as many on shorter ways.
    """

    rows: Ints
    places: Ints
    people: Counts
    metres: Metres
    unplaced: Counts
    method: Method
    proven: bool = False

    @property
    def placed(self) -> int:
        """How many people have a place."""
        return int(self.people.sum())

    @property
    def left(self) -> int:
        """How many have none."""
        return int(self.unplaced.sum())

    @property
    def walked_m(self) -> float:
        """All ways of all people together, in metres."""
        return float((self.people * self.metres.astype(np.float64)).sum())

    @property
    def mean_m(self) -> float:
        """The mean way of those who have a place; 0 where nobody has."""
        return self.walked_m / self.placed if self.placed else 0.0

    def load(self, places: int) -> Counts:
        """Count the people sent to each of so many places."""
        return np.bincount(self.places, self.people, places).astype(np.int64)


def assigned(problem: Problem, slots: Counts, people: Counts, method: Method) -> Assignment:
    """
    Make an assignment from how many people go by which entries of the problem's reach.

    Args:
        slots: Positions in the table of reach, row × k + rank.
        people: How many go by each; entries of 0 are left out.
    """
    gone = people > 0
    slots, people = slots[gone], people[gone]
    rows = (slots // problem.reach.places.shape[1]).astype(np.int32)
    places = problem.reach.places.ravel()[slots]
    order = np.lexsort((places, rows))
    placed = np.bincount(rows, people, len(problem.people)).astype(np.int64)
    return Assignment(
        rows=rows[order],
        places=places[order],
        people=people[order],
        metres=problem.reach.metres.ravel()[slots][order],
        unplaced=problem.people - placed,
        method=method,
    )


def usable(problem: Problem) -> Counts:
    """Give the entries of the reach that lead from people to room, as positions row × k + rank."""
    places = problem.reach.places
    room = np.append(problem.room, 0)[places]  # -1, which is nowhere, finds the last one.
    open_to = (room > 0) & (problem.people > 0)[:, None]
    return np.flatnonzero(open_to)


def greedy(problem: Problem) -> Assignment:
    """Place people by distance: the shortest way of all first, then the next that has room."""
    slots = usable(problem)
    rows = slots // problem.reach.places.shape[1]
    places = problem.reach.places.ravel()[slots]
    order = np.lexsort((places, rows, problem.reach.metres.ravel()[slots]))
    left, room = problem.people.tolist(), problem.room.tolist()
    taken = np.zeros(len(slots), np.int64)
    for entry, row, place in zip(
        order.tolist(), rows[order].tolist(), places[order].tolist(), strict=True
    ):
        many = min(left[row], room[place])
        if many:
            left[row] -= many
            room[place] -= many
            taken[entry] = many
    return assigned(problem, slots, taken, Method.GREEDY)
