"""
Goal: the doors near a point are found, each shelter by its nearest, and no other.

Method: doors at drawn places; the search by cells is held against one through all of them.
"""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.alerts.country import GAZETTEER
from tests.shelters.sayings import cellar, door, listing, shows
from tests.views.town import LAT, LON, Town, near

from tocsin.shelters.messages import DEGREE, Said, Visibility
from tocsin.views.shelter_doors import Doors, fit_for_wheels
from tocsin.walking.ground import metres

spots = st.tuples(st.floats(-0.08, 0.08), st.floats(-0.08, 0.08))
said = st.sampled_from(Said)
shelters = st.lists(st.lists(st.tuples(spots, said), max_size=3), max_size=12)
anywhere = st.tuples(st.floats(-85, 85), st.floats(-179, 179))


def made(drawn, where):
    found = []
    for number, doors in enumerate(drawn):
        entrances = tuple(
            door(where[0] + north, where[1] + east, step_free=said) for (north, east), said in doors
        )
        if entrances:
            found.append(cellar(number, entrances=entrances))
    return Doors(found, 1)


@settings(max_examples=60)
@given(shelters, anywhere, st.floats(1, 8_000), st.booleans())
def test_every_shelter_with_a_door_so_near_is_found_by_its_nearest_door(
    drawn, where, most_m, wheels
):
    doors = made(drawn, where)
    lat, lon = round(where[0] * DEGREE), round(where[1] * DEGREE)
    wanted = {}
    for name, entrances in doors.of_shelter.items():
        usable = fit_for_wheels(entrances) if wheels else entrances
        away = min((metres(lat, lon, one.lat, one.lon) for one in usable), default=1e9)
        if away <= most_m:
            wanted[name] = away

    found = doors.within(lat, lon, most_m, step_free=wheels)

    assert {one.shelter: one.metres for one in found} == wanted
    assert [one.metres for one in found] == sorted(one.metres for one in found)


@given(st.lists(said, max_size=5))
def test_wheels_are_sent_to_a_door_that_is_said_to_be_step_free_before_one_nobody_knows(words):
    doors = tuple(door(50 + number / 1000, step_free=one) for number, one in enumerate(words))
    found = {one.step_free for one in fit_for_wheels(doors)}

    if Said.YES in words:
        assert found == {Said.YES}
    else:
        assert found == ({Said.UNKNOWN} if Said.UNKNOWN in words else set())


def test_a_shelter_shown_only_near_it_has_its_door_here_and_one_for_staff_has_not():
    town = Town()
    town.lists(
        near(1, 0),
        near(2, 0, visibility=Visibility.AREA),
        near(3, 0, visibility=Visibility.STAFF),
        listing(4, entrances=()),
    )
    assert set(Doors.of(town.projections.shelters, GAZETTEER).of_shelter) == {"city.1", "city.2"}
    town.say(shows(False, area="COAST"))

    assert len(Doors.of(town.projections.shelters, GAZETTEER)) == 0


def test_a_door_just_beyond_is_not_found():
    doors = Doors([cellar(1, entrances=(door(LAT + 0.01, LON),))], 1)
    lat, lon = round(LAT * DEGREE), round(LON * DEGREE)

    assert doors.within(lat, lon, 1_100, step_free=False) == []
    assert len(doors.within(lat, lon, 1_120, step_free=False)) == 1
