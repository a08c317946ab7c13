"""
Goal: people are told of every cut and of every return of light, and of nothing that nobody said.

Method: over any plan, the notices of a day against the plan's own half-hours; then by example.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.power.grids import (
    LETTERS,
    NOON,
    TODAY,
    TOMORROW,
    after,
    at,
    cuts,
    day,
    publishes,
    restores,
)

from tocsin.delivery.power_notices import Kind, notices
from tocsin.kernel.time import parse_rfc3339
from tocsin.power.messages import GroupCode, Power, Regime

GROUP = GroupCode("1.1")
plans = st.text("ynm?", min_size=24, max_size=24)


def of(state, now=NOON, minutes=30, *kinds):
    return [
        one
        for one in notices(state, now, minutes)
        if one.group == GROUP and (not kinds or one.kind in kinds)
    ]


@settings(max_examples=50)
@given(plans, plans)
def test_every_turn_to_darkness_and_back_is_told_at_its_boundary_and_no_other_is(one, other):
    state = after(publishes(day(one), day(other, date=TOMORROW), seconds=-60))
    hours = one + other + "?"  # NOON is 12 on the wall; what is said hour by hour, by hand.
    wanted = {
        (NOON + timedelta(hours=hour - 12), LETTERS[now])
        for hour, (was, now) in enumerate(pairwise(hours), 1)
        if 12 <= hour <= 42 and was != now and (now in "nm" or (now == "y" and was in "nm"))
    }

    told = {(parse_rfc3339(one.at), one.change) for one in of(state, NOON, 30, Kind.NOW)}
    assert told == wanted
    soon = {(parse_rfc3339(one.at), one.change) for one in of(state, NOON, 30, Kind.SOON)}
    assert soon == wanted
    assert len({one.id for one in of(state)}) == len(of(state))


def test_beforehand_is_so_many_minutes_before_and_no_news_once_it_is_so():
    state = after(publishes(day("y" * 14 + "nn" + "y" * 8)))
    (now, soon) = sorted(of(state, NOON, 20, Kind.NOW, Kind.SOON), key=lambda n: n.at)[:2]
    soon, now = (soon, now) if soon.kind is Kind.SOON else (now, soon)

    assert (soon.due_at, soon.at, soon.over_at) == (at(6_000), at(7_200), at(7_200))
    assert (now.due_at, now.over_at) == (at(7_200), at(7_800))
    assert soon.due(at(6_000))
    assert not soon.due(at(5_999))
    assert not soon.due(at(7_200))
    assert not of(state, NOON, 0, Kind.SOON)


def test_nothing_is_told_of_what_nobody_knows_and_light_after_it_is_no_return():
    assert not of(after())
    state = after(publishes(day(date=TOMORROW)))
    assert not of(state, NOON, 30, Kind.NOW, Kind.SOON)
    waits = after(publishes(day(regime=Regime.WAITING)))
    assert not of(waits, NOON, 30, Kind.NOW, Kind.SOON)


def test_an_emergency_is_told_at_once_and_silences_the_plan_until_it_ends():
    state = after(publishes(day("y" * 14 + "nn" + "y" * 8), seconds=-60), cuts(60))
    later = NOON + timedelta(minutes=2)
    (cut,) = of(state, later, 30)

    assert (cut.kind, cut.at, cut.over_at) == (Kind.EMERGENCY, at(60), None)
    assert {one.group for one in notices(state, later, 30)} == {"1.1", "1.2"}
    ended = after(restores(120), state=state)
    kinds = [one.kind for one in of(ended, later)]
    assert kinds.count(Kind.LIFTED) == 1
    assert Kind.NOW in kinds
    (lifted,) = of(ended, later, 30, Kind.LIFTED)
    assert lifted.change is Power.ON
    assert not of(ended, NOON + timedelta(hours=3), 30, Kind.LIFTED)


def test_another_schedule_is_told_and_a_first_one_only_for_tomorrow():
    state = after(publishes(day()))
    assert not of(state, NOON, 30, Kind.SCHEDULE)
    state = after(publishes(day("n" * 24), day(date=TOMORROW), seconds=60), state=state)
    later = NOON + timedelta(minutes=2)
    assert [one.date for one in of(state, later, 30, Kind.SCHEDULE)] == [TODAY, TOMORROW]
    assert not of(state, NOON, 30, Kind.SCHEDULE), "then it was not known"
    (first, _) = of(state, later, 30, Kind.SCHEDULE)
    assert first.due(at(120))
    assert not first.due(at(4_000))
