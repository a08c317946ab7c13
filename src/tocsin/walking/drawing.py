"""
Streets and water as SVG path data: our own map, where an operator has no tiles.

Whole metres, x to the east and y to the south of the north-west corner of what is drawn, so that a
`viewBox` in metres fits. Stretches that follow one another are one line. Colours, and whether it
is drawn at all, are the page's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from tocsin.walking.ground import DEGREE, UNIT_M, squeeze
from tocsin.walking.network import Network
from tocsin.walking.profile import STAIRS

STRETCHES_MAX: Final = 20_000
"""20,000 × 12 bytes = 240 kB before it is compressed: the streets of 15 km² of a dense city."""

Box = tuple[float, float, float, float]
"""West, south, east and north, degrees."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """
    What lies in a box.

    Args:
        width: Of the box in metres; `height` as well.
        streets: Path data of streets and paths.
        stairs: Path data of stairs, which are not among `streets`.
        barriers: Path data of water, rails and walls.
        whole: Whether all was drawn; False where there was more than a drawing holds.
    """

    width: int
    height: int
    streets: str
    stairs: str
    barriers: str
    whole: bool


def draw(network: Network, box: Box) -> Drawing:
    """Draw what lies in a box; of too much, what lies in the south of it."""
    plane = _Plane(box)
    arcs, whole = _arcs(network, plane)
    streets = [arc for arc in arcs if not network.flags[arc] & STAIRS]
    stairs = [arc for arc in arcs if network.flags[arc] & STAIRS]
    return Drawing(
        width=plane.width,
        height=plane.height,
        streets=_lines(network, plane, streets),
        stairs=_lines(network, plane, stairs),
        barriers="".join(_barriers(network, plane)),
        whole=whole,
    )


class _Plane:
    def __init__(self, box: Box) -> None:
        self.west, self.south, self.east, self.north = (round(edge * DEGREE) for edge in box)
        self._across = squeeze((self.south + self.north) // 2)
        self.width, self.height = self.dot(self.south, self.east)

    def dot(self, lat: int, lon: int) -> tuple[int, int]:
        """Place a point: metres east and south of the corner."""
        return round((lon - self.west) * self._across), round((self.north - lat) * UNIT_M)

    def cells(self, network: Network) -> Iterator[int]:
        return network.cells.over(self.south, self.west, self.north, self.east)


def _arcs(network: Network, plane: _Plane) -> tuple[list[int], bool]:
    found: dict[int, None] = {}
    for cell in plane.cells(network):
        for at in range(network.cell_arcs_ptr[cell], network.cell_arcs_ptr[cell + 1]):
            found[network.cell_arcs[at]] = None
            if len(found) > STRETCHES_MAX:
                found.popitem()
                return list(found), False
    return list(found), True


def _lines(network: Network, plane: _Plane, arcs: list[int]) -> str:
    """Join stretches end to end where just two meet, and write each line once."""
    beside: dict[int, list[int]] = {}
    for arc in arcs:
        tail, head = network.tail(arc), network.indices[arc]
        beside.setdefault(tail, []).append(head)
        beside.setdefault(head, []).append(tail)
    left = {node: set(others) for node, others in beside.items()}
    # Lines begin where they end or meet; what is left then are rings.
    order = sorted(beside, key=lambda node: len(beside[node]) == 2)
    written = []
    for node in order:
        while left[node]:
            line = [node, *_follow(node, left, beside)]
            dots = [plane.dot(network.lat[n], network.lon[n]) for n in line]
            written.append(_path(dots))
    return "".join(written)


def _follow(node: int, left: dict[int, set[int]], beside: dict[int, list[int]]) -> Iterator[int]:
    while left[node]:
        there = min(left[node])
        left[node].discard(there)
        left[there].discard(node)
        yield there
        if len(beside[there]) != 2:
            return
        node = there


def _path(dots: list[tuple[int, int]]) -> str:
    """Write a line from its first point in steps; steps of no length are left out."""
    steps = [
        f"{x2 - x1} {y2 - y1}" for (x1, y1), (x2, y2) in pairwise(dots) if (x1, y1) != (x2, y2)
    ]
    return f"M{dots[0][0]} {dots[0][1]}l{' '.join(steps)}" if steps else ""


def _barriers(network: Network, plane: _Plane) -> Iterator[str]:
    seen: set[int] = set()
    for cell in plane.cells(network):
        for at in range(network.cell_barriers_ptr[cell], network.cell_barriers_ptr[cell + 1]):
            barrier = network.cell_barriers[at]
            if barrier not in seen and len(seen) < STRETCHES_MAX:
                seen.add(barrier)
                lat1, lon1, lat2, lon2 = network.barriers[4 * barrier : 4 * barrier + 4]
                yield _path([plane.dot(lat1, lon1), plane.dot(lat2, lon2)])
