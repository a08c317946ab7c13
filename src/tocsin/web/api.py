"""
The reading half of the HTTP API: board, areas, history, place.

Reading needs no token and is open to any origin. Bytes are prepared by the live view; a client
that has seen a board is answered 304 until something changes. Nothing here writes.

Source: design, section 5 ("HTTP", "Shapes").
"""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import blake2b
from typing import Any, Final, NamedTuple

from fastapi import APIRouter, Request, Response

from tocsin.areas.area import Area
from tocsin.areas.gazetteer import Gazetteer
from tocsin.areas.lookup import find
from tocsin.kernel.errors import Malformed, Refused
from tocsin.kernel.ids import AreaCode
from tocsin.kernel.time import rfc3339
from tocsin.kernel.wire import encode
from tocsin.views.history import history_shape
from tocsin.views.live import Live
from tocsin.views.place import place_shape
from tocsin.web import shapes
from tocsin.web.query import read_areas, read_coordinate, read_moment, read_query
from tocsin.web.shapes_place import PlaceShape

HISTORY_DAYS: Final = 366
"""A year of one area under raion-level alerting is about 3,000 alerts: 3 MB of answer."""

GZIP_FROM_BYTES: Final = 1_000
"""One packet carries 1,400 bytes; below that compression saves nothing."""

AREAS: Final[dict[str, Any]] = {
    "name": "areas",
    "in": "query",
    "schema": {"type": "string"},
    "description": "Comma-separated codes of any kind; what is in them, inside or around them.",
}


def _degrees(name: str, most: int, description: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "schema": {"type": "number", "minimum": -most, "maximum": most},
        "required": True,
        "description": description,
    }


def _moment(name: str, description: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "schema": {"type": "string", "format": "date-time"},
        "description": description,
    }


_LAT: Final = _degrees("lat", 90, "Latitude, WGS 84 degrees.")
_LON: Final = _degrees("lon", 180, "Longitude, WGS 84 degrees.")
_AT: Final = _moment("at", "A moment to show instead of now.")
_Q: Final = {
    "name": "q",
    "in": "query",
    "schema": {"type": "string"},
    "description": "A name, in Ukrainian or English, or a code.",
}


Nearby = Callable[[Request, float, float], Awaitable[list[dict[str, Any]] | None]]
"""Give the few shelters nearest a point to whoever asks; None where none is known."""


async def _no_shelters(_request: Request, _lat: float, _lon: float) -> None:
    return None


Powered = Callable[[AreaCode], list[dict[str, Any]] | None]
"""Tell by which rule power is shared out over an area; None where nothing is known of it."""


def _no_power(_area: AreaCode) -> None:
    return None


def api(live: Live, nearby: Nearby = _no_shelters, powered: Powered = _no_power) -> APIRouter:
    """Make the router of everything that reads."""
    router = APIRouter(prefix="/api/v1", tags=["read"])
    _serve_board(router, live)
    _serve_areas(router, live)
    _serve_places(router, live, nearby, powered)
    return router


def _serve_board(router: APIRouter, live: Live) -> None:
    gazetteer = live.gazetteer

    @router.get(
        "/board",
        summary="What stands now, or stood at a moment",
        responses={200: {"model": shapes.BoardShape}, 304: {"description": "As you know it."}},
        openapi_extra={"parameters": [AREAS, _AT]},
    )
    async def board(request: Request) -> Response:
        asked = read_query(request.scope["query_string"], frozenset({"areas", "at"}))
        areas = read_areas(gazetteer, asked.get("areas"))
        at = read_moment(asked.get("at"), "at")
        tag = _tag(live, areas, at)
        headers = {"etag": f"W/{tag}", "cache-control": "public, max-age=1"}
        if _seen(request, tag):
            return Response(status_code=304, headers=headers)
        if at is not None:
            return _json(await asyncio.to_thread(live.past(at, areas)), headers)
        body = live.board_bytes(areas)
        if _compress(request, body):
            return _gzipped(live.board_gzip(areas), headers)
        return _plain(body, headers)

    @router.get("/stream", include_in_schema=False)
    async def stream() -> Response:
        # Served on the connection itself (`web.server`), unless that still owes an answer.
        sentence = "Ask for the stream on a connection of its own."
        raise Refused("stream.own_connection", sentence, status=421)


def _serve_areas(router: APIRouter, live: Live) -> None:
    gazetteer = live.gazetteer

    @router.get(
        "/areas",
        summary="All areas, or those that a name or code fits",
        responses={200: {"model": shapes.AreasShape}, 304: {"description": "As you know it."}},
        openapi_extra={"parameters": [_Q]},
    )
    async def areas(request: Request) -> Response:
        asked = read_query(request.scope["query_string"], frozenset({"q"}))
        wanted = asked.get("q")
        headers = {"cache-control": "public, max-age=3600"}
        if wanted is not None:
            found = _find(gazetteer, wanted)
            return _json({"areas": [area.public() for area in found]}, headers)
        every = all_areas()
        headers["etag"] = every.tag
        if _seen(request, every.tag):
            return Response(status_code=304, headers=headers)
        if _compress(request, every.plain):
            return _gzipped(every.gzipped, headers)
        return _plain(every.plain, headers)

    @cache
    def all_areas() -> _Lasting:
        return _lasting({"areas": [area.public() for area in gazetteer]})

    @router.get(
        "/areas/at",
        summary="The finest area with an outline at a point",
        responses={200: {"model": shapes.AreaShape}},
        openapi_extra={"parameters": [_LAT, _LON]},
    )
    async def area_at(request: Request) -> Response:
        lat, lon = _point(request)
        area = live.outlines.at(lat, lon)
        if area is None:
            raise Malformed("area.no_such_place", "No area lies there.", where="lat", status=404)
        return _json(area.public(), {"cache-control": "no-store"})

    @router.get(
        "/areas/{code}",
        summary="One area, by any of its codes",
        responses={200: {"model": shapes.AreaInTree}},
    )
    async def area(request: Request, code: str) -> Response:
        read_query(request.scope["query_string"], frozenset())
        found = gazetteer.get(code)
        shape = {
            **found.public(),
            "lies_in": [gazetteer.get(above).public() for above in gazetteer.lineage(found.code)],
            "parts": [gazetteer.get(part).public() for part in gazetteer.children(found.code)],
        }
        return _json(shape, {"cache-control": "public, max-age=3600"})


def _serve_places(router: APIRouter, live: Live, nearby: Nearby, powered: Powered) -> None:
    gazetteer = live.gazetteer

    @router.get(
        "/areas/{code}/history",
        summary="What stood over an area, and when nobody was heard",
        responses={200: {"model": shapes.HistoryShape}},
        openapi_extra={
            "parameters": [
                _moment("from", "Start; a day before `to` where left out."),
                _moment("to", "End, excluded; now where left out."),
            ]
        },
    )
    async def history(request: Request, code: str) -> Response:
        asked = read_query(request.scope["query_string"], frozenset({"from", "to"}))
        found = gazetteer.get(code)
        until = read_moment(asked.get("to"), "to") or live.now()
        since = read_moment(asked.get("from"), "from") or _day_before(until)
        if not timedelta(0) < until - since <= timedelta(days=HISTORY_DAYS):
            raise Malformed(
                "history.span",
                f"“from” has to lie before “to”, by at most {HISTORY_DAYS} days.",
                where="from",
            )
        between = (rfc3339(since), rfc3339(until))
        shape = await asyncio.to_thread(
            history_shape, live.history, gazetteer, found.code, between, live.read_area
        )
        return _json(shape, {"cache-control": "no-store"})

    @router.get(
        "/place",
        summary="What matters at one point",
        responses={200: {"model": PlaceShape}},
        openapi_extra={"parameters": [_LAT, _LON]},
    )
    async def place(request: Request) -> Response:
        lat, lon = _point(request)
        shelters = await nearby(request, lat, lon)
        area = live.outlines.at(lat, lon)
        shape = place_shape(live, area, shelters, None if area is None else powered(area.code))
        return _json(shape, {"cache-control": "no-store"})


def _point(request: Request) -> tuple[float, float]:
    asked = read_query(request.scope["query_string"], frozenset({"lat", "lon"}))
    return read_coordinate(asked.get("lat"), "lat", 90.0), read_coordinate(
        asked.get("lon"), "lon", 180.0
    )


def _find(gazetteer: Gazetteer, text: str) -> Sequence[Area]:
    """Find areas by name, else the one that has such a code."""
    found = find(gazetteer, text)
    if not found:
        with suppress(Malformed):
            return (gazetteer.get(text),)
    return found


def _day_before(moment: datetime) -> datetime:
    first = datetime.min.replace(tzinfo=UTC)
    return max(moment - first, timedelta(days=1)) - timedelta(days=1) + first


def _tag(live: Live, areas: frozenset[AreaCode], at: datetime | None) -> str:
    """Name what is shown; weak where it is sent (RFC 9110, section 8.8.1): `as_of` moves on."""
    parts = f"{','.join(sorted(areas))};{at}"
    asked = blake2b(parts.encode(), digest_size=6).hexdigest() if areas or at else "all"
    return f'"{live.place}-{asked}"'


def _seen(request: Request, tag: str) -> bool:
    """Say whether the client holds what the tag names, by weak comparison."""
    held = request.headers.get("if-none-match", "")
    return tag in held or held.strip() == "*"


class _Lasting(NamedTuple):
    """An answer that stays as long as the process."""

    plain: bytes
    gzipped: bytes
    tag: str


def _lasting(shape: dict[str, Any]) -> _Lasting:
    plain = encode(shape)
    tag = f'"{blake2b(plain, digest_size=8).hexdigest()}"'
    return _Lasting(plain, gzip.compress(plain, mtime=0), tag)


def _compress(request: Request, body: bytes) -> bool:
    return len(body) >= GZIP_FROM_BYTES and "gzip" in request.headers.get("accept-encoding", "")


def _plain(body: bytes, headers: dict[str, str]) -> Response:
    return Response(body, media_type="application/json", headers=headers)


def _gzipped(body: bytes, headers: dict[str, str]) -> Response:
    headers |= {"content-encoding": "gzip", "vary": "accept-encoding"}
    return _plain(body, headers)


def _json(shape: dict[str, Any], headers: dict[str, str]) -> Response:
    return Response(encode(shape), media_type="application/json", headers=headers)
