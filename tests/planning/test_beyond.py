"""
Nobody is left outside while a place with room can be walked to at all.

Method: towns with missing streets, so that parts of them hang together and others do not.
"""

import numpy as np
from hypothesis import given, settings
from tests.planning.small_city import people_at, place, town, towns_with_people

from tocsin.planning.beyond import beyond
from tocsin.planning.places import doors, rooms
from tocsin.planning.streets import nearest


@settings(max_examples=60)
@given(towns_with_people())
def test_whoever_is_left_can_walk_to_no_place_with_room(drawn):
    made, people, places = drawn
    room = rooms(places).room

    found = beyond(made, doors(places), people.nodes, people.people, room)

    load = found.load(len(places))
    assert (load <= room).all()
    assert found.placed + found.left == people.people.sum()
    for number, one in enumerate(places):
        way = nearest(made, np.array(one.nodes, np.int32))[0]
        here = found.places == number
        assert np.array_equal(found.metres[here], way[people.nodes[found.rows[here]]])
        if load[number] < room[number]:
            assert np.isinf(way[people.nodes[found.unplaced > 0]]).all()


def test_the_nearest_get_in_first_and_the_others_go_on():
    made = town()
    people = people_at(made, [1, 2], [4, 4])
    places = (place("near", 0, capacity=5), place("far", 9, capacity=9))

    found = beyond(made, doors(places), people.nodes, people.people, rooms(places).room)

    entries = zip(found.rows, found.places, found.people, found.metres, strict=True)
    assert list(entries) == [(0, 0, 4, 100), (1, 0, 1, 200), (1, 1, 3, 700)]


def test_two_places_behind_one_door_fill_one_after_the_other():
    made = town()
    places = (place("hall", 0, capacity=2), place("cellar", 0, capacity=2))

    found = beyond(made, doors(places), np.array([0]), np.array([5]), rooms(places).room)

    assert found.load(2).tolist() == [2, 2]
    assert found.left == 1
