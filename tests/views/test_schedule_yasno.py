"""
What is written in the Yasno shape reads back as the same, and never as power that nobody promised.

Method: plans drawn at random, to the minute, written, and read by the reader of that shape.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.intake.schedules import packed, read
from tests.power.grids import NOON, TODAY, TOMORROW, after, at, cuts, day, publishes, restores

from tocsin.intake.schedule_edition import laid_out
from tocsin.power.messages import GroupCode, GroupDay, Power, Regime, Slot
from tocsin.views.schedule_yasno import yasno, yasno_probable

ONE = GroupCode("1.1")
DAYS = st.lists(
    st.tuples(
        st.integers(0, 1_439),
        st.integers(1, 1_440),
        st.sampled_from([Power.ON, Power.OFF, Power.MAYBE]),
    ).map(lambda one: Slot(one[0], min(1_440, one[0] + one[1]), one[2])),
    min_size=1,
    max_size=5,
).map(laid_out)


def written(state, seconds=0):
    return yasno([state], NOON + timedelta(seconds=seconds))


@settings(max_examples=25)
@given(DAYS, DAYS)
def test_a_schedule_written_is_read_back_as_the_same(today, tomorrow):
    days = [
        GroupDay(group=ONE, date=date, regime=Regime.HOURLY, slots=slots)
        for date, slots in ((TODAY, today), (TOMORROW, tomorrow))
    ]
    state = after(publishes(*days, published_at=at(-60)))
    (edition,) = read(packed(written(state))).editions

    assert edition.days == tuple(days)
    assert edition.published_at == at(-60)


@settings(max_examples=25)
@given(st.lists(DAYS, min_size=7, max_size=7))
def test_a_week_written_is_read_back_as_the_same(week):
    state = replace(after(publishes(day())), weeks={ONE: tuple(week)})
    (edition,) = read(packed(yasno_probable([state]))).editions

    assert edition.weeks == {ONE: tuple(week)}


@pytest.mark.parametrize("regime", [Regime.NONE, Regime.WAITING, Regime.EMERGENCY])
def test_a_rule_without_times_is_a_status(regime):
    state = after(publishes(day(regime=regime)))
    (edition,) = read(packed(written(state))).editions

    assert [(one.date, one.regime) for one in edition.days] == [(TODAY, regime)]


def test_what_nobody_has_said_is_left_out():
    state = after(publishes(day("?" * 24), day(regime=Regime.UNKNOWN, group="1.2")))

    assert written(state) == {}
    assert written(state, -60) == {}


def test_while_an_emergency_stands_no_plan_is_told():
    state = after(publishes(day(), day(date=TOMORROW)), cuts(60))
    for name in ("today", "tomorrow"):
        assert written(state, 120)["1.1"][name]["status"] == "EmergencyShutdowns"
        assert written(state, 120)["1.1"][name]["slots"] == []


def test_when_it_is_over_its_time_is_in_no_slot():
    state = after(publishes(day()), cuts(60), restores(1_800))
    slots = written(state, 3_600)["1.1"]["today"]["slots"]

    assert [(slot["start"], slot["end"]) for slot in slots] == [(0, 720), (750, 1_440)]
