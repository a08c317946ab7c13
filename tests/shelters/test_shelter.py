"""
Goal: what is decided about one shelter is what was asked and no more; what changes nothing makes no
event; and a word lasts no longer than its source may say.

Method: each command once as it should be, once as it should not; an exercise beside each.
"""

from __future__ import annotations

import pytest
from tests.shelters.sayings import (
    LAND,
    at,
    cellar,
    counts,
    door,
    listed,
    locates,
    reports,
    says,
    told,
)

from tocsin.kernel.errors import Malformed, Refused
from tocsin.kernel.words import Status
from tocsin.shelters.messages import ShelterDelisted, ShelterId, SourceKind, State, StatusSaid
from tocsin.shelters.shelter import LASTS_MOST_S, LASTS_S, decide, event, evolve


def said(command):
    (happened,) = decide(cellar(), 4, command)
    assert happened.version == 5
    return happened.fact


@pytest.mark.parametrize("source", list(SourceKind))
def test_a_word_that_one_can_go_in_runs_out_by_itself(source):
    assert said(says(State.OPEN, source)).expires_at == at(LASTS_S[source])


@pytest.mark.parametrize("state", [State.CLOSED, State.DAMAGED])
def test_closed_and_damaged_hold_until_further_notice_unless_a_sensor_says_so(state):
    assert said(says(state, SourceKind.OFFICIAL)).expires_at is None
    assert said(says(state, SourceKind.OPERATOR)).expires_at is None
    assert said(says(state, SourceKind.SENSOR)).expires_at == at(LASTS_S[SourceKind.SENSOR])


@pytest.mark.parametrize("source", list(SourceKind))
def test_nobody_speaks_for_longer_than_they_may(source):
    longest = LASTS_MOST_S[source]

    assert said(says(State.OPEN, source, expires_at=at(longest))).expires_at == at(longest)
    for wrong in (longest + 1, 0, -1):
        with pytest.raises(Malformed, match="status_malformed"):
            decide(cellar(), 0, says(State.OPEN, source, expires_at=at(wrong)))


def test_the_same_word_again_is_already_so():
    shelter = told(says(State.OPEN))

    assert decide(shelter, 1, says(State.OPEN)) == ()


def test_an_exercise_is_recorded_and_nobody_is_shown_it_as_so():
    shelter = told(
        says(State.OPEN, status=Status.EXERCISE), counts(9, status=Status.TEST), shelter=cellar()
    )

    assert shelter == cellar()
    (happened,) = decide(cellar(), 0, says(State.OPEN, status=Status.EXERCISE))
    assert happened.status is Status.EXERCISE


@pytest.mark.parametrize(
    "command",
    [
        says(None),
        says(None, occupancy=-1),
        says(None, occupancy=100_001),
        counts(-1),
        counts(0, 10_001),
        reports(1, state=State.FULL),
        reports(1, state=State.DAMAGED),
    ],
)
def test_what_cannot_be_meant_is_refused(command):
    with pytest.raises(Malformed, match="status_malformed"):
        decide(cellar(), 0, command)


def test_a_counter_that_counted_nobody_says_nothing():
    assert decide(cellar(), 0, counts(0, 0)) == ()


def test_the_same_phone_within_ten_minutes_is_one_report():
    shelter = told(reports(1))

    assert decide(shelter, 1, reports(1, 599)) == ()
    assert len(decide(shelter, 1, reports(1, 600))) == 1
    assert len(decide(shelter, 1, reports(1, 60, State.OPEN))) == 1


@pytest.mark.parametrize("command", [says(), counts(1), reports(1), locates(door())])
def test_a_shelter_that_is_not_listed_or_lies_elsewhere_is_unknown(command):
    for shelter in (None, cellar(area=LAND)):
        with pytest.raises(Refused, match=r"shelter\.unknown"):
            decide(shelter, 0, command)


def test_doors_that_somebody_found_outlive_the_next_edition():
    found = told(locates(door(50.1, 30.1)), shelter=cellar(entrances=()))
    relisted = evolve(found, listed(2, name="Cellar, renamed"))

    assert relisted.entrances == (door(50.1, 30.1),)
    assert relisted.listing.name == "Cellar, renamed"
    assert decide(found, 1, locates(door(50.1, 30.1))) == ()


@pytest.mark.parametrize("wrong", [door(90.1, 0), door(0, -180.1)])
def test_a_door_that_is_nowhere_on_earth_is_refused(wrong):
    with pytest.raises(Malformed, match="entrance_malformed"):
        decide(cellar(), 0, locates(wrong))
    with pytest.raises(Malformed, match="entrance_malformed"):
        decide(cellar(), 0, locates(*[door()] * 65))


def test_what_was_said_outlives_an_edition_and_ends_with_the_listing():
    shelter = told(says(State.OPEN))
    gone = ShelterDelisted(shelter=ShelterId("city.1"), register="city")

    assert evolve(shelter, listed(2, name="New")).told == shelter.told
    assert evolve(shelter, event(says(), 2, gone, Status.ACTUAL)) is None


def test_a_word_about_a_shelter_that_is_gone_makes_none():
    late = StatusSaid(shelter=ShelterId("city.1"), source=SourceKind.OPERATOR, state=State.OPEN)

    assert evolve(None, event(says(), 1, late, Status.ACTUAL)) is None
