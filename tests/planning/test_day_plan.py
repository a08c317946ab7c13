"""
A quick plan breaks no rule, says what is missing, and has its bound below it.

Method: days drawn at random; days with room for everything must be met.
"""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.planning.small_days import days, keeps_every_rule
from tests.planning.small_grid import steady

from tocsin.planning.day_plan import quick_plan
from tocsin.planning.feeders import WATTS


@settings(max_examples=15)
@given(days())
def test_no_rule_is_broken_and_the_bound_is_below(day):
    feeders, required = day

    plan = quick_plan(feeders, required)

    assert keeps_every_rule(plan, feeders, required)
    assert plan.bound <= plan.harm
    assert quick_plan(list(reversed(feeders)), required) == plan


@settings(max_examples=15)
@given(st.lists(st.sampled_from([0.0, 0.1, 0.25]), min_size=6, max_size=6))
def test_up_to_a_quarter_of_the_load_is_met_all_day(shares):
    feeders = steady(24)
    could = sum(one.load(0) for one in feeders)
    required = [int(could * shares[at // 8]) for at in range(48)]

    assert not any(quick_plan(feeders, required).missing)


def test_those_who_were_off_earlier_this_week_are_off_less():
    feeders = steady(12)
    feeders = [replace(one, off_hours=20.0 * (at % 2)) for at, one in enumerate(feeders)]

    plan = quick_plan(feeders, [5 * WATTS] * 48)

    hours = [sum(plan.off[one.id]) for one in feeders]
    assert sum(hours[1::2]) < sum(hours[::2])


def test_what_it_takes_is_told_in_energy_and_in_cuts():
    plan = quick_plan(steady(1), [WATTS] * 4 + [0] * 44)

    assert plan.megawatt_hours == pytest.approx(4)
    assert plan.cuts == 1
