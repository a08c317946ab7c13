"""
A mixture of days is never worse than a plan, and its bound is below every plan.

Method: one grid with room enough; the program is solved by scipy here.
"""

import numpy as np
from tests.planning.small_grid import steady

from tocsin.planning.day_bound import quick_bound
from tocsin.planning.day_columns import mixture
from tocsin.planning.day_model import day_model
from tocsin.planning.day_quick import rotation
from tocsin.planning.feeders import WATTS
from tocsin.planning.rules import broken


def made():
    model = day_model(steady(24), [9 * WATTS] * 30 + [4 * WATTS] * 18)
    plan = rotation(model)
    return model, plan, quick_bound(model, plan, 30)


def test_the_bound_is_better_than_the_quick_one_and_below_the_plan():
    model, plan, bound = made()

    found = mixture(model, plan, bound.prices)

    assert bound.value <= found.bound.value <= model.harm(plan)
    days = {one.id: row for one, row in zip(model.feeders, found.cells.tolist(), strict=True)}
    assert broken(days, model.feeders, 48) == []


def test_told_to_stop_at_once_it_has_no_mixture():
    model, plan, bound = made()

    assert mixture(model, plan, bound.prices, lambda: False) is None


def test_the_same_day_has_the_same_mixture():
    model, plan, bound = made()

    one, other = (mixture(model, plan, bound.prices) for _ in range(2))

    assert one.bound.value == other.bound.value
    assert np.array_equal(one.cells, other.cells)
