"""
A plan is for everybody: in reach, beyond it, or said to be without; and it says how it was made.

Method: towns, people and shelters are drawn; the solver is greedy in most tests, because what is
told of a plan does not hang on who found it, and a real child process in one.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.planning.small_city import people_at, place, town, towns_with_people

from tocsin.kernel.errors import Unavailable
from tocsin.planning.assignment import Method, greedy
from tocsin.planning.places import shut
from tocsin.planning.plan import (
    City,
    cell_table,
    plan_cells,
    plan_exactly,
    row_table,
    with_places,
)
from tocsin.planning.streets import nearest


def by_distance(problem, method):
    del method
    return greedy(problem)


def no_solver(problem, method):
    raise Unavailable("planning.no_solver", "None here.")


@settings(max_examples=40)
@given(towns_with_people(), st.booleans(), st.none() | st.integers(0, 20))
def test_everybody_is_in_reach_or_beyond_it_or_said_to_be_without(drawn, exactly, assumed):
    city = City(*drawn)

    if exactly:
        plan = plan_exactly(city, row_table(city), assumed, by_distance)
    else:
        plan = plan_cells(city, cell_table(city), assumed, by_distance)

    load = plan.within.load(len(city.places)) + plan.beyond.load(len(city.places))
    assert (load <= plan.rooms.room).all()
    assert plan.within.placed + plan.beyond.placed + plan.unplaced == city.demand.people.sum()
    nodes = [
        node
        for one, room in zip(city.places, plan.rooms.room - load, strict=True)
        for node in one.nodes
        if room
    ]
    to_room, _ = nearest(city.streets, np.array(nodes, np.int32))
    assert np.isinf(to_room[city.demand.nodes[plan.beyond.unplaced > 0]]).all()


def test_without_a_solver_the_plan_is_greedy_and_says_why():
    made = town()
    city = City(made, people_at(made, [0, 9], [5, 5]), (place("a", 4, capacity=10),))

    plan = plan_cells(city, cell_table(city), solve=no_solver)

    assert (plan.method, plan.because) == (Method.GREEDY, "planning.no_solver")
    assert plan.within.placed == 10


@pytest.mark.parametrize("method", [Method.CELLS, Method.EXACT])
def test_after_a_closure_a_new_plan_leaves_nobody_out_while_there_is_room(method):
    made = town()
    places = tuple(place(f"s{node}", node, capacity=30) for node in (0, 9, 44, 90, 99))
    city = City(made, people_at(made, range(100), [1] * 100), places)
    cells, rows = cell_table(city), row_table(city)
    after = with_places(city, shut(places, ["s44"]))

    by_cells = method is Method.CELLS
    plan = plan_cells(after, cells) if by_cells else plan_exactly(after, rows)

    assert (plan.method, plan.because, plan.unplaced) == (method, "", 0)
    assert plan.within.load(5)[2] == 0
    assert plan.within.proven == (method is Method.EXACT)
