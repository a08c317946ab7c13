"""
A day plan at once: greedy rotation, then without whatever turns out not to be needed.

Half-hour by half-hour, those are cut next who do least harm for what is still missing while they
are off; only whole cuts that keep every rule are put in, so there is nothing to mend afterwards
but what is too much.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from tocsin.planning.day_model import HOURS, Cells, Counts, DayModel, Floats
from tocsin.planning.feeders import WATTS

ROUNDS: Final = 4
"""How often a half-hour is looked at anew: what is missing changes while it is filled."""

NOTHING: Final = 1e-9


class Cut(NamedTuple):
    """One cut of a plan: its row, and its half-hours from `start` to before `end`."""

    row: int
    start: int
    end: int


def rotation(model: DayModel) -> Cells:
    """Plan a day; no rule is broken, and something may be missing where the rules leave no more."""
    return without_surplus(model, _filled(model))


def cuts(cells: Cells) -> Iterator[Cut]:
    """List the cuts of a plan, row by row."""
    edges = np.diff(np.pad(cells.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    rows, starts = np.nonzero(edges == 1)
    _, ends = np.nonzero(edges == -1)
    for row, start, end in zip(rows.tolist(), starts.tolist(), ends.tolist(), strict=True):
        yield Cut(row, start, end)


def without_surplus(model: DayModel, cells: Cells) -> Cells:
    """Take out of a plan, the costliest first, cuts and ends of cuts that are not needed."""
    spare = (model.off(cells) - model.required).tolist()
    watts, kept = model.watts.tolist(), cells.copy()
    least = model.rules.off_least
    for row, start, end in sorted(cuts(cells), key=lambda cut: -model.cost[cut[:2]]):
        load = watts[row]
        first, after = start, end
        if all(spare[at] >= load[at] for at in range(start, end)):
            after = start
        while after - first > least and spare[after - 1] >= load[after - 1]:
            after -= 1
        while after - first > least and spare[first] >= load[first]:
            first += 1
        for at in (*range(start, first), *range(after, end)):
            spare[at] -= load[at]
            kept[row, at] = False
    return kept


def _filled(model: DayModel) -> Cells:
    """Fill each half-hour in its turn."""
    many, slots = model.watts.shape
    short = model.required / WATTS
    cells = np.zeros((many, slots), np.bool_)
    free, used = model.first.copy(), np.zeros(many, np.int64)
    sums = np.zeros((many, slots + 1))
    np.cumsum(model.cost, axis=1, out=sums[:, 1:])
    for at in range(slots - model.rules.off_least + 1):
        for _ in range(ROUNDS):
            able = np.flatnonzero((free <= at) & (model.watts[:, at] > 0))
            if short[at] <= NOTHING or not len(able):
                break
            lengths, rates = _offers(model, sums, short, used, able, at)
            for offer in np.argsort(rates, kind="stable"):
                if short[at] <= NOTHING or rates[offer] == np.inf:
                    break
                row, end = able[offer], at + lengths[offer]
                cells[row, at:end] = True
                short[at:end] -= model.watts[row, at:end] / WATTS
                used[row] += lengths[offer]
                free[row] = end + model.rules.on_least
    return cells


def _offers(
    model: DayModel, sums: Floats, short: Floats, used: Counts, able: Counts, at: int
) -> tuple[Counts, Floats]:
    """For each row that may be cut from here, the best length, and its harm per useful MWh."""
    rules = model.rules
    most = min(rules.off_most, model.half_hours - at)
    lengths = np.arange(rules.off_least, most + 1)
    loads = model.watts[able, at : at + most] / WATTS
    useful = np.minimum(loads, np.maximum(short[at : at + most], 0.0)).cumsum(axis=1) * HOURS
    cost = sums[able][:, at + lengths] - sums[able, at][:, None] + model.per_cut[able][:, None]
    before = used[able][:, None]
    after = before + lengths
    more = model.per_day[able[:, None], np.minimum(after, model.half_hours)]
    cost += np.where(after <= rules.day_most, more - model.per_day[able[:, None], before], np.inf)
    rates = cost / np.maximum(useful[:, lengths - 1], NOTHING)
    best = rates.argmin(axis=1)
    return lengths[best], rates[np.arange(len(able)), best]
