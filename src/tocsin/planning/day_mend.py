"""
A day plan made better: each feeder in turn gets the legal day that is best for what is missing.

For all feeders at once it is worked out which day each should have if the others stayed; the few
that gain most change, one after the other, and all are looked at anew. What is missing is first
priced as the bound prices it, so that many share it out, and then dearer and dearer, until whatever
can be met is met.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

from tocsin.planning.day_model import HOURS, Cells, DayModel, Floats
from tocsin.planning.day_patterns import best_days
from tocsin.planning.day_quick import without_surplus
from tocsin.planning.feeders import WATTS

DEARER: Final = (1.1, 1.5, 2.5, 5.0, 10.0)
"""How far above the bound's prices what is missing is priced, in turn."""

ROUNDS: Final = 40
"""At each price, at most; some 15 are needed."""

CELLS_MOST: Final = 1_000_000
"""Looked at for each price, 1 µs each: fewer rounds where feeders are thousands."""

TOGETHER: Final = 6
"""Feeders that change before all are looked at anew."""

WHATEVER: Final = 10_000.0
"""Above what is missing weighs: a kilowatt too few is worth cutting the largest feeder."""

LOOKED_AT: Final = 40
GAIN: Final = 1e-6

GoOn = Callable[[], bool]


def _always() -> bool:
    return True


def mended(model: DayModel, cells: Cells, prices: Floats, go_on: GoOn = _always) -> Cells:
    """
    Make a plan better, and fill what is missing; it breaks no rule if `cells` breaks none.

    Args:
        prices: Of the bound, in harm for each megawatt and half-hour.
        go_on: Asked before each round; what is left undone is missing, or costs more.
    """
    for dearer in DEARER:
        cells = _at(model, cells, np.maximum(prices, prices.mean() / 2) * dearer, go_on)
    return filled(model, cells, go_on)


def filled(model: DayModel, cells: Cells, go_on: GoOn = _always) -> Cells:
    """Fill what is missing at whatever harm, then take out what is no longer needed."""
    dear = np.full(model.half_hours, model.short * HOURS * WHATEVER)
    return without_surplus(model, _at(model, cells, dear, go_on))


def _at(model: DayModel, cells: Cells, price: Floats, go_on: GoOn) -> Cells:
    """Change days while that gains something, a missing megawatt being worth `price`."""
    cells = cells.copy()
    for _ in range(max(1, min(ROUNDS, CELLS_MOST // cells.size))):
        spare = model.off(cells) - model.required
        if not go_on():
            break
        alone = np.maximum(0, model.watts * cells - spare)  # Missing, were a feeder on all day.
        worth = np.minimum(model.watts, alone) / WATTS * price
        found = best_days(model, model.cost - worth)
        gains = model.own(cells) - (worth * cells).sum(axis=1) - found.cost
        changed = 0
        for row in np.argsort(-gains, kind="stable")[:LOOKED_AT].tolist():
            if gains[row] <= GAIN or changed == TOGETHER:
                break
            other = found.cells[row]
            more = (other.astype(np.int64) - cells[row]) * model.watts[row]
            missing = np.maximum(0, -spare - more) - np.maximum(0, -spare)
            gain = one(model, row, cells[row]) - one(model, row, other)
            gain -= float(missing @ price) / WATTS
            if gain > max(GAIN, gains[row] / 2):  # The others may have met it meanwhile.
                cells[row] = other
                spare += more
                changed += 1
        if not changed:
            break
    return cells


def one(model: DayModel, row: int, days: npt.NDArray[np.bool_]) -> float:
    """Tell what one feeder's cuts weigh."""
    starts = np.count_nonzero(days[1:] & ~days[:-1]) + int(days[0])
    cost = float(model.cost[row] @ days)
    return cost + float(model.per_cut[row] * starts + model.per_day[row, days.sum()])
