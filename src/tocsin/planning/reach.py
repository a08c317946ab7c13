"""
Who can walk where: for each row of people, the nearest places and how far each is.

Made once for a network and its shelters; a closure leaves a place without room, it does not make
the table anew. The city is searched tile by tile: whatever is within reach of a tile's places lies
within so many metres of them as the crow flies too, so each search sees only that much of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

import numpy as np
from scipy.sparse.csgraph import dijkstra

from tocsin.planning.places import Doors
from tocsin.planning.streets import Streets
from tocsin.planning.table import Counts, Flags, Floats, Ints, Metres, Reach, joined, listed

NEAREST: Final = 16
"""With 8, a tenth fewer find room where it is tight; with 32 the flow takes twice as long."""

LIMIT_M: Final = 1_500.0
"""19 minutes on foot; an alarm seldom leaves that much."""

TILE_M: Final = 1_500.0
"""As large as the reach: a larger tile searches fewer edges twice, and needs more memory."""

SLACK: Final = 1.05
"""A way may be written down a little shorter than the crow flies; more than this it never is."""

DOORS_AT_ONCE: Final = 256
"""256 doors × 16,000 nodes of a tile and its surroundings × 8 bytes = 33 MB."""


class Tile(NamedTuple):
    """
    What one tile's places reach.

    Args:
        places: Their numbers.
        rows: Rows that may be within reach, ascending.
        metres: Places × rows; infinite where out of reach.
    """

    places: Ints
    rows: Ints
    metres: Floats


def reach(
    streets: Streets,
    doors: Doors,
    nodes: Ints,
    *,
    limit_m: float = LIMIT_M,
    nearest: int = NEAREST,
    told: Callable[[int, int], None] = lambda _done, _of: None,
) -> Reach:
    """
    Find the nearest places of each row of people.

    Args:
        nodes: Where each row's people are.
        limit_m: Places farther than this are not listed.
        nearest: List no more than so many for a row.
        told: How many tiles of how many are done.
    """
    found: list[tuple[Ints, Ints, Metres]] = []
    for tile in tiles(streets, doors, nodes, limit_m, told):
        place, row = np.nonzero(np.isfinite(tile.metres))
        metres = tile.metres[place, row].astype(np.float32)
        found.append((tile.rows[row], tile.places[place], metres))
    return listed(*joined(found), len(nodes), nearest)


def tiles(
    streets: Streets,
    doors: Doors,
    nodes: Ints,
    limit_m: float,
    told: Callable[[int, int], None] = lambda _done, _of: None,
) -> Iterator[Tile]:
    """Walk from the places of each tile in turn; a place lies where its first door is."""
    if not len(doors.nodes) or not len(nodes):
        return
    x, y = streets.plane()
    graph = streets.graph()
    by_node = np.argsort(nodes, kind="stable").astype(np.int32)
    first = np.flatnonzero(np.diff(doors.places, prepend=-1))
    batches = _batches(x[doors.nodes[first]], y[doors.nodes[first]])
    for number, mine in enumerate(batches, 1):
        taken = np.concatenate([np.arange(*_span(doors, first, one)) for one in mine])
        at = doors.nodes[taken]
        inside = _around(x, x[at], limit_m) & _around(y, y[at], limit_m)
        near = np.flatnonzero(inside)
        walked = dijkstra(graph[near][:, near], indices=np.searchsorted(near, at), limit=limit_m)
        starts = np.searchsorted(taken, first[mine])
        walked = np.minimum.reduceat(walked, starts, axis=0)  # Several doors are one place.
        rows = by_node[inside[nodes[by_node]]]
        rows.sort()
        yield Tile(doors.places[first[mine]], rows, walked[:, np.searchsorted(near, nodes[rows])])
        told(number, len(batches))


def _batches(x: Floats, y: Floats) -> list[Counts]:
    """Put places into tiles, and halve a tile that has too many."""
    column, line = ((axis // TILE_M).astype(np.int64) for axis in (x, y))
    tile_of = (line - line.min()) * (np.ptp(column) + 1) + column - column.min()
    tiles = (np.flatnonzero(tile_of == tile) for tile in np.unique(tile_of))
    return [part for tile in tiles for part in np.array_split(tile, -(-len(tile) // DOORS_AT_ONCE))]


def _span(doors: Doors, first: Counts, number: int) -> tuple[int, int]:
    end = first[number + 1] if number + 1 < len(first) else len(doors.nodes)
    return int(first[number]), int(end)


def _around(axis: Floats, here: Floats, limit_m: float) -> Flags:
    low, high = here.min() - SLACK * limit_m, here.max() + SLACK * limit_m
    inside: Flags = (axis >= low) & (axis <= high)
    return inside
