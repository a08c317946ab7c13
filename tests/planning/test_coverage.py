"""
Coverage counts everybody, and never gets better when a shelter closes.

Method: towns, people and shelters are drawn; closures are drawn from these.
"""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.planning.small_city import people_at, place, town, towns_with_people

from tocsin.planning.cells import cells
from tocsin.planning.coverage import coverage, gaps
from tocsin.planning.places import doors, shut
from tocsin.planning.streets import nearest


def swept(made, places):
    return nearest(made, doors(places).nodes)[0]


@settings(max_examples=60)
@given(towns_with_people(), st.integers(0, 5))
def test_coverage_never_improves_when_a_shelter_closes(drawn, number):
    made, people, places = drawn
    before = coverage(people, swept(made, places), metres_per_minute=80, minutes=(1, 5, 10))

    after = coverage(
        people, swept(made, shut(places, [f"s{number}"])), metres_per_minute=80, minutes=(1, 5, 10)
    )

    for was, now in zip(before.whole.within, after.whole.within, strict=True):
        assert now <= was
    assert after.whole.no_way >= before.whole.no_way
    assert before.whole.people == after.whole.people == people.total


@settings(max_examples=60)
@given(towns_with_people(), st.sampled_from([100.0, 400.0]))
def test_gaps_hold_exactly_those_on_the_network_who_are_too_far_most_people_first(drawn, limit_m):
    made, people, places = drawn
    metres = swept(made, places)
    covered = people.people[metres[people.nodes] <= limit_m].sum()

    found = gaps(made, people, cells(made, people), metres, limit_m)

    assert sum(gap.people for gap in found) == people.people.sum() - covered
    assert [gap.people for gap in found] == sorted((gap.people for gap in found), reverse=True)
    assert all(gap.metres is None or gap.metres > limit_m for gap in found)


def test_each_area_is_told_apart_and_whoever_is_off_the_map_is_not_covered():
    made = town()
    people = replace(
        people_at(made, [0, 3, 9], [10, 20, 30], off_network=40),
        area=np.array([0, 1, 1], np.int32),
        areas=("UA-30", "UA-51"),
    )

    said = coverage(people, swept(made, (place("a", 0),)), metres_per_minute=80, minutes=(10, 5))

    assert said.minutes == (5, 10)
    assert (said.whole.people, said.whole.within, said.whole.no_way) == (100, (30, 30), 40)
    assert said.whole.shares == (0.3, 0.3)
    assert [(one.area, one.people, one.within) for one in said.areas] == [
        ("UA-30", 10, (10, 10)),
        ("UA-51", 50, (20, 20)),
    ]
    assert (said.whole.median_m, said.whole.worst_m) == (300, 900)


def test_with_every_shelter_closed_nobody_has_a_way():
    made = town()
    people = people_at(made, [0, 1], [10, 20])

    said = coverage(people, swept(made, ()), metres_per_minute=80)

    assert (said.whole.within, said.whole.no_way) == ((0, 0), 30)
    assert (said.whole.median_m, said.whole.worst_m) == (None, None)
    assert gaps(made, people, cells(made, people), swept(made, ()), 400)[0].metres is None
