"""
Outlines sorted into bands from south to north: points inside, what lies in what, overlaps.

For checking a file of outlines, where each is asked about a few points; `geometry.py` has its
own way for the millions of questions that a server is asked. Areas are measured in floating
point, after `contacts.py` has found out exactly whether there is anything to measure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from tocsin.areas.rings import Part, Ring, Vertex


class Banded:
    """
    Rings whose edges are sorted into bands from south to north, to look up points quickly.

    Args:
        rings: All rings of a part, or of an area.
    """

    def __init__(self, rings: Iterable[Ring]) -> None:
        edges = [
            (a, b) if a[1] < b[1] else (b, a)
            for ring in rings
            for a, b in pairwise((*ring, ring[0]))
            if a[1] != b[1]
        ]
        self.south = min((a[1] for a, _ in edges), default=0)
        self.north = max((b[1] for _, b in edges), default=0)
        self._height = max(1, (self.north - self.south) // max(1, len(edges) // 8) + 1)
        rows = (self.north - self.south) // self._height + 1
        self._rows: list[list[tuple[Vertex, Vertex]]] = [[] for _ in range(rows)]
        for a, b in edges:
            for row in range(self._row(a[1]), self._row(b[1]) + 1):
                self._rows[row].append((a, b))

    def heights(self) -> Iterator[int]:
        """List the heights of all edges' ends, in no order."""
        for row in self._rows:
            for a, b in row:
                yield a[1]
                yield b[1]

    def crossings(self, y: float) -> list[float]:
        """List, in order, where a line due east at this height crosses the rings."""
        if not self.south <= y < self.north:
            return []
        return sorted(
            x1 + (y - y1) * (x2 - x1) / (y2 - y1)
            for (x1, y1), (x2, y2) in self._rows[self._row(y)]
            if y1 <= y < y2
        )

    def holds(self, x: float, y: float) -> bool:
        """Say whether a point lies inside, by the even-odd rule."""
        return sum(crossing > x for crossing in self.crossings(y)) % 2 == 1

    def inside(self) -> tuple[float, float]:
        """Give a point well inside: in the widest stretch at half height, or the corner."""
        y = (self.south + self.north) / 2 + 0.25
        found = self.crossings(y)
        stretches = list(zip(found[::2], found[1::2], strict=False))
        if not stretches:
            return (0.0, float(self.south))
        left, right = max(stretches, key=lambda s: s[1] - s[0])
        return ((left + right) / 2, y)

    def _row(self, y: float) -> int:
        return int((y - self.south) // self._height)


def nested(parts: Sequence[Part]) -> Iterator[tuple[int, int]]:
    """Find parts that lie inside another part, as pairs of numbers: the inner, the outer."""
    banded = [Banded(part.rings) for part in parts]
    if not banded:
        return
    south, north = min(b.south for b in banded), max(b.north for b in banded)
    height = (north - south) // 1024 + 1
    rows: list[list[int]] = [[] for _ in range(1025)]
    boxes = [(min(v[0] for v in p.rings[0]), max(v[0] for v in p.rings[0])) for p in parts]
    for number, band in enumerate(banded):
        for row in range((band.south - south) // height, (band.north - south) // height + 1):
            rows[row].append(number)
    for number, band in enumerate(banded):
        x, y = band.inside()
        for other in rows[int(y - south) // height]:
            west, east = boxes[other]
            if other != number and west <= x <= east and banded[other].holds(x, y):
                yield number, other


def holes_outside(part: Part) -> list[int]:
    """List the holes, by their place among the rings, that do not lie in the part's shell."""
    if len(part.rings) == 1:
        return []
    shell = Banded(part.rings[:1])
    outside = []
    for place, hole in enumerate(part.rings[1:], start=1):
        x, y = Banded([hole]).inside()
        if not shell.holds(x, y):
            outside.append(place)
    return outside


def overlap(one: Iterable[Ring], two: Iterable[Ring], crossings: Iterable[Vertex]) -> float:
    """
    Measure what two areas have in common, in square units.

    Args:
        one: Rings of an area, by the even-odd rule.
        two: Rings of the other.
        crossings: Where their outlines cross; between vertices and crossings no two edges do.
    """
    first, second = Banded(one), Banded(two)
    south, north = max(first.south, second.south), min(first.north, second.north)
    heights = {float(y) for band in (first, second) for y in band.heights() if south < y < north}
    heights |= {float(y) for _, y in crossings if south < y < north}
    total = 0.0
    for low, high in pairwise(sorted({*heights, float(south), float(north)})):
        middle = (low + high) / 2
        total += (high - low) * _common(first.crossings(middle), second.crossings(middle))
    return total


def _common(one: list[float], two: list[float]) -> float:
    """Measure what two sorted lists of stretches have in common."""
    total, i, j = 0.0, 0, 0
    while i + 1 < len(one) and j + 1 < len(two):
        total += max(0.0, min(one[i + 1], two[j + 1]) - max(one[i], two[j]))
        if one[i + 1] < two[j + 1]:
            i += 2
        else:
            j += 2
    return total
