"""
Whatever is assigned has room for whom it gets, and everybody is in the sum.

Method: problems of a few rows and places, drawn at random, many ways of equal length among them.
"""

import numpy as np
from hypothesis import given
from tests.planning.small_city import problems

from tocsin.planning.assignment import Method, Problem, assigned, greedy, usable
from tocsin.planning.table import Reach


def right(problem, found):
    """Say whether an assignment keeps to the problem, entry by entry."""
    load = found.load(len(problem.room))
    sent = np.bincount(found.rows, found.people, len(problem.people))
    entries = list(zip(found.rows.tolist(), found.places.tolist(), strict=True))
    return (
        (load <= problem.room).all()
        and (sent + found.unplaced == problem.people).all()
        and (found.people > 0).all()
        and entries == sorted(set(entries))
        and np.array_equal(found.metres, problem.reach.way(found.rows, found.places))
        and np.isfinite(found.metres).all()
    )


@given(problems())
def test_greedy_keeps_to_room_and_reach_and_says_that_it_is_greedy(problem):
    found = greedy(problem)

    assert right(problem, found)
    assert (found.method, found.proven) == (Method.GREEDY, False)
    assert found.placed + found.left == problem.people.sum()


@given(problems())
def test_greedy_leaves_nobody_outside_a_place_in_reach_that_has_room(problem):
    found = greedy(problem)
    spare = problem.room - found.load(len(problem.room))

    for row in np.flatnonzero(found.unplaced):
        near = problem.reach.places[row]
        assert not spare[near[near >= 0]].any()


def test_the_shortest_way_of_all_goes_first():
    table = Reach(np.array([[0, 1], [0, -1]], np.int32), np.array([[2, 9], [3, np.inf]], "f4"))
    found = greedy(Problem(np.array([4, 4]), table, np.array([5, 5])))

    entries = zip(found.rows, found.places, found.people, strict=True)
    assert list(entries) == [(0, 0, 4), (1, 0, 1)]
    assert found.unplaced.tolist() == [0, 3]
    assert (found.walked_m, found.mean_m) == (11, 2.2)


def test_ways_without_people_or_room_are_no_use():
    table = Reach(np.array([[0, 1], [0, 1]], np.int32), np.array([[1, 2], [1, 2]], "f4"))

    assert usable(Problem(np.array([0, 1]), table, np.array([0, 1]))).tolist() == [3]


def test_nobody_is_a_plan_too():
    table = Reach(np.array([[-1]], np.int32), np.array([[np.inf]], "f4"))
    problem = Problem(np.array([3]), table, np.array([3]))

    found = assigned(problem, np.empty(0, np.int64), np.empty(0, np.int64), Method.CELLS)

    assert (found.placed, found.left, found.mean_m) == (0, 3, 0.0)
