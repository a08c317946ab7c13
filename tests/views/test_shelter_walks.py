"""
Goal: where there are streets people are shown ways along them, and where there are none, no way.

Method: one street of four corners, 100 m apart, with steps between the last two, and a yard beyond
the water that no street leads to; a town in memory says how each shelter is.
"""

from __future__ import annotations

import pytest
from tests.alerts.sayings import sound
from tests.shelters.sayings import allows, door, listing, says
from tests.streets import town as streets
from tests.views.town import Town

from tocsin.alerts.messages import Hazard
from tocsin.shelters.messages import Said, State
from tocsin.views.shelter_near import Asked
from tocsin.views.shelter_walks import Spot, Stage, Walks
from tocsin.walking.profile import SLOW, STAIRS, WHEELS

STEP = 0.0009
"""Degrees between two corners: 100 m at the equator."""

CORNERS = [(0, 0), (0, 9_000), (0, 18_000), (0, 27_000), (90_000, 0), (90_000, 9_000)]
STREET = [(0, 1, None, 0, "Main Street"), (1, 2, None, 0, "Main Street"), (2, 3, None, STAIRS)]
YARD = (4, 5, None, 0)


@pytest.fixture(scope="module")
def walks():
    return Walks(streets(CORNERS, [*STREET, YARD]))


def at(corner, off=0.0):
    """Tell the place of a corner of the street, or so far north of it."""
    return off, -30 + corner * STEP


def cellar(number, corner, off=0.0, **more):
    return listing(number, entrances=(door(*at(corner, off), **more.pop("at", {})),), **more)


@pytest.fixture
def town(walks):
    return Town(walks)


def ask(town, corner=0.0, off=0.0, **asked):
    town.view.doors()
    return town.view.nearest(Asked(*at(corner, off), **asked), town.view.over_area("PORT"))


def opened(town, *listings):
    town.lists(*listings)
    town.say(*(says(State.OPEN, area="PORT", number=n.source_id, seconds=-9) for n in listings))


def test_the_way_is_along_the_street_and_its_time_by_the_pace(town):
    opened(town, cellar(1, 2), cellar(2, 1))
    answer = ask(town)

    assert (answer["way"], answer["attribution"]) == ("on_foot", "Nobody")
    assert answer["invented"] is True, "the network says so"
    assert [one["id"] for one in answer["shelters"]] == ["city.2", "city.1"]
    assert [one["metres"] for one in answer["shelters"]] == [100, 200]
    assert [one["seconds"] for one in answer["shelters"]] == [75, 150]
    slow = ask(town, profile=SLOW)["shelters"]
    assert [one["seconds"] for one in slow] == [120, 240]


def test_a_way_is_drawn_from_the_street_to_the_door_and_said_in_both_languages(town):
    opened(town, cellar(1, 2, off=0.0001))
    (one,) = ask(town, 0.0, -0.0002)["shelters"]

    assert one["path"][0] == pytest.approx([-30, 0]), "the street, not the point asked about"
    assert one["path"][-1] == pytest.approx([-30 + 2 * STEP, 0.0001])
    assert "Main Street" in one["directions"]["en"]
    assert "Main Street" in one["directions"]["uk"]
    assert one["directions"]["uk"] != one["directions"]["en"]


def test_a_shelter_that_cannot_be_walked_to_is_not_told_however_near_it_is(town):
    opened(town, cellar(1, 0, off=0.009))
    answer = ask(town, 0.0, 0.0)

    assert (answer["way"], answer["shelters"], answer["advice"]) == ("on_foot", [], "none_known")
    assert [one["id"] for one in ask(town, 0.5, 0.009)["shelters"]] == ["city.1"]


def test_far_from_any_street_distances_are_straight_lines_and_said_to_be(town):
    opened(town, cellar(1, 0))
    answer = ask(town, 0.0, 0.0045)

    assert (answer["way"], answer["attribution"]) == ("straight_line", "")
    assert [one["metres"] for one in answer["shelters"]] == [500]


def test_nobody_on_wheels_is_sent_up_the_steps(town):
    opened(town, cellar(1, 3, step_free=Said.YES))
    assert [one["id"] for one in ask(town)["shelters"]] == ["city.1"]

    assert ask(town, profile=WHEELS)["shelters"] == []
    assert ask(town, step_free=True)["shelters"] == []


def test_of_two_doors_wheels_are_shown_the_one_without_steps(town):
    doors = (door(*at(1), step_free=Said.NO), door(*at(2), step_free=Said.YES, name="Ramp"))
    opened(town, listing(1, entrances=doors))
    (walking,) = ask(town)["shelters"]
    (rolling,) = ask(town, profile=WHEELS)["shelters"]

    assert (walking["metres"], walking["entrance"]["name"]) == (100, "")
    assert (rolling["metres"], rolling["entrance"]["name"]) == (200, "Ramp")


def test_whether_one_is_in_time_is_known_where_there_are_streets(town):
    opened(town, cellar(1, 1), cellar(2, 2))
    town.say(allows(80, area="PORT"))
    answer = ask(town)

    assert [one["in_time"] for one in answer["shelters"]] == [True, False]
    assert answer["advice"] == "go"


def test_doors_are_put_on_the_network_once_for_each_edition_of_what_is_listed(town, walks):
    opened(town, cellar(1, 1))
    doors = town.view.doors()
    assert not walks.ready(doors)
    walks.prepare(doors)
    assert walks.ready(doors)
    town.say(says(State.CLOSED, area="PORT"))
    assert walks.ready(town.view.doors())
    town.lists(cellar(1, 2))

    assert not walks.ready(town.view.doors())
    assert [one["metres"] for one in ask(town)["shelters"]] == []
    town.say(says(State.OPEN, area="PORT", seconds=1))
    town.clock.seconds = 5
    assert [one["metres"] for one in ask(town)["shelters"]] == [200]


def test_over_an_invented_city_stands_what_is_played_over_it_and_nothing_beyond_its_streets(walks):
    stage = Stage("PORT", 240, (Spot({"en": "Corner"}, *at(1)),))
    town = Town(Walks(walks.network, stage))
    town.say(sound(area="PORT", hazard=Hazard.FLOOD), allows(60, area="PORT"))

    assert town.view.over(*at(1)) == ("flood", 240)
    assert town.view.over(*at(900)) == (None, None)
    assert town.view.over_area("PORT") == ("flood", 60), "the area's own figure stays its own"


def test_over_any_other_city_nothing_is_played(walks, town):
    town.say(sound(area="PORT"))

    assert walks.staged(*at(1)) is None
    assert town.view.over(*at(1)) == (None, None)
