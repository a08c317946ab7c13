"""
What is asked about shelters over HTTP, read strictly from a query.

A coordinate that cannot be read is named by its parameter and never repeated.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, TypeVar

from tocsin.areas.gazetteer import Gazetteer
from tocsin.kernel.errors import Malformed
from tocsin.shelters.messages import Kind, Said
from tocsin.views.shelter_near import NEAREST_MOST, Asked
from tocsin.views.shelter_pack import METRES_LEAST, METRES_MOST, METRES_USUAL
from tocsin.views.shelter_roll import LIMIT_MOST, Box, Wanted
from tocsin.walking.profile import PROFILES, WALK
from tocsin.web.query import read_coordinate

LIMIT_USUAL: Final = 100

_HAZARD: Final = re.compile(r"[a-z_]{1,32}")
_YES: Final = frozenset({"true", "yes", "1"})
_NO: Final = frozenset({"false", "no", "0"})

WordT = TypeVar("WordT", bound=StrEnum)


def _parameter(name: str, schema: dict[str, Any], told: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"name": name, "in": "query", "schema": schema, "description": told, **more}


_DEGREES: Final = {"type": "number"}
LIST: Final = [
    _parameter(
        "bbox",
        {"type": "array", "items": _DEGREES, "minItems": 4, "maxItems": 4},
        "West, south, east, north in WGS 84 degrees; across 180° where west is above east.",
        style="form",
        explode=False,
    ),
    _parameter(
        "limit",
        {"type": "integer", "minimum": 1, "maximum": LIMIT_MOST, "default": LIMIT_USUAL},
        "How many at once.",
    ),
    _parameter("offset", {"type": "integer", "minimum": 0, "default": 0}, "How many to pass over."),
    _parameter("area", {"type": "string"}, "Any code of an area; with everything in it."),
    _parameter("kind", {"type": "string", "enum": list(Kind)}, "What it is built as."),
    _parameter("q", {"type": "string"}, "A part of the name or the address, in any case."),
    _parameter("step_free", {"type": "string", "enum": list(Said)}, "Whether wheels get in."),
]
POINT: Final = [
    _parameter("lat", _DEGREES | {"minimum": -90, "maximum": 90}, "Latitude.", required=True),
    _parameter("lon", _DEGREES | {"minimum": -180, "maximum": 180}, "Longitude.", required=True),
]
PACK: Final = [
    *POINT,
    _parameter(
        "metres",
        {
            "type": "integer",
            "minimum": METRES_LEAST,
            "maximum": METRES_MOST,
            "default": METRES_USUAL,
        },
        "How far it is to reach.",
    ),
]
_SPEED: Final = _parameter(
    "speed", {"type": "string", "enum": list(PROFILES)}, "`walk` is 4.8 km/h."
)
NEAREST: Final = [
    *POINT,
    _parameter(
        "k",
        {"type": "integer", "minimum": 1, "maximum": NEAREST_MOST, "default": 5},
        "How many.",
    ),
    _parameter(
        "hazard",
        {"type": "string", "pattern": "^[a-z_]{1,32}$"},
        "From what; otherwise from what stands over the point.",
    ),
    _parameter(
        "step_free", {"type": "boolean"}, "Only where wheels get in, by ways without steps."
    ),
    _parameter("pets", {"type": "boolean"}, "Only where an animal may come in."),
    _SPEED,
]
_COUNTED: Final = _parameter(
    "counted",
    {"type": "string", "enum": ["open", "listed"]},
    "`open`, usually: surely open to everybody; `listed`: also what nobody has spoken for.",
)
_SINCE: Final = _parameter(
    "since",
    {"type": "string"},
    "A `version`: the answer comes when there is another one, or after 20 s.",
)
_CITY: Final = [
    _SPEED,
    _COUNTED,
    _parameter(
        "closed",
        {"type": "array", "items": {"type": "string"}, "maxItems": 100},
        "Ids that are to be taken for closed.",
        style="form",
        explode=False,
    ),
    _SINCE,
]
_MINUTES: Final = _parameter(
    "minutes",
    {
        "type": "array",
        "items": {"type": "integer", "minimum": 1, "maximum": 120},
        "minItems": 1,
        "maxItems": 6,
    },
    "Within which a door is to be reached; usually 5,10.",
    style="form",
    explode=False,
)
_FEWER: Final = _parameter(
    "limit", {"type": "integer", "minimum": 1, "maximum": 5_000, "default": 500}, "How many."
)
CITY: Final = {
    "coverage": [_MINUTES, *_CITY],
    "load": [*_CITY, _FEWER],
    "gaps": [_MINUTES, *_CITY, _FEWER],
    "plan": [
        _COUNTED,
        _parameter(
            "assumed",
            {"type": "integer", "minimum": 1, "maximum": 100_000},
            "People whom a shelter of unknown capacity is taken to hold; otherwise nobody.",
        ),
        _SINCE,
        _FEWER,
    ],
}


def names(parameters: list[dict[str, Any]]) -> frozenset[str]:
    """Name the parameters of a route."""
    return frozenset(str(one["name"]) for one in parameters)


def wanted(asked: Mapping[str, str], gazetteer: Gazetteer) -> Wanted:
    """
    Read which shelters of the roll are asked for.

    Raises:
        Malformed: `query.malformed`, `area.unknown`.
    """
    return Wanted(
        box=box(asked.get("bbox")),
        area=gazetteer.get(asked["area"]).code if "area" in asked else None,
        kind=word(asked.get("kind"), "kind", Kind),
        words=asked.get("q") or None,
        step_free=word(asked.get("step_free"), "step_free", Said),
    )


def page(asked: Mapping[str, str]) -> tuple[int, int]:
    """
    Read how many are asked for and after how many; more than there may be at once is cut.

    Raises:
        Malformed: `query.malformed`.
    """
    limit = whole(asked.get("limit"), "limit", 1, 10**9, LIMIT_USUAL)
    return min(limit, LIMIT_MOST), whole(asked.get("offset"), "offset", 0, 10**9, 0)


def near(asked: Mapping[str, str]) -> Asked:
    """
    Read what is asked at a point.

    Raises:
        Malformed: `query.malformed`.
    """
    hazard = asked.get("hazard")
    if hazard is not None and not _HAZARD.fullmatch(hazard):
        raise _unread("hazard", "the name of a hazard, such as air_raid")
    speed = asked.get("speed", WALK.name)
    if speed not in PROFILES:
        raise _unread("speed", f"one of {', '.join(PROFILES)}")
    lat, lon = point(asked)
    return Asked(
        lat=lat,
        lon=lon,
        k=whole(asked.get("k"), "k", 1, NEAREST_MOST, 5),
        hazard=hazard,
        step_free=flag(asked.get("step_free"), "step_free"),
        pets=flag(asked.get("pets"), "pets"),
        profile=PROFILES[speed],
    )


def point(asked: Mapping[str, str]) -> tuple[float, float]:
    """
    Read a point, WGS 84 degrees.

    Raises:
        Malformed: `query.malformed`.
    """
    return (
        read_coordinate(asked.get("lat"), "lat", 90.0),
        read_coordinate(asked.get("lon"), "lon", 180.0),
    )


def box(text: str | None) -> Box | None:
    """
    Read `WEST,SOUTH,EAST,NORTH`; None where there is none.

    Raises:
        Malformed: `query.malformed`.
    """
    if text is None:
        return None
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        west = south = east = north = float("nan")
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
        raise _unread("bbox", "west,south,east,north in degrees, south of north")
    return Box(west, south, east, north)


def whole(text: str | None, name: str, least: int, most: int, usual: int) -> int:
    """
    Read a whole number within bounds; the usual one where there is none.

    Raises:
        Malformed: `query.malformed`.
    """
    if text is None:
        return usual
    number = int(text) if re.fullmatch(r"[0-9]{1,9}", text) else -1
    if not least <= number <= most:
        raise _unread(name, f"a whole number from {least} to {most}")
    return number


def flag(text: str | None, name: str) -> bool:
    """
    Read yes or no; no where there is nothing.

    Raises:
        Malformed: `query.malformed`.
    """
    if text is None or text in _NO:
        return False
    if text not in _YES:
        raise _unread(name, "true or false")
    return True


def word(text: str | None, name: str, words: type[WordT]) -> WordT | None:
    """
    Read one of a few words; None where there is none.

    Raises:
        Malformed: `query.malformed`.
    """
    if text is None:
        return None
    try:
        return words(text)
    except ValueError:
        raise _unread(name, f"one of {', '.join(words)}") from None


def _unread(name: str, what: str) -> Malformed:
    return Malformed("query.malformed", f"“{name}” has to be {what}.", where=name)
