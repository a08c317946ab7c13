"""
Outlines for an overview map: fewer vertices, and neighbours that still share their borders.

Every ring is cut where borders meet; each piece is simplified once, in one direction, whichever
of its two neighbours it is met in first. So no gap opens between two areas that had none. The
result is for looking at: it is never asked where a point lies.

Source: D. Douglas and T. Peucker, 1973, for which vertices to leave out.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from tocsin.areas.rings import Ring, Rings, Vertex
from tocsin.kernel.ids import AreaCode


def simplified(rings: Rings, tolerance: int) -> Rings:
    """
    Leave out vertices.

    Args:
        rings: Outlines of one level, neighbours sharing vertices.
        tolerance: How far, in units of `rings.scale`, a border may move.

    Returns:
        The same areas in the same order and scale. A ring smaller than the tolerance is left
        out, unless it is the largest of its area.
    """
    meetings = _meetings(rings.areas)
    known: dict[tuple[Vertex, ...], tuple[Vertex, ...]] = {}
    areas = {}
    for code, outline in rings.areas.items():
        largest = max(outline, key=_extent)
        areas[code] = tuple(
            _ring(ring, tolerance, meetings, known)
            for ring in outline
            if ring is largest or _extent(ring) >= tolerance
        )
    return Rings(rings.scale, areas)


def _meetings(areas: Mapping[AreaCode, tuple[Ring, ...]]) -> set[Vertex]:
    """Find the vertices where more than two borders meet."""
    beside: dict[Vertex, set[Vertex]] = {}
    for outline in areas.values():
        for ring in outline:
            for a, b in pairwise((*ring, ring[0])):
                beside.setdefault(a, set()).add(b)
                beside.setdefault(b, set()).add(a)
    return {vertex for vertex, others in beside.items() if len(others) > 2}


def _ring(
    ring: Ring,
    tolerance: int,
    meetings: set[Vertex],
    known: dict[tuple[Vertex, ...], tuple[Vertex, ...]],
) -> Ring:
    cuts = [place for place, vertex in enumerate(ring) if vertex in meetings]
    # A ring that meets nothing is cut at its lowest vertex, and so is its twin around a hole.
    first = cuts[0] if cuts else ring.index(min(ring))
    turned = (*ring[first:], *ring[: first + 1])
    ends = [0, *(cut - first for cut in cuts if cut > first), len(ring)]
    kept: list[Vertex] = []
    for start, end in pairwise(ends):
        piece = turned[start : end + 1]
        forward = min(piece, piece[::-1])
        if forward not in known:
            known[forward] = _piece(forward, tolerance)
        done = known[forward]
        kept += (done if forward is piece else done[::-1])[:-1]
    return tuple(kept) if len(set(kept)) > 2 else _triangle(ring)


def _piece(piece: tuple[Vertex, ...], tolerance: int) -> tuple[Vertex, ...]:
    """Simplify one border, its ends staying; thinned first, so that no border is quadratic."""
    thin = [piece[0]]
    for vertex in piece[1:-1]:
        if max(abs(vertex[0] - thin[-1][0]), abs(vertex[1] - thin[-1][1])) * 4 >= tolerance:
            thin.append(vertex)
    thin.append(piece[-1])
    keep = {0, len(thin) - 1}
    todo = [(0, len(thin) - 1)]
    while todo:
        first, last = todo.pop()
        far, place = 0.0, 0
        for number in range(first + 1, last):
            distance = _distance(thin[number], thin[first], thin[last])
            if distance > far:
                far, place = distance, number
        if far > tolerance:
            keep.add(place)
            todo += [(first, place), (place, last)]
    return tuple(thin[number] for number in sorted(keep))


def _distance(point: Vertex, a: Vertex, b: Vertex) -> float:
    (x, y), (ax, ay), (bx, by) = point, a, b
    dx, dy = bx - ax, by - ay
    square = dx * dx + dy * dy
    along = 0.0 if square == 0 else ((x - ax) * dx + (y - ay) * dy) / square
    along = max(0.0, min(1.0, along))
    return float(((x - ax - along * dx) ** 2 + (y - ay - along * dy) ** 2) ** 0.5)


def _extent(ring: Ring) -> int:
    xs, ys = [v[0] for v in ring], [v[1] for v in ring]
    return max(max(xs) - min(xs), max(ys) - min(ys))


def _triangle(ring: Ring) -> Ring:
    """Keep of a ring that vanished three vertices far apart."""
    third = len(ring) // 3
    return (ring[0], ring[third], ring[2 * third])
