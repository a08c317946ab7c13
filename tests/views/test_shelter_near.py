"""
Goal: whoever asks is told of what suits, in the order of the rule, and of nothing that does not.

Method: shelters in a row northwards, each with a drawn state; the order is worked out here once
more, by the book. Ways are straight lines but where a test makes up one.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.shelters.sayings import cellar, door, says, told
from tests.views.town import LAT, LON, METRE

from tocsin.shelters.messages import Access, Said, State
from tocsin.shelters.suit import SURE
from tocsin.views.shelter_doors import Doors
from tocsin.views.shelter_near import (
    AT_HAND_S,
    DETOUR,
    LIMITS_M,
    Asked,
    Reached,
    advice,
    judge,
    order,
    straight,
    widening,
)
from tocsin.walking.profile import SLOW, WALK, WHEELS

NOW = "2023-01-26T12:10:00.000Z"
states = st.sampled_from([None, *State])
rows = st.lists(st.tuples(st.integers(0, 6_000), states), min_size=1, max_size=14)


def row(drawn):
    """Make shelters so many metres north of the square, each as it is said to be."""
    found = {}
    for number, (metres, state) in enumerate(drawn):
        made = cellar(number, entrances=(door(LAT + metres * METRE, LON),))
        said = () if state is None else (says(state, number=number),)
        found[made.listing.id] = told(*said, shelter=made)
    return found


def ask(found, within_s=None, **asked):
    question = Asked(LAT, LON, **asked)
    judged = judge(found.get, question.question(NOW))
    doors = Doors(found.values(), 1)
    ways = straight(doors, question, judged)
    return order(ways, judged, within_s, question.k, on_foot=False)


@settings(max_examples=150)
@given(rows, st.integers(1, 10))
def test_nobody_is_told_of_a_shelter_that_lets_nobody_in(drawn, k):
    told_of = ask(row(drawn), k=k)

    assert len(told_of) <= k
    assert len({one.shelter.listing.id for one in told_of}) == len(told_of)
    for one in told_of:
        assert one.now.state in {None, State.OPEN, State.FILLING}
        assert (one.suit.tier == SURE) == (one.now.state is not None)


@settings(max_examples=150)
@given(rows, st.integers(1, 10), st.one_of(st.none(), st.integers(10, 3_000)))
def test_the_order_is_in_time_then_at_hand_then_the_rest_and_the_sure_ones_first_in_each(
    drawn, k, within_s
):
    def place(one):
        hopeful = within_s is not None and one.in_time is not False
        seconds = one.reached.metres * DETOUR / 80 * 60
        far = 0 if hopeful else 1 if seconds <= AT_HAND_S else 2
        return far, one.now.state is None, seconds

    told_of = ask(row(drawn), within_s, k=k)

    assert [place(one) for one in told_of] == sorted(place(one) for one in told_of)


@settings(max_examples=150)
@given(rows, st.integers(2, 10))
def test_the_nearest_that_is_open_is_always_told(drawn, k):
    found = row(drawn)
    near = [m for m, state in drawn if state in {State.OPEN, State.FILLING} and m < LIMITS_M[0] - 2]
    told_of = [one for one in ask(found, k=k) if one.suit.tier == SURE]

    if near:
        assert round(told_of[0].reached.metres) == pytest.approx(min(near), abs=2)


@given(rows, st.integers(10, 3_000))
def test_on_a_straight_line_nobody_is_promised_to_be_in_time(drawn, within_s):
    for one in ask(row(drawn), within_s, k=10):
        beyond = one.reached.metres / 80 * 60 > within_s
        assert one.in_time is (False if beyond else None)


@given(rows)
def test_where_nobody_has_said_how_long_people_have_nobody_knows_whether_they_are_in_time(drawn):
    assert {one.in_time for one in ask(row(drawn), None)} <= {None}


def walk(number, seconds):
    made = cellar(number)
    return Reached(made.listing.id, made.entrances[0], seconds * 80 / 60, seconds, seconds)


def test_on_foot_one_is_in_time_to_the_second():
    found = row([(0, State.OPEN), (0, State.OPEN)])
    judged = judge(found.get, Asked(LAT, LON).question(NOW))
    ways = order([walk(1, 61), walk(0, 60)], judged, 60, 5, on_foot=True)

    assert [(one.reached.seconds, one.in_time) for one in ways] == [(60, True), (61, False)]


@pytest.mark.parametrize("k", [2, 3, 5])
def test_however_many_unsure_ones_are_near_the_first_that_is_open_is_told_too(k):
    found = row([*((10 * n, None) for n in range(6)), (1_200, State.OPEN)])
    told_of = [one.shelter.listing.id for one in ask(found, k=k)]

    assert told_of == [*(f"city.{n}" for n in range(k - 1)), "city.6"]
    assert [one.shelter.listing.id for one in ask(found, k=1)] == ["city.0"]


def test_a_sure_one_an_hour_away_does_not_come_before_an_unsure_one_next_door():
    found = row([(0, State.OPEN), (0, None), (0, State.OPEN)])
    judged = judge(found.get, Asked(LAT, LON).question(NOW))
    ways = order([walk(0, 3_000), walk(1, 60), walk(2, 800)], judged, None, 5, on_foot=True)

    assert [one.shelter.listing.id for one in ways] == ["city.2", "city.1", "city.0"]


@pytest.mark.parametrize(
    ("metres", "within_s", "advised"),
    [
        ([100], None, "go"),
        ([4_000], None, "go"),
        ([100], 300, "go"),
        ([500, 700], 300, "cover_now"),
        ([], 300, "none_known"),
        ([], None, "none_known"),
    ],
)
def test_what_is_best_done_depends_on_whether_anything_is_near_enough(metres, within_s, advised):
    found = row([(one, State.OPEN) for one in metres])

    assert advice(ask(found, within_s), within_s) == advised


def test_enough_is_found_near_or_it_is_looked_for_farther_away():
    looked = []

    def look(found):
        def at(most_m):
            looked.append(most_m)
            return [walk(0, 1)] * found[most_m]

        return at

    assert len(widening(look({1_500: 5, 3_000: 9, 5_000: 9}), 5)) == 5
    assert len(widening(look({1_500: 4, 3_000: 4, 5_000: 9}), 5)) == 4
    assert len(widening(look({1_500: 0, 3_000: 0, 5_000: 0}), 5)) == 0
    assert looked == [1_500, 1_500, 3_000, 1_500, 3_000, 5_000]


def test_who_comes_on_wheels_is_shown_to_a_door_without_steps():
    doors = (
        door(LAT + 10 * METRE, LON, step_free=Said.NO),
        door(LAT + 90 * METRE, LON, step_free=Said.YES),
    )
    made = told(says(State.OPEN), shelter=cellar(1, entrances=doors))
    stairs = cellar(2, step_free=Said.NO)
    found = {made.listing.id: made, stairs.listing.id: stairs}

    for asked in ({"step_free": True}, {"profile": WHEELS}):
        (one,) = ask(found, **asked)
        assert round(one.reached.metres) == 90
    first, _ = ask(found)
    assert round(first.reached.metres) == 10


def test_the_pace_asked_for_makes_the_time_and_not_the_distance():
    found = row([(800, State.OPEN)])
    (quick,) = ask(found, profile=WALK)
    (slow,) = ask(found, profile=SLOW)

    assert quick.reached.metres == slow.reached.metres
    assert slow.reached.seconds == pytest.approx(quick.reached.seconds * 80 / 50)


def test_one_that_lets_in_its_residents_alone_is_told_to_no_stranger():
    made = told(says(State.OPEN), shelter=cellar(1, access=Access.RESIDENTS))

    assert ask({made.listing.id: made}) == []


def test_a_shelter_that_is_gone_meanwhile_is_not_told():
    found = row([(10, State.OPEN), (20, State.OPEN)])
    doors = Doors(found.values(), 1)
    del found["city.0"]
    judged = judge(found.get, Asked(LAT, LON).question(NOW))
    ways = straight(doors, Asked(LAT, LON), judged)

    assert [way.shelter for way in ways] == ["city.1"]


def test_each_shelter_is_judged_once_for_a_question():
    asked = []
    found = row([(10, State.OPEN)])

    def get(name):
        asked.append(name)
        return found.get(name)

    judged = judge(get, Asked(LAT, LON).question(NOW))
    assert judged("city.0") == judged("city.0")
    assert judged("city.9") is None
    assert asked == ["city.0", "city.9"]
