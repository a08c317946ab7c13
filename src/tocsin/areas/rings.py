"""
Outlines as whole numbers: rings of areas, and the bytes in which a pack keeps them.

A ring is a closed line whose first vertex is not repeated; an area has any number of rings, and
a point lies in the area where it lies in an odd number of them, so holes need no mark. Degrees
are multiplied by a scale and rounded once, when a pack is made; after that all is exact.

In the pack: one line of JSON (scale, codes, lengths of rings), then all steps in x, then all
steps in y, as 32-bit little-endian numbers, each the difference to the vertex before.
"""

from __future__ import annotations

import json
import sys
from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate, chain, pairwise
from typing import NamedTuple, TypeAlias

from tocsin.kernel.errors import Malformed
from tocsin.kernel.ids import AreaCode

Vertex: TypeAlias = tuple[int, int]
Ring: TypeAlias = tuple[Vertex, ...]
"""Vertices `(x, y)`, longitude and latitude times the scale; the last one is not the first."""


@dataclass(frozen=True, slots=True)
class Rings:
    """
    The outlines of some areas at one detail.

    Args:
        scale: Units to a degree.
        areas: Rings of each area, in the order of the tree.
    """

    scale: int
    areas: Mapping[AreaCode, tuple[Ring, ...]]


class Part(NamedTuple):
    """
    One polygon of an area: a shell, and holes in it.

    Args:
        area: Place of the area in the file.
        rings: The shell first, counter-clockwise; then the holes, clockwise.
    """

    area: int
    rings: tuple[Ring, ...]


def twice_area(ring: Ring) -> int:
    """Measure a ring: positive where it runs counter-clockwise, in square units, doubled."""
    closed = (*ring, ring[0])
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(closed))


def encode(rings: Rings) -> bytes:
    """Write outlines as a section of a pack."""
    lengths = [[len(ring) for ring in area] for area in rings.areas.values()]
    vertices = list(chain.from_iterable(chain.from_iterable(rings.areas.values())))
    head = {"scale": rings.scale, "codes": list(rings.areas), "lengths": lengths}
    steps = (_steps([v[axis] for v in vertices]) for axis in (0, 1))
    return json.dumps(head, separators=(",", ":")).encode() + b"\n" + b"".join(steps)


def decode(section: bytes) -> Rings:
    """
    Read outlines from a section of a pack.

    Raises:
        Malformed: `areas.pack_malformed` when the bytes are not those of outlines.
    """
    line, _, body = section.partition(b"\n")
    try:
        head = json.loads(line)
        scale, codes, lengths = int(head["scale"]), head["codes"], head["lengths"]
        total = sum(sum(area) for area in lengths)
        if scale <= 0 or len(codes) != len(lengths) or len(body) != 8 * total:
            raise ValueError(total)
        xs, ys = (_absolute(body[at : at + 4 * total]) for at in (0, 4 * total))
        vertices = list(zip(xs, ys, strict=True))
        bounds = accumulate(chain.from_iterable(lengths), initial=0)
        rings = (tuple(vertices[a:b]) for a, b in pairwise(bounds))
        areas = {
            AreaCode(code): tuple(next(rings) for _ in area)
            for code, area in zip(codes, lengths, strict=True)
        }
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise Malformed("areas.pack_malformed", "The outlines of a pack are damaged.") from error
    return Rings(scale, areas)


def numbers(section: bytes) -> array[int]:
    """Read 32-bit little-endian numbers; a length that is no multiple of 4 is a `ValueError`."""
    found = array("i")
    found.frombytes(section)
    if sys.byteorder == "big":
        found.byteswap()
    return found


def packed(values: array[int]) -> bytes:
    """Write 32-bit little-endian numbers."""
    if sys.byteorder == "big":
        values = values[:]
        values.byteswap()
    return values.tobytes()


def _steps(values: list[int]) -> bytes:
    return packed(array("i", (b - a for a, b in pairwise([0, *values]))))


def _absolute(section: bytes) -> list[int]:
    return list(accumulate(numbers(section)))
