"""
The reading half of the power by HTTP: zones, groups, one group, a point, a house, what was told.

Everything is as known at a moment: now, or that of `?at=`. A point or an address that is asked
about is used, and neither kept nor repeated. Nothing here writes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from math import ceil
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from tocsin.delivery.power_notices import Kind
from tocsin.delivery.power_told import Told
from tocsin.kernel.allowance import Allowance, caller
from tocsin.kernel.errors import Malformed, Unavailable
from tocsin.kernel.time import Moment, rfc3339
from tocsin.kernel.wire import encode
from tocsin.views.power import PowerView
from tocsin.views.power_words import notice_words
from tocsin.web.aside import Aside
from tocsin.web.query import read_coordinate, read_moment, read_query
from tocsin.web.shapes_power import (
    FoundShape,
    GroupShape,
    GroupsShape,
    NoticesShape,
    OutagesShape,
)

ASKED_AT_ONCE: Final = 60
ASKED_PER_S: Final = 2.0
"""What is looked up for one asker alone (a house, a point, a moment of the past), by address."""

ADDRESS_CHARACTERS: Final = 120

NoticesSince = Callable[[Moment, str | None, str | None], list[Told]]
"""Give what was told after a moment, of one group and one company where they are named."""

_KEPT: Final = {"cache-control": "public, max-age=5"}
_NOT_KEPT: Final = {"cache-control": "no-store"}


def _parameter(name: str, told: str, schema: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "schema": {"type": "string", **(schema or {})},
        "description": told,
    }


_AT: Final = _parameter("at", "As known at this moment instead of now.", {"format": "date-time"})
_OPERATOR: Final = _parameter("operator", "Of one company alone.")
_HERE: Final = [
    _parameter("lat", "Latitude, WGS 84 degrees; with `lon`.", {"type": "number"}),
    _parameter("lon", "Longitude, WGS 84 degrees.", {"type": "number"}),
    _parameter("street", "A street, however it is written; with `house`."),
    _parameter("house", "A house's number: 12, 12а, 12/3."),
]
_NOTICES: Final = [
    _OPERATOR,
    _parameter("group", "Of one group alone."),
    _parameter("since", "What was told after this moment: the `since` of the last answer.",
               {"format": "date-time"}),
]  # fmt: skip


class Watching:
    """
    Who may ask what is looked up for it alone, how often, and where that is worked out.

    Args:
        clock: Seconds on a clock that only goes forward.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._allowance = Allowance(ASKED_AT_ONCE, ASKED_PER_S)
        self.aside = Aside()

    def admit(self, request: Request) -> None:
        """
        Let a question through from an address that has not asked too often.

        Raises:
            Unavailable: `outages.too_many`, HTTP 429.
        """
        wait = self._allowance.ask(caller(request.client and request.client.host), self._clock())
        if wait:
            raise Unavailable(
                "outages.too_many",
                "Too many questions came from here; how all groups are is in one list.",
                status=429,
                retry_after_s=ceil(wait),
            )


def outages(view: PowerView, watching: Watching, told: NoticesSince) -> APIRouter:
    """Make the router of everything that reads about power."""
    router = APIRouter(prefix="/api/v1/outages", tags=["read"])
    _serve_zones(router, view, watching)
    _serve_groups(router, view, watching)
    _serve_here(router, view, watching)
    _serve_notices(router, view, told)
    return router


def _serve_zones(router: APIRouter, view: PowerView, watching: Watching) -> None:
    @router.get(
        "",
        summary="All zones: by which rule power is shared out in each",
        responses={200: {"model": OutagesShape}},
        openapi_extra={"parameters": [_AT]},
    )
    async def zones(request: Request) -> Response:
        asked = read_query(request.scope["query_string"], frozenset({"at"}))
        at = _moment(request, watching, asked)
        return _json(await watching.aside.run(view.all_zones(at)), _KEPT)


def _serve_groups(router: APIRouter, view: PowerView, watching: Watching) -> None:
    lists = _Lists(view, watching)

    @router.get(
        "/groups",
        summary="All groups as a table: how it is, and how much is off",
        responses={200: {"model": GroupsShape}},
        openapi_extra={"parameters": [_OPERATOR, _AT]},
    )
    async def groups(request: Request) -> Response:
        asked = read_query(request.scope["query_string"], frozenset({"operator", "at"}))
        operator = asked.get("operator")
        if "at" in asked:
            at = _moment(request, watching, asked)
            return _json(await watching.aside.run(view.rows(operator, at)), _KEPT)
        return _plain(await lists.give(operator), _KEPT)

    @router.get(
        "/groups/{operator}/{group}",
        summary="All that is known of a group: now, today and tomorrow",
        responses={200: {"model": GroupShape}},
        openapi_extra={"parameters": [_AT]},
    )
    async def group(request: Request, operator: str, group: str) -> Response:
        asked = read_query(request.scope["query_string"], frozenset({"at"}))
        at = _moment(request, watching, asked)
        return _json(await watching.aside.run(view.one(operator, group, at)), _KEPT)


def _serve_here(router: APIRouter, view: PowerView, watching: Watching) -> None:
    allowed = frozenset(str(one["name"]) for one in _HERE)

    @router.get(
        "/at",
        summary="The group of a house, or what holds at a point",
        responses={200: {"model": FoundShape}},
        openapi_extra={"parameters": _HERE},
    )
    async def here(request: Request) -> Response:
        asked = read_query(request.scope["query_string"], allowed)
        watching.admit(request)
        if asked.keys() == {"street", "house"}:
            for name, value in asked.items():
                if not 0 < len(value) <= ADDRESS_CHARACTERS:
                    raise Malformed(
                        "query.malformed", f"“{name}” is empty or too long.", where=name
                    )
            return _json(view.at_address(asked["street"], asked["house"]), _NOT_KEPT)
        if asked.keys() != {"lat", "lon"}:
            raise Malformed(
                "query.malformed", "Ask by “lat” and “lon”, or by “street” and “house”.",
                where="query",
            )  # fmt: skip
        lat = read_coordinate(asked["lat"], "lat", 90.0)
        lon = read_coordinate(asked["lon"], "lon", 180.0)
        return _json(view.at_point(lat, lon), _NOT_KEPT)


def _serve_notices(router: APIRouter, view: PowerView, told: NoticesSince) -> None:
    @router.get(
        "/notices",
        summary="What was told of cuts and of the return of power, since a moment",
        responses={200: {"model": NoticesShape}},
        openapi_extra={"parameters": _NOTICES},
    )
    async def notices(request: Request) -> Response:
        asked = read_query(request.scope["query_string"], frozenset({"operator", "group", "since"}))
        since = read_moment(asked.get("since"), "since")
        after = Moment("") if since is None else rfc3339(since)
        found = told(after, asked.get("group"), asked.get("operator"))
        shape = {
            **view.frame(),
            "notices": [_notice(view, one) for one in found],
            "since": found[-1].told_at if found else (after or None),
        }
        return _json(shape, _NOT_KEPT)


class _Lists:
    """The table of all groups, written once a minute and when anything is heard."""

    def __init__(self, view: PowerView, watching: Watching) -> None:
        self._view = view
        self._watching = watching
        self._kept: dict[str | None, tuple[tuple[int, str], bytes]] = {}

    async def give(self, operator: str | None) -> bytes:
        if operator is not None and operator not in self._view.grid.companies:
            operator = ""  # Of no company: one answer for all such.
        mark = (self._view.grid.edition, rfc3339(self._view.now())[:16])
        kept = self._kept.get(operator)
        if kept is not None and kept[0] == mark:
            return kept[1]
        body = encode(await self._watching.aside.run(self._view.rows(operator, None)))
        self._kept[operator] = (mark, body)
        return body


def _notice(view: PowerView, told: Told) -> dict[str, Any]:
    one = told.notice
    clock = view.clock_of(one.operator)
    return {
        "id": one.id,
        "kind": str(one.kind),
        "operator": one.operator,
        "zone": one.zone,
        "group": one.group,
        "change": one.change and str(one.change),
        "at": one.at,
        "due_at": one.due_at,
        "told_at": told.told_at,
        "date": one.date,
        "words": view.changed_words(one.operator, one.group, one.date)
        if one.kind is Kind.SCHEDULE and one.date
        else notice_words(one.kind.value, one.change, one.at, clock),
    }


def _moment(request: Request, watching: Watching, asked: Mapping[str, str]) -> datetime | None:
    """Read the moment that is asked about; another than now is worked out for one asker alone."""
    at = read_moment(asked.get("at"), "at")
    if at is not None:
        watching.admit(request)
    return at


def _json(shape: Mapping[str, Any], headers: Mapping[str, str]) -> Response:
    return _plain(encode(dict(shape)), headers)


def _plain(body: bytes, headers: Mapping[str, str]) -> Response:
    return Response(body, media_type="application/json", headers=dict(headers))
