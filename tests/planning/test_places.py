"""
What nobody has said of a shelter is never taken for good.

Method: shelters of every combination of open and capacity, drawn at random.
"""

from hypothesis import given
from hypothesis import strategies as st
from tests.planning.small_city import place, towns_with_people

from tocsin.planning.places import doors, rooms, shut


@given(towns_with_people(), st.none() | st.integers(0, 99))
def test_a_place_takes_whom_it_is_known_to_hold_and_only_while_open(drawn, assumed):
    _, _, places = drawn

    said = rooms(places, assumed)

    for one, room in zip(places, said.room, strict=True):
        known = one.capacity if one.capacity is not None else assumed or 0
        assert room == (known if one.open else 0)
    assert said.unknown == sum(one.open and one.capacity is None for one in places)


def test_an_unknown_capacity_takes_nobody_unless_the_planner_gives_a_figure():
    places = (place("a", 1), place("b", 2, capacity=7))

    assert rooms(places).room.tolist() == [0, 7]
    assert rooms(places, assumed=50).room.tolist() == [50, 7]
    assert rooms(places, assumed=50).unknown == 1


@given(towns_with_people())
def test_doors_are_those_of_open_places_and_each_knows_its_place(drawn):
    _, _, places = drawn

    listed = doors(places)

    assert list(zip(listed.places.tolist(), listed.nodes.tolist(), strict=True)) == [
        (number, node) for number, one in enumerate(places) if one.open for node in one.nodes
    ]


def test_shutting_a_place_closes_it_and_no_other():
    places = (place("a", 1), place("b", 2))

    assert [one.open for one in shut(places, ["b", "nobody's"])] == [True, False]
