"""
Goal: what a register says is told whole, and what it does not say is told as not known.

Method: the properties of a feature, changed in one thing at a time.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tocsin.web.shelter_facts import brief, credit, entrances, facts, hours
from tocsin.web.times import Times
from tocsin.web.wording import Wording

ENGLISH = Wording("en")
WEEK = [1, 2, 3, 4, 5, 6, 7]


def properties(**more):
    said = ("step_free", "pets", "water", "toilet", "heating", "first_aid", "network", "generator")
    return {
        "name": "Station A",
        "kind": "metro",
        "address": "1 Main Street",
        "area": None,
        "access": "public",
        "hours": None,
        "capacity": None,
        "capacity_basis": None,
        **dict.fromkeys(said, "unknown"),
        "entrances": [],
        "source": {"name": "City", "licence": "CC BY", "retrieved_at": "2023-01-20T10:00:00.000Z"},
    } | more


def span(days, start, end):
    return {"days": days, "start": start, "end": end}


def test_what_nobody_has_said_is_told_as_not_known():
    told = dict(facts(properties(water="yes", toilet="no"), ENGLISH))

    assert (told["Water"], told["Toilet"], told["Generator"]) == ("yes", "no", "not known")
    assert (told["Hours"], told["Places"]) == ("not known", "not known")


def test_an_invented_shelter_is_said_to_be_in_no_area():
    area = {"name": {"uk": "Порт", "en": "Port"}}

    assert "Port" in dict(facts(properties(area=area, invented=False), ENGLISH)).values()
    assert "Port" not in dict(facts(properties(area=area, invented=True), ENGLISH)).values()


def test_no_places_is_not_the_same_as_not_known():
    assert dict(facts(properties(capacity=0), ENGLISH))["Places"] == "0"


@pytest.mark.parametrize(
    ("basis", "said"),
    [("places", "1\N{NO-BREAK SPACE}200"), ("area", "1\N{NO-BREAK SPACE}200 (by floor area)")],
)
def test_a_number_of_places_says_what_it_was_counted_from(basis, said):
    told = facts(properties(capacity=1200, capacity_basis=basis), ENGLISH)

    assert dict(told)["Places"] == said


@pytest.mark.parametrize(
    ("spans", "said"),
    [
        ([span(WEEK, 0, 1440)], "round the clock"),
        ([span([1, 2, 3, 4, 5], 480, 1200)], "Mon–Fri 08:00–20:00"),
        ([span([1, 2, 4, 7], 480, 1440)], "Mon–Tue, Thu, Sun 08:00–24:00"),
        ([span([6], 1320, 1800)], "Sat 22:00–06:00"),
        ([span([1], 0, 600), span([2], 600, 660)], "Mon 00:00–10:00; Tue 10:00–11:00"),
    ],
)
def test_hours_are_told_as_on_a_door(spans, said):
    assert hours({"zone": "Europe/Kyiv", "spans": spans, "words": ""}, ENGLISH) == said


def test_hours_that_nobody_understood_are_told_as_they_were_written():
    assert hours({"zone": "Europe/Kyiv", "spans": [], "words": "by call"}, ENGLISH) == "by call"


def test_a_poster_tells_only_what_is_surely_there():
    told = brief(properties(water="yes", toilet="no", access="unknown"), ENGLISH)

    assert told == ["Metro station", "1 Main Street", "Water"]


def test_doors_are_told_with_their_steps_and_places():
    door = {"lat": 50.45, "lon": 30.5234567, "name": "", "step_free": "no"}

    assert entrances(properties(entrances=[door]), ENGLISH) == [
        {"name": "Entrance 1", "step_free": "steps", "lat": "50.45000", "lon": "30.52346"}
    ]


def test_the_register_is_named_with_its_licence_and_its_day():
    times = Times(ENGLISH, datetime(2023, 1, 26, tzinfo=UTC))

    assert credit(properties(), times) == "Source: City (CC BY), retrieved 20 January 2023"
