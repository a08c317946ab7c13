"""
The grid that makes finding a point quick: which outlines pass through which cell.

Laid over the country once, when a pack is made. A cell that no outline crosses lies in one area
or in none, and answers for all its points; every other cell lists the few areas that a point in
it may lie in, the finest level first, and the outlines decide (`geometry.py`).
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from math import isqrt

from tocsin.areas.rings import Ring, Vertex, numbers, packed
from tocsin.kernel.errors import Malformed

CELLS = 1 << 17
"""131,072 cells of a country are 0.033° for Ukraine: 83 points in 100 meet no outline."""


@dataclass(frozen=True, slots=True)
class Grid:
    """
    Cells row by row from the south-west.

    Args:
        west: Left edge, in the units of the outlines; likewise `south`.
        cell: Side of a cell, in the same units.
        columns: Cells in a row; likewise `rows`.
        choices: What a cell may hold: places of areas, the finest level first. A choice of one
            area that is marked `sure` needs no outline to be asked.
        cells: For each cell the place of its choice; choice 0 is no area at all.
    """

    west: int
    south: int
    cell: int
    columns: int
    rows: int
    choices: Sequence[tuple[bool, tuple[int, ...]]]
    cells: array[int]


def edges(rings: Sequence[Ring]) -> Iterator[tuple[Vertex, Vertex]]:
    """Go along all edges of an area, also those that close its rings."""
    for ring in rings:
        yield from zip(ring, (*ring[1:], ring[0]), strict=True)


def lay(areas: Sequence[Sequence[Ring]], cells: int = CELLS) -> Grid:
    """
    Lay the grid over areas.

    Args:
        areas: Outlines in the order in which they are to be asked: the finest level first.
        cells: How many cells the grid may have, roughly.
    """
    xs = [v[0] for v in chain.from_iterable(chain.from_iterable(areas))]
    ys = [v[1] for v in chain.from_iterable(chain.from_iterable(areas))]
    if not xs:
        return Grid(0, 0, 1, 1, 1, [(True, ())], array("i", [0]))
    width, height = max(xs) - min(xs) + 1, max(ys) - min(ys) + 1
    cell = max(1, isqrt(width * height // cells), width // cells, height // cells)
    grid = Grid(min(xs), min(ys), cell, width // cell + 1, height // cell + 1, [], array("i"))
    touched: dict[int, list[int]] = {}
    covered: dict[int, list[int]] = {}
    for place, rings in enumerate(areas):
        border = {found for edge in edges(rings) for found in _crossed(grid, *edge)}
        for number in border:
            touched.setdefault(number, []).append(place)
        for number in _inside(grid, rings, border):
            covered.setdefault(number, []).append(place)
    return _chosen(grid, touched, covered)


def encode(grid: Grid) -> bytes:
    """Write a grid as a section of a pack."""
    head = {
        "box": [grid.west, grid.south, grid.cell, grid.columns, grid.rows],
        "choices": [[int(sure), *places] for sure, places in grid.choices],
    }
    return json.dumps(head, separators=(",", ":")).encode() + b"\n" + packed(grid.cells)


def decode(section: bytes, areas: int) -> Grid:
    """
    Read a grid from a section of a pack that has so many areas.

    Raises:
        Malformed: `areas.pack_malformed` when the bytes are not those of a grid.
    """
    line, _, body = section.partition(b"\n")
    try:
        head = json.loads(line)
        west, south, cell, columns, rows = (int(value) for value in head["box"])
        choices = [(bool(sure), tuple(places)) for sure, *places in head["choices"]]
        cells = numbers(body)
        fits = cell > 0 and columns > 0 and rows > 0 and len(cells) == columns * rows
        if not fits or min(cells) < 0 or max(cells) >= len(choices):
            raise ValueError(columns)
        if not all(0 <= place < areas for _, places in choices for place in places):
            raise ValueError(areas)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise Malformed("areas.pack_malformed", "The grid of a pack is damaged.") from error
    return Grid(west, south, cell, columns, rows, choices, cells)


def _chosen(grid: Grid, touched: dict[int, list[int]], covered: dict[int, list[int]]) -> Grid:
    none: tuple[bool, tuple[int, ...]] = (True, ())
    numbered = {none: 0}
    cells = array("i", bytes(4 * grid.columns * grid.rows))
    for number in touched.keys() | covered.keys():
        whole = covered.get(number, [])
        # What covers the cell hides whatever is asked after it.
        last = min(whole, default=None)
        before = [p for p in touched.get(number, ()) if last is None or p < last]
        places = tuple(sorted(before)) + (() if last is None else (last,))
        choice = (not before, places)
        cells[number] = numbered.setdefault(choice, len(numbered))
    return Grid(grid.west, grid.south, grid.cell, grid.columns, grid.rows, list(numbered), cells)


def _crossed(grid: Grid, a: Vertex, b: Vertex) -> Iterator[int]:
    """List every cell that an edge touches, its sides and corners counted generously."""
    (x1, y1), (x2, y2) = sorted((a, b), key=lambda vertex: vertex[1])
    x1, x2, y1, y2 = x1 - grid.west, x2 - grid.west, y1 - grid.south, y2 - grid.south
    cell = grid.cell
    for row in range(max(0, (y1 - 1) // cell), min(grid.rows - 1, (y2 + 1) // cell) + 1):
        low, high = max(y1, row * cell), min(y2, (row + 1) * cell)
        if y2 > y1:
            ends = [x1 + (x2 - x1) * (y - y1) // (y2 - y1) for y in (low, high)]
        else:
            ends = [x1, x2]
        first, last = (min(ends) - 1) // cell, (max(ends) + 1) // cell
        for column in range(max(0, first), min(grid.columns - 1, last) + 1):
            yield row * grid.columns + column


def _inside(grid: Grid, rings: Sequence[Ring], border: set[int]) -> Iterator[int]:
    """List the cells that lie in the area as a whole, by one line through each row's middle."""
    crossings: dict[int, list[float]] = {}
    for (x1, y1), (x2, y2) in edges(rings):
        low, high = min(y1, y2) - grid.south, max(y1, y2) - grid.south
        for row in range(low // grid.cell, high // grid.cell + 1):
            middle = row * grid.cell + grid.cell / 2 + grid.south
            if (y1 > middle) != (y2 > middle):
                x = x1 + (middle - y1) * (x2 - x1) / (y2 - y1)
                crossings.setdefault(row, []).append(x - grid.west)
    for row, found in crossings.items():
        found.sort()
        for left, right in zip(found[::2], found[1::2], strict=True):
            for column in range(int(left // grid.cell), int(right // grid.cell) + 1):
                number = row * grid.columns + column
                if left <= (column + 0.5) * grid.cell <= right and number not in border:
                    yield number
