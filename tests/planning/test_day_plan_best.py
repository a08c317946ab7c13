"""
The best plan is no worse than the quick one, and where its child is late the quick one stands.

Method: one grid with room enough, in a child process as it is run; a limit that no child can keep.
"""

import pytest
from tests.planning.small_days import keeps_every_rule
from tests.planning.small_grid import SMALL, steady

from tocsin.kernel.errors import Refused
from tocsin.planning.day_plan import Made, quick_plan
from tocsin.planning.day_plan_best import best_plan, plan_here
from tocsin.planning.feeders import HARM_PER_HOUR_OFF, WATTS
from tocsin.planning.rules import KYIV

FEEDERS = steady(10)
REQUIRED = [4 * WATTS] * 30 + [2 * WATTS] * 18


def test_it_is_no_worse_breaks_no_rule_and_comes_out_the_same_in_any_process():
    quick = quick_plan(FEEDERS, REQUIRED)

    best = best_plan(FEEDERS, REQUIRED)

    assert best.made is Made.BEST
    assert best.because == ""
    assert keeps_every_rule(best, FEEDERS, REQUIRED)
    assert not any(best.missing)
    assert quick.bound <= best.bound <= best.harm <= quick.harm
    assert plan_here(tuple(FEEDERS), tuple(REQUIRED), KYIV, HARM_PER_HOUR_OFF, 60.0) == best


def test_where_the_child_is_late_the_quick_plan_stands_and_says_so():
    plan = best_plan(FEEDERS, REQUIRED, limit_s=0.01)

    assert plan.made is Made.QUICK
    assert plan.because == "planning.too_slow"


def test_without_time_for_a_mixture_it_says_so():
    plan = plan_here(tuple(FEEDERS), tuple(REQUIRED), KYIV, HARM_PER_HOUR_OFF, 0.0)

    assert plan.because == "planning.too_slow"
    assert keeps_every_rule(plan, FEEDERS, REQUIRED)


def test_what_is_refused_in_the_child_is_refused_here():
    with pytest.raises(Refused, match=r"planning\.nothing_to_cut"):
        best_plan(SMALL[3:], REQUIRED)
