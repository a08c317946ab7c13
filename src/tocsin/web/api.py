"""
The reading half of the HTTP API: board, areas, history, place.

Reading needs no token and is open to any origin. Bytes are prepared by the live view; a client
that has seen a board is answered 304 until something changes. Nothing here writes.

Source: design, section 5 ("HTTP", "Shapes").
"""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from tocsin.areas.lookup import find
from tocsin.kernel.errors import Malformed
from tocsin.kernel.ids import AreaCode
from tocsin.kernel.time import rfc3339
from tocsin.views.history import history_shape
from tocsin.views.live import Live
from tocsin.views.place import place_shape
from tocsin.web import shapes
from tocsin.web.query import read_areas, read_coordinate, read_moment, read_query

HISTORY_DAYS: Final = 366
"""A year of one area under raion-level alerting is about 3,000 alerts: 3 MB of answer."""

_AREAS: Final = {
    "name": "areas",
    "in": "query",
    "schema": {"type": "string"},
    "description": "Comma-separated codes of any kind; what is in them, inside or around them.",
}
_AT: Final = {
    "name": "at",
    "in": "query",
    "schema": {"type": "string", "format": "date-time"},
    "description": "A moment to show instead of now.",
}


def _parameter(name: str, kind: str, description: str, *, required: bool = False) -> dict[str, Any]:
    schema = {"type": "number"} if kind == "number" else {"type": "string", "format": kind}
    return {
        "name": name,
        "in": "query",
        "schema": {"type": "string"} if not kind else schema,
        "required": required,
        "description": description,
    }


_LAT: Final = _parameter("lat", "number", "Latitude, WGS 84 degrees.", required=True)
_LON: Final = _parameter("lon", "number", "Longitude, WGS 84 degrees.", required=True)
_PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {
    400: {"model": shapes.Problem, "description": "Not understood; `where` says what."},
    404: {"model": shapes.Problem, "description": "There is no such area."},
}


def api(live: Live) -> APIRouter:
    """Make the router of everything that reads."""
    router = APIRouter(prefix="/api/v1", tags=["read"], responses=_PROBLEMS)
    gazetteer = live.gazetteer

    @router.get(
        "/board",
        summary="What stands now, or stood at a moment",
        responses={200: {"model": shapes.BoardShape}, 304: {"description": "As you know it."}},
        openapi_extra={"parameters": [_AREAS, _AT]},
    )
    async def board(request: Request) -> Response:
        asked = read_query(request.url.query, frozenset({"areas", "at"}))
        areas = read_areas(gazetteer, asked.get("areas"))
        at = read_moment(asked.get("at"), "at")
        tag = _tag(live, areas, at)
        headers = {"etag": tag, "cache-control": "public, max-age=1"}
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        if at is None:
            return Response(live.board_bytes(areas), media_type="application/json", headers=headers)
        shape = await asyncio.to_thread(live.board, at, areas)
        return _json(shape, headers)

    @router.get(
        "/areas",
        summary="All areas, or those that a name or code fits",
        responses={200: {"model": shapes.AreasShape}},
        openapi_extra={"parameters": [_parameter("q", "", "A name, in Ukrainian or English.")]},
    )
    async def areas(request: Request) -> Response:
        asked = read_query(request.url.query, frozenset({"q"}))
        wanted = asked.get("q")
        found = find(gazetteer, wanted) if wanted is not None else tuple(gazetteer)
        shape = {"areas": [area.public() for area in found]}
        return _json(shape, {"cache-control": "public, max-age=3600"})

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
        responses={200: {"model": shapes.AreaShape}},
    )
    async def area(request: Request, code: str) -> Response:
        read_query(request.url.query, frozenset())
        found = gazetteer.get(code)
        shape = {
            **found.public(),
            "lies_in": [gazetteer.get(above).public() for above in gazetteer.lineage(found.code)],
            "parts": [gazetteer.get(part).public() for part in gazetteer.children(found.code)],
        }
        return _json(shape, {"cache-control": "public, max-age=3600"})

    @router.get(
        "/areas/{code}/history",
        summary="What stood over an area, and when nobody was heard",
        responses={200: {"model": shapes.HistoryShape}},
        openapi_extra={
            "parameters": [
                _parameter("from", "date-time", "Start; a day before `to` where left out."),
                _parameter("to", "date-time", "End, excluded; now where left out."),
            ]
        },
    )
    async def history(request: Request, code: str) -> Response:
        asked = read_query(request.url.query, frozenset({"from", "to"}))
        found = gazetteer.get(code)
        until = read_moment(asked.get("to"), "to") or live.now()
        since = read_moment(asked.get("from"), "from") or until - timedelta(days=1)
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
        responses={200: {"model": shapes.PlaceShape}},
        openapi_extra={"parameters": [_LAT, _LON]},
    )
    async def place(request: Request) -> Response:
        lat, lon = _point(request)
        area = live.outlines.at(lat, lon)
        return _json(place_shape(live, area), {"cache-control": "no-store"})

    return router


def stream_paths() -> dict[str, Any]:
    """Describe the stream for the OpenAPI document; it is served beside the framework."""
    return {
        "/api/v1/stream": {
            "get": {
                "tags": ["read"],
                "summary": "Every change as it happens (server-sent events)",
                "parameters": [
                    _AREAS,
                    _parameter("since", "", "`EPOCH:POSITION` last seen; else `Last-Event-ID`."),
                ],
                "responses": {
                    "200": {
                        "description": "Events: alert, update, all-clear, correction, board, "
                        "heartbeat (every 5 s). `id:` is `EPOCH:POSITION`.",
                        "content": {"text/event-stream": {"schema": {"type": "string"}}},
                    },
                },
            }
        }
    }


def _point(request: Request) -> tuple[float, float]:
    asked = read_query(request.url.query, frozenset({"lat", "lon"}))
    return read_coordinate(asked.get("lat"), "lat", 90.0), read_coordinate(
        asked.get("lon"), "lon", 180.0
    )


def _tag(live: Live, areas: frozenset[AreaCode], at: datetime | None) -> str:
    """Name what is shown; weak (RFC 9110, section 8.8.1), since `as_of` moves on by itself."""
    parts = f"{','.join(sorted(areas))};{at}"
    asked = blake2b(parts.encode(), digest_size=6).hexdigest() if areas or at else "all"
    return f'W/"{live.place}-{asked}"'


def _json(shape: Any, headers: dict[str, str]) -> Response:
    body = json.dumps(shape, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(body, media_type="application/json", headers=headers)


