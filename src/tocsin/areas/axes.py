"""
Whether a file has longitude and latitude the wrong way round.

Coordinates beyond 90 degrees give it away, and `geojson.py` sees them. Where both numbers are
small, only the country itself can tell: the outlines should lie about where it lies. A table of
countries says where that is, to a degree or so, which is enough to tell 49° N 31° E from
31° N 49° E.

Source: `data/countries.csv`, our own table; positions are rounded middles of countries.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable
from typing import NamedTuple

from tocsin.areas import pack
from tocsin.areas.gazetteer import Gazetteer
from tocsin.areas.geojson import SCALE, Draft
from tocsin.areas.names import fold
from tocsin.areas.report import Report

FAR_DEG = 3.0
"""A country whose file lies closer than this to its middle is not turned round."""


class _Country(NamedTuple):
    iso: str
    lat: float
    lon: float
    name: str


def check(gazetteer: Gazetteer, drafts: Iterable[Draft], report: Report) -> None:
    """Note a problem where the outlines lie where the country would lie if it were turned."""
    vertices = [v for draft in drafts for part in draft.parts for v in part.rings[0]]
    country = _known(gazetteer)
    if not vertices:
        return
    xs, ys = [v[0] for v in vertices], [v[1] for v in vertices]
    lon, lat = (min(xs) + max(xs)) / 2 / SCALE, (min(ys) + max(ys)) / 2 / SCALE
    if country is None:
        report.notices.append(
            f"The outlines lie around {_place(lat, lon)}; if that is not the country, longitude "
            "and latitude may be swapped."
        )
        return
    here, turned = _apart(country, lat, lon), _apart(country, lon, lat)
    if here > FAR_DEG and turned * 2 < here:
        report.add(
            f"The outlines lie around {_place(lat, lon)}, but {country.name} lies around "
            f"{_place(country.lat, country.lon)}: longitude and latitude look swapped; "
            "longitude is first."
        )


def _known(gazetteer: Gazetteer) -> _Country | None:
    """Find the country in the table: by its code, its name, or the codes of its units."""
    path = pack.DATA / "countries.csv"
    with path.open(encoding="utf-8", newline="") as file:
        table = [
            _Country(row["iso"], float(row["lat"]), float(row["lon"]), row["name"])
            for row in csv.DictReader(file)
        ]
    root = gazetteer.root
    called = {fold(name).full for name in root.name.values()}
    units = {(a.iso or a.code)[:2].upper() for a in gazetteer if a.level == 1}
    for country in table:
        if root.code.upper() == country.iso or fold(country.name).full in called:
            return country
    return next((c for c in table if units == {c.iso}), None)


def _apart(country: _Country, lat: float, lon: float) -> float:
    """Measure roughly, in degrees of latitude."""
    east = (lon - country.lon + 180) % 360 - 180
    return math.hypot(lat - country.lat, east * math.cos(math.radians(country.lat)))


def _place(lat: float, lon: float) -> str:
    return f"{abs(lat):.0f}° {'N' if lat >= 0 else 'S'} {abs(lon):.0f}° {'E' if lon >= 0 else 'W'}"
