"""
The grid that makes finding the nearest street quick: which stretches pass through which cell.

A cell has 100 m a side, or more where the network is so wide that it would have too many cells.
A stretch stands in each cell that it passes through, and may stand in one that it just misses.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from math import isqrt
from typing import Final

from tocsin.walking.ground import DEGREE, UNIT_M, squeeze
from tocsin.walking.network import CELLS_MAX, Cells

SIDE_M: Final = 100
"""A look at nine cells finds all within 100 m: some 50 stretches of a dense city."""

MARGIN: Final = 3
"""Cells around the outermost nodes: 300 m, whence one may still come to the network."""

CELLS_A_NODE: Final = 4
"""An alpine country has 3 cells a node at 100 m; a network wider than that gets larger cells."""

Stretch = tuple[int, int, int, int, int]
"""Number, latitude and longitude of one end, latitude and longitude of the other."""


def lay(lat: Sequence[int], lon: Sequence[int]) -> Cells:
    """Lay the grid over nodes, of which there is at least one."""
    south, north, west, east = min(lat), max(lat), min(lon), max(lon)
    height = round(SIDE_M / UNIT_M)
    # Where meridians are closest, so that a cell is nowhere narrower.
    width = min(round(SIDE_M / squeeze(max(abs(south), abs(north)))), 10 * DEGREE)
    most = min(CELLS_MAX, 1024 + CELLS_A_NODE * len(lat))
    while True:
        rows = (north - south) // height + 1 + 2 * MARGIN
        columns = (east - west) // width + 1 + 2 * MARGIN
        if rows * columns <= most:
            return Cells(
                south - MARGIN * height, west - MARGIN * width, height, width, rows, columns
            )
        grown = isqrt(rows * columns * 10_000 // most) + 1  # How much larger, in hundredths.
        height, width = height * grown // 100 + 1, width * grown // 100 + 1


def listed(cells: Cells, stretches: Iterable[Stretch]) -> tuple[array[int], array[int]]:
    """List for each cell the stretches that pass through it, as pointers and numbers."""
    numbers, places = array("I"), array("I")
    for number, lat1, lon1, lat2, lon2 in stretches:
        for cell in passed(cells, lat1, lon1, lat2, lon2):
            numbers.append(number)
            places.append(cell)
    pointers = array("I", bytes(4 * (cells.rows * cells.columns + 1)))
    for cell in places:
        pointers[cell + 1] += 1
    total = 0
    for cell, count in enumerate(pointers):
        total += count
        pointers[cell] = total
    place, sorted_numbers = pointers[:-1], array("I", bytes(4 * len(numbers)))
    for number, cell in zip(numbers, places, strict=True):
        sorted_numbers[place[cell]] = number
        place[cell] += 1
    return pointers, sorted_numbers


def passed(cells: Cells, lat1: int, lon1: int, lat2: int, lon2: int) -> Iterator[int]:
    """Name every cell of the grid that a stretch passes through; what lies outside has none."""
    if lat1 > lat2:
        lat1, lon1, lat2, lon2 = lat2, lon2, lat1, lon1
    first, last = max(0, cells.row(lat1)), min(cells.rows - 1, cells.row(lat2))
    for row in range(first, last + 1):
        low = max(lat1, cells.south + row * cells.height)
        high = min(lat2, cells.south + (row + 1) * cells.height)
        if lat2 > lat1:
            ends = [lon1 + (lon2 - lon1) * (lat - lat1) // (lat2 - lat1) for lat in (low, high)]
        else:
            ends = [lon1, lon2]
        # Floor division moves an end west by less than one unit; one more is looked at.
        left, right = cells.column(min(ends)), cells.column(max(ends) + 1)
        for column in range(max(0, left), min(cells.columns - 1, right) + 1):
            yield row * cells.columns + column
