"""
A plan as it stands, those included who have to go far: what is repaired, and what it comes to now.

`repair` moves whom a place in reach had room for. The plan also sends people beyond their reach;
they hold room that no repair may give away, and lose it with the place that they were sent to.
Whoever does is counted as unplaced until the next plan, and never left out.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from tocsin.planning.assignment import Problem
from tocsin.planning.plan import CellTable, Plan, cell_problem
from tocsin.planning.repair import STEPS_MAX, Move, Repaired, Standing
from tocsin.planning.table import Counts


class KeptPlan:
    """
    One plan of cells and what was repaired in it. One task owns it.

    Args:
        plan: Of cells.
        table: That it was made from.
    """

    def __init__(self, plan: Plan, table: CellTable) -> None:
        assert plan.cells is not None, "it was planned in cells"
        problem = cell_problem(table, plan.rooms)
        far = plan.beyond
        held = far.load(len(problem.room))
        self._people = int(problem.people.sum())
        self._reach = problem.reach
        self._room = problem.room.tolist()
        self._standing = Standing(
            Problem(problem.people, problem.reach, problem.room - held), plan.cells
        )
        self._walked_m = plan.within.walked_m
        self._far_load: list[int] = held.tolist()
        self._far: defaultdict[int, dict[int, int]] = defaultdict(dict)  # By cell, then place.
        cells = table.cells.cell_of[far.rows].tolist()
        for cell, place, people in zip(
            cells, far.places.tolist(), far.people.tolist(), strict=True
        ):
            self._far[cell][place] = self._far[cell].get(place, 0) + people
        self.lowered: set[int] = set()

    @property
    def beyond(self) -> int:
        """How many people are sent farther than a place in reach would be."""
        return sum(self._far_load)

    @property
    def unplaced(self) -> int:
        """How many people on the network are sent nowhere."""
        return self._standing.unplaced - self.beyond

    @property
    def placed(self) -> int:
        """How many people are sent to a place, in reach or beyond."""
        return self._people - self.unplaced

    @property
    def mean_m(self) -> float:
        """
        The mean way of those whom a place in reach takes; 0 where there are none.

        Whoever was moved by a repair is reckoned with the mean way of their cell.
        """
        near = self._people - self._standing.unplaced
        return self._walked_m / near if near else 0.0

    def load(self, place: int) -> int:
        """Tell how many people are sent to a place; 0 for one that came after the plan."""
        if place >= len(self._room):
            return 0
        return self._standing.load(place) + self._far_load[place]

    def lower(self, room: Counts) -> Repaired:
        """
        Send no more than this to the places from now on.

        Args:
            room: Of each place that the plan knows and any after it; more than it had is no
                matter until the next plan. Where many close at once, less is looked at for each.
        """
        pairs = zip(room.tolist(), self._room, strict=False)
        less = [(place, most) for place, (most, had) in enumerate(pairs) if most < had]
        moves: list[Move] = []
        for place, most in less:
            moves += self._limit(place, most, STEPS_MAX // len(less))
        return Repaired(tuple(moves), self.unplaced)

    def _limit(self, place: int, room: int, steps: int) -> list[Move]:
        self._room[place] = room
        self.lowered.add(place)
        lost: list[Move] = []
        if held := self._far_load[place]:
            kept = min(held, max(0, room - self._standing.load(place)))
            cells = [cell for cell, far in self._far.items() if place in far]
            lost = self._lose(place, cells, held - kept)
        repaired = self._standing.limit(place, room - self._far_load[place], steps)
        self._walk(repaired.moves)
        self._take_back({move.row for move in repaired.moves})
        return [*lost, *repaired.moves]

    def _lose(self, place: int, cells: list[int], people: int) -> list[Move]:
        """Leave people of these cells unplaced who were sent far, to this place."""
        moves = []
        for cell in cells:
            many = min(people, self._far[cell][place])
            if many:
                moves.append(Move(cell, place, None, many))
                self._far[cell][place] -= many
                self._far_load[place] -= many
                people -= many
        return moves

    def _take_back(self, cells: set[int]) -> None:
        """Send nobody far any more whom a repair found a place in reach for."""
        for cell in cells & self._far.keys():
            over = sum(self._far[cell].values()) - self._standing.outside(cell)
            for place, many in tuple(self._far[cell].items()):
                if over > 0:
                    self._lose(place, [cell], min(over, many))
                    over -= many

    def _walk(self, moves: tuple[Move, ...]) -> None:
        """Add the ways that people go now, and take off those they went."""
        for sign, ends in ((1, [m.now for m in moves]), (-1, [m.was for m in moves])):
            gone = [
                (move.row, end, move.people)
                for move, end in zip(moves, ends, strict=True)
                if end is not None
            ]
            if gone:
                rows, places, people = np.array(gone, np.int32).T
                self._walked_m += sign * float((self._reach.way(rows, places) * people).sum())
