"""
The proof tells the best assignment from every other one.

Method: the best that there is comes from a linear program on problems of a few rows; assignments to
be judged are greedy ones, perturbed ones, and those that start from nothing.
"""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.planning.small_city import best, problems

from tocsin.planning.assignment import Assignment, Method, assigned, greedy, usable
from tocsin.planning.proof import is_optimal


def is_best(problem, found):
    placed, walked_m = best(problem)
    return found.placed == placed and abs(found.walked_m - walked_m) < 0.05


@given(problems())
def test_a_greedy_assignment_is_proven_if_and_only_if_it_is_the_best(problem):
    found = greedy(problem)

    assert is_optimal(problem, found) == is_best(problem, found)


@given(problems(), st.data())
def test_so_is_any_other(problem, data):
    """Places are filled in an order drawn at random, and some people left out on purpose."""
    slots = usable(problem)
    order = data.draw(st.permutations(range(len(slots))))
    left, room = problem.people.copy(), problem.room.copy()
    people = np.zeros(len(slots), np.int64)
    for entry in order:
        row, where = slots[entry] // len(room), problem.reach.places.ravel()[slots[entry]]
        many = min(left[row], room[where], data.draw(st.sampled_from([1, 99, 99, 99])))
        people[entry] = many
        left[row] -= many
        room[where] -= many
    found = assigned(problem, slots, people, Method.EXACT)

    assert is_optimal(problem, found) == is_best(problem, found)


@given(problems())
def test_to_place_nobody_is_the_best_only_where_nobody_can_be_placed(problem):
    none = np.empty(0, np.int32)
    nobody = Assignment(
        none, none, np.empty(0, np.int64), np.empty(0, np.float32), problem.people, Method.EXACT
    )

    assert is_optimal(problem, nobody) == (not len(usable(problem)))
