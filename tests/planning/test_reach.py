"""
The table of who can walk where is what one finds who walks from every door through all the city.

Method: towns are drawn at random, and cut into tiles far smaller than a city's, so that ways lead
through many of them.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.planning.small_city import place, town, towns_with_people

from tocsin.planning import reach as room
from tocsin.planning.places import doors
from tocsin.planning.reach import reach
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
