"""
A point lies where an independent library says it lies, and every map has its outlines.

Method: shapely as an oracle on random points over the country and along its borders.
"""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import STRtree
from shapely.geometry import LinearRing, Point, Polygon

from tocsin.areas.gazetteer import load_pack
from tocsin.areas.geometry import load_outlines

UKRAINE = load_pack()
OUTLINES = load_outlines(UKRAINE)
# Oblasts are made of raions; a point is looked up among these.
FINEST = [
    code
    for level in (1, 2)
    for code in OUTLINES.polygons(level)
    if level == 2 or not UKRAINE.children(code)
]


def shape_of(code):
    """Put an area together from its rings by the even-odd rule."""
    shape = Polygon()
    for line in OUTLINES.simplified(code):
        shape = shape.symmetric_difference(Polygon(line))
    return shape


SHAPES = {code: shape_of(code) for code in FINEST}
CODES = list(SHAPES)
TREE = STRtree([SHAPES[code] for code in CODES])
lats, lons = st.floats(44.0, 52.6), st.floats(21.9, 40.5)


def by_the_oracle(lat, lon):
    return {CODES[i] for i in TREE.query(Point(lon, lat), predicate="intersects")}


def test_the_map_has_every_area_of_both_levels():
    for detail in ("coarse", "simplified"):
        assert len(OUTLINES.polygons(1, detail)) == 27
        assert len(OUTLINES.polygons(2, detail)) == 136
    assert OUTLINES.polygons(3) == {}
    assert OUTLINES.coarse("UA80000000000093317")
    assert OUTLINES.coarse("UA") == ()


def test_every_ring_is_a_valid_line():
    for level in (1, 2):
        for detail in ("coarse", "simplified"):
            for lines in OUTLINES.polygons(level, detail).values():
                assert lines
                assert all(LinearRing(line).is_simple and line[0] != line[-1] for line in lines)


def test_a_point_inside_each_area_finds_it():
    for code, shape in SHAPES.items():
        inside = shape.representative_point()
        assert OUTLINES.at(inside.y, inside.x).code == code


@given(lats, lons)
def test_a_point_lies_where_the_oracle_says(lat, lon):
    found = OUTLINES.at(lat, lon)
    expected = by_the_oracle(lat, lon)
    assert (found is None and not expected) or found.code in expected


@given(st.sampled_from(CODES), st.data())
def test_beside_a_border_no_point_is_lost(code, data):
    lon, lat = data.draw(st.sampled_from(OUTLINES.simplified(code)[0]))
    off = st.floats(-1e-5, 1e-5)
    lat, lon = lat + data.draw(off), lon + data.draw(off)
    found = OUTLINES.at(lat, lon)
    near = Point(lon, lat)
    shapes = [SHAPES[c] for c in CODES if SHAPES[c].distance(near) < 1e-9]
    assert found is None or SHAPES[found.code].distance(near) < 1e-9
    assert found is not None or not any(s.contains(near) for s in shapes)


@pytest.mark.parametrize(
    ("lat", "lon", "code"),
    [
        (50.4501, 30.5234, "UA-30"),
        (44.6054, 33.5220, "UA-40"),
        (44.9521, 34.1024, "UA01160000000090126"),
        (46.4825, 30.7233, "104"),
        (49.9935, 36.2304, "124"),
    ],
)
def test_places_that_people_know(lat, lon, code):
    assert OUTLINES.at(lat, lon) == UKRAINE.get(code)


@pytest.mark.parametrize(
    ("lat", "lon"), [(0, 0), (52.2297, 21.0122), (1e300, 0), (math.nan, 30), (50, math.inf)]
)
def test_what_is_not_in_the_country_is_in_no_area(lat, lon):
    assert OUTLINES.at(lat, lon) is None
