"""
A cell of the grid never says anything that the outlines would not.

Method: for random outlines and points, the cell's choice holds every area that shapely finds,
and a sure cell holds exactly that one.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point, Polygon

from tocsin.areas import grid
from tocsin.kernel.errors import Malformed

points = st.tuples(st.integers(-3000, 3000), st.integers(-3000, 3000))
rings = (
    st.lists(points, min_size=3, max_size=8, unique=True)
    .map(tuple)
    .filter(lambda ring: Polygon(ring).is_valid and Polygon(ring).area > 0)
)


@given(st.lists(rings, min_size=1, max_size=3), st.lists(points, min_size=1, max_size=20))
def test_a_cell_agrees_with_the_oracle(outlines, asked):
    laid = grid.lay([(ring,) for ring in outlines], cells=500)
    for x, y in asked:
        holding = [n for n, ring in enumerate(outlines) if Polygon(ring).covers(Point(x, y))]
        column, row = (x - laid.west) // laid.cell, (y - laid.south) // laid.cell
        if not (0 <= column < laid.columns and 0 <= row < laid.rows):
            assert not holding
            continue
        sure, places = laid.choices[laid.cells[row * laid.columns + column]]
        if sure:
            # What covers the cell hides what would be asked after it.
            assert places == tuple(holding[:1])
        else:
            assert not holding or holding[0] in places


def test_a_grid_survives_the_pack():
    laid = grid.lay([(((0, 0), (1000, 0), (0, 1000)),), (((0, 0), (9, 0), (0, 9)),)])
    again = grid.decode(grid.encode(laid), 2)
    assert (again.cells, list(again.choices)) == (laid.cells, list(laid.choices))
    assert (again.west, again.cell, again.columns) == (laid.west, laid.cell, laid.columns)


def test_a_country_without_outlines_has_one_empty_cell():
    laid = grid.lay([])
    assert list(laid.cells) == [0]
    assert laid.choices[0] == (True, ())


@given(st.binary(max_size=100))
def test_any_bytes_are_refused(data):
    with pytest.raises(Malformed, match=r"areas\.pack_malformed"):
        grid.decode(data, 3)


def test_a_grid_that_names_areas_that_are_not_there_is_refused():
    section = grid.encode(grid.lay([(((0, 0), (1000, 0), (0, 1000)),)]))
    with pytest.raises(Malformed, match=r"areas\.pack_malformed"):
        grid.decode(section, 0)
