"""
A shelter closes or fills: its people are placed again at once, near by, before anybody plans anew.

Who has to go goes to the nearest place in reach that has room. Where there is none, somebody else
is moved on to make room, and somebody else for them, along the chain that adds least to the ways.
Chains that cannot end in room are known beforehand and not tried, and work is bounded, so that an
answer comes in some hundredths of a second in the tightest quarter. Who is still outside then is
counted, and placed by the plan that is made anew in the background.

The bookkeeping is plain Python: no solver and no child process stands between a closed door and
the answer.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import Final, NamedTuple

import numpy as np

from tocsin.planning.assignment import Assignment, Problem

STEPS_MAX: Final = 12_000
"""Ways looked at for one closure, 1.5 µs each: 18 ms. Twice as many would place 2 to 4 % more."""


class Move(NamedTuple):
    """So many people of one row who now go elsewhere; None is outside."""

    row: int
    was: int | None
    now: int | None
    people: int


@dataclass(frozen=True, slots=True)
class Repaired:
    """
    What a repair did.

    Args:
        moves: In the order made; one person may be in several.
        unplaced: All people who are outside now, those included who were before.
    """

    moves: tuple[Move, ...]
    unplaced: int


class Standing:
    """
    A plan as it stands, closures and all. One task owns it.

    Args:
        problem: What the plan answered.
        planned: The plan.
    """

    def __init__(self, problem: Problem, planned: Assignment) -> None:
        self._problem = problem
        self._room = problem.room.tolist()
        self._load = planned.load(len(self._room)).tolist()
        self._sent: list[dict[int, int]] = [{} for _ in self._room]
        entries = zip(
            planned.rows.tolist(), planned.places.tolist(), planned.people.tolist(), strict=True
        )
        for row, place, people in entries:
            self._sent[place][row] = people
        self._outside = defaultdict(int, _held(planned.unplaced.tolist()))
        self._ways: dict[int, tuple[tuple[float, int], ...]] = {}
        self._method = planned.method
        self._moves: list[Move] = []
        self._hopeful = _hopeful(problem, planned)

    @property
    def unplaced(self) -> int:
        """How many people are outside now."""
        return sum(self._outside.values())

    def outside(self, row: int) -> int:
        """Tell how many people of a row are outside."""
        return self._outside.get(row, 0)

    def load(self, place: int) -> int:
        """Tell how many people are sent to a place."""
        return int(self._load[place])

    def close(self, place: int) -> Repaired:
        """Send nobody to a place any more, and place its people near by."""
        return self.limit(place, 0)

    def limit(self, place: int, room: int, steps: int = STEPS_MAX) -> Repaired:
        """
        Send no more than `room` people to a place; those with the longest way go elsewhere.

        Args:
            room: 0 up to what the place held in the problem.
            steps: Ways looked at, at the most, to make room by moving others on.
        """
        self._moves = []
        self._room[place] = min(room, self._room[place])
        away = self._turn_away(place)
        self._place_near(away)
        self._place_by_chains(away, steps)
        return Repaired(tuple(self._moves), self.unplaced)

    def assignment(self) -> Assignment:
        """Give the plan as it stands."""
        entries = sorted(
            (row, place, people)
            for place, sent in enumerate(self._sent)
            for row, people in sent.items()
        )
        rows, places, people = (
            np.array([entry[column] for entry in entries], kind)
            for column, kind in enumerate((np.int32, np.int32, np.int64))
        )
        unplaced = np.zeros(len(self._problem.people), np.int64)
        for row, people_out in self._outside.items():
            unplaced[row] = people_out
        return Assignment(
            rows, places, people, self._problem.reach.way(rows, places), unplaced, self._method
        )

    def _turn_away(self, place: int) -> set[int]:
        """Put outside whoever a place has no room for, the longest way first; tell their rows."""
        over = self._load[place] - self._room[place]
        sent = self._sent[place]
        far = sorted(((self._way(row, place), row) for row in sent), reverse=True)
        away: set[int] = set()
        for _, row in far:
            if over <= 0:
                break
            many = min(over, sent[row])
            self._move(row, place, None, many)
            over -= many
            away.add(row)
        return away

    def _place_near(self, away: set[int]) -> None:
        """Place whoever was turned away where there is room, the shortest way first."""
        heap = [
            (metres, row, place)
            for row in away
            for metres, place in self._near(row)
            if self._load[place] < self._room[place]
        ]
        heapify(heap)
        while heap:
            _, row, place = heappop(heap)
            many = min(self._outside.get(row, 0), self._room[place] - self._load[place])
            if many > 0:
                self._move(row, None, place, many)

    def _place_by_chains(self, away: set[int], steps: int) -> None:
        """Make room by moving others on, until nobody is left or the work is used up."""
        while steps > 0 and (left := [row for row in sorted(away) if row in self._outside]):
            chain, used = self._chain(left, steps)
            steps -= used
            if not chain:
                return
            self._shift(chain)

    def _chain(self, left: list[int], steps: int) -> tuple[list[tuple[int, int]], int]:
        """
        Find the chain that adds least: from outside into a full place, and on to where room is.

        Returns:
            Rows and where each is to go, from the end with room back to the one that is outside;
            and how many ways were looked at.
        """
        best: dict[int, float] = {}
        came: dict[int, tuple[int, int | None]] = {}  # Who comes in, and from which place.
        heap: list[tuple[float, int]] = []
        used = 0

        def offer(row: int, origin: int | None, so_far: float, now: float) -> int:
            ways = self._near(row)
            for metres, place in ways:
                added = so_far + max(metres - now, 0.0)
                if added < best.get(place, np.inf):
                    best[place] = added
                    came[place] = (row, origin)
                    heappush(heap, (added, place))
            return len(ways)

        for row in left:
            used += offer(row, None, 0.0, 0.0)
        done: set[int] = set()
        while heap and used < steps:
            added, place = heappop(heap)
            if place in done:
                continue
            done.add(place)
            if self._load[place] < self._room[place]:
                return _traced(came, place), used
            for row in self._sent[place]:
                used += offer(row, place, added, self._way(row, place))
        return [], max(used, 1)

    def _shift(self, chain: list[tuple[int, int]]) -> None:
        """Move as many as the whole chain allows, the end with room first."""
        origins = [place for _, place in chain[1:]]
        last = chain[0][1]
        many = min(
            self._room[last] - self._load[last],
            self._outside[chain[-1][0]],
            *(self._sent[was][row] for (row, _), was in zip(chain, origins, strict=False)),
        )
        for (row, place), was in zip(chain, [*origins, None], strict=True):
            self._move(row, was, place, many)

    def _move(self, row: int, was: int | None, now: int | None, people: int) -> None:
        for place, change in ((was, -people), (now, people)):
            held = self._outside if place is None else self._sent[place]
            held[row] = held.get(row, 0) + change
            if not held[row]:
                del held[row]
            if place is not None:
                self._load[place] += change
        self._moves.append(Move(row, was, now, people))

    def _near(self, row: int) -> tuple[tuple[float, int], ...]:
        """List the places in reach of a row from which a chain leads to room, nearest first."""
        ways = self._ways.get(row)
        if ways is None:
            reach = self._problem.reach
            pairs = zip(reach.metres[row].tolist(), reach.places[row].tolist(), strict=True)
            ways = tuple((m, place) for m, place in pairs if place in self._hopeful)
            self._ways[row] = ways
        return ways

    def _way(self, row: int, place: int) -> float:
        reach = self._problem.reach
        return float(reach.metres[row][reach.places[row] == place][0])


def _traced(came: dict[int, tuple[int, int | None]], end: int) -> list[tuple[int, int]]:
    chain, place = [], end
    while True:
        row, origin = came[place]
        chain.append((row, place))
        if origin is None:
            return chain
        place = origin


def _held(unplaced: list[int]) -> dict[int, int]:
    return {row: people for row, people in enumerate(unplaced) if people}


def _hopeful(problem: Problem, planned: Assignment) -> frozenset[int]:
    """
    Find the places from which a chain leads to room, those that have room among them.

    It stays a superset while places close and fill: no chain enters another place, so whom such
    places hold never changes but by their own closing.
    """
    has = np.append(planned.load(len(problem.room)) < problem.room, np.False_)
    others = problem.reach.places[planned.rows]
    while True:
        leads = has[others].any(axis=1)  # -1, which is nowhere, finds the last one.
        before = int(has.sum())
        has[planned.places[leads]] = True
        if int(has.sum()) == before:
            return frozenset(np.flatnonzero(has).tolist())
