"""
Rotation breaks no rule, whatever is asked of it, and keeps nothing that is not needed.

Method: days drawn at random, and one that has room enough.
"""

import numpy as np
from hypothesis import given, settings
from tests.planning.small_days import days
from tests.planning.small_grid import steady

from tocsin.planning.day_model import day_model
from tocsin.planning.day_quick import Cut, cuts, rotation, without_surplus
from tocsin.planning.feeders import WATTS
from tocsin.planning.rules import broken


@settings(max_examples=30)
@given(days())
def test_no_rule_is_broken(day):
    feeders, required = day
    model = day_model(feeders, required)

    cells = rotation(model)

    plan = {one.id: row for one, row in zip(model.feeders, cells.tolist(), strict=True)}
    assert broken(plan, feeders, 48) == []


def test_what_has_room_is_met_without_a_cut_too_many():
    model = day_model(steady(30), [12 * WATTS] * 48)

    cells = rotation(model)

    assert not model.missing(cells).any()
    spare = model.off(cells) - model.required
    for row, start, end in cuts(cells):
        assert (model.watts[row, start:end] > spare[start:end]).any()


def test_taking_out_what_is_too_much_leaves_legal_days_and_misses_nothing():
    model = day_model(steady(6), [4 * WATTS] * 48)
    cells = np.zeros(model.watts.shape, bool)
    cells[:, 10:18] = True  # Everybody off, where two would do.

    kept = without_surplus(model, cells)

    assert not (model.missing(kept) > model.missing(cells)).any()
    assert kept.sum() < cells.sum()
    plan = {one.id: row for one, row in zip(model.feeders, kept.tolist(), strict=True)}
    assert broken(plan, model.feeders, 48) == []


def test_cuts_are_listed_row_by_row():
    cells = np.zeros((2, 48), bool)
    cells[0, :2] = cells[1, 46:] = True

    assert list(cuts(cells)) == [Cut(0, 0, 2), Cut(1, 46, 48)]
