"""
Measures on the ground agree with those of others.

Method: known distances; feet and crossings of random stretches against shapely.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, Point

from tocsin.walking import ground

numbers = st.integers(-50, 50)
points = st.tuples(numbers, numbers)


def test_a_degree_of_latitude_is_111_km():
    assert ground.metres(0, 0, ground.DEGREE, 0) == pytest.approx(111_195, rel=1e-4)
    at_sixty = ground.metres(60 * ground.DEGREE, 0, 60 * ground.DEGREE, ground.DEGREE)
    assert at_sixty == pytest.approx(111_195 / 2, rel=1e-3)
    assert ground.squeeze(60 * ground.DEGREE) == pytest.approx(ground.UNIT_M / 2)
    assert ground.squeeze(90 * ground.DEGREE) > 0


@pytest.mark.parametrize(
    ("lat", "lon", "degrees"), [(9, 0, 0), (0, 9, 90), (-9, 0, 180), (0, -9, 270), (9, 9, 45)]
)
def test_a_bearing_is_told_from_north_by_east(lat, lon, degrees):
    assert ground.bearing(0, 0, lat, lon) == pytest.approx(degrees)


@given(points, points)
def test_the_foot_is_where_the_stretch_is_nearest(a, b):
    share, distance = ground.foot(*a, *b)
    line = LineString([a, b]) if a != b else Point(a)
    assert 0 <= share <= 1
    assert distance == pytest.approx(line.distance(Point(0, 0)))


@given(points, points, points, points)
def test_stretches_cross_when_they_have_a_point_in_common(a, b, c, d):
    one = LineString([a, b]) if a != b else Point(a)
    other = LineString([c, d]) if c != d else Point(c)
    assert ground.crosses(a, b, c, d) == one.intersects(other)


@given(points, points, points, points)
def test_a_barrier_stops_a_line_unless_an_end_of_the_line_stands_on_it(a, b, c, d):
    # 22 cm: half of what counts as standing on it.
    a, b, c, d = ((y * 20, x * 20) for y, x in (a, b, c, d))
    line, barrier = (
        LineString(pair) if pair[0] != pair[1] else Point(pair[0]) for pair in ((a, b), (c, d))
    )
    meets = line.intersects(barrier)
    away = min(barrier.distance(Point(a)), barrier.distance(Point(b))) * ground.UNIT_M
    if away != pytest.approx(ground.ON_IT_M, abs=1e-6):
        assert ground.stops(a, b, c, d) == (meets and away > ground.ON_IT_M)
