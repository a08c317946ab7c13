"""
Answers of map servers and registers, as rows: GeoJSON, ArcGIS, CKAN, the State Emergency Service.

Each says in its own way how many rows there are in all, and whether this is only a page of them;
that is kept, so that a page is not taken for a city. An answer that is an error is refused with
what it says.

Source: RFC 7946; ArcGIS REST API, "Query (Feature Service/Layer)"; CKAN API, `datastore_search`;
the public interface of the State Emergency Service's register as its own map asks it (`data.items`
of records with `shyrota` and `dovhota`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from tocsin.intake.register_json import count, records
from tocsin.intake.register_report import shown
from tocsin.intake.register_rows import Rows
from tocsin.intake.register_text import plain
from tocsin.kernel.errors import Refused

_DEGREES: Final = re.compile(r"CRS84$|EPSG:{1,2}(4326|6668|4612)$", re.IGNORECASE)
"""JGD2011 and JGD2000 differ from WGS 84 by centimetres."""

_MERCATOR: Final = frozenset({102100, 3857, 102113})
_MERCATOR_RADIUS_M: Final = 6_378_137.0


def answer_format(parsed: object) -> str:
    """
    Tell of which kind an answer is.

    Raises:
        Refused: `register.not_a_register`, where it is none or is an error.
    """
    if isinstance(parsed, dict):
        _no_error(parsed)
        if parsed.get("type") == "FeatureCollection":
            return "geojson"
        features = parsed.get("features")
        if isinstance(features, list) and (
            "geometryType" in parsed or any("attributes" in f for f in records(features) or ())
        ):
            return "arcgis"
        if isinstance(parsed.get("result"), dict) and "records" in parsed["result"]:
            return "ckan"
    found = _items(parsed)
    if found is not None:
        return "dsns" if any("shyrota" in record for record in found[:100]) else "json"
    raise Refused("register.not_a_register", "It is JSON, but holds no list of shelters.")


def read_answer(format_: str, parsed: object) -> Rows:
    """
    Read an answer of a known kind into rows.

    Raises:
        Refused: `register.not_a_register`, `register.metres`, `register.too_large`.
    """
    reader = _READERS.get(format_)
    if reader is None:
        raise Refused("register.not_a_register", f"It is JSON, which is not {format_}.")
    if isinstance(parsed, dict):
        _no_error(parsed)
    rows = reader(parsed)
    if rows is None:
        raise Refused("register.not_a_register", f"It does not have the shape of {format_}.")
    return rows


def _geojson(parsed: object) -> Rows | None:
    if not isinstance(parsed, dict) or (features := records(parsed.get("features"))) is None:
        return None
    crs = parsed.get("crs")
    named = crs.get("properties") if isinstance(crs, dict) else None
    reference = plain(named.get("name")) if isinstance(named, dict) else ""
    if crs is not None and not _DEGREES.search(reference):
        raise Refused(
            "register.metres",
            f"Its coordinates are not WGS 84 degrees but {shown(reference) or 'something else'}.",
        )
    rows = Rows("geojson", total=count(parsed.get("numberMatched", parsed.get("totalFeatures"))))
    extra = parsed.get("properties")
    flags = (parsed, extra if isinstance(extra, dict) else {})
    rows.more = any(flag.get("exceededTransferLimit") is True for flag in flags)
    for feature in features:
        said = feature.get("properties")
        values = said if isinstance(said, dict) else {}
        rows.add(values, ident=feature.get("id"), point=_position(feature.get("geometry")))
    return rows


def _arcgis(parsed: object) -> Rows | None:
    if not isinstance(parsed, dict) or (features := records(parsed.get("features"))) is None:
        return None
    degrees = _degrees(parsed.get("spatialReference"))
    rows = Rows("arcgis", more=parsed.get("exceededTransferLimit") is True)
    for feature in features:
        said, shape = feature.get("attributes"), feature.get("geometry")
        values = said if isinstance(said, dict) else {}
        at = shape if isinstance(shape, dict) else {}
        rows.add(values, point=degrees(at.get("x"), at.get("y")))
    return rows


def _ckan(parsed: object) -> Rows | None:
    result = parsed.get("result") if isinstance(parsed, dict) else None
    found = records(result.get("records")) if isinstance(result, dict) else None
    if found is None or not isinstance(result, dict):
        return None
    rows = Rows("ckan", total=count(result.get("total")))
    for record in found:
        rows.add(record)
    return rows


def _dsns(parsed: object) -> Rows | None:
    return _plain("dsns", parsed)


def _json(parsed: object) -> Rows | None:
    return _plain("json", parsed)


def _plain(format_: str, parsed: object) -> Rows | None:
    found = _items(parsed)
    if found is None:
        return None
    rows = Rows(format_)
    for holder in (parsed, parsed.get("data") if isinstance(parsed, dict) else None):
        if isinstance(holder, dict) and rows.total is None:
            rows.total = count(holder.get("total", holder.get("totalCount", holder.get("count"))))
    for record in found:
        rows.add({key: _told(value) for key, value in record.items()})
    return rows


def _told(value: object) -> object:
    """Take a word out of the object in which the State register keeps it with its number."""
    if isinstance(value, dict):
        return next((value[key] for key in ("imya", "name", "nazva") if key in value), None)
    if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        return ", ".join(plain(_told(one)) for one in value[:20])
    return value


_READERS: Final[Mapping[str, Callable[[Any], Rows | None]]] = {
    "geojson": _geojson,
    "arcgis": _arcgis,
    "ckan": _ckan,
    "dsns": _dsns,
    "json": _json,
}


def _items(parsed: object) -> list[dict[str, Any]] | None:
    """Find the list of records: the answer itself, or its member `items` or `data`."""
    for _ in range(3):
        if isinstance(parsed, list):
            return records(parsed)
        if not isinstance(parsed, dict):
            return None
        parsed = next((parsed[key] for key in ("items", "data", "records") if key in parsed), None)
    return None


def _no_error(parsed: dict[str, Any]) -> None:
    error = parsed.get("error")
    if isinstance(error, dict) or parsed.get("success") is False:
        said = error if isinstance(error, dict) else {}
        what = plain(said.get("message")) or plain(said.get("code")) or "without a reason"
        raise Refused(
            "register.not_a_register", f"It is a server's error and no register: {shown(what)}."
        )


def _position(shape: object) -> tuple[object, object]:
    """Give latitude and longitude of a Point, or of the first of a MultiPoint."""
    if not isinstance(shape, dict):
        return (None, None)
    at = shape.get("coordinates")
    if shape.get("type") == "MultiPoint" and isinstance(at, list) and at:
        at = at[0]
    if shape.get("type") not in ("Point", "MultiPoint") or not isinstance(at, list) or len(at) < 2:
        return (None, None)
    return (at[1], at[0])


def _degrees(reference: object) -> Callable[[object, object], tuple[object, object]]:
    """Choose how an ArcGIS answer's x and y become latitude and longitude."""
    said = reference if isinstance(reference, dict) else {}
    known = {said.get("latestWkid"), said.get("wkid")}
    if known & _MERCATOR:
        return _unprojected
    if known <= {None, 4326, 6668, 4612}:
        return lambda x, y: (y, x)
    raise Refused(
        "register.metres",
        f"Its coordinates are in grid {shown(plain(said.get('wkid')))}; "
        "ask the server for degrees (outSR=4326).",
    )


def _unprojected(x: object, y: object) -> tuple[object, object]:
    """Turn metres of the web's Mercator map back into degrees."""
    if not isinstance(x, int | float) or not isinstance(y, int | float):
        return (None, None)
    if not (abs(x) < 3e7 and abs(y) < 3e7):
        return (y, x)
    lon = math.degrees(x / _MERCATOR_RADIUS_M)
    lat = math.degrees(2 * math.atan(math.exp(y / _MERCATOR_RADIUS_M)) - math.pi / 2)
    return (lat, lon)
