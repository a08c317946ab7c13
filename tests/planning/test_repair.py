"""
When a shelter closes or fills, its people are placed again at once, and everybody stays in the sum.

Method: problems drawn at random are placed greedily and by flow, then places close and fill in any
order; after each, the plan as it stands must keep to what every plan keeps to.
"""

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.planning.small_city import best, problems
from tests.planning.test_assignment import right

from tocsin.planning.assignment import Problem, greedy
from tocsin.planning.repair import Standing
from tocsin.planning.table import Reach


@given(problems(), st.lists(st.tuples(st.integers(0, 4), st.integers(0, 12)), max_size=6))
def test_whatever_closes_and_fills_a_plan_keeps_to_room_and_reach(problem, changes):
    standing = Standing(problem, greedy(problem))
    room = problem.room.copy()
    was = standing.assignment()

    for drawn, limit in changes:
        number = drawn % len(room)
        repaired = standing.limit(number, limit)
        room[number] = min(room[number], limit)

        now = Problem(problem.people, problem.reach, room)
        assert right(now, standing.assignment())
        assert standing.unplaced == repaired.unplaced
        assert standing.load(number) <= limit

    assert was.placed >= standing.assignment().placed


@given(problems(), st.integers(0, 4))
def test_the_moves_lead_from_the_plan_before_to_the_plan_after(problem, number):
    standing = Standing(problem, greedy(problem))
    sent = _counted(standing.assignment())

    for move in standing.close(number % len(problem.room)).moves:
        for place, change in ((move.was, -move.people), (move.now, move.people)):
            if place is not None:
                sent[move.row, place] = sent.get((move.row, place), 0) + change

    assert {at: people for at, people in sent.items() if people} == _counted(standing.assignment())


def _counted(found):
    rows, places = found.rows.tolist(), found.places.tolist()
    return dict(zip(zip(rows, places, strict=True), found.people.tolist(), strict=True))


@given(problems(), st.integers(0, 4))
def test_nobody_is_left_outside_whom_moving_others_on_would_place(problem, number):
    """The work allowed is plenty here, so chains must find all the room that a flow finds."""
    assume(not greedy(problem).left)
    standing = Standing(problem, greedy(problem))
    room = problem.room.copy()
    room[number % len(room)] = 0

    standing.close(number % len(room))

    most, _ = best(Problem(problem.people, problem.reach, room))
    assert standing.assignment().placed == most


def test_one_moves_on_so_that_another_gets_in():
    # 0 reaches places 0 and 1, 1 reaches 1 and 2; when 0 closes, 1 has to leave 1 to 0.
    table = Reach(np.array([[0, 1], [1, 2]], np.int32), np.array([[1, 5], [1, 7]], np.float32))
    problem = Problem(np.array([3, 3]), table, np.array([3, 3, 3]))
    standing = Standing(problem, greedy(problem))

    repaired = standing.close(0)

    assert repaired.unplaced == 0
    assert [tuple(move) for move in repaired.moves] == [
        (0, 0, None, 3),
        (1, 1, 2, 3),
        (0, None, 1, 3),
    ]


def test_the_chain_is_taken_that_adds_least_to_the_ways():
    # 0 can go where 1 is, who has 9 m more to go then, or where 2 is, who has 1 m more.
    near = np.array([[0, 1, 2], [1, 3, -1], [2, 4, -1]], np.int32)
    metres = np.array([[1, 5, 5], [1, 10, np.inf], [1, 2, np.inf]], np.float32)
    problem = Problem(np.array([1, 1, 1]), Reach(near, metres), np.array([1, 1, 1, 1, 1]))
    standing = Standing(problem, greedy(problem))

    standing.close(0)

    assert standing.assignment().places.tolist() == [2, 1, 4]


def test_whoever_has_the_longest_way_leaves_a_place_that_fills():
    table = Reach(np.array([[0], [0]], np.int32), np.array([[4], [9]], np.float32))
    problem = Problem(np.array([2, 2]), table, np.array([4]))
    standing = Standing(problem, greedy(problem))

    repaired = standing.limit(0, 3)

    assert [tuple(move) for move in repaired.moves] == [(1, 0, None, 1)]
    assert repaired.unplaced == 1
