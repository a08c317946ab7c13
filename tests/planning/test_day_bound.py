"""
No legal plan does less harm than the bound, at whatever prices.

Method: plans of days drawn at random, and prices drawn at random.
"""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.planning.small_days import days
from tests.planning.small_grid import steady

from tocsin.planning.day_bound import exact_bound, quick_bound
from tocsin.planning.day_mend import filled
from tocsin.planning.day_model import day_model
from tocsin.planning.day_quick import rotation
from tocsin.planning.feeders import WATTS


@settings(max_examples=20)
@given(days(), st.lists(st.floats(0, 3), min_size=48, max_size=48))
def test_no_plan_does_less_harm(day, prices):
    model = day_model(*day)
    plans = [np.zeros(model.watts.shape, bool), rotation(model)]
    plans.append(filled(model, plans[1]))
    least = min(model.harm(plan) for plan in plans) * (1 + 1e-9)

    assert exact_bound(model, np.array(prices))[0].value <= least
    for plan in plans:
        assert quick_bound(model, plan, 4).value <= least


def test_the_prices_of_a_bound_prove_it_again():
    model = day_model(steady(30), [12 * WATTS] * 48)
    plan = rotation(model)

    bound = quick_bound(model, plan, 20)

    assert bound.value > 0.8 * model.harm(plan)
    assert exact_bound(model, bound.prices)[0].value >= bound.value * (1 - 1e-9)
