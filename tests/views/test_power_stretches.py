"""
Goal: a day is cut into stretches that leave nothing out, as long as the clocks on the wall make it.

Method: over any plan and the days of the clock changes, against a minute-by-minute reading.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tocsin.kernel.time import Moment
from tocsin.power.day import half_hours, joined, minute_of
from tocsin.power.messages import Power, Regime, Slot
from tocsin.power.outlook import power_in
from tocsin.power.state import Version
from tocsin.views.power_stretches import Stretch, minutes, only, planned, told, without

KYIV = "Europe/Kyiv"
days = st.sampled_from([date(2026, 1, 26), date(2026, 3, 29), date(2026, 10, 25)])
SAID = [Power.ON, Power.OFF, Power.MAYBE, Power.UNKNOWN]


@st.composite
def versions(draw):
    """A plan whose slots begin at any minute."""
    marks = sorted(draw(st.sets(st.integers(1, 1_439), max_size=6)))
    bounds = [0, *marks, 1_440]
    slots = [Slot(start, end, draw(st.sampled_from(SAID))) for start, end in pairwise(bounds)]
    return version(joined(slots))


def version(slots=(), regime=Regime.HOURLY):
    return Version(Moment("2026-01-01T00:00:00.000Z"), None, "site", regime, tuple(slots))


@given(versions(), days)
def test_every_minute_of_a_day_is_in_one_stretch_that_says_what_the_plan_says_of_it(plan, day):
    cut = planned(plan, day, KYIV)
    halves = half_hours(day, KYIV)
    start, end = halves[0].start, halves[-1].start + timedelta(minutes=30)

    assert (cut[0].start, cut[-1].end) == (start, end)
    assert all(one.end == after.start for one, after in pairwise(cut))
    assert all(one.power is not after.power for one, after in pairwise(cut))
    moment = start
    while moment < end:
        (held,) = [one for one in cut if one.start <= moment < one.end]
        assert held.power is power_in(plan, minute_of(moment, KYIV))
        moment += timedelta(minutes=7)


def test_what_holds_of_the_hour_that_comes_twice_is_two_hours_long_and_the_lost_one_is_none():
    night = version([Slot(0, 180, Power.ON), Slot(180, 240, Power.OFF), Slot(240, 1_440, Power.ON)])

    assert minutes(planned(night, date(2026, 10, 25), KYIV), Power.OFF) == 120
    assert minutes(planned(night, date(2026, 3, 29), KYIV), Power.OFF) == 0
    assert minutes(planned(night, date(2026, 1, 26), KYIV), Power.OFF) == 60


def test_what_is_known_by_nobody_is_one_stretch_of_it():
    day = date(2026, 1, 26)
    assert [one.power for one in planned(None, day, KYIV)] == [Power.UNKNOWN]
    assert [one.power for one in planned(version((), Regime.WAITING), day, KYIV)] == [Power.UNKNOWN]
    assert [one.power for one in planned(version((), Regime.NONE), day, KYIV)] == [Power.ON]
    assert told(version((), Regime.NONE))
    assert not told(version((), Regime.WAITING))
    assert not told(None)


@given(versions(), versions(), days)
def test_the_difference_of_two_plans_is_what_is_in_one_and_not_in_the_other(one, other, day):
    mine = only(planned(one, day, KYIV), Power.OFF)
    theirs = only(planned(other, day, KYIV), Power.OFF)
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC)

    def holds(stretches):
        return any(found.start <= moment < found.end for found in stretches)

    rest = list(without(mine, theirs))
    assert all(isinstance(found, Stretch) and found.minutes > 0 for found in rest)
    for _ in range(60):
        assert holds(rest) == (holds(mine) and not holds(theirs))
        moment += timedelta(minutes=23)
