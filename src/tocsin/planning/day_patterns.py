"""
The best legal day of every feeder at once, given what each half-hour off costs it.

A day is a row of cuts, each followed by its rest; by dynamic programming from the evening back,
over the half-hours still to be off. All feeders are worked out together, which is why a city of 500
takes 10 ms.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tocsin.planning.day_model import Cells, Counts, DayModel, Floats


class Priced(NamedTuple):
    """For each feeder its best day, and what that costs, or what it costs at least."""

    cells: Cells
    cost: Floats


def best_days(model: DayModel, cost: Floats, rows: slice = slice(None)) -> Priced:
    """
    Find for each feeder the legal day of least cost.

    Args:
        cost: By feeder and half-hour, what being off costs; may be below 0.
        rows: Of the model, which feeders `cost` is of.
    """
    rules, slots = model.rules, model.half_hours
    most = min(rules.day_most, slots)
    many = len(cost)
    sums = np.zeros((slots + 1, many))
    np.cumsum(cost.T, axis=0, out=sums[1:])
    per_cut, first = model.per_cut[rows], model.first[rows]
    ahead = np.full((slots + 1, most + 1, many), np.inf)
    ahead[slots, 0] = 0.0
    taken = np.zeros((slots, most + 1, many), np.int8)
    for at in range(slots - 1, -1, -1):
        best, mark = ahead[at], taken[at]
        best[:] = ahead[at + 1]
        resting = first > at
        for length in range(rules.off_least, min(rules.off_most, slots - at, most) + 1):
            price = sums[at + length] - sums[at] + per_cut
            if resting.any():
                price = np.where(resting, np.inf, price)
            after = ahead[min(slots, at + length + rules.on_least)]
            other = after[: most + 1 - length] + price
            better = other < best[length:]
            np.copyto(best[length:], other, where=better)
            np.copyto(mark[length:], length, where=better)
    whole = ahead[0] + model.per_day[rows, : most + 1].T
    left = whole.argmin(axis=0)
    found = whole[left, np.arange(many)]
    return Priced(_traced(model, taken, left.astype(np.int64)), found)


def quick_days(model: DayModel, cost: Floats, usual: Counts) -> Priced:
    """
    Find for each feeder a day that costs at most what its best one does, five times as fast.

    What a day's hours weigh together is taken along its tangent, and the daily cap is left out: the
    cost is a bound, and the days may break the cap.

    Args:
        usual: By feeder, half-hours off where the tangent is taken.
    """
    rules, slots, many = model.rules, model.half_hours, len(cost)
    rows = np.arange(many)
    near = np.clip(usual, 1, slots - 1)
    slope = (model.per_day[rows, near + 1] - model.per_day[rows, near - 1]) / 2
    base = model.per_day[rows, near] - slope * near
    sums = np.zeros((slots + 1, many))
    np.cumsum((cost + slope[:, None]).T, axis=0, out=sums[1:])
    ahead = np.zeros((slots + 1, many))
    taken = np.zeros((slots, many), np.int8)
    for at in range(slots - 1, -1, -1):
        ahead[at] = ahead[at + 1]
        lengths = np.arange(rules.off_least, min(rules.off_most, slots - at) + 1)
        if not len(lengths):
            continue
        ends = at + lengths
        offers = sums[ends] + ahead[np.minimum(slots, ends + rules.on_least)]
        which = offers.argmin(axis=0)
        price = offers[which, rows] - sums[at] + model.per_cut
        better = (price < ahead[at]) & (model.first <= at)
        np.copyto(ahead[at], price, where=better)
        taken[at] = np.where(better, lengths[which], 0)
    return Priced(_days(model, lambda at, _: taken[at], np.zeros(many, np.int64)), ahead[0] + base)


def _traced(model: DayModel, taken: npt.NDArray[np.int8], left: Counts) -> Cells:
    rows = np.arange(len(left))
    return _days(model, lambda at, left: taken[at, left, rows], left)


def _days(
    model: DayModel, taken: Callable[[int, Counts], npt.NDArray[np.int8]], left: Counts
) -> Cells:
    """Follow what was taken, from the morning on; `left` is what is still to be off."""
    many, slots = len(left), model.half_hours
    cells = np.zeros((many, slots), np.bool_)
    free = np.zeros(many, np.int64)
    for at in range(slots):
        length = np.where(free <= at, taken(at, left), 0)
        for one in np.flatnonzero(length):
            cells[one, at : at + length[one]] = True
        left = left - length
        free = np.where(length > 0, at + length + model.rules.on_least, free)
    return cells
