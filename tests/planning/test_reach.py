"""
The table of who can walk where is what one finds who walks from every door through all the city.

Method: towns are drawn at random, and cut into tiles far smaller than a city's, so that ways lead
through many of them.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.planning.small_city import place, problems, town, towns_with_people

from tocsin.planning import reach as room
from tocsin.planning.places import doors
from tocsin.planning.reach import listed, reach
from tocsin.planning.streets import nearest


@pytest.fixture(autouse=True)
def small_tiles(monkeypatch):
    monkeypatch.setattr(room, "TILE_M", 250.0)
    monkeypatch.setattr(room, "DOORS_AT_ONCE", 2)


@settings(max_examples=40)
@given(towns_with_people(), st.integers(1, 4), st.sampled_from([150.0, 600.0, 5_000.0]))
def test_each_row_has_its_nearest_open_places_within_the_limit_in_order(drawn, k, limit_m):
    made, people, places = drawn

    table = reach(made, doors(places), people.nodes, limit_m=limit_m, nearest=k)

    ways = {
        number: nearest(made, np.array(one.nodes, np.int32))[0]
        for number, one in enumerate(places)
        if one.open
    }
    for row, node in enumerate(people.nodes):
        near = sorted((way[node], number) for number, way in ways.items() if way[node] <= limit_m)
        wanted = near[:k] + [(np.inf, -1)] * (k - len(near[:k]))
        assert list(zip(table.metres[row], table.places[row], strict=True)) == wanted


def test_work_on_tiles_is_told():
    heard = []

    reach(
        town(), doors((place("a", 0), place("b", 99))), np.array([5], np.int32),
        told=lambda done, of: heard.append((done, of)),
    )  # fmt: skip

    assert heard == [(1, 2), (2, 2)]


@given(problems(), st.data())
def test_places_taken_out_are_out_and_all_others_as_they_were(problem, data):
    gone = np.array(data.draw(st.lists(st.booleans(), min_size=len(problem.room),
                                       max_size=len(problem.room))))  # fmt: skip

    left = problem.reach.without(gone)

    out = (problem.reach.places >= 0) & gone[problem.reach.places]
    assert (left.places[out] == -1).all()
    assert np.isinf(left.metres[out]).all()
    assert np.array_equal(left.places[~out], problem.reach.places[~out])
    assert np.array_equal(left.metres[~out], problem.reach.metres[~out])


def test_the_way_of_a_row_to_a_place_is_infinite_where_it_is_not_listed():
    table = listed(
        np.array([0, 0, 1], np.int32), np.array([3, 2, 3], np.int32),
        np.array([7, 5, 9], np.float32), 2, 2,
    )  # fmt: skip
    rows, places = np.array([0, 0, 1, 1], np.int32), np.array([3, 2, 3, 2], np.int32)

    assert table.way(rows, places).tolist() == [7, 5, 9, np.inf]
