"""
Column generation: the best mixture of legal days there is, and a bound that no plan is below.

Every feeder has a stock of legal days (columns). A linear program mixes them so that each half-hour
is met at least harm; its prices tell which days are worth adding, and Lagrange's bound at prices
between those and the best known is what is proven (J. Desrosiers and M. Lübbecke, "A primer in
column generation", 2005; smoothed as A. Wentges, 1997). Solved by the HiGHS in scipy; this runs in
a child process alone (`day_plan_best`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from tocsin.planning.day_bound import Bound, exact_bound
from tocsin.planning.day_model import HOURS, Cells, Counts, DayModel, Floats
from tocsin.planning.feeders import WATTS

NEAR: Final = 0.05
"""Around the first prices, so that the stock has something to choose from."""

AROUND: Final = 20
ROUNDS: Final = 15
GAP: Final = 1e-3
"""Between mixture and bound, where it is enough: 0.1 %."""

SMOOTHED: Final = (0.8, 0.5, 0.0)
"""How much of the best prices is kept, for each of the days added in a round."""

COLUMNS_MOST: Final = 6_000
"""Above so many, the quarter is let go that is farthest from being used."""

CHOSEN: Final = 0.55
"""A day that has more than this of a mixture is taken whole."""

GoOn = Callable[[], bool]


class Mixture(NamedTuple):
    """
    The best mixture found.

    Args:
        cells: For each feeder the day of which it has most, none where no day has enough.
        rounds: Linear programs solved.
    """

    bound: Bound
    cells: Cells
    rounds: int


class _Stock:
    """Legal days of feeders, each once."""

    def __init__(self, model: DayModel) -> None:
        self.model = model
        self._known: dict[tuple[int, bytes], float] = {}
        self.add(np.zeros(model.watts.shape, np.bool_))

    def add(self, cells: Cells) -> None:
        """Take in a day of each feeder."""
        own = self.model.own(cells).tolist()
        for row, (days, cost) in enumerate(zip(cells, own, strict=True)):
            self._known.setdefault((row, days.tobytes()), cost)

    def table(self) -> tuple[Counts, Cells, Floats]:
        """Write the stock as arrays: whose day, which, at what harm."""
        rows = np.array([row for row, _ in self._known], np.int64)
        days = np.frombuffer(b"".join(days for _, days in self._known), np.bool_)
        cost = np.fromiter(self._known.values(), np.float64)
        return rows, days.reshape(len(rows), -1), cost

    def let_go(self, reduced: Floats) -> None:
        """Let go of the quarter that is farthest from being used, where they are too many."""
        if len(reduced) <= COLUMNS_MOST:
            return
        far = np.quantile(reduced, 0.75)
        nothing = bytes(self.model.half_hours)
        oldest = list(self._known)[: len(reduced)]
        for key, gone in zip(oldest, reduced > far, strict=True):
            if gone and key[1] != nothing:
                del self._known[key]


class _Solved(NamedTuple):
    harm: float
    share: Floats
    prices: Floats
    reduced: Floats


def mixture(
    model: DayModel, plan: Cells, prices: Floats, go_on: GoOn = lambda: True
) -> Mixture | None:
    """
    Find the best mixture of legal days, and prove a bound; None where it was told to stop before.

    Args:
        plan: One that is known, and breaks no rule.
        prices: To begin with, from a quick bound.
        go_on: Asked before each linear program.
    """
    stock = _Stock(model)
    stock.add(plan)
    best, cells = exact_bound(model, prices)
    stock.add(cells)
    chance = np.random.default_rng(5)
    most = model.short * HOURS
    for _ in range(AROUND):
        near = prices * (1 + NEAR * chance.standard_normal(len(prices)))
        best = _better(stock, best, np.clip(near, 0.0, most))
    found = None
    for rounds in range(1, ROUNDS + 1):
        if not go_on():
            break
        table = stock.table()
        solved = _mixed(model, *table)
        for kept in SMOOTHED:
            best = _better(stock, best, kept * best.prices + (1 - kept) * solved.prices)
        found = Mixture(best, _chosen(model, *table[:2], solved.share), rounds)
        if solved.harm - best.value <= GAP * solved.harm:
            break
        stock.let_go(solved.reduced)
    return found


def _better(stock: _Stock, best: Bound, prices: Floats) -> Bound:
    """Add the best days at these prices; keep the better bound."""
    bound, cells = exact_bound(stock.model, prices)
    stock.add(cells)
    return max(best, bound, key=lambda one: one.value)


def _mixed(model: DayModel, rows: Counts, days: Cells, cost: Floats) -> _Solved:
    """Solve the linear program over the stock; what is missing is paid for."""
    from scipy.optimize import linprog  # noqa: PLC0415  # In the child alone.
    from scipy.sparse import coo_array  # noqa: PLC0415  # As above.

    many, slots = days.shape
    column, at = np.nonzero(days)
    loads = model.watts / WATTS
    extra = np.arange(slots)
    data = np.concatenate([-loads[rows[column], at], -np.ones(slots)])
    place = (np.concatenate([at, extra]), np.concatenate([column, many + extra]))
    met = coo_array((data, place), shape=(slots, many + slots)).tocsc()
    ones = (rows, np.arange(many))
    whole = coo_array((np.ones(many), ones), shape=(len(loads), many + slots)).tocsc()
    told: Any = linprog(
        np.concatenate([cost, np.full(slots, model.short * HOURS)]),
        A_ub=met, b_ub=-model.required / WATTS,
        A_eq=whole, b_eq=np.ones(len(loads)),
        method="highs-ds",
    )  # fmt: skip
    prices: npt.NDArray[np.float64] = np.maximum(0.0, -told.ineqlin.marginals)
    reduced = cost - (days * (loads * prices)[rows]).sum(axis=1) - told.eqlin.marginals[rows]
    return _Solved(float(told.fun), told.x[:many], prices, reduced)


def _chosen(model: DayModel, rows: Counts, days: Cells, share: Floats) -> Cells:
    cells = np.zeros(model.watts.shape, np.bool_)
    for column in np.flatnonzero(share > CHOSEN).tolist():
        cells[rows[column]] = days[column]
    return cells
