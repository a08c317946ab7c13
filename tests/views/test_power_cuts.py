"""
Goal: who stands in a cellar learns of the cut that is on or comes next, and nobody's word makes it.

Method: over any plan, the cut that is told against the plan's own minutes; then by example.
"""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.power.grids import (
    NOON,
    TOMORROW,
    WEST,
    after,
    at,
    cuts,
    day,
    publishes,
    restores,
    zone,
)

from tocsin.kernel.time import parse_rfc3339
from tocsin.power.messages import GroupCode, Power, Regime
from tocsin.power.outlook import outlook
from tocsin.power.state import ZoneState
from tocsin.views.power_cuts import AHEAD, dark, named, next_cut

GROUP = GroupCode("1.1")
plans = st.text("ynm?", min_size=24, max_size=24)
moments = st.integers(0, 24 * 60 - 1).map(lambda n: NOON + timedelta(minutes=n))


@given(plans, plans, moments)
def test_a_group_is_dark_where_its_plan_says_that_it_is_off_and_nowhere_else(one, other, moment):
    state = after(publishes(day(one), day(other, date=TOMORROW), seconds=-10))
    cut = next_cut(state, GROUP, moment)
    seen = outlook(state, GROUP, moment)

    assert (cut is not None and cut.now) == (seen.power is Power.OFF)
    if cut is None:
        return
    assert parse_rfc3339(cut.start) <= moment + AHEAD
    for edge, power in ((cut.start, Power.OFF), (cut.end, None)):
        found = outlook(state, GROUP, parse_rfc3339(edge), at()).power
        assert (found is Power.OFF) == (power is Power.OFF)


def test_an_emergency_has_no_end_and_goes_before_the_plan():
    state = after(publishes(day("y" * 14 + "nn" + "y" * 8)), cuts(60))

    assert next_cut(state, GROUP, NOON) == (at(7_200), at(14_400), False)
    assert next_cut(state, GROUP, NOON + timedelta(minutes=2)) == (at(60), None, True)
    lifted = after(restores(120), state=state)
    assert next_cut(lifted, GROUP, NOON + timedelta(minutes=3)).start == at(7_200)
    yasno = after(publishes(day(regime=Regime.EMERGENCY)))
    assert next_cut(yasno, GROUP, NOON) == (at(), None, True)


def test_what_nobody_knows_is_no_cut():
    assert next_cut(after(), GROUP, NOON) is None
    assert next_cut(after(publishes(day("?" * 24))), GROUP, NOON) is None
    assert next_cut(after(publishes(day("m" * 24))), GROUP, NOON) is None


def test_a_cut_is_told_twelve_hours_ahead_and_no_earlier():
    plan = day(), day("n" + "y" * 23, date=TOMORROW)
    state = after(publishes(*plan, seconds=-3_600))

    assert next_cut(state, GROUP, NOON).start == at(43_200)
    assert next_cut(state, GROUP, NOON - timedelta(minutes=1)) is None


def test_a_group_is_named_with_its_company_and_alone_where_no_other_has_one_of_that_name():
    east = after(publishes(day("y" * 11 + "nnn" + "y" * 10)))
    west = ZoneState(east.operator, east.clock, zone("west", WEST, ("2.1",)))
    other = ZoneState("another", east.clock, zone("west", WEST, ("1.1",)))

    assert set(named([east, west], NOON)) == {"1.1", "grid/1.1"}
    assert dark(named([east, west], NOON)) == {"1.1", "grid/1.1"}
    assert set(named([east, west, other], NOON)) == {"grid/1.1"}, "nobody knows which is meant"
    cut = after(cuts(), state=east)
    assert set(named([cut], NOON)) == {"1.1", "1.2", "grid/1.1", "grid/1.2"}
    assert named([east], NOON + timedelta(hours=2)) == {}


def test_a_cut_that_is_to_come_leaves_nobody_in_the_dark_yet():
    state = after(publishes(day("y" * 14 + "nn" + "y" * 8)))
    found = named([state], NOON)

    assert found["1.1"] == (at(7_200), at(14_400), False)
    assert dark(found) == frozenset()
