"""
*Shed now*: which feeders to take off at once for so many megawatts, with least harm.

By harm for each megawatt until it is enough, then without what is more than enough, then exchanges
around the last one taken, as the knapsack solvers do that grow a core (D. Pisinger, "A minimal
algorithm for the 0-1 knapsack problem", 1997): what is kept on is a knapsack of the megawatts that
may stay. Work is bounded by states, not by a clock, so the same question has the same answer.
Beside it stands a proven bound: no choice does less harm than that.

Tocsin proposes; a person at the grid company decides, and switches.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final, NamedTuple, TypeAlias

from tocsin.kernel.errors import Malformed, Refused
from tocsin.planning.feeders import WATTS, Feeder, may_be_cut

STATES_MOST: Final = 1_000
"""Of exchanges looked at: at 1 µs each, 1 ms."""

STATES_SPARED: Final = 4
"""More of them for each feeder fewer than 500: what is not sorted leaves time."""

PER_FEEDER: Final = 6
"""What it takes to go on to the next feeder, in states."""

STATES_WIDE: Final = 60
"""Of exchanges followed up at a time: those that promise most."""

TRIES: Final = 12
"""Other ways to begin, where the first is more than `COARSE` above the bound."""

TRIED_MOST: Final = 1_500
"""Feeders taken in all of these together: with hundreds chosen, only the few largest are tried."""

COARSE: Final = 0.001

CLOSE: Final = 1e-9
"""Harms that differ by less than this part of them are the same."""


class _Item(NamedTuple):
    rate: float
    id: str
    watts: int
    harm: float
    at: int


_Trail: TypeAlias = "tuple[_Trail, int] | None"
_State: TypeAlias = "tuple[int, float, _Trail]"


@dataclass(frozen=True, slots=True)
class Shed:
    """
    Whom to take off at once.

    Args:
        feeders: In the order in which to take them off: least harm for a megawatt first.
        watts: What they draw together.
        required: What was asked for.
        harm: Weighted megawatts.
        bound: No choice does less harm.
        people: On those feeders, as far as known.
        could: Watts of all feeders that may be cut.
    """

    feeders: tuple[Feeder, ...]
    watts: int
    required: int
    harm: float
    bound: float
    people: int
    could: int

    @property
    def missing(self) -> int:
        """Watts that cannot be had without a protected feeder."""
        return max(0, self.required - self.watts)

    @property
    def optimal(self) -> bool:
        """Whether it is proven that no choice is better."""
        return self.harm <= self.bound * (1 + CLOSE)

    @property
    def above(self) -> float:
        """How far the harm lies above the bound: 0.001 is 0.1 %."""
        return self.harm / self.bound - 1 if self.bound > 0 and not self.optimal else 0.0


def watts_of(megawatts: float) -> int:
    """
    Turn what somebody asks for into watts, rounded up.

    Raises:
        Malformed: `planning.megawatts_malformed`.
    """
    if not 0 < megawatts <= 100_000:
        raise Malformed(
            "planning.megawatts_malformed",
            "Megawatts are above 0, up to 100,000.",
            where="--megawatts",
        )
    return -int(-(megawatts * WATTS) // 1)


def shed(feeders: Iterable[Feeder], required: int, half_hour: int = 0) -> Shed:
    """
    Choose whom to take off, protected feeders never.

    Where all that may be cut is not enough, all of it is chosen and `missing` says how much is
    missing.

    Args:
        required: Watts.
        half_hour: Of the day, from 0: whose loads hold.

    Raises:
        Refused: `planning.nothing_to_cut`, where every feeder is protected or without load.
    """
    known = may_be_cut(feeders)
    items = [
        _Item(harm := one.harm, one.id, watts, harm * watts, at)
        for at, one in enumerate(known)
        if (watts := one.load(half_hour)) > 0
    ]
    if not items:
        raise Refused("planning.nothing_to_cut", "No feeder may be cut, or none has a load now.")
    items.sort()
    could = sum(one.watts for one in items)
    if could <= required:
        harm = sum(one.harm for one in items)
        return _told(known, items, required, harm, could)
    chosen, bound = _least(items, required)
    return _told(known, chosen, required, bound, could)


def _told(
    known: Sequence[Feeder], chosen: Sequence[_Item], required: int, bound: float, could: int
) -> Shed:
    feeders = tuple(known[one.at] for one in chosen)
    harm = sum(one.harm for one in chosen)
    return Shed(
        feeders=feeders,
        watts=sum(one.watts for one in chosen),
        required=required,
        harm=harm / WATTS,
        bound=min(bound, harm) / WATTS,
        people=sum(one.people for one in feeders),
        could=could,
    )


def _greedy(items: Sequence[_Item], required: int, without: int = -1) -> list[_Item]:
    """Take by rate until it is enough, then let go of whatever is not needed, the worst first."""
    chosen, watts = [], 0
    for one in items:
        if one.at == without:
            continue
        chosen.append(one)
        watts += one.watts
        if watts >= required:
            break
    spare = watts - required
    for one in sorted(chosen, key=_by_harm, reverse=True):
        if one.watts <= spare:
            chosen.remove(one)
            spare -= one.watts
    return chosen if watts >= required else []


def _by_harm(item: _Item) -> float:
    return item.harm


def _harm(items: Iterable[_Item]) -> float:
    return sum(one.harm for one in items)


def _least(items: Sequence[_Item], required: int) -> tuple[list[_Item], float]:
    """Find a choice of least harm, and a bound; `items` by rate, and together more than enough."""
    best = _greedy(items, required)
    core = _Core(items, required, _harm(best))
    if core.best > core.bound * (1 + COARSE):
        # A feeder far larger than what is missing spoils it: try without each of the largest.
        tries = min(TRIES, TRIED_MOST // len(best))
        for one in sorted(best, key=_by_harm, reverse=True)[:tries]:
            other = _greedy(items, required, without=one.at)
            if other and _harm(other) < core.best:
                best, core.best = other, _harm(other)
    core.grow()
    return (core.chosen() if core.found is not None else best), min(core.proven, core.best)


class _Core:
    """
    Exchanges around the first feeder that is not needed whole, more and more of them.

    Args:
        best: The harm of a choice that is known.
    """

    def __init__(self, items: Sequence[_Item], required: int, best: float) -> None:
        self.items, self.required, self.best = items, required, best
        self.found: _Trail = None
        cut, watts, harm = 0, 0, 0.0
        while watts + items[cut].watts < required:
            watts += items[cut].watts
            harm += items[cut].harm
            cut += 1
        self.cut, self.low, self.high = cut, cut - 1, cut
        self.states: list[_State] = [(watts, harm, None)]
        self.bound = harm + (required - watts) * items[cut].rate
        """With a part of one feeder, nothing does less harm."""
        self.left = float("inf")
        """What might still be found where nobody looked."""

    @property
    def proven(self) -> float:
        """No choice does less harm than this."""
        return max(self.bound, min(self.left, self.best))

    def grow(self) -> None:
        """Look at exchanges with the next feeder on either side, while that is worth it."""
        worked = 0
        most = STATES_MOST + STATES_SPARED * max(0, 500 - len(self.items))
        while self.states and self.best > self.bound * (1 + CLOSE):
            if self.low < 0 and self.high >= len(self.items):
                return
            if worked > most:
                self.left = min(self.left, *map(self._least, self.states))
                return
            if self.high < len(self.items):
                self.high += 1
                worked += self._branch(self.items[self.high - 1], self.high, 1)
            if self.low >= 0:
                self.low -= 1
                worked += self._branch(self.items[self.low + 1], -self.low - 2, -1)

    def _branch(self, item: _Item, mark: int, way: int) -> int:
        """Take one feeder off (1) or let it on (-1) in each state; keep what may still be best."""
        watts, harm = way * item.watts, way * item.harm
        more: list[_State] = [(w + watts, h + harm, (trail, mark)) for w, h, trail in self.states]
        states = sorted(chain(self.states, more), key=_by_watts, reverse=True)
        for state in states:
            if state[0] < self.required:
                break
            if state[1] < self.best:
                _, self.best, self.found = state
        least, kept = float("inf"), []
        for state in states:  # The most watts first: with fewer it must be less harm.
            if state[1] < least:
                least = state[1]
                if self._least(state) < self.best:
                    kept.append(state)
        if len(kept) > STATES_WIDE:
            kept.sort(key=self._least)
            self.left = min(self.left, self._least(kept[STATES_WIDE]))
            del kept[STATES_WIDE:]
        self.states = kept
        return len(states) + PER_FEEDER

    def _least(self, state: _State) -> float:
        """Tell the least harm that anything can do which comes of a state."""
        spare = state[0] - self.required
        if spare >= 0:
            return state[1] - (spare * self.items[self.low].rate if self.low >= 0 else 0.0)
        if self.high >= len(self.items):
            return float("inf")
        return state[1] - spare * self.items[self.high].rate

    def chosen(self) -> list[_Item]:
        """Follow the exchanges of the best choice back."""
        off, trail = set(range(self.cut)), self.found
        while trail is not None:
            trail, mark = trail
            off.symmetric_difference_update({mark - 1 if mark > 0 else -mark - 1})
        return [self.items[at] for at in sorted(off)]


def _by_watts(state: _State) -> int:
    return state[0]
