"""
What of a plan may be known has queues and times, and no feeder; the whole plan has a digest.

Method: a plan of named feeders; whatever goes out is searched for their names.
"""

import json
from dataclasses import replace

from tests.planning.small_grid import SMALL

from tocsin.planning.day_plan import quick_plan
from tocsin.planning.feeders import WATTS, Feeder
from tocsin.planning.plan_page import (
    digest,
    group_days,
    megawatts,
    percent,
    public_day,
    whole_day,
    whole_shed,
)
from tocsin.planning.shed import shed
from tocsin.power.day import whole as complete
from tocsin.power.messages import Power, Regime

FEEDERS = [
    Feeder(id=f"secret-{at}", queue=f"1.{at % 2 + 1}", zone="z", watts=(WATTS,)) for at in range(4)
]


def plan(half_hours=48):
    return quick_plan(FEEDERS, [0] * 8 + [WATTS] * 4 + [0] * (half_hours - 12))


def test_a_queue_is_off_where_all_of_it_is_and_maybe_where_a_part_is():
    made = plan()
    off = {one.id: (False,) * 48 for one in FEEDERS}
    cut = (False,) * 8 + (True,) * 4 + (False,) * 36
    half = replace(made, off={**off, "secret-0": cut})
    both = replace(made, off={**off, "secret-0": cut, "secret-2": cut})

    assert [slot.power for slot in group_days(half, "2026-01-26")[0].slots] == [
        Power.ON,
        Power.MAYBE,
        Power.ON,
    ]
    first, second = group_days(both, "2026-01-26")
    assert [tuple(slot) for slot in map(_plain, first.slots)] == [
        (0, 240, "on"),
        (240, 360, "off"),
        (360, 1440, "on"),
    ]
    assert (first.group, second.group, first.regime) == ("1.1", "1.2", Regime.HOURLY)


def _plain(slot):
    return slot.start, slot.end, slot.power.value


def test_days_on_which_the_clock_is_changed_are_whole_on_the_wall():
    for date, half_hours in (("2026-03-29", 46), ("2026-10-25", 50)):
        for day in group_days(plan(half_hours), date):
            assert complete(day.slots), date


def test_nothing_that_goes_out_has_a_feeder():
    made = plan()

    out = json.dumps([public_day(day) for day in group_days(made, "2026-01-26")])

    assert "secret" not in out
    assert "secret" in json.dumps(whole_day(made, "2026-01-26"))  # It would have been found.


def test_a_digest_names_what_is_in_a_plan_and_not_how_its_file_is_written():
    whole = whole_day(plan(), "2026-01-26")
    other = json.loads(json.dumps(dict(reversed(whole.items()))))

    assert digest(whole) == digest(other)
    assert digest({**whole, "harm": 0}) != digest(whole)


def test_whom_to_take_off_at_once_is_written_whole():
    whole = whole_shed(shed(SMALL, 5 * WATTS))

    assert whole["taken_watts"] >= whole["required_watts"]
    assert {"feeder": "a", "queue": "1.1"} in whole["feeders"]


def test_figures_are_rounded_up():
    assert percent(0.0201) == 3
    assert percent(0.0) == 0
    assert megawatts([1, WATTS + 1]) == 2
