"""
What a plan weighs is counted as the model says, and days that do not fit are refused.

Method: one feeder's day reckoned by hand.
"""

import numpy as np
import pytest
from tests.planning.small_grid import SMALL

from tocsin.kernel.errors import Malformed, Refused
from tocsin.planning.day_model import day_model
from tocsin.planning.feeders import WATTS


def test_a_day_weighs_its_hours_its_cuts_and_what_is_missing():
    model = day_model(SMALL[:1], [WATTS] * 48)
    cells = np.zeros((1, 48), bool)
    cells[0, 4:8] = cells[0, 20:24] = True  # Two cuts of 2 h, 4 MW.

    energy, told, growing = 16.0, 2 * 4 * 0.1, 4 * 0.02 * 4**2 / 2
    assert model.own(cells)[0] == pytest.approx(energy + told + growing)
    assert model.missing(cells).sum() == 40 * WATTS
    assert model.harm(cells) == pytest.approx(model.own(cells)[0] + model.short * 20)


def test_whoever_is_protected_is_not_in_the_model():
    assert [one.id for one in day_model(SMALL, [0] * 48).feeders] == ["a", "b", "c"]
    with pytest.raises(Refused, match=r"planning\.nothing_to_cut"):
        day_model(SMALL[3:], [0] * 48)


@pytest.mark.parametrize("half_hours", [46, 50])
def test_a_day_on_which_the_clock_is_changed_has_its_own_half_hours(half_hours):
    assert day_model(SMALL, [0] * half_hours).half_hours == half_hours


def test_a_requirement_of_another_day_is_refused():
    with pytest.raises(Malformed, match=r"planning\.reduction_malformed"):
        day_model(SMALL, [0] * 24)
