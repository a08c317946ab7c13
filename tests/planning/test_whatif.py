"""
With less of a city, nobody is better off, and what is not known counts as lost.

Method: towns, people and shelters are drawn, and bridges of a small town are taken down.
"""

import numpy as np
from hypothesis import given, settings
from tests.planning.small_city import blocks, people_at, place, streets, towns_with_people

from tocsin.planning.places import doors
from tocsin.planning.streets import METRES_PER_DEGREE, nearest
from tocsin.planning.whatif import bridge_down, change, power_out

# Two banks of ten blocks by five, and two bridges between them, at columns 2 and 7.
RIVER = [way for way in blocks() if not (way[0] // 10 == 4 and way[1] // 10 == 5)]
BRIDGES = [(42, 52, 100.0), (47, 57, 100.0)]
MADE = streets([*RIVER, *BRIDGES])
TAILS = MADE.tails()
ON_BRIDGE = np.isin(TAILS, [42, 47, 52, 57]) & (np.abs(TAILS - MADE.indices) == 10)
ON_BRIDGE &= (TAILS // 10 + MADE.indices // 10) == 9
LAT, LON = 4.5 * 100 / METRES_PER_DEGREE, 2 * 100 / METRES_PER_DEGREE


def test_a_bridge_that_is_down_is_walked_round_and_no_other_is():
    left, gone = bridge_down(MADE, ON_BRIDGE, LAT, LON, 60)
    door = np.array([42], np.int32)

    assert gone == 1
    assert nearest(MADE, door)[0][52] == 100
    assert nearest(left, door)[0][52] == 1_100  # Five blocks there, the bridge, five back.


def test_where_no_bridge_is_none_is_taken_down():
    left, gone = bridge_down(MADE, ON_BRIDGE, 0.0, 0.0, 60)

    assert gone == 0
    assert np.array_equal(left.indices, MADE.indices)


def test_with_both_bridges_down_the_other_bank_is_cut_off():
    people = people_at(MADE, [42, 52, 99], [1, 2, 4])
    before, _ = nearest(MADE, np.array([40], np.int32))

    left, gone = bridge_down(MADE, ON_BRIDGE, LAT, LON, 5_000)
    said = change(people, before, nearest(left, np.array([40], np.int32))[0], 400)

    assert gone == 2
    assert (said.lost, said.gained, said.cut_off) == (2, 0, 6)


def test_a_longer_way_is_told_in_metres_of_those_who_have_it():
    people = people_at(MADE, [52, 42], [2, 5])
    door = np.array([42], np.int32)
    left, _ = bridge_down(MADE, ON_BRIDGE, LAT, LON, 60)

    said = change(people, nearest(MADE, door)[0], nearest(left, door)[0], 400)

    assert (said.lost, said.cut_off, said.farther_m) == (2, 0, 1_000)


def test_without_power_only_a_known_generator_keeps_a_shelter_open():
    places = (
        place("has one", 0, generator=True),
        place("has none", 1, generator=False),
        place("nobody knows", 2),
        place("is closed", 3, open=False),
    )

    out = power_out(places)

    assert [one.open for one in out.places] == [True, False, False, False]
    assert (out.dark, out.unknown) == (2, 1)


def test_where_groups_are_named_only_theirs_go_dark():
    places = (place("a", 0, power_group="1.1"), place("b", 1, power_group="2.1"), place("c", 2))

    out = power_out(places, ["1.1"])

    assert [one.open for one in out.places] == [False, True, True]


@settings(max_examples=40)
@given(towns_with_people())
def test_without_power_nobody_is_better_off(drawn):
    made, people, places = drawn
    before, _ = nearest(made, doors(places).nodes)

    after, _ = nearest(made, doors(power_out(places).places).nodes)

    said = change(people, before, after, 400)
    assert said.gained == 0
    assert said.cut_off <= people.people.sum()
    assert change(people, after, before, 400).gained == said.lost
