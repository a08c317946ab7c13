"""
Mending makes a plan better or leaves it, meets what can be met, and breaks no rule.

Method: days drawn at random, mended from nothing and from a rotation.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from tests.planning.small_days import days
from tests.planning.small_grid import steady

from tocsin.planning.day_bound import quick_bound
from tocsin.planning.day_mend import filled, mended, one
from tocsin.planning.day_model import day_model
from tocsin.planning.day_quick import rotation
from tocsin.planning.feeders import WATTS
from tocsin.planning.rules import broken


@settings(max_examples=12)
@given(days(most=6))
def test_no_rule_is_broken_and_no_more_is_missing_than_before(day):
    feeders, required = day
    model = day_model(feeders, required)
    before = rotation(model)

    after = mended(model, before, quick_bound(model, before, 4).prices)

    plan = {one.id: row for one, row in zip(model.feeders, after.tolist(), strict=True)}
    assert broken(plan, feeders, 48) == []
    full = filled(model, before)
    assert model.missing(full).sum() <= model.missing(before).sum()


def test_a_plan_made_from_nothing_meets_what_can_be_met():
    model = day_model(steady(20), [8 * WATTS] * 48)

    plan = filled(model, np.zeros(model.watts.shape, bool))

    assert not model.missing(plan).any()


def test_it_stops_when_told_to():
    model = day_model(steady(20), [8 * WATTS] * 48)
    nothing = np.zeros(model.watts.shape, bool)

    assert not mended(model, nothing, np.ones(48), go_on=lambda: False).any()


def test_one_feeder_weighs_what_the_model_says():
    model = day_model(steady(3), [0] * 48)
    cells = np.zeros((3, 48), bool)
    cells[1, 3:7] = cells[1, 12:20] = True

    assert one(model, 1, cells[1]) == pytest.approx(model.own(cells)[1])
