"""
The same hours off for all: parts of days are exchanged between queues until they are level.

What is met stays met, and no rule is broken by an exchange. Each exchange brings the sum of squares
of the hours down, so it ends; where no exchange is left, a cut of whoever had least is made half an
hour longer, or one of whoever had most shorter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, groupby, pairwise
from typing import Final

from tocsin.planning.feeders import Feeder
from tocsin.planning.rules import Rules

FROM: Final = (0, 12, 18, 24, 30, 36)
"""Half-hours from which on two queues exchange the rest of a day."""

SPREAD: Final = 2
"""Half-hours between most and least that are level enough."""

SWEEPS_MOST: Final = 60
MOVES_MOST: Final = 400

Row = list[bool]


class Week:
    """
    Days of queues that are being made level.

    Args:
        feeders: As they were before the first day.
        days: For each day, each queue's half-hours, in the order of `feeders`.
        required: Watts, for each day and half-hour.
    """

    def __init__(
        self,
        feeders: Sequence[Feeder],
        days: Sequence[Sequence[Sequence[bool]]],
        required: Sequence[Sequence[int]],
        rules: Rules,
    ) -> None:
        self.feeders, self.rules = feeders, rules
        self.days: list[list[Row]] = [[list(row) for row in day] for day in days]
        self._watts = [
            [[one.load(at) for at in range(len(day))] for one in feeders] for day in required
        ]
        self._spare = [
            [
                sum(watts[at] for watts, row in zip(loads, day, strict=True) if row[at])
                - wanted[at]
                for at in range(len(wanted))
            ]
            for loads, day, wanted in zip(self._watts, self.days, required, strict=True)
        ]
        before = [round(2 * one.off_hours) for one in feeders]
        self.totals = [
            had + sum(sum(day[at]) for day in self.days) for at, had in enumerate(before)
        ]

    @property
    def spread(self) -> int:
        """Tell how many half-hours lie between most and least."""
        return max(self.totals) - min(self.totals)

    def level(self) -> None:
        """Exchange parts of days, then move ends of cuts, until it is level or nothing helps."""
        for _ in range(SWEEPS_MOST):
            if self.spread <= SPREAD or not self._exchanged():
                break
        for _ in range(MOVES_MOST):
            if self.spread <= SPREAD or not self._moved():
                break

    def _exchanged(self) -> bool:
        """Make every exchange that helps, once over all days; say whether there was one."""
        some = False
        for number, day in enumerate(self.days):
            for one, other in combinations(range(len(day)), 2):
                some |= any(
                    self._exchange(number, one, other, start)
                    for start in FROM
                    if start < len(day[one])
                )
        return some

    def _exchange(self, number: int, one: int, other: int, start: int) -> bool:
        day = self.days[number]
        a, b = day[one], day[other]
        more = sum(b[start:]) - sum(a[start:])
        apart = self.totals[one] - self.totals[other]
        if abs(apart + 2 * more) >= abs(apart):
            return False
        return self._put(number, {one: a[:start] + b[start:], other: b[:start] + a[start:]})

    def _moved(self) -> bool:
        """Shorten a cut of whoever had most, else lengthen one of whoever had least."""
        order = sorted(range(len(self.totals)), key=self.totals.__getitem__)
        most, least = self.totals[order[-1]], self.totals[order[0]]
        turns = [(at, False) for at in reversed(order) if self.totals[at] == most]
        turns += [(at, True) for at in order if self.totals[at] == least]
        for at, longer in turns:
            for number in range(len(self.days)):
                for row in _edges(self.days[number][at], longer=longer):
                    if self._put(number, {at: row}):
                        return True
        return False

    def _put(self, number: int, rows: dict[int, Row]) -> bool:
        """Put rows into a day where that keeps every rule and misses no more than before."""
        day, spare = self.days[number], self._spare[number]
        if not all(self._legal(number, at, row) for at, row in rows.items()):
            return False
        changed = list(spare)
        for at, row in rows.items():
            watts = self._watts[number][at]
            for slot, (was, now) in enumerate(zip(day[at], row, strict=True)):
                if was != now:
                    changed[slot] += watts[slot] if now else -watts[slot]
        if any(now < min(0, was) for now, was in zip(changed, spare, strict=True)):
            return False
        self._spare[number] = changed
        for at, row in rows.items():
            self.totals[at] += sum(row) - sum(day[at])
            day[at] = row
        return True

    def _legal(self, number: int, at: int, row: Row) -> bool:
        before = self.feeders[at].rested
        for day in self.days[:number]:
            before = rested(day[at], before)
        days = [row] + [day[at] for day in self.days[number + 1 : number + 2]]
        return all(
            _keeps(one, rest, self.rules)
            for one, rest in zip(days, [before, rested(row, before)], strict=False)
        )


def rested(row: Sequence[bool], before: int) -> int:
    """Tell how many half-hours a queue has been on when a day is over."""
    backwards = list(reversed(row))
    return backwards.index(True) if True in backwards else len(backwards) + before


def _keeps(row: Row, before: int, rules: Rules) -> bool:
    if sum(row) > rules.day_most:
        return False
    rest = before
    for off, run in groupby(row):
        length = len(list(run))
        if not off:
            rest += length
        elif rest < rules.on_least or not rules.off_least <= length <= rules.off_most:
            return False
        else:
            rest = 0
    return True


def _edges(row: Row, *, longer: bool) -> Iterator[Row]:
    """Move each end of each cut by half an hour."""
    for at, (here, there) in enumerate(pairwise(row)):
        if here != there:
            changed = list(row)
            changed[at if longer != here else at + 1] = longer
            yield changed
