"""
A week of queues: every day met, no rule broken across midnight, hours level at the end.

Method: twelve queues of unequal loads, a week whose days ask for unequal things.
"""

from tests.planning.small_grid import SMALL

from tocsin.planning.feeders import WATTS, Feeder
from tocsin.planning.queue_plan import after, queue_week, queues
from tocsin.planning.rules import broken, missing

QUEUES = tuple(
    Feeder(id=f"{at // 2 + 1}.{at % 2 + 1}", queue="q", zone="z", watts=((80 + 2 * at) * WATTS,))
    for at in range(12)
)


def test_a_week_is_met_breaks_no_rule_and_ends_within_an_hour():
    days = [
        [round(megawatts * WATTS)] * 14 + [2 * megawatts * WATTS] * 34
        for megawatts in (90, 150, 60)
    ]

    plans = queue_week(QUEUES, days)

    now = QUEUES
    for plan, required in zip(plans, days, strict=True):
        assert broken(plan.off, now, 48) == []
        assert not any(missing(plan.off, now, required))
        assert plan.bound <= plan.harm
        now = after(now, plan.off)
    hours = [one.off_hours for one in now]
    assert max(hours) - min(hours) <= 1


def test_a_queue_is_all_of_it_that_may_be_cut():
    found = {one.id: one for one in queues(SMALL)}

    assert found.keys() == {"1.1", "1.2", "2.1"}  # 2.2 has a hospital alone.
    assert found["2.1"].weighs == 3.0


def test_a_day_that_is_over_leaves_hours_and_an_unfinished_rest():
    off = {"1.1": [False] * 44 + [True] * 3 + [False]}

    (first, second) = after(QUEUES[:2], off)

    assert (first.off_hours, first.rested) == (1.5, 1)
    assert second == QUEUES[1]
