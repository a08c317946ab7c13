"""
Where shelters lie: numbers read, axes judged, points at sea found out.

Whether latitude and longitude are the right way round is judged for the file as a whole, against
the area tree where it covers the points, else a box that the operator gives, else the country that
a known register lies in, else a coarse table of land. A file that is the wrong way round is
refused. A single row that would fit the other way is told, and loses its point: nothing is turned
round by guess.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from tocsin.areas.geometry import Outlines
from tocsin.intake.register_land import on_land
from tocsin.intake.register_text import is_null
from tocsin.kernel.errors import Malformed, Refused
from tocsin.kernel.ids import AreaCode

_NUMBER: Final = re.compile(r"([+-]?\d{1,9}(?:[.,]\d{1,25})?)[°\s,;]{0,4}")


_BOXED: Final = ("bbox", "country")


class Point(NamedTuple):
    """Degrees, WGS 84, both in range for one order of the axes or the other."""

    lat: float
    lon: float

    @property
    def in_range(self) -> bool:
        """Say whether it is a place on Earth as it stands."""
        return abs(self.lat) <= 90

    @property
    def turned(self) -> Point:
        """Give the point with its axes changed over."""
        return Point(self.lon, self.lat)


class Box(NamedTuple):
    """The corners of a box in degrees; west may be greater than east, across the date line."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, point: Point) -> bool:
        """Say whether a point lies in it, its edges included."""
        across = self.west > self.east
        within = self.west <= point.lon <= self.east
        if across:
            within = point.lon >= self.west or point.lon <= self.east
        return within and self.south <= point.lat <= self.north


def read_box(text: str) -> Box:
    """
    Read `WEST,SOUTH,EAST,NORTH`, as GeoJSON orders a box.

    Raises:
        Malformed: `register.bbox_malformed`.
    """
    try:
        west, south, east, north = (float(part) for part in text.split(","))
        good = abs(west) <= 180 >= abs(east) and -90 <= south < north <= 90
    except ValueError:
        good = False
    if not good:
        raise Malformed(
            "register.bbox_malformed",
            "A box is WEST,SOUTH,EAST,NORTH in degrees, such as 22.1,44.3,40.3,52.4.",
            where="--bbox",
        )
    return Box(west, south, east, north)


def read_point(lat: object, lon: object) -> Point | str:
    """
    Read a pair of coordinates.

    Returns:
        The point, or why there is none: `no_coordinates`, `not_numbers`, `out_of_range`,
        `metres` (too great for degrees in either order), `at_zero`.
    """
    if is_null(lat) and is_null(lon) and not isinstance(lat, float):
        return "no_coordinates"
    x, y = _number(lon), _number(lat)
    if x is None or y is None:
        return "not_numbers"
    if abs(x) > 1000 or abs(y) > 1000:
        return "metres"
    if max(abs(x), abs(y)) > 180 or min(abs(x), abs(y)) > 90:
        return "out_of_range"
    if x == 0 == y:
        return "at_zero"
    return Point(y, x)


class Judge:
    """
    Says of each point whether it can be right.

    Args:
        points: All points of the file.
        outlines: Outlines of the area tree in use.
        box: Where the operator says that the register lies.
        country: Where a known register lies.

    Raises:
        Refused: `register.swapped`, where most points fit only with their axes changed over;
            `register.misplaced`, where most fit neither way.
    """

    def __init__(
        self,
        points: Sequence[Point],
        outlines: Outlines,
        box: Box | None = None,
        country: Box | None = None,
    ) -> None:
        self._outlines = outlines
        self._box = box or country
        self._given = box is not None
        self.name = "nobody"
        self.unsure = False
        self._charted = True  # Whoever gives a box around an island that the table lacks is right.
        if not points:
            return
        self.name = self._choose(points)
        ashore = sum(on_land(*point) for point in points)
        self._charted = not self._given or 2 * ashore >= len(points)
        fits = sum(self._fits(point) for point in points)
        turned = sum(self._fits(point.turned) for point in points)
        if (
            2 * turned > len(points)
            and (2 * fits < len(points) or self.name != "land")
            and (turned > fits)
        ):
            raise Refused(
                "register.swapped",
                f"Latitude and longitude are swapped: {turned} of {len(points)} points lie where "
                f"they should only with the two changed over, {fits} as they are.",
            )
        if 2 * fits < len(points):
            where = {"bbox": "outside of the given box", "land": "at sea"}.get(
                self.name, "outside of the country"
            )
            raise Refused(
                "register.misplaced",
                f"{len(points) - fits} of {len(points)} points lie {where}.",
            )
        # Where both orders are on land, the table cannot tell one from the other.
        self.unsure = self.name == "land" and 2 * turned >= len(points)

    def verdict(self, point: Point) -> str:
        """
        Say what is wrong with a point.

        Returns:
            Empty where nothing is; `row_swapped`, `out_of_range`, `outside_bbox` and `at_sea`,
            with which a point cannot be used; `outside_areas`, with which it can.
        """
        if not point.in_range:
            return "row_swapped" if self._fits(point.turned) else "out_of_range"
        if self.name != "land" and not self._fits(point):
            if self._fits(point.turned):
                return "row_swapped"
            if self.name in _BOXED:
                return "outside_bbox"
        if self._given and self._box is not None and not self._box.holds(point):
            return "outside_bbox"
        if self._charted and not on_land(*point):
            return "at_sea"
        return "outside_areas" if self.name == "areas" and not self._fits(point) else ""

    def area(self, point: Point) -> AreaCode | None:
        """Find the finest area that a point lies in."""
        found = self._outlines.at(point.lat, point.lon)
        return None if found is None else found.code

    def _choose(self, points: Sequence[Point]) -> str:
        known = sum(
            self.area(point) is not None or self.area(point.turned) is not None for point in points
        )
        if 2 * known >= len(points):
            return "areas"
        if self._box is None:
            return "land"
        return "bbox" if self._given else "country"

    def _fits(self, point: Point) -> bool:
        if not point.in_range:
            return False
        if self.name in _BOXED and self._box is not None:
            return self._box.holds(point)
        return self.area(point) is not None if self.name == "areas" else on_land(*point)


def _number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value) if math.isfinite(value) else None
    if not isinstance(value, str) or len(value) > 60:
        return None
    found = _NUMBER.fullmatch(value.strip())
    return float(found[1].replace(",", ".")) if found else None
