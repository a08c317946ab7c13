"""
Goal: what the public sees of shelters is what is recorded, never what is hidden, and never where
somebody stood who asked.

Method: a town in memory whose desk decides all that is said; the view is asked as a door asks it.
"""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.alerts.sayings import drill, sound
from tests.shelters.sayings import NOON, allows, counts, edition, reports, says, shows
from tests.views.town import LAT, LON, Town, near

from tocsin.alerts.messages import Hazard, Level
from tocsin.authority.remit import Grant, Remit
from tocsin.kernel.errors import Refused
from tocsin.kernel.time import rfc3339
from tocsin.kernel.words import Rank
from tocsin.shelters.messages import Said, State, Visibility
from tocsin.views.power_cuts import Cut
from tocsin.views.shelter_near import Asked
from tocsin.views.shelter_roll import Wanted

AREA = "PORT"


@pytest.fixture
def town():
    return Town()


def nearest(town, code=AREA, **asked):
    town.view.doors()
    return town.view.nearest(Asked(LAT, LON, **asked), town.view.over_area(code))


def names(answer):
    return [one["id"] for one in answer["shelters"]]


def test_the_nearest_open_one_comes_first_then_the_next(town):
    town.lists(near(1, 300, capacity=100), near(2, 400), near(3, 100))
    town.say(
        says(State.FILLING, area=AREA, number=1, seconds=-60),
        says(State.OPEN, area=AREA, number=2, seconds=-60),
        says(State.CLOSED, area=AREA, number=3, seconds=-60),
    )
    answer = nearest(town)

    assert names(answer) == ["city.1", "city.2"]
    first = answer["shelters"][0]
    assert (first["state"], first["tier"], first["because"]) == ("filling", "sure", [])
    assert (first["metres"], first["bearing_deg"]) == (300, 0)
    assert first["seconds"] == 293, "300 m through the air, a third more by streets, at 4.8 km/h"
    assert (first["directions"], first["path"], answer["way"]) == (None, None, "straight_line")
    assert (answer["advice"], answer["within_s"], answer["attribution"]) == ("go", None, "")


def test_one_of_which_nobody_has_said_is_told_as_unknown_and_why(town):
    town.lists(near(1, 100))
    (one,) = nearest(town)["shelters"]

    assert (one["state"], one["tier"], one["because"]) == ("unknown", "unsure", ["state_unknown"])
    assert (one["state_since"], one["state_by"]) == (None, None)


def test_a_closure_changes_the_next_answer(town):
    town.lists(near(1, 100), near(2, 200))
    town.say(says(State.OPEN, area=AREA, number=1, seconds=-60))
    assert names(nearest(town)) == ["city.1", "city.2"]
    town.say(says(State.CLOSED, area=AREA, number=1))

    assert names(nearest(town)) == ["city.2"]


def test_what_a_phone_reported_is_told_at_once_and_changes_no_state(town):
    town.lists(near(1, 100))
    town.say(says(State.OPEN, area=AREA, seconds=-60))
    town.say(_of_port(reports(1)))
    (one,) = nearest(town)["shelters"]

    assert (one["state"], one["closed_reports"], one["doubted"]) == ("open", 1, False)


def _of_port(command):
    return msgspec.structs.replace(command, area=AREA)


def test_the_time_that_people_have_and_the_hazard_come_from_the_area(town):
    town.lists(near(1, 100, fit={"flood": Said.NO}), near(2, 200))
    town.say(sound(area="SOUTH", hazard=Hazard.FLOOD, level=Level.WARNING))
    town.say(allows(60, area="COAST"))
    answer = nearest(town)

    assert (answer["hazard"], answer["within_s"]) == ("flood", 60)
    assert names(answer) == ["city.2"], "the other is no shelter from a flood"
    assert answer["advice"] == "cover_now"
    assert answer["shelters"][0]["in_time"] is False
    assert nearest(town, hazard="air_raid")["hazard"] == "air_raid"


def test_in_calm_nobody_is_told_to_take_cover_where_they_stand(town):
    town.lists(near(1, 900))
    town.say(allows(60, area="COAST"))
    calm = nearest(town)

    assert (calm["hazard"], calm["advice"], calm["shelters"][0]["in_time"]) == (None, "go", False)
    assert nearest(town, hazard="flood")["advice"] == "cover_now"


def test_outside_of_the_country_nothing_stands_and_nobody_has_said_how_long(town):
    assert town.view.over(LAT, LON) == (None, None)


def test_a_drill_over_the_area_gives_no_hazard(town):
    town.say(drill(area=AREA))

    assert town.view.over_area(AREA).hazard is None


def test_a_warning_is_what_one_shelters_from_before_a_watch(town):
    town.say(sound(area="SOUTH", hazard=Hazard.STORM, level=Level.WATCH))
    town.say(sound(area=AREA, hazard=Hazard.FIRE, level=Level.WARNING))

    assert town.view.over_area(AREA).hazard == "fire"


def test_how_full_a_shelter_is_is_told_in_words_alone(town):
    town.lists(near(1, 100, capacity=100))
    town.say(says(State.OPEN, area=AREA, seconds=-90, occupancy=71))
    shelter = town.view.find("city.1")

    assert town.view.status(shelter)["state"] == "filling"
    assert "occupancy" not in json.dumps(town.view.status(shelter))
    assert town.view.status(shelter, counts=True)["occupancy"] == 71


visibilities = st.dictionaries(st.integers(1, 6), st.sampled_from(Visibility), min_size=6)


@settings(max_examples=30)
@given(visibilities, st.booleans())
def test_nothing_hidden_is_in_any_answer_for_the_public(visible, shown):
    town = Town()
    town.lists(*(near(n, n * 10, visibility=v, note=f"secret {n}") for n, v in visible.items()))
    town.say(*(says(State.OPEN, area=AREA, number=n, seconds=-9) for n in visible))
    town.say(shows(shown, area="COAST"))
    listed = {one.listing.id for one in town.view.listed(Wanted())}
    near_by = set(names(nearest(town, k=10)))

    def by_id(number):
        try:
            return town.view.find(f"city.{number}") is not None
        except Refused:
            return False

    for number, visibility in visible.items():
        name = f"city.{number}"
        assert (name in listed) == (shown and visibility is Visibility.PUBLIC)
        assert (name in near_by) == (shown and visibility is not Visibility.STAFF)
        assert by_id(number) == (shown and visibility is not Visibility.STAFF)


def test_one_that_is_hidden_is_refused_in_the_very_words_of_one_that_is_not_there(town):
    town.lists(near(1, 0, visibility=Visibility.STAFF))
    said = []
    for name in ("city.1", "city.2"):
        with pytest.raises(Refused) as refused:
            town.view.find(name)
        assert (refused.value.code, refused.value.status) == ("shelter.unknown", 404)
        said.append(refused.value.sentence.replace(name, "…"))

    assert said[0] == said[1]


@pytest.mark.parametrize(
    ("power", "area", "sees"),
    [
        ("shelters:read", "PORT", True),
        ("shelters:keep", "LAND", True),
        ("shelters:write", "SOUTH", True),
        ("shelters:read", "NORTH", False),
        ("alerts:write", "LAND", False),
    ],
)
def test_a_token_about_shelters_sees_what_is_hidden_in_its_own_area(town, power, area, sees):
    town.lists(near(1, 0, visibility=Visibility.STAFF))
    grant = Grant("mayor", Rank.AUTHORITY, Remit(power, area))

    assert town.view.may_see(grant, town.get("city.1")) is sees


@settings(max_examples=30)
@given(st.integers(10_000, 99_999), st.integers(10_000, 99_999))
def test_where_somebody_stood_who_asked_is_in_no_answer(north, east):
    town = Town()
    town.lists(near(1, 100))
    lat, lon = float(f"50.45{north}"), float(f"30.52{east}")
    town.view.doors()
    told = json.dumps(town.view.nearest(Asked(lat, lon), town.view.over(lat, lon)))

    assert f"45{north // 100}" not in told, "not even to ten metres"
    assert f"52{east // 100}" not in told


def test_a_made_up_city_says_so_in_every_answer(town):
    town.lists(near(1, 100))
    assert nearest(town)["invented"] is False
    town.say(*_invented())

    assert nearest(town)["invented"] is True


def _invented():
    made = near(7, 50, register="invented")
    return (edition(made, register="invented", areas={made.id: AREA}),)


def test_a_count_changes_how_it_is_and_not_what_is_listed(town):
    town.lists(near(1, 100, capacity=10))
    town.say(says(State.OPEN, area=AREA, seconds=-90, occupancy=0))
    tag = town.view.tag
    town.say(_of_port(counts(10)))

    assert names(nearest(town)) == []
    assert town.view.status(town.view.find("city.1"))["state"] == "full"
    assert town.view.tag == tag
    assert [one.listing.id for one in town.view.listed(Wanted())] == ["city.1"]


@settings(max_examples=20)
@given(visibilities)
def test_what_is_prepared_beside_is_what_is_made_on_the_spot(visible):
    town, beside = Town(), Town()
    for one in (town, beside):
        one.lists(*(near(n, n * 10, visibility=v) for n, v in visible.items()))
    listed = beside.view.stale()
    assert listed is not None
    beside.view.prepare(listed)
    assert beside.view.stale() is None

    assert beside.view.listed(Wanted()) == town.view.listed(Wanted())
    assert set(beside.view.doors().of_shelter) == set(town.view.doors().of_shelter)


def test_an_edition_that_was_prepared_late_does_not_take_the_place_of_a_newer_one(town):
    town.lists(near(1, 0))
    older = town.view.stale()
    town.lists(near(2, 0))
    newer = town.view.stale()
    town.view.prepare(newer)
    town.view.prepare(older)

    assert [one.listing.id for one in town.view.listed(Wanted())] == ["city.2"]
    assert town.view.stale() is None


def test_a_shelter_without_a_generator_is_unsure_while_its_group_is_without_power(town):
    town.lists(
        near(1, 10, power_group="3.1"),
        near(2, 20, power_group="3.1", generator=Said.YES),
        near(3, 30, power_group="4.2"),
        near(4, 40),
    )
    town.say(*(says(State.OPEN, area=AREA, number=n, seconds=-9) for n in range(1, 5)))
    assert names(nearest(town)) == ["city.1", "city.2", "city.3", "city.4"]
    town.view.dark = lambda: frozenset({"3.1"})
    answer = nearest(town)

    assert names(answer) == ["city.2", "city.3", "city.4", "city.1"]
    assert answer["shelters"][-1]["because"] == ["no_power"]


def test_when_a_shelter_is_without_power_is_told_unless_it_has_a_generator():
    town = Town()
    town.lists(
        near(1, 100, power_group="3.1"),
        near(2, 200, power_group="3.1", generator=Said.YES),
        near(3, 300, power_group="3.2"),
    )
    cut = Cut(rfc3339(NOON), None, now=True)
    town.view.cuts = lambda: {"3.1": cut}
    town.view.dark = lambda: frozenset({"3.1"})
    town.view.doors()
    told = town.view.nearest(Asked(LAT, LON), town.view.over(LAT, LON))["shelters"]

    found = {one["id"]: (one["no_power"], "no_power" in one["because"]) for one in told}
    assert found == {
        "city.1": ({"from": rfc3339(NOON), "to": None, "now": True}, True),
        "city.2": (None, False),
        "city.3": (None, False),
    }
