"""
Goal: nobody is lost from a plan that is repaired, and no place is sent more than it holds.

Method: a street of forty blocks whose two ends are out of each other's reach, so that a plan of it
has people who go far; it is solved in this process.
"""

from __future__ import annotations

import numpy as np
import pytest
from tests.planning.small_city import BLOCK_M, people_at, place, streets

from tocsin.planning.assignment import greedy
from tocsin.planning.kept_plan import KeptPlan
from tocsin.planning.plan import City, cell_table, plan_cells

LENGTH = 40
"""Blocks of 100 m; a place 1,500 m away is in reach."""


def kept(*rooms, people=1):
    ways = [(node, node + 1, BLOCK_M) for node in range(LENGTH - 1)]
    made = streets(ways, across=LENGTH, down=1)
    places = tuple(place(f"s{node}", node, capacity=room) for node, room in rooms)
    city = City(made, people_at(made, range(LENGTH), [people] * LENGTH), places)
    table = cell_table(city)
    plan = plan_cells(city, table, solve=lambda problem, _: greedy(problem))
    return KeptPlan(plan, table)


def loads(plan, places):
    return [plan.load(number) for number in range(places)]


def test_who_goes_far_is_placed_and_keeps_their_room():
    plan = kept((2, 10), (37, 60))

    assert (plan.placed, plan.unplaced) == (40, 0)
    assert plan.beyond > 0
    assert loads(plan, 2) == [10, 30]


def test_a_closure_leaves_those_unplaced_who_went_there_from_far_and_nobody_else():
    plan = kept((2, 40), (20, 10), (37, 40))
    before = loads(plan, 3)
    repaired = plan.lower(np.array([40, 10, 0]))

    assert sum(before) == 40
    assert plan.load(2) == 0
    assert plan.placed + plan.unplaced == 40 == sum(loads(plan, 3)) + plan.unplaced
    assert repaired.unplaced == plan.unplaced
    assert all(now <= room for now, room in zip(loads(plan, 3), (40, 10, 0), strict=True))


@pytest.mark.parametrize("room", [0, 3, 9, 29, 30, 59])
def test_no_place_is_sent_more_than_it_holds_whoever_goes_far(room):
    plan = kept((2, 10), (37, 60))
    plan.lower(np.array([10, room]))

    assert plan.load(1) == min(30, room)
    assert plan.placed == 10 + plan.load(1) == 40 - plan.unplaced


def test_a_place_that_came_after_the_plan_is_sent_nobody():
    plan = kept((2, 10), (37, 60))

    assert plan.lower(np.array([10, 60, 80])).moves == ()
    assert plan.load(2) == 0


def test_more_room_is_no_matter_until_the_next_plan():
    plan = kept((2, 10), (37, 20))
    plan.lower(np.array([100, 100]))

    assert loads(plan, 2) == [10, 20]
    assert plan.lowered == set()


def test_the_mean_way_follows_a_repair():
    plan = kept((15, 40), (20, 40), (25, 40))
    before = plan.mean_m
    plan.lower(np.array([40, 0, 40]))

    assert plan.unplaced == 0
    assert plan.mean_m > before > 0
    assert plan.lowered == {1}


def test_when_all_close_at_once_nobody_is_sent_anywhere():
    plan = kept((2, 10), (20, 10), (37, 60))
    plan.lower(np.array([0, 0, 0]))

    assert (plan.placed, plan.beyond, plan.unplaced, plan.mean_m) == (0, 0, 40, 0.0)
