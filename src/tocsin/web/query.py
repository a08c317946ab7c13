"""
Query parameters: read strictly, because a misspelt one that is ignored shows the wrong thing.

Under /api an unknown or doubled parameter is refused with its name; pages ignore them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import parse_qsl

from tocsin.areas.gazetteer import Gazetteer
from tocsin.kernel.errors import Malformed
from tocsin.kernel.ids import AreaCode
from tocsin.kernel.time import parse_rfc3339
from tocsin.kernel.wire import split_codes


def read_query(query: bytes, allowed: frozenset[str]) -> Mapping[str, str]:
    """
    Split a query, as it came, into its parameters; UTF-8, whether escaped or not.

    Raises:
        Malformed: `query.unknown_parameter` or `query.malformed`, with the name as `where`.
    """
    try:
        text = query.decode()
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=32, errors="strict")
    except ValueError:
        raise Malformed("query.malformed", "The query cannot be read.", where="query") from None
    found: dict[str, str] = {}
    for name, value in pairs:
        if name not in allowed:
            raise Malformed(
                "query.unknown_parameter",
                f"There is no parameter “{name[:40]}” here; there are: "
                f"{', '.join(sorted(allowed)) or 'none'}.",
                where=name[:40] or "query",
            )
        if name in found or "\0" in value:
            raise Malformed(
                "query.malformed", f"“{name}” is there twice, or cannot be read.", where=name
            )
        found[name] = value
    return found


def read_areas(gazetteer: Gazetteer, text: str | None) -> frozenset[AreaCode]:
    """
    Read a comma-separated list of any codes into primary ones; empty where there is none.

    Raises:
        Malformed: `area.unknown`, `query.too_many_areas`.
    """
    return frozenset(gazetteer.get(code).code for code in split_codes(text))


def read_moment(text: str | None, name: str) -> datetime | None:
    """
    Read an RFC 3339 moment; None where there is none.

    A `+` that a browser turned into a space is read as what it was.

    Raises:
        Malformed: `time.malformed`.
    """
    if text is None:
        return None
    return parse_rfc3339(text.replace(" ", "+"), where=name)


def read_coordinate(text: str | None, name: str, most: float) -> float:
    """
    Read a latitude or longitude in WGS 84 degrees.

    Raises:
        Malformed: `query.malformed`, where it is missing, no number, or beyond ±`most`.
    """
    try:
        value = float(text or "")
    except ValueError:
        value = float("nan")
    if not -most <= value <= most:
        raise Malformed(
            "query.malformed",
            f"“{name}” has to be a number of degrees from -{most:.0f} to {most:.0f}.",
            where=name,
        )
    return value
