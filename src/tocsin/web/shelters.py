"""
The reading half of shelters by HTTP: the roll, one of them, how one is, the few nearest a point.

No bulk answer says how any of them is. Whether one is open is told of the few nearest one point
and of one by its id, and of both only so often to one address. How many are inside takes a token.
What the public may not know of is answered as what is not there. A point that is asked about is
used, and neither kept nor repeated.

Source: OGC API Features, part 1, for `bbox`, `limit`, the links and the numbers of a page. This is
no OGC server: there is no landing page, no list of collections and no other reference system.
"""

from __future__ import annotations

import gzip
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from hashlib import blake2b
from math import ceil
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from starlette.responses import JSONResponse

from tocsin.authority.remit import Grant
from tocsin.kernel.allowance import Allowance, caller
from tocsin.kernel.errors import Refused, Unavailable
from tocsin.kernel.wire import encode
from tocsin.shelters.shelter import Shelter, unknown
from tocsin.views.shelter_near import Asked
from tocsin.views.shelter_pack import METRES_LEAST, METRES_MOST, METRES_USUAL
from tocsin.views.shelters import Shelters
from tocsin.web import shelter_questions as questions
from tocsin.web.aside import Aside
from tocsin.web.query import read_query
from tocsin.web.shapes_shelters import (
    NearestShape,
    PackShape,
    ShelterFeature,
    SheltersPage,
    StatusShape,
)
from tocsin.web.shelter_packs import Packs

ASKED_AT_ONCE: Final = 60
"""A household, or a bus whose phones share an address, when the siren sounds."""

ASKED_PER_S: Final = 1.0
"""At ten shelters a question, whoever wants to know how a city of 3,000 is needs five minutes."""

PACKS_AT_ONCE: Final = 20
PACKS_PER_S: Final = 0.2
"""A pack is a fifth of a second of work; one that is made already costs nothing."""

IN_A_PLACE: Final = 3
"""What fits on a phone's lock screen."""

GEOJSON: Final = "application/geo+json"

Authenticate = Callable[[str], Awaitable[Grant | None]]


class GeoJson(JSONResponse):
    """An answer in GeoJSON, encoded already; its base tells the framework that it has a shape."""

    media_type = GEOJSON

    def render(self, content: bytes) -> bytes:
        """Give the content as it is."""
        return content


class Asking:
    """
    Who may ask how a shelter is, how often, and where the answer is worked out.

    Args:
        clock: Seconds on a clock that only goes forward.
        authenticate: Tells who speaks by a token; None for one that is unknown or void.
    """

    def __init__(self, clock: Callable[[], float], authenticate: Authenticate) -> None:
        self._clock = clock
        self._authenticate = authenticate
        self._allowance = Allowance(ASKED_AT_ONCE, ASKED_PER_S)
        self._packs = Allowance(PACKS_AT_ONCE, PACKS_PER_S)
        self.aside = Aside()

    def admit(self, request: Request) -> None:
        """
        Let a question through from an address that has not asked too often how shelters are.

        Raises:
            Unavailable: `shelters.too_many`, HTTP 429.
        """
        self._admit(self._allowance, request)

    def admit_pack(self, request: Request) -> None:
        """
        Let a pack be made for an address that has not had too many made.

        Raises:
            Unavailable: `shelters.too_many`, HTTP 429.
        """
        self._admit(self._packs, request)

    def _admit(self, allowance: Allowance, request: Request) -> None:
        wait = allowance.ask(caller(request.client and request.client.host), self._clock())
        if wait:
            raise Unavailable(
                "shelters.too_many",
                "Too many questions came from here; where the shelters are is in the list.",
                status=429,
                retry_after_s=ceil(wait),
            )

    async def fresh(self, view: Shelters) -> None:
        """
        Prepare what is listed where it has changed; whoever asks meanwhile waits for the same.

        Raises:
            Unavailable: `server.busy`.
        """
        listed = view.stale()
        if listed is not None:
            await self.aside.run(view.prepare, listed)

    async def grant(self, request: Request) -> Grant | None:
        """
        Tell who speaks; None for whoever has no token.

        Raises:
            Refused: `token.unknown`, HTTP 401.
        """
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not token:
            return None
        grant = await self._authenticate(token.strip())
        if grant is None:
            raise Refused("token.unknown", "This token is unknown or void.", status=401)
        return grant


class Nearby:
    """The three nearest a point, for whoever asks what matters there."""

    def __init__(self, view: Shelters, asking: Asking) -> None:
        self._view = view
        self._asking = asking

    async def three(self, request: Request, lat: float, lon: float) -> list[dict[str, Any]] | None:
        """Give them; None where none is known, or where too often was asked from there."""
        if not len(self._view.map):
            return None
        try:
            self._asking.admit(request)
            await self._asking.fresh(self._view)
            over = self._view.over(lat, lon)
            asked = Asked(lat, lon, k=IN_A_PLACE)
            answer = await self._asking.aside.run(self._view.nearest, asked, over)
        except Unavailable:  # What stands over a place is told in any case.
            return None
        return list(answer["shelters"])


def shelters(view: Shelters, asking: Asking) -> APIRouter:
    """Make the router of everything that reads about shelters."""
    router = APIRouter(prefix="/api/v1/shelters", tags=["read"])
    _serve_roll(router, view, asking)
    _serve_nearest(router, view, asking)
    _serve_packs(router, view, asking)
    _serve_one(router, view, asking)
    return router


def _serve_roll(router: APIRouter, view: Shelters, asking: Asking) -> None:
    allowed = questions.names(questions.LIST)

    @router.get(
        "",
        summary="All shelters, or those in a box or an area, without how any of them is",
        response_class=GeoJson,
        responses={200: {"model": SheltersPage}, 304: {"description": "As you know it."}},
        openapi_extra={"parameters": questions.LIST},
    )
    async def roll(request: Request) -> Response:
        asked = read_query(request.scope["query_string"], allowed)
        wanted = questions.wanted(asked, view.gazetteer)
        limit, offset = questions.page(asked)
        tag = _tag(view, asked)
        headers = {"etag": f"W/{tag}", "cache-control": "public, max-age=60"}
        if _seen(request, tag):
            return Response(status_code=304, headers=headers)
        await asking.fresh(view)
        frame = {
            "type": "FeatureCollection",
            "timeStamp": view.now(),
            "position": view.map.position,
        }
        # Up to 1,000 shapes: 20 ms, in which somebody else may be answered.
        look = partial(view.roll().find, wanted)
        body = await asking.aside.run(_page, view, look, frame, asked, (limit, offset))
        return GeoJson(body, headers=headers)


def _serve_nearest(router: APIRouter, view: Shelters, asking: Asking) -> None:
    allowed = questions.names(questions.NEAREST)

    @router.get(
        "/nearest",
        summary="The few nearest one point that let people in, and what is best done",
        responses={200: {"model": NearestShape}},
        openapi_extra={"parameters": questions.NEAREST},
    )
    async def nearest(request: Request) -> Response:
        asked = questions.near(read_query(request.scope["query_string"], allowed))
        if await asking.grant(request) is None:
            asking.admit(request)
        await asking.fresh(view)
        over = view.over(asked.lat, asked.lon)
        return _json(await asking.aside.run(view.nearest, asked, over), _NOT_KEPT)


def _serve_packs(router: APIRouter, view: Shelters, asking: Asking) -> None:
    allowed = questions.names(questions.PACK)
    packs = Packs(view)

    @router.get(
        "/pack",
        summary="The shelters and streets around a point, to be kept and used without a network",
        responses={200: {"model": PackShape}},
        openapi_extra={"parameters": questions.PACK},
    )
    async def pack(request: Request) -> Response:
        asked = read_query(request.scope["query_string"], allowed)
        lat, lon = questions.point(asked)
        metres = questions.whole(
            asked.get("metres"), "metres", METRES_LEAST, METRES_MOST, METRES_USUAL
        )
        key = packs.key(lat, lon, metres)
        kept = packs.get(key)
        if kept is None:
            asking.admit_pack(request)
            await asking.fresh(view)
            kept = await asking.aside.run(packs.make, key)
        headers = {"cache-control": "private, max-age=300", "vary": "accept-encoding"}
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["content-encoding"] = "gzip"
            return Response(kept, media_type="application/json", headers=headers)
        return Response(gzip.decompress(kept), media_type="application/json", headers=headers)


def _serve_one(router: APIRouter, view: Shelters, asking: Asking) -> None:
    def found(name: str, grant: Grant | None) -> Shelter:
        shelter = view.map.get(name)
        if shelter is None or not (
            view.shows(shelter) or (grant is not None and view.may_see(grant, shelter))
        ):
            raise unknown(name)
        return shelter

    @router.get(
        "/{id}",
        summary="What is known of one shelter that does not change by the hour",
        response_class=GeoJson,
        responses={200: {"model": ShelterFeature}, 304: {"description": "As you know it."}},
    )
    async def one(request: Request, id: str) -> Response:  # noqa: A002  # The path's own name.
        read_query(request.scope["query_string"], frozenset())
        grant = await asking.grant(request)
        shelter = found(id, grant)
        listed = view.in_bulk(shelter)
        if not listed and grant is None:
            asking.admit(request)  # Else whoever counts through the ids has a list of them.
        tag = _tag(view, {"id": id})
        kept = "public, max-age=60" if listed else "no-store"
        headers = {"etag": f"W/{tag}", "cache-control": kept}
        if _seen(request, tag):
            return Response(status_code=304, headers=headers)
        return GeoJson(encode(view.feature(shelter)), headers=headers)

    @router.get(
        "/{id}/status",
        summary="How one shelter is said to be",
        responses={200: {"model": StatusShape}},
    )
    async def status(request: Request, id: str) -> Response:  # noqa: A002
        read_query(request.scope["query_string"], frozenset())
        grant = await asking.grant(request)
        shelter = found(id, grant)
        knows = grant is not None and view.may_see(grant, shelter)
        if not knows:
            asking.admit(request)
        return _json(view.status(shelter, counts=knows), _NOT_KEPT)


_NOT_KEPT: Final[Mapping[str, str]] = {"cache-control": "no-store"}


def _page(
    view: Shelters,
    look: Callable[[], Sequence[Shelter]],
    frame: dict[str, Any],
    asked: Mapping[str, str],
    span: tuple[int, int],
) -> bytes:
    """Write a page of what is found on the roll; runs beside the loop."""
    limit, offset = span
    found = look()
    shown = found[offset : offset + limit]
    page = {
        "numberMatched": len(found),
        "numberReturned": len(shown),
        "links": _links(asked, limit, offset, len(found)),
        "features": [view.feature(one) for one in shown],
    }
    return encode(frame | page)


def _links(asked: Mapping[str, str], limit: int, offset: int, matched: int) -> list[dict[str, str]]:
    """Name this page and the ones beside it, as references within this server (RFC 3986, 4.2)."""

    def link(rel: str, at: int) -> dict[str, str]:
        query = urlencode({**asked, "limit": limit, "offset": at}, safe=",")
        return {"rel": rel, "href": f"/api/v1/shelters?{query}", "type": GEOJSON}

    links = [link("self", offset)]
    if offset + limit < matched:
        links.append(link("next", offset + limit))
    if offset > 0:
        links.append(link("prev", max(0, offset - limit)))
    return links


def _tag(view: Shelters, asked: Mapping[str, str]) -> str:
    """Name an answer about what is listed; weak where it is sent, since `timeStamp` moves on."""
    text = urlencode(sorted(asked.items()))
    return f'"{view.tag}-{blake2b(text.encode(), digest_size=6).hexdigest()}"'


def _seen(request: Request, tag: str) -> bool:
    held = request.headers.get("if-none-match", "")
    return tag in held or held.strip() == "*"


def _json(shape: dict[str, Any], headers: Mapping[str, str]) -> Response:
    return Response(encode(shape), media_type="application/json", headers=dict(headers))
