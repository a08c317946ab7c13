"""
Areas as a person at a terminal names them: by any code, by name, or by a point.

A name that fits several areas is never guessed: the refusal lists them with their codes.
Heavy parts are read when they are needed: a code needs no names, a name needs no outlines.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from tocsin.cli.tongue import language, say
from tocsin.kernel.errors import Malformed

if TYPE_CHECKING:
    from tocsin.areas.area import Area
    from tocsin.areas.gazetteer import Gazetteer

_POINT: Final = re.compile(
    r"\s*([+-]?\d{1,2}(?:\.\d{1,12})?)\s*[,;]\s*([+-]?\d{1,3}(?:\.\d{1,12})?)\s*"
)


@lru_cache(maxsize=2)
def load_country(country: str) -> Gazetteer:
    """
    Read a country pack: one that ships, by its name, or any, by its path.

    Raises:
        Malformed: `areas.pack_missing` or `areas.pack_malformed`.
    """
    from tocsin.areas.gazetteer import load_pack

    return load_pack(country)


def point(text: str) -> tuple[float, float] | None:
    """Read `LAT,LON`, WGS 84 degrees; None for anything else."""
    found = _POINT.fullmatch(text)
    if found is None:
        return None
    lat, lon = float(found[1]), float(found[2])
    return (lat, lon) if abs(lat) <= 90 and abs(lon) <= 180 else None


def candidates(gazetteer: Gazetteer, text: str) -> tuple[Area, ...]:
    """List every area that a code, a name or a point may mean, those that fit best."""
    where = point(text)
    if where is not None:
        from tocsin.areas.geometry import load_outlines

        found = load_outlines(gazetteer).at(*where)
        return () if found is None else (found,)
    try:
        return (gazetteer.get(text),)
    except Malformed:
        from tocsin.areas.lookup import find

        found_by_name = find(gazetteer, text)
        if found_by_name or "," not in text:
            return found_by_name
    try:
        return (one(gazetteer, text),)
    except Malformed:
        return ()


def one(gazetteer: Gazetteer, text: str) -> Area:
    """
    Find the one area that is meant; `NAME, REGION` tells areas of one name apart.

    Raises:
        Malformed: `area.unknown_name`, or `area.ambiguous_name` with the candidates.
    """
    try:
        return gazetteer.get(text)
    except Malformed:
        pass
    found = candidates(gazetteer, text) if point(text) else ()
    if found:
        return found[0]
    from tocsin.areas.lookup import resolve, resolve_nested

    try:
        return resolve(gazetteer, text)
    except Malformed:
        if "," not in text:
            raise
        return resolve_nested(gazetteer, text.split(","))


def name(area: Area) -> str:
    """Name an area in the language spoken."""
    return area.name[language()]


def lies_in(gazetteer: Gazetteer, area: Area) -> str:
    """Name what an area lies in, nearest first, without the country; empty for a first level."""
    return ", ".join(name(gazetteer.get(code)) for code in gazetteer.lineage(area.code)[:-1])


def level(area: Area) -> str:
    """Name the kind of unit that an area's level stands for."""
    key = f"level.{area.level}"
    return say(key) if area.level <= 3 else str(area.level)
