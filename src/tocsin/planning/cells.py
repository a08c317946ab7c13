"""
The city in cells of 200 m: few enough that a plan of everybody takes a second.

A cell holds the people of one square whom no river or railway parts: two banks are two cells. What
a place costs a cell is the mean way of its people, each from where they are, so a plan of cells is
a plan that can be walked; `spread` then sends each row of a cell to whichever of its cell's places
suits it, which only makes ways shorter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from tocsin.planning.demand import Demand
from tocsin.planning.places import Doors
from tocsin.planning.reach import LIMIT_M, NEAREST, tiles
from tocsin.planning.streets import Streets
from tocsin.planning.table import (
    Counts,
    Floats,
    Ints,
    Metres,
    Reach,
    joined,
    listed,
    numbered,
    ranks,
)

CELL_M: Final = 200.0
"""With 300 m ways get 9 % longer than they must be; with 100 m there are four times as many."""

ACROSS_M: Final = 600.0
"""From one side of a cell to the other on foot, twice its diagonal and a little."""


@dataclass(frozen=True, slots=True)
class Cells:
    """
    Squares with people in them.

    Args:
        cell_of: The cell of each row of people.
        people: Of each cell.
        node: Where most of a cell's people are nearest to, for what needs one point.
    """

    cell_of: Ints
    people: Counts
    node: Ints

    def __len__(self) -> int:
        """Count the cells."""
        return len(self.people)


@dataclass(frozen=True, slots=True)
class CellReach:
    """
    The nearest places of each cell, and each row's own way to them.

    Args:
        reach: Of cells; metres are the mean of the cell's people.
        own: Metres, rows × k, beside the list of the row's cell; infinite where there are no more.
    """

    reach: Reach
    own: Metres


def cells(streets: Streets, demand: Demand, size_m: float = CELL_M) -> Cells:
    """Cut the people of a city into squares, and each square into what hangs together."""
    x, y = streets.plane()
    column, line = ((axis // size_m).astype(np.int64) for axis in (x, y))
    square = (line - line.min(initial=0)) * (np.ptp(column) + 1 if len(column) else 1)
    square += column - column.min(initial=0)
    tails = streets.tails()
    within = square[tails] == square[streets.indices]
    shape = (streets.nodes, streets.nodes)
    ones = np.ones(int(within.sum()), np.int8)
    inner = csr_array((ones, (tails[within], streets.indices[within])), shape=shape)
    _, piece = connected_components(inner, directed=False)
    _, numbers = np.unique(piece[demand.nodes], return_inverse=True)
    cell_of: Ints = numbers.astype(np.int32)
    people = _sums(cell_of, demand.people)
    middle_x = _sums(cell_of, demand.people * x[demand.nodes]) / people
    middle_y = _sums(cell_of, demand.people * y[demand.nodes]) / people
    off = np.hypot(x[demand.nodes] - middle_x[cell_of], y[demand.nodes] - middle_y[cell_of])
    order = np.lexsort((off, cell_of))
    first = order[np.searchsorted(cell_of[order], np.arange(len(people)))]
    return Cells(cell_of, people.astype(np.int64), demand.nodes[first])


def cell_reach(
    streets: Streets,
    doors: Doors,
    demand: Demand,
    cells: Cells,
    *,
    limit_m: float = LIMIT_M,
    nearest: int = NEAREST,
    told: Callable[[int, int], None] = lambda _done, _of: None,
) -> CellReach:
    """
    Find the nearest places of each cell; one that not all of a cell can walk to is not listed.

    Args:
        limit_m: Places whose mean way is longer are not listed.
        nearest: List no more than so many for a cell.
        told: How many tiles of how many are done.
    """
    size = np.bincount(cells.cell_of, minlength=len(cells))
    by_cell = np.argsort(cells.cell_of, kind="stable").astype(np.int32)
    weights = demand.people[by_cell] / cells.people[cells.cell_of[by_cell]]
    found: list[tuple[Ints, Ints, Metres]] = []
    ways = [np.empty(0, np.float32)]
    for tile in tiles(streets, doors, demand.nodes[by_cell], limit_m + ACROSS_M, told):
        here = cells.cell_of[by_cell[tile.rows]]
        starts = np.flatnonzero(np.diff(here, prepend=-1))
        lengths = np.diff(starts, append=len(here))
        mean = np.add.reduceat(tile.metres * weights[tile.rows], starts, axis=1)
        near = (mean <= limit_m) & (lengths == size[here[starts]])
        place, group = np.nonzero(near)
        found.append(
            (here[starts[group]], tile.places[place], mean[place, group].astype(np.float32))
        )
        ways.append(tile.metres[np.repeat(near, lengths, axis=1)].astype(np.float32))
    entries = joined(found)
    table = listed(*entries, len(cells), nearest)
    own = np.full((len(demand.nodes), nearest), np.inf, np.float32)
    cell, rank = entries[0], ranks(*entries)
    first = np.cumsum(size) - size
    row = np.repeat(first[cell], size[cell]) + numbered(size[cell])
    rank = np.repeat(rank, size[cell])
    kept = rank < nearest
    own[by_cell[row[kept]], rank[kept]] = np.concatenate(ways)[kept]
    return CellReach(table, own)


def _sums(groups: Ints, values: Floats | Counts) -> Floats:
    return np.asarray(np.bincount(groups, weights=values), np.float64)
