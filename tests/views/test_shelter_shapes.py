"""
Goal: what is shown of a shelter is what its register and its doors say, and unknown is never open.

Method: shapes of shelters whose facts are drawn; statuses as the room works them out.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.alerts.country import GAZETTEER
from tests.shelters.sayings import at, cellar, counts, door, says, told

from tocsin.shelters.hours import always
from tocsin.shelters.messages import Kind, Said, State
from tocsin.shelters.shelter import Shelter
from tocsin.views.shelter_shapes import (
    feature,
    invented,
    state_of,
    status_shape,
    step_free,
)

said = st.sampled_from(Said)
doors = st.lists(said.map(lambda one: door(step_free=one)), max_size=4).map(tuple)


def shown(**facts):
    return feature(cellar(area="PORT", **facts), GAZETTEER)


def test_a_shelter_is_a_feature_of_geojson_drawn_at_its_first_door():
    found = shown(
        entrances=(door(50.1, 30.2, name="North"), door(50.3, 30.4)),
        kind=Kind.METRO,
        hours=always("Europe/Kyiv", "round the clock"),
        capacity=900,
        fit={"flood": Said.NO, "air_raid": Said.YES},
    )

    assert (found["type"], found["id"]) == ("Feature", "city.1")
    assert found["geometry"] == {"type": "Point", "coordinates": [30.2, 50.1]}
    facts = found["properties"]
    assert facts["area"] == GAZETTEER.get("PORT").public()
    assert (facts["kind"], facts["capacity"]) == ("metro", 900)
    assert list(facts["fit"].items()) == [("air_raid", "yes"), ("flood", "no")]
    assert facts["hours"]["spans"] == [{"days": [1, 2, 3, 4, 5, 6, 7], "start": 0, "end": 1440}]
    assert [one["name"] for one in facts["entrances"]] == ["North", ""]
    assert facts["source"]["licence"] == "CC BY 4.0"


def test_what_nobody_has_said_is_unknown_or_null_and_never_none_at_all():
    found = shown(entrances=())

    assert found["geometry"] is None
    facts = found["properties"]
    assert facts["capacity"] is None
    assert {facts[name] for name in ("step_free", "pets", "water", "toilet", "generator")} == {
        "unknown"
    }


def test_a_feature_says_nothing_of_how_a_shelter_is():
    shelter = told(says(State.CLOSED, reason="flooded"), counts(40, seconds=5))
    calm = Shelter(shelter.listing, shelter.area, shelter.located)

    assert feature(shelter, GAZETTEER) == feature(calm, GAZETTEER)


def test_an_area_of_an_older_tree_is_shown_as_none():
    assert feature(cellar(area="GONE"), GAZETTEER)["properties"]["area"] is None


@given(doors, said)
def test_one_door_without_steps_is_enough_and_no_door_makes_up_for_what_nobody_knows(found, whole):
    answer = step_free(cellar(entrances=found, step_free=whole))

    if any(one.step_free is Said.YES for one in found):
        assert answer is Said.YES
    else:
        assert answer is whole


def test_a_shelter_of_which_nobody_has_said_is_unknown():
    shelter = told()
    shape = status_shape(shelter, shelter.effective(at()), at())

    assert (shape["state"], shape["since"], shape["by"]) == ("unknown", None, None)


def test_a_status_tells_who_said_it_when_and_until_when():
    shelter = told(says(State.OPEN, seconds=10), counts(40, seconds=20))
    shape = status_shape(shelter, shelter.effective(at(30)), at(30))

    assert (shape["state"], shape["by"], shape["since"]) == ("open", "operator", at(10))
    assert shape["expires_at"] == at(10 + 43_200)
    assert shape["as_of"] == at(30)
    assert not {"occupancy", "capacity"} & set(shape)


def test_how_many_are_inside_is_shown_to_whoever_may_know():
    shelter = told(says(State.OPEN), counts(40, seconds=20))
    shape = status_shape(shelter, shelter.effective(at(30)), at(30), counts=True)

    assert (shape["occupancy"], shape["capacity"]) == (40, 100)


@given(st.sampled_from(State))
def test_each_state_has_its_own_name(state):
    assert state_of(told(says(state)).effective(at(1))) == state.value


def test_a_made_up_register_says_so_and_no_other():
    assert invented(cellar(register="invented"))
    assert invented(cellar(register="invented-city"))
    assert not invented(cellar(register="inventory"))
