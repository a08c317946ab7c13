"""
Goal: nobody is sent to a door that is shut to them, and what is not known is never taken for yes.

Method: one shelter that suits in every way, changed in one way at a time.
"""

from __future__ import annotations

import pytest
from tests.shelters.sayings import at, cellar, door, reports, says, told

from tocsin.shelters.hours import always
from tocsin.shelters.messages import Access, Hours, Said, SourceKind, State
from tocsin.shelters.suit import SURE, UNSURE, Question, suit

ASKED = Question(at(60), hazard="air_raid", step_free=True, pets=True, dark=frozenset({"3.1"}))
NIGHTS = Hours(zone="UTC", spans=())
KNOWN = {
    "fit": {"air_raid": Said.YES},
    "step_free": Said.YES,
    "pets": Said.YES,
    "power_group": "3.1",
    "generator": Said.YES,
    "hours": always("UTC"),
    "capacity": 100,
}


def answer(*commands, question=ASKED, **changed):
    words = commands or (says(State.OPEN),)
    shelter = told(*words, shelter=cellar(**KNOWN | changed))
    return suit(shelter, shelter.effective(question.at), question)


def test_what_is_known_to_fit_is_sure():
    assert answer() == (SURE, ())


@pytest.mark.parametrize("state", [State.CLOSED, State.FULL, State.DAMAGED])
def test_a_door_that_lets_nobody_in_does_not_suit(state):
    assert answer(says(state, SourceKind.OFFICIAL)) == (None, (state.value,))


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"access": Access.RESIDENTS}, "not_admitted"),
        ({"access": Access.PUPILS_AND_STAFF}, "not_admitted"),
        ({"fit": {"air_raid": Said.NO}}, "unfit"),
        ({"step_free": Said.NO}, "not_step_free"),
        ({"pets": Said.NO}, "no_pets"),
    ],
)
def test_what_is_known_not_to_fit_does_not(changed, why):
    assert answer(**changed) == (None, (why,))


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"access": Access.UNKNOWN}, "access_unknown"),
        ({"fit": {}}, "fit_unknown"),
        ({"step_free": Said.UNKNOWN}, "step_free_unknown"),
        ({"pets": Said.UNKNOWN}, "pets_unknown"),
        ({"generator": Said.UNKNOWN}, "no_power"),
        ({"generator": Said.NO}, "no_power"),
    ],
)
def test_what_is_not_known_is_not_sure_and_says_why(changed, why):
    assert answer(**changed) == (UNSURE, (why,))


def test_a_door_that_nobody_spoke_for_is_not_sure():
    shelter = cellar(**KNOWN)

    assert suit(shelter, shelter.effective(at()), ASKED) == (UNSURE, ("state_unknown",))


def test_a_door_that_many_found_closed_comes_after_those_that_are_sure():
    crowd = [reports(phone, 30) for phone in range(5)]

    assert answer(says(State.OPEN), *crowd) == (UNSURE, ("doubted",))


def test_hours_shut_a_door_that_nobody_says_is_open():
    shelter = cellar(**KNOWN | {"hours": NIGHTS})

    unsaid = suit(shelter, shelter.effective(at()), ASKED)
    assert unsaid == (None, ("shut_by_hours",))
    assert answer(hours=NIGHTS) == (SURE, ())


def test_a_shelter_that_opens_on_order_is_for_whoever_asks_once_it_is_open():
    ordered = cellar(**KNOWN | {"access": Access.ON_ORDER})

    assert suit(ordered, ordered.effective(at()), ASKED).tier is None
    assert answer(access=Access.ON_ORDER) == (SURE, ())


def test_residents_are_let_into_their_own_house():
    own = ASKED._replace(admits=frozenset({Access.PUBLIC, Access.RESIDENTS}))

    assert answer(access=Access.RESIDENTS, question=own) == (SURE, ())


def test_one_door_without_steps_is_enough():
    doors = (door(step_free=Said.NO), door(step_free=Said.YES))

    assert answer(entrances=doors, step_free=Said.NO) == (SURE, ())


def test_who_asks_for_nothing_special_is_told_of_all():
    plain = Question(at(60))

    assert answer(question=plain, fit={}, step_free=Said.NO, pets=Said.NO, generator=Said.NO) == (
        SURE,
        (),
    )
