"""
Where a point lies, and how areas look on a map.

Outlines are read when they are first asked for: whoever needs only codes and names never pays
for them. A point is looked up in whole numbers and without any library: one cell of the grid,
and the outlines of the few areas that pass through it. Areas that share a border share its very
edges, and an edge decides by the same sum for both sides, so no point falls between two.

Source: the even-odd rule; outlines as `data/NOTICE.md` says.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Literal, TypeAlias

from tocsin.areas import grid, pack, rings
from tocsin.areas.area import Area
from tocsin.areas.gazetteer import Gazetteer
from tocsin.kernel.ids import AreaCode

Detail: TypeAlias = Literal["coarse", "simplified"]
Line: TypeAlias = tuple[tuple[float, float], ...]
"""A closed line of `(lon, lat)`, WGS 84 degrees; the last vertex is not the first again."""

_Edge: TypeAlias = tuple[int, int, int, float]


class Outlines:
    """
    The outlines of one country's areas. Any number of threads may read it.

    Args:
        gazetteer: Whose areas they are.
        path: The pack to read from, or None for a country without outlines.
    """

    def __init__(self, gazetteer: Gazetteer, path: Path | None) -> None:
        self._gazetteer = gazetteer
        self._path = path
        self._bands: dict[int, list[tuple[_Edge, ...]]] = {}

    def at(self, lat: float, lon: float) -> Area | None:
        """
        Find the finest area with an outline that a point lies in.

        Args:
            lat: Latitude, WGS 84 degrees; north is positive.
            lon: Longitude, WGS 84 degrees; east is positive.

        Returns:
            In Ukraine a raion, or Kyiv or Sevastopol; None outside, and for what is no place.
        """
        found = self._grid
        x, y = lon * self._scale - found.west, lat * self._scale - found.south
        cell = found.cell
        # Also false for what is not a number.
        if not (0 <= x < cell * found.columns and 0 <= y < cell * found.rows):
            return None
        row = int(y // cell)
        sure, places = found.choices[found.cells[row * found.columns + int(x // cell)]]
        if sure:
            return self._areas[places[0]] if places else None
        for place in places:
            inside = False
            band = self._bands.get(place) or self._banded(place)
            for low, high, start, slope in band[row]:
                if low <= y < high and x < start + (y - low) * slope:
                    inside = not inside
            if inside:
                return self._areas[place]
        return None

    def polygons(self, level: int, detail: Detail = "coarse") -> dict[AreaCode, tuple[Line, ...]]:
        """Give the outlines of all areas of a level that have one, in the order of the tree."""
        drawn = self._coarse if detail == "coarse" else self._simplified
        return {
            code: _degrees(drawn.scale, lines)
            for code, lines in drawn.areas.items()
            if self._gazetteer.get(code).level == level
        }

    def coarse(self, code: AreaCode) -> tuple[Line, ...]:
        """Give one area's outline for an overview map; empty where it has none."""
        return _degrees(self._coarse.scale, self._coarse.areas.get(code, ()))

    def simplified(self, code: AreaCode) -> tuple[Line, ...]:
        """Give one area's outline at the detail of point lookups; empty where it has none."""
        return _degrees(self._simplified.scale, self._simplified.areas.get(code, ()))

    @cached_property
    def _simplified(self) -> rings.Rings:
        return self._read("outlines")

    @cached_property
    def _coarse(self) -> rings.Rings:
        return self._read("coarse")

    @cached_property
    def _scale(self) -> int:
        return self._simplified.scale

    @cached_property
    def _areas(self) -> tuple[Area, ...]:
        """The areas in the order in which the grid numbers them: the finest level first."""
        drawn = [self._gazetteer.get(code) for code in self._simplified.areas]
        return tuple(sorted(drawn, key=lambda area: -area.level))

    @cached_property
    def _grid(self) -> grid.Grid:
        if self._path is None or "grid" not in pack.sections(self._path):
            return grid.lay([])
        return grid.decode(pack.read(self._path, "grid"), len(self._areas))

    def _read(self, section: str) -> rings.Rings:
        if self._path is None or section not in pack.sections(self._path):
            return rings.Rings(1, {})
        return rings.decode(pack.read(self._path, section))

    def _banded(self, place: int) -> list[tuple[_Edge, ...]]:
        """Sort one area's edges into the rows of the grid, so that a point meets few of them."""
        found = self._grid
        bands: list[list[_Edge]] = [[] for _ in range(found.rows)]
        for a, b in grid.edges(self._simplified.areas[self._areas[place].code]):
            # Always from south to north, so that both neighbours of a border do the same sum.
            (x1, y1), (x2, y2) = (a, b) if a[1] <= b[1] else (b, a)
            if y1 == y2:
                continue
            x1, y1, y2 = x1 - found.west, y1 - found.south, y2 - found.south
            edge = (y1, y2, x1, (x2 - found.west - x1) / (y2 - y1))
            for row in range(max(0, y1 // found.cell), min(found.rows - 1, y2 // found.cell) + 1):
                bands[row].append(edge)
        self._bands[place] = done = [tuple(band) for band in bands]
        return done


def load_outlines(gazetteer: Gazetteer) -> Outlines:
    """Open the outlines beside a tree; nothing is read before something is asked."""
    return Outlines(gazetteer, Path(gazetteer.source) if gazetteer.source else None)


def _degrees(scale: int, lines: tuple[rings.Ring, ...]) -> tuple[Line, ...]:
    return tuple(tuple((x / scale, y / scale) for x, y in line) for line in lines)
