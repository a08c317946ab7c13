"""
From a point to the nearest street, and never across water.

The straight line from the point to the street may cross no barrier. A bridge or an underpass is
entered at its ends: only somebody who stands on it is put there. Where nothing can be reached
within 300 m there is no answer, and whoever asked says so.

Only the numbers of the mapped network are read: no package, no copy of the city.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from math import ceil
from typing import Final

from tocsin.kernel.errors import Malformed
from tocsin.walking.ground import DEGREE, UNIT_M, foot, squeeze, stops
from tocsin.walking.network import Network
from tocsin.walking.profile import BRIDGE, COVERED, WALK, Profile

REACH_M: Final = 300
"""Farther than this from any street, a line through yards and fields is no way."""

RINGS_MAX: Final = 8
"""Cells of 100 m need five; a file that has smaller ones has not been made by us."""

ON_BRIDGE_M: Final = 15
"""Half a wide bridge, and what a phone is wrong by under an open sky."""


@dataclass(frozen=True, slots=True)
class Snap:
    """
    Where a point joins the network.

    Args:
        lat: Of the point, degrees × 10,000,000; `lon` as well.
        street_lat: Of the place on the street; `street_lon` as well.
        arc: The arc that the place is on, from `tail` to `head`.
        off: Decimetres from the point to the street, in a straight line.
        to_tail: Decimetres along the street to `tail`; likewise `to_head`.
        part: Connected part of the network.
    """

    lat: int
    lon: int
    street_lat: int
    street_lon: int
    arc: int
    tail: int
    head: int
    off: int
    to_tail: int
    to_head: int
    part: int

    @property
    def metres(self) -> float:
        """From the point to the street."""
        return self.off / 10

    @property
    def node(self) -> int:
        """The nearer node."""
        return self.tail if self.to_tail <= self.to_head else self.head

    @property
    def starts(self) -> tuple[tuple[int, int], ...]:
        """The nodes that one comes to first, each with the decimetres to it from the point."""
        if self.to_tail == 0:
            return ((self.tail, self.off),)
        if self.to_head == 0:
            return ((self.head, self.off),)
        return ((self.tail, self.off + self.to_tail), (self.head, self.off + self.to_head))


class Snapper:
    """Finds the nearest street. Holds nothing but the network; safe to share between threads."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def snap(self, lat: float, lon: float, profile: Profile = WALK) -> Snap | None:
        """
        Find where a point joins the network, or None where it cannot within 300 m.

        Args:
            lat: Degrees, WGS 84; `lon` as well.
            profile: Whose streets; nobody on wheels is put onto stairs.

        Raises:
            Malformed: `walking.out_of_range`.
        """
        if not (-90 <= lat <= 90 and -180 <= lon <= 180):
            raise Malformed("walking.out_of_range", "The point lies off the Earth.")
        y, x = round(lat * DEGREE), round(lon * DEGREE)
        if not self._near_network(y, x):
            return None
        side, inner = self._margins(y, x)
        best: list[tuple[float, int, float]] = []
        seen: set[int] = set()
        for ring in range(min(RINGS_MAX, ceil(REACH_M / side) + 1)):
            for cell in self._ring(y, x, ring):
                for distance, arc, share in self._offers(cell, y, x, profile, seen):
                    heappush(best, (distance, arc, share))
            # Whatever is nearer than the next ring has been seen by now.
            while best and best[0][0] <= min(ring * side + inner, REACH_M):
                _, arc, share = heappop(best)
                snap = self._at(y, x, arc, share)
                if not self._barred(y, x, snap.street_lat, snap.street_lon):
                    return snap
        return None

    def at_node(self, node: int) -> Snap | None:
        """Put somebody onto a node itself; None for a node without streets."""
        network = self._network
        arc = network.indptr[node]
        if arc == network.indptr[node + 1]:
            return None
        y, x = network.lat[node], network.lon[node]
        length, head = network.decimetres[arc], network.indices[arc]
        return Snap(y, x, y, x, arc, node, head, 0, 0, length, network.part[node])

    def _near_network(self, y: int, x: int) -> bool:
        """Say whether a point is on the grid, which reaches 300 m beyond the last node."""
        cells = self._network.cells
        return 0 <= cells.row(y) < cells.rows and 0 <= cells.column(x) < cells.columns

    def _margins(self, y: int, x: int) -> tuple[float, float]:
        """Tell the shorter side of a cell, and how far a point is from the border of its own."""
        cells, across = self._network.cells, squeeze(y)
        up, right = (y - cells.south) % cells.height, (x - cells.west) % cells.width
        inner = min(min(up, cells.height - up) * UNIT_M, min(right, cells.width - right) * across)
        return min(cells.height * UNIT_M, cells.width * across), inner

    def _ring(self, y: int, x: int, ring: int) -> Iterator[int]:
        cells = self._network.cells
        row, column = cells.row(y), cells.column(x)
        for r in range(max(0, row - ring), min(cells.rows - 1, row + ring) + 1):
            whole = abs(r - row) == ring
            step = 1 if whole else 2 * ring
            for c in range(column - ring, column + ring + 1, step):
                if 0 <= c < cells.columns:
                    yield r * cells.columns + c

    def _offers(
        self, cell: int, y: int, x: int, profile: Profile, seen: set[int]
    ) -> Iterator[tuple[float, int, float]]:
        network = self._network
        lat, lon, across = network.lat, network.lon, squeeze(y)
        for place in range(network.cell_arcs_ptr[cell], network.cell_arcs_ptr[cell + 1]):
            arc = network.cell_arcs[place]
            flags = network.flags[arc]
            if arc in seen or flags & profile.avoid:
                continue
            seen.add(arc)
            tail, head = network.tail(arc), network.indices[arc]
            share, distance = foot(
                (lon[tail] - x) * across,
                (lat[tail] - y) * UNIT_M,
                (lon[head] - x) * across,
                (lat[head] - y) * UNIT_M,
            )
            reach = ON_BRIDGE_M if flags & (BRIDGE | COVERED) else REACH_M
            if distance <= reach:
                yield distance, arc, share

    def _at(self, y: int, x: int, arc: int, share: float) -> Snap:
        network = self._network
        tail, head = network.tail(arc), network.indices[arc]
        lat = network.lat[tail] + round(share * (network.lat[head] - network.lat[tail]))
        lon = network.lon[tail] + round(share * (network.lon[head] - network.lon[tail]))
        length = network.decimetres[arc]
        before = round(share * length)
        across = (lon - x) * squeeze(y)
        off = round(10 * ((across**2 + ((lat - y) * UNIT_M) ** 2) ** 0.5))
        part = network.part[tail]
        return Snap(y, x, lat, lon, arc, tail, head, off, before, length - before, part)

    def _barred(self, y1: int, x1: int, y2: int, x2: int) -> bool:
        """Say whether the straight line between two near points crosses a barrier."""
        network, cells = self._network, self._network.cells
        if not network.barrier_count:
            return False
        barriers, pointers = network.barriers, network.cell_barriers_ptr
        top, bottom = max(y1, y2), min(y1, y2)
        left, right = min(x1, x2), max(x1, x2)
        for row in range(max(0, cells.row(bottom)), min(cells.rows - 1, cells.row(top)) + 1):
            first = max(0, cells.column(left))
            last = min(cells.columns - 1, cells.column(right))
            for cell in range(row * cells.columns + first, row * cells.columns + last + 1):
                for place in range(pointers[cell], pointers[cell + 1]):
                    at = 4 * network.cell_barriers[place]
                    lat1, lon1, lat2, lon2 = barriers[at : at + 4]
                    if stops((y1, x1), (y2, x2), (lat1, lon1), (lat2, lon2)):
                        return True
        return False
