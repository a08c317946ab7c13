"""
The flow finds the best there is, in a child process, and greedy never does better.

Method: problems drawn at random are solved many at a time by one child, since OR-tools is never
imported here; what is best comes from a linear program.
"""

import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.planning.small_city import best, problems
from tests.planning.test_assignment import right

from tocsin.kernel.errors import Refused, Unavailable
from tocsin.planning import flow as solving
from tocsin.planning.assignment import Method, Problem, greedy
from tocsin.planning.flow import flow
from tocsin.planning.solver import run
from tocsin.planning.table import Reach


def solve_all(many):
    """Solve problems one after the other; the child runs it."""
    return [flow(problem, Method.EXACT) for problem in many]


@settings(max_examples=2)
@given(st.lists(problems(), min_size=25, max_size=35))
def test_no_plan_places_more_people_nor_as_many_on_shorter_ways(many):
    for problem, found in zip(many, run(60.0, solve_all, many), strict=True):
        assert right(problem, found)
        assert found.proven
        placed, walked_m = best(problem)
        assert found.placed == placed
        assert found.walked_m == pytest.approx(walked_m, abs=0.05)
        plain = greedy(problem)
        assert plain.placed <= found.placed
        if plain.placed == found.placed:
            assert found.walked_m <= plain.walked_m


def test_more_ways_than_memory_can_hold_are_refused(monkeypatch):
    monkeypatch.setattr(solving, "ENTRIES_MAX", 1)
    table = Reach(np.zeros((2, 1), np.int32), np.ones((2, 1), np.float32))

    with pytest.raises(Refused, match=r"planning\.too_large"):
        flow(Problem(np.array([1, 1]), table, np.array([2])), Method.EXACT)


def test_it_is_not_run_where_highspy_is(monkeypatch):
    monkeypatch.setitem(sys.modules, "highspy", sys)
    table = Reach(np.zeros((1, 1), np.int32), np.ones((1, 1), np.float32))

    with pytest.raises(Unavailable, match=r"planning\.no_solver"):
        flow(Problem(np.array([1]), table, np.array([1])), Method.EXACT)
    assert "ortools" not in sys.modules
