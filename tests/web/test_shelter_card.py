"""
Goal: a card says how far, in which state and by whose word, and never more than the answer does.

Method: one shelter of an answer, changed in one thing at a time, in both languages.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.web.shelter_card import card, distance, minutes, wind
from tocsin.web.times import Times
from tocsin.web.wording import Wording

NOW = datetime(2023, 1, 26, 6, 15, tzinfo=UTC)
ENGLISH, UKRAINIAN = Times(Wording("en"), NOW), Times(Wording("uk"), NOW)


def found(**more):
    return {
        "id": "city.1",
        "name": "Station A",
        "kind": "metro",
        "address": "",
        "access": "public",
        "state": "open",
        "state_since": "2023-01-26T06:11:00.000Z",
        "state_by": "operator",
        "closed_reports": 0,
        "last_report_at": None,
        "tier": "sure",
        "because": [],
        "step_free": "unknown",
        "pets": "unknown",
        "entrance": {"lat": 50.45, "lon": 30.52, "name": "", "step_free": "unknown"},
        "metres": 314,
        "seconds": 235,
        "in_time": True,
        "bearing_deg": 44,
        "directions": {"en": "Left, 314 m.", "uk": "Ліворуч, 314 м."},
    } | more


def told(times=ENGLISH, *, straight=False, static=False, **more):
    return card(found(**more), times, straight=straight, static=static)


def test_a_card_says_how_far_in_which_state_and_by_whose_word():
    shown = told()

    assert (shown.minutes, shown.door, shown.where) == ("4 min", "open", "310 m, north-east")
    assert shown.said == "its keeper said so, 4 min ago"
    assert shown.directions == "Left, 314 m."
    assert shown.warnings == ()


def test_it_says_so_in_ukrainian():
    shown = told(UKRAINIAN, closed_reports=2, last_report_at="2023-01-26T06:09:00.000Z")

    assert (shown.minutes, shown.door) == ("4 хв", "відчинено")
    assert shown.warnings == ("2 людини повідомляють, що зачинено; востаннє 6 хв тому",)


def test_unknown_is_told_as_unknown_and_never_as_open():
    shown = told(state="unknown", state_by=None, state_since=None, because=["state_unknown"])

    assert (shown.state, shown.door) == ("unknown", "not known")
    assert shown.said == "Nobody has said whether it is open"
    assert shown.warnings == ()


def test_a_state_that_we_do_not_know_is_unknown():
    assert told(state="ajar").state == "unknown"


def test_what_was_saved_knows_of_no_door():
    assert told(static=True, state="unknown").said == "Nobody knows whether it is open"


def test_who_reports_it_closed_is_told_before_other_doubts():
    shown = told(
        closed_reports=1,
        last_report_at="2023-01-26T06:14:40.000Z",
        because=["doubted", "access_unknown"],
        in_time=False,
    )

    assert shown.warnings == (
        "Further than you can get in time",
        "1 person reports it closed; last just now",
        "Whom it lets in is not known",
    )


def test_the_door_that_the_way_leads_to_says_whether_there_are_steps():
    door = found()["entrance"]

    assert "step-free" in told(step_free="no", entrance=door | {"step_free": "yes"}).facts
    assert "steps" in told(step_free="no", entrance=door).facts
    assert "step" not in told().facts


def test_a_straight_line_is_no_way():
    assert told(straight=True).minutes == "about 4 min"
    assert told(seconds=None).minutes == ""
    assert told(seconds=None).where == "we know no way on foot; 310 m straight, north-east"


@given(st.floats(0, 100_000))
def test_minutes_are_never_fewer_than_it_takes(seconds):
    assert int(minutes(seconds, Wording("en")).split()[0]) * 60 >= seconds


@pytest.mark.parametrize(
    ("metres", "said"),
    [(0, "10 m"), (4, "10 m"), (314, "310 m"), (994, "990 m"), (995, "1.0 km"), (1_649, "1.6 km")],
)
def test_distances_are_as_exact_as_they_are_known(metres, said):
    assert distance(metres, Wording("en")) == said


def test_a_tenth_of_a_kilometre_is_written_as_people_write_it():
    assert distance(1_649, Wording("uk")) == "1,6 км"


@pytest.mark.parametrize(
    ("bearing", "said"),
    [(0, "north"), (22, "north"), (23, "north-east"), (90, "east"), (225, "south-west"),
     (337, "north-west"), (338, "north"), (359.9, "north")],
)  # fmt: skip
def test_directions_are_the_eight_points(bearing, said):
    assert wind(bearing, Wording("en")) == said
