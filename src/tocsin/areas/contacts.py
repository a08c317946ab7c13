"""
Where outlines cross or look into one another: the exact half of checking them.

Coordinates are whole numbers, so whether two edges cross or touch is no matter of rounding. Two
questions are asked of all outlines of one level together. Do two edges cross? Do, at any vertex,
the insides of two outlines overlap? If both answers are no, then two outlines can overlap only
where one part lies wholly inside another, and that is for `bands.py` to find.

Edges are compared with their neighbours alone, by halving the plane until few are left; a file
made to defeat that is refused as too tangled.

Source: OGC Simple Features (06-103r4) 6.1.11.1 for what a valid polygon is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import NamedTuple, TypeAlias

from tocsin.areas.rings import Part, Vertex
from tocsin.kernel.errors import Malformed

LEAF = 12
"""Edges that are compared each with each; 66 pairs cost as much as halving them twice more."""

DEPTH = 48
"""Halvings: 24 in each direction take the whole Earth to 2 m, and then nothing is halved."""

MEETING = 100
"""The South Pole, where most borders meet, has 14."""


class Edge(NamedTuple):
    """An edge with its box, and the numbers of its part and ring."""

    west: int
    east: int
    south: int
    north: int
    a: Vertex
    b: Vertex
    part: int
    ring: int


_Sector: TypeAlias = tuple[Vertex, Vertex]
_Meeting: TypeAlias = tuple[int, int, _Sector]


@dataclass(slots=True)
class Contacts:
    """
    Where the outlines of one level meet as they must not.

    Args:
        selves: For a (part, ring): a place where the ring crosses or touches itself.
        parts: For two parts that overlap: places where their outlines cross, or just one where
            they look into one another.
    """

    selves: dict[tuple[int, int], Vertex] = field(default_factory=dict)
    parts: dict[tuple[int, int], list[Vertex]] = field(default_factory=dict)


def contacts(parts: Sequence[Part]) -> Contacts:
    """
    Find all crossings and all touches that betray an overlap, part against part.

    Raises:
        Malformed: `areas.too_tangled` when the comparisons exceed a bound that grows with the
            number of edges.
    """
    found = Contacts()
    corners: dict[Vertex, list[_Meeting]] = {}
    edges: list[Edge] = []
    for number, part in enumerate(parts):
        for place, ring in enumerate(part.rings):
            around = zip((ring[-1], *ring[:-1]), ring, (*ring[1:], ring[0]), strict=True)
            for before, at, after in around:
                corners.setdefault(at, []).append((number, place, (before, after)))
                edges.append(_edge(at, after, number, place))
    passing: dict[Vertex, set[_Meeting]] = {}
    # An edge of a real outline meets some 20 others' boxes; 200 leave room for any coast.
    budget = 200 * len(edges) + 1_000_000
    for group in _near(edges) if edges else ():
        budget -= len(group) * len(group) // 2
        if budget < 0:
            raise _tangled()
        for e, f in combinations(group, 2):
            if e.west <= f.east and f.west <= e.east and e.south <= f.north and f.south <= e.north:
                _compare(e, f, found, passing)
    for at, sectors in corners.items():
        meeting = [*sectors, *passing.get(at, ())]
        if len(meeting) > MEETING:
            raise _tangled()
        _look(at, meeting, found)
    return found


def _near(edges: list[Edge]) -> Iterator[list[Edge]]:
    """Halve the plane until each piece holds few edges; a long edge is in several pieces."""
    box = (
        min(e.west for e in edges),
        max(e.east for e in edges),
        min(e.south for e in edges),
        max(e.north for e in edges),
    )
    todo = [(edges, box, 0)]
    while todo:
        group, (west, east, south, north), depth = todo.pop()
        if len(group) <= LEAF or depth >= DEPTH:
            yield group
            continue
        x, y = (west + east) // 2, (south + north) // 2
        halvings = (
            (
                ([e for e in group if e.west <= x], (west, x, south, north)),
                ([e for e in group if e.east >= x], (x, east, south, north)),
            )
            if across
            else (
                ([e for e in group if e.south <= y], (west, east, south, y)),
                ([e for e in group if e.north >= y], (west, east, y, north)),
            )
            for across in ((True, False) if east - west >= north - south else (False, True))
        )
        for halves in halvings:
            if any(len(half) * 10 <= len(group) * 9 for half, _ in halves):
                break
        else:
            yield group
            continue
        todo += [(half, piece, depth + 1) for half, piece in halves]


def _edge(a: Vertex, b: Vertex, part: int, ring: int) -> Edge:
    return Edge(
        min(a[0], b[0]), max(a[0], b[0]), min(a[1], b[1]), max(a[1], b[1]), a, b, part, ring
    )


def _compare(e: Edge, f: Edge, found: Contacts, passing: dict[Vertex, set[_Meeting]]) -> None:
    """Compare two edges: note a crossing, and every end of one that lies within the other."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = e.a, e.b, f.a, f.b
    c = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
    d = (bx - ax) * (dy - ay) - (by - ay) * (dx - ax)
    if (c > 0 and d > 0) or (c < 0 and d < 0):
        return
    a = (dx - cx) * (ay - cy) - (dy - cy) * (ax - cx)
    b = (dx - cx) * (by - cy) - (dy - cy) * (bx - cx)
    if (a > 0 and b > 0) or (a < 0 and b < 0):
        return
    if a and b and c and d:
        at = (ax + (bx - ax) * a // (a - b), ay + (by - ay) * a // (a - b))
        if e.part == f.part and e.ring == f.ring:
            found.selves.setdefault((e.part, e.ring), at)
        else:
            _note(found, e.part, f.part, at)
        return
    for turn, end, on in ((c, f.a, e), (d, f.b, e), (a, e.a, f), (b, e.b, f)):
        if turn == 0 and end not in (on.a, on.b) and _between(end, on):
            passing.setdefault(end, set()).add((on.part, on.ring, (on.a, on.b)))


def _between(point: Vertex, edge: Edge) -> bool:
    x, y = point
    return edge.west <= x <= edge.east and edge.south <= y <= edge.north


def _look(at: Vertex, meeting: list[_Meeting], found: Contacts) -> None:
    """Compare what meets in one point, two and two."""
    for (part, ring, sector), (other, another, across) in combinations(meeting, 2):
        if part == other and ring == another:
            found.selves.setdefault((part, ring), at)
        elif part == other:
            # Of one part, the outside and the holes must keep clear of one another.
            if _overlap(at, sector[::-1], across[::-1]):
                _note(found, part, part, at)
        elif _overlap(at, sector, across):
            _note(found, part, other, at)


def _note(found: Contacts, part: int, other: int, at: Vertex) -> None:
    places = found.parts.setdefault((min(part, other), max(part, other)), [])
    places.append(at)


def _overlap(at: Vertex, one: _Sector, two: _Sector) -> bool:
    """
    Say whether two sectors have an angle in common.

    A sector is what lies to the left of an outline that comes from its first point by way of
    `at` to its second: turning counter-clockwise from the second to the first.
    """
    (before, after), (former, latter) = one, two
    start, end = _from(at, after), _from(at, before)
    begin, stop = _from(at, latter), _from(at, former)
    if _same(start, begin):
        return True
    return _within(begin, start, end) or _within(start, begin, stop)


def _from(at: Vertex, point: Vertex) -> Vertex:
    return (point[0] - at[0], point[1] - at[1])


def _same(u: Vertex, v: Vertex) -> bool:
    return u[0] * v[1] == u[1] * v[0] and u[0] * v[0] + u[1] * v[1] > 0


def _half(u: Vertex, v: Vertex) -> int:
    """Say in which half-turn from `u` the direction `v` lies: 0 at it, 1 left, 2 back, 3 right."""
    cross = u[0] * v[1] - u[1] * v[0]
    if cross:
        return 1 if cross > 0 else 3
    return 0 if u[0] * v[0] + u[1] * v[1] > 0 else 2


def _within(v: Vertex, start: Vertex, end: Vertex) -> bool:
    """Say whether turning left from `start`, `v` comes strictly before `end`."""
    first, last = _half(start, v), _half(start, end)
    if first == 0:
        return False
    if first != last:
        return first < last
    return _half(v, end) == 1


def _tangled() -> Malformed:
    return Malformed(
        "areas.too_tangled", "The outlines cross so often that they cannot be checked."
    )
