"""
A bound below every plan of a day, found by prices for each half-hour's megawatts.

Whoever pays feeders a price for what they take off pays at least what a plan costs that has to
take off so much (Lagrange's duality): each feeder's best day at those prices, all together, plus
the prices of what is required, is below the harm of every legal plan. Prices are moved to where
that is highest.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple, TypeAlias

import numpy as np

from tocsin.planning.day_model import HOURS, Cells, DayModel, Floats
from tocsin.planning.day_patterns import Priced, best_days, quick_days
from tocsin.planning.feeders import WATTS

SLACK: Final = 1e-9
"""Of a bound, for what sums of floats may be wrong by."""

BLEND: Final = 0.7
SHRINK: Final = 0.6
FLAT: Final = 2
"""Steps without a better bound before they become shorter."""


class Bound(NamedTuple):
    """A proven bound, and the prices that prove it, in harm for each megawatt and half-hour."""

    value: float
    prices: Floats


Days: TypeAlias = Callable[[Floats], Priced]


def quick_bound(model: DayModel, plan: Cells, steps: int) -> Bound:
    """Bound all plans from a plan that is known, without the daily cap; 3 ms a step for 500."""
    usual = plan.sum(axis=1)
    return _climbed(model, plan, steps, lambda cost: quick_days(model, cost, usual))


def exact_bound(model: DayModel, prices: Floats) -> tuple[Bound, Cells]:
    """Bound all plans at given prices; the cells are each feeder's best day at them."""
    found = best_days(model, model.cost - prices * (model.watts / WATTS))
    return Bound(value(model, found, prices), prices), found.cells


def value(model: DayModel, found: Priced, prices: Floats) -> float:
    """Tell what prices prove."""
    paid = float(prices @ (model.required / WATTS))
    spent = float(found.cost.sum())
    return spent + paid - SLACK * (abs(spent) + abs(paid))


def _climbed(model: DayModel, plan: Cells, steps: int, days: Days) -> Bound:
    """Move prices along what is missing at them, as far as the known plan lets hope."""
    required, loads = model.required / WATTS, model.watts / WATTS
    above = float(model.own(plan).sum())
    most = model.short * HOURS
    prices = np.full(len(required), min(most, above / max(required.sum(), SLACK)))
    best = Bound(0.0, prices)
    way, reach, flat = np.zeros(len(required)), 1.0, 0
    for step in range(steps):
        found = days(model.cost - prices * loads)
        here = value(model, found, prices)
        if here > best.value:
            best, flat = Bound(here, prices), 0
        else:
            flat += 1
            if flat >= FLAT:
                reach, flat = reach * SHRINK, 0
        missing = required - (loads * found.cells).sum(axis=0)
        way = missing if step == 0 else BLEND * missing + (1 - BLEND) * way
        size = float(way @ way)
        if above - here <= SLACK * above or size <= SLACK:
            break
        prices = np.clip(prices + reach * (above - here) / size * way, 0.0, most)
    return best
