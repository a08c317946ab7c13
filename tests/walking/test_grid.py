"""
A stretch stands in every cell that it passes through, and a wide network has no more cells for it.

Method: random stretches, walked in small steps; each step's cell must list the stretch.
"""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.walking import grid
from tocsin.walking.ground import UNIT_M, squeeze
from tocsin.walking.network import Cells

CELLS = Cells(south=-1000, west=-2000, height=170, width=230, rows=12, columns=17)
points = st.tuples(st.integers(-1500, 1500), st.integers(-2500, 2500))


@given(points, points)
def test_no_cell_on_the_way_is_left_out(a, b):
    passed = list(grid.passed(CELLS, *a, *b))
    assert len(passed) == len(set(passed))
    for step in range(201):
        lat = a[0] + (b[0] - a[0]) * step / 200
        lon = a[1] + (b[1] - a[1]) * step / 200
        row, column = (lat - CELLS.south) // CELLS.height, (lon - CELLS.west) // CELLS.width
        if 0 <= row < CELLS.rows and 0 <= column < CELLS.columns:
            assert int(row) * CELLS.columns + int(column) in passed


@given(st.lists(st.tuples(points, points), max_size=5))
@settings(max_examples=40)
def test_a_cell_lists_what_passes_through_it(stretches):
    numbered = [(n, *a, *b) for n, (a, b) in enumerate(stretches)]
    pointers, numbers = grid.listed(CELLS, numbered)
    for cell in range(CELLS.rows * CELLS.columns):
        wanted = [n for n, *ends in numbered if cell in grid.passed(CELLS, *ends)]
        assert list(numbers[pointers[cell] : pointers[cell + 1]]) == wanted


@given(st.lists(st.tuples(st.integers(-(9 * 10**8), 9 * 10**8), st.integers(-(10**9), 10**9))))
def test_a_grid_covers_its_nodes_and_is_bounded(nodes):
    nodes = [*nodes, (0, 0)]
    cells = grid.lay([lat for lat, _ in nodes], [lon for _, lon in nodes])
    assert cells.rows * cells.columns <= 1024 + grid.CELLS_A_NODE * len(nodes)
    for lat, lon in nodes:
        assert 0 <= cells.row(lat) < cells.rows
        assert 0 <= cells.column(lon) < cells.columns


@given(st.integers(-800_000_000, 800_000_000), st.integers(0, 30_000_000))
def test_no_cell_is_narrower_than_a_hundred_metres(lat, height):
    cells = grid.lay([lat, lat + height] * 99, [0, 5_000] * 99)
    for side in (lat, lat + height):
        assert cells.width * squeeze(side) > 99
    assert cells.height * UNIT_M > 99


def test_a_cell_of_a_city_has_a_hundred_metres_a_side():
    cells = grid.lay([500_000_000, 500_500_000] * 999, [300_000_000, 300_500_000] * 999)
    assert 8_990 <= cells.height <= 9_000
    assert 13_900 <= cells.width <= 14_100
