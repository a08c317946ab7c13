"""
The small map of a list of shelters: our own drawing of the streets around one point.

Inline SVG in metres, north up, whose colours come from the style sheet, dark and light and on
paper. Streets and the way are lines, shelters are their numbers in the list. It is a help and not
the message: whatever it shows stands in the list beside it. `static/shelter-map.js` draws the same.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any, Final

from markupsafe import Markup

from tocsin.walking.drawing import Drawing
from tocsin.walking.drawing import draw as ground
from tocsin.walking.network import Network
from tocsin.web.wording import Wording

Point = tuple[float, float]
"""Latitude and longitude, WGS 84 degrees."""

DEGREE_M: Final = 111_195.0
"""Metres in a degree of latitude, on a sphere of 6,371,009 m."""

LEAST_M: Final = 300
"""From the middle to an edge: a shelter across the street still has a street around it."""

MOST_M: Final = 2_500

MARGIN: Final = 1.18
"""Room around the outermost shelter for its number."""


class Plane:
    """
    Metres east and south of a point, whole ones.

    Args:
        centre: Where the reader is.
        shown: What must be on the map; what lies beyond `MOST_M` is left at its edge.
    """

    def __init__(self, centre: Point, shown: Iterable[Point]) -> None:
        self._lat, self._lon = centre
        self._squeeze = math.cos(math.radians(self._lat))
        far = [max(abs(x), abs(y)) for x, y in (self.dot(point) for point in shown)]
        self.reach = round(min(MOST_M, max(LEAST_M, MARGIN * max(far, default=0))))

    def dot(self, point: Point) -> tuple[int, int]:
        """Place a point."""
        lat, lon = point
        x = (lon - self._lon) * DEGREE_M * self._squeeze
        return math.floor(x + 0.5), math.floor((self._lat - lat) * DEGREE_M + 0.5)

    def line(self, points: Sequence[Point]) -> str:
        """Draw a line as SVG path data; empty for fewer than two points."""
        if len(points) < 2:
            return ""
        dots = [self.dot(point) for point in points]
        return "M" + "L".join(f"{x} {y}" for x, y in dots)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """West, south, east and north of what is shown, in degrees."""
        up = self.reach / DEGREE_M
        across = up / max(self._squeeze, 1e-6)
        return (self._lon - across, self._lat - up, self._lon + across, self._lat + up)


def streets(network: Network | None, plane: Plane) -> Drawing | None:
    """Draw the streets of a plane; None where we have none."""
    return None if network is None else ground(network, plane.box)


def draw(
    plane: Plane,
    lines: Drawing | None,
    shelters: Sequence[Mapping[str, Any]],
    words: Wording,
    *,
    way: Sequence[Point] = (),
) -> Markup:
    """
    Draw the map.

    Args:
        lines: From `streets`.
        shelters: As an answer has them, in the order of their numbers.
        way: From the reader to the door.
    """
    reach, unit = plane.reach, plane.reach / 100
    marks = []
    for number, one in enumerate(shelters, 1):
        door = one.get("entrance")
        if door is None:
            continue
        x, y = plane.dot((door["lat"], door["lon"]))
        if max(abs(x), abs(y)) <= reach:
            state = escape(str(one.get("state", "unknown")))
            marks.append(
                f'<g class="spot" data-state="{state}" transform="translate({x} {y})">'
                f'<circle r="{7 * unit:.1f}"/><text y="{3.4 * unit:.1f}" '
                f'font-size="{10 * unit:.1f}">{number}</text></g>'
            )
    marks.reverse()  # The nearest lies on top.
    told = f"{words.say('shelter.map')}: {len(shelters)}"
    drawn = (
        f'<svg class="plan" viewBox="{-reach} {-reach} {2 * reach} {2 * reach}" role="img" '
        f'aria-label="{escape(told)}">'
        f"{_ground(lines, reach)}"
        f'<path class="course" d="{plane.line(way)}" stroke-width="{2.6 * unit:.1f}"/>'
        f'<g class="me"><circle r="{4.5 * unit:.1f}"/><circle class="dot" r="{2 * unit:.1f}"/></g>'
        f"{''.join(marks)}</svg>"
    )
    return Markup(drawn)  # noqa: S704 - numbers made here, words escaped.


def _ground(lines: Drawing | None, reach: int) -> str:
    if lines is None:
        return ""
    unit = reach / 100
    drawn = "".join(
        f'<path class="{name}" d="{data}" stroke-width="{width * unit:.1f}"/>'
        for name, data, width in (
            ("barriers", lines.barriers, 1.6),
            ("lines", lines.streets, 1.1),
            ("stairs", lines.stairs, 1.1),
        )
        if data
    )
    return f'<g transform="translate({-reach} {-reach})">{drawn}</g>'
