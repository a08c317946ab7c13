"""
Points, parts within parts and shared areas, measured as an independent library measures them.

Method: shapely as an oracle on random polygons.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point, Polygon

from tocsin.areas.bands import Banded, holes_outside, nested, overlap
from tocsin.areas.contacts import contacts
from tocsin.areas.rings import Part, twice_area

points = st.tuples(st.integers(0, 1000), st.integers(0, 1000))
rings = (
    st.lists(points, min_size=3, max_size=12, unique=True)
    .map(tuple)
    .filter(lambda ring: Polygon(ring).is_valid and Polygon(ring).area > 0)
)


@given(rings, st.floats(-10, 1010), st.floats(-10, 1010))
def test_a_point_lies_where_the_oracle_says(ring, x, y):
    shape = Polygon(ring)
    if shape.exterior.distance(Point(x, y)) > 1e-6:
        assert Banded([ring]).holds(x, y) == shape.contains(Point(x, y))


@given(rings)
def test_the_point_inside_is_inside(ring):
    assert Polygon(ring).contains(Point(Banded([ring]).inside()))


@given(rings, rings)
def test_what_two_areas_share_is_measured(one, two):
    fine = [tuple((x * 1000, y * 1000) for x, y in ring) for ring in (one, two)]
    one, two = (ring if twice_area(ring) > 0 else ring[::-1] for ring in fine)
    crossings = contacts([Part(0, (one,)), Part(1, (two,))]).parts.get((0, 1), [])
    expected = Polygon(one).intersection(Polygon(two)).area
    assert overlap([one], [two], crossings) == pytest.approx(expected, rel=1e-4, abs=1e7)


def test_an_island_in_a_lake_is_not_in_the_land_but_one_on_land_is():
    land = ((0, 0), (100, 0), (100, 100), (0, 100))
    lake = ((20, 20), (20, 60), (60, 60), (60, 20))
    island = ((30, 30), (40, 30), (40, 40), (30, 40))
    hill = ((70, 70), (80, 70), (80, 80), (70, 80))
    parts = [Part(0, (land, lake)), Part(1, (island,)), Part(2, (hill,))]
    assert list(nested(parts)) == [(2, 0)]
    assert list(nested([])) == []


def test_a_hole_beside_its_polygon_is_found():
    land = ((0, 0), (10, 0), (10, 10), (0, 10))
    inside, beside = ((2, 2), (2, 4), (4, 4)), ((20, 2), (20, 4), (24, 4))
    assert holes_outside(Part(0, (land, inside, beside))) == [2]
    assert holes_outside(Part(0, (land,))) == []
