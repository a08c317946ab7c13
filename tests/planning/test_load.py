"""
What shelters get adds up to who goes, and only what is known counts as too much.

Method: towns, people and shelters are drawn, and everybody goes to the nearest.
"""

import numpy as np
from hypothesis import given, settings
from tests.planning.small_city import place, towns_with_people

from tocsin.planning.load import loads, to_nearest
from tocsin.planning.places import doors
from tocsin.planning.streets import nearest


@settings(max_examples=60)
@given(towns_with_people())
def test_everybody_who_has_a_way_goes_to_one_nearest_place(drawn):
    made, people, places = drawn
    listed = doors(places)
    metres, owner = nearest(made, listed.nodes)

    counted = to_nearest(people, owner, listed, len(places))

    assert counted.sum() == people.people[np.isfinite(metres[people.nodes])].sum()
    assert not counted[[not one.open for one in places]].any()


def test_the_most_beyond_capacity_come_first_and_the_empty_not_at_all():
    places = [
        place("empty", 0, capacity=5),
        place("half full", 0, capacity=10),
        place("full", 0, capacity=10),
        place("larger and full", 0, capacity=20),
        place("nobody knows", 0),
        place("over", 0, capacity=10),
        place("far over", 0, capacity=100),
    ]

    said = loads(places, np.array([0, 5, 10, 20, 70, 12, 103]))

    assert [one.place for one in said.places] == [
        "far over", "over", "larger and full", "full", "half full", "nobody knows",
    ]  # fmt: skip
    assert (said.over, said.unknown) == (5, 70)
