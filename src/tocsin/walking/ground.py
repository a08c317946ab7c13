"""
Measures on the ground: distances, points on a stretch, whether two stretches cross.

Coordinates are integers, degrees × 10,000,000 (1 cm). Within a few hundred metres of a point the
Earth is flat: a stretch is seen in metres east and north of that point. Networks do not reach
across the 180th meridian.
"""

from __future__ import annotations

from math import asin, atan2, cos, degrees, hypot, pi, radians, sin, sqrt
from typing import Final

DEGREE: Final = 10_000_000
"""One degree in the units of a stored coordinate."""

EARTH_M: Final = 6_371_008.8
"""The mean radius; distances are good to 0.5 %."""

UNIT_M: Final = EARTH_M * pi / 180 / DEGREE
"""Metres in one unit of latitude: 1.1 cm."""


ON_IT_M: Final = 0.5
"""A place on a slanting line is rounded to the centimetre, and walls are drawn by hand."""


def metres(lat1: int, lon1: int, lat2: int, lon2: int) -> float:
    """Measure along the great circle, in metres (haversine)."""
    a, b = radians(lat1 / DEGREE), radians(lat2 / DEGREE)
    up, across = (b - a) / 2, radians((lon2 - lon1) / DEGREE) / 2
    share = sin(up) ** 2 + cos(a) * cos(b) * sin(across) ** 2
    return 2 * EARTH_M * asin(min(1.0, sqrt(share)))


def squeeze(lat: int) -> float:
    """Tell how many metres one unit of longitude is at a latitude; never quite nothing."""
    return UNIT_M * max(1e-6, cos(radians(lat / DEGREE)))


def bearing(lat1: int, lon1: int, lat2: int, lon2: int) -> float:
    """Tell the direction from one point to another near it, in degrees from north, 0 to 360."""
    east = (lon2 - lon1) * squeeze((lat1 + lat2) // 2)
    return degrees(atan2(east, (lat2 - lat1) * UNIT_M)) % 360


def foot(x1: float, y1: float, x2: float, y2: float) -> tuple[float, float]:
    """
    Find where a stretch comes nearest to the origin.

    Returns:
        The share of the stretch before that place (0 to 1), and its distance in the same units.
    """
    dx, dy = x2 - x1, y2 - y1
    square = dx * dx + dy * dy
    share = 0.0 if square == 0 else min(1.0, max(0.0, -(x1 * dx + y1 * dy) / square))
    return share, hypot(x1 + share * dx, y1 + share * dy)


def crosses(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int], d: tuple[int, int]) -> bool:
    """Say whether the stretch from `a` to `b` meets that from `c` to `d`; a touch counts."""
    if (
        max(a[0], b[0]) < min(c[0], d[0])
        or max(c[0], d[0]) < min(a[0], b[0])
        or max(a[1], b[1]) < min(c[1], d[1])
        or max(c[1], d[1]) < min(a[1], b[1])
    ):
        return False
    # Whole numbers, hence no rounding: each pair of ends lies on both sides of the other stretch.
    return _side(a, b, c) * _side(a, b, d) <= 0 and _side(c, d, a) * _side(c, d, b) <= 0


def stops(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int], d: tuple[int, int]) -> bool:
    """
    Say whether a barrier from `c` to `d` stops whoever goes straight from `a` to `b`.

    It does where it meets the line between them. Who stands on it, or goes to a street on it (a
    promenade along a wall), does not cross it. All are (latitude, longitude).
    """
    return crosses(a, b, c, d) and not _on(a, c, d) and not _on(b, c, d)


def _on(p: tuple[int, int], c: tuple[int, int], d: tuple[int, int]) -> bool:
    across = squeeze(p[0])
    ends = [f for y, x in (c, d) for f in ((x - p[1]) * across, (y - p[0]) * UNIT_M)]
    return foot(*ends)[1] <= ON_IT_M


def _side(a: tuple[int, int], b: tuple[int, int], p: tuple[int, int]) -> int:
    turn = (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])
    return (turn > 0) - (turn < 0)
