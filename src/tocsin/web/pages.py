"""
The public pages: the page, the wallboard, the map as a picture, badges, and their files.

Everything is complete without a script; with it, the page keeps itself live. Unknown parameters
are passed over here (only `/api` refuses them). What a person typed or where they are is used
for the answer and nothing else: it is neither logged nor kept; chosen areas are remembered in
the reader's own browser only.
Source: design, sections 5 and 8.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import quote, unquote, urlencode

import anyio.to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from tocsin.areas.area import Area
from tocsin.areas.lookup import find
from tocsin.kernel.errors import Malformed
from tocsin.kernel.ids import AreaCode
from tocsin.kernel.wire import Place
from tocsin.views.shelter_walks import Stage
from tocsin.web import badge
from tocsin.web.face import Scene
from tocsin.web.files import SHARED, Files
from tocsin.web.keeper_page import keeper_page
from tocsin.web.map import LEAST_WIDTH, MOST_WIDTH, Drawing, png
from tocsin.web.power_told import PowerOver, nobody_knows
from tocsin.web.right_of_way import RightOfWay
from tocsin.web.screen import Asked, Rendered, Screen
from tocsin.web.source import PageSource
from tocsin.web.times import ZONE, Times, asked_moment
from tocsin.web.wording import Language, Wording
from tocsin.web.writing import YEAR_S, language_of, remember_language

AREAS_SHOWN: Final = 6
"""Six panels fill two screens of a phone; more would hide the one that matters."""

PICTURES_KEPT: Final = 16
"""Sixteen PNGs of up to 0.5 MB: the sizes and moments that a few chats ask for at once."""

PICTURE_CSP: Final = "default-src 'none'; style-src 'unsafe-inline'"
"""A picture carries its own style and nothing that runs."""

_REMEMBERED: Final = frozenset({"areas", "lang"})
"""The cookies of these pages; the edge takes them for words of the question."""


def pages(
    source: PageSource,
    way: RightOfWay | None = None,
    stage: Stage | None = None,
    power: PowerOver = nobody_knows,
) -> APIRouter:
    """
    Make the router of all public pages.

    Args:
        way: Who goes first; a page is made between them.
        stage: The demo's invented city; None in whatever is real.
        power: Tells the zones of the grid over an area.
    """
    router = APIRouter(include_in_schema=False)
    drawing = Drawing(source.gazetteer, source.outlines)
    files = Files()
    screen = Screen(source, drawing, files, way or RightOfWay(), stage, power)
    pictures: dict[tuple[object, ...], bytes] = {}
    one_picture_at_a_time = anyio.CapacityLimiter(1)

    @router.get("/")
    async def page(request: Request) -> Response:
        return await _page(source, screen, request)

    @router.get("/wall")
    async def wall(request: Request) -> Response:
        asked = _asked(source, request)
        return _html(await screen.render("wall.html", asked), asked, request)

    @router.get("/map.svg")
    async def map_svg(request: Request) -> Response:
        asked = _asked(source, request)
        drawn = await screen.picture(asked)
        return _picture(drawn.svg, "image/svg+xml", asked, _shared(drawn.place, request))

    @router.get("/map.png")
    async def map_png(request: Request) -> Response:
        asked, width = _asked(source, request), _width(request.query_params.get("width"))
        drawn = await screen.picture(asked)
        key = (drawn.svg, width)
        body = pictures.get(key)
        if body is None:
            body = await anyio.to_thread.run_sync(png, *key, limiter=one_picture_at_a_time)
            while len(pictures) >= PICTURES_KEPT:
                del pictures[next(iter(pictures))]
            pictures[key] = body
        return _picture(body, "image/png", asked, _shared(drawn.place, request))

    @router.get("/badge/{area}.svg")
    async def area_badge(area: str, request: Request) -> Response:
        asked = _asked(source, request)
        scene = Scene(source.gazetteer, source.board(asked.at))
        face = scene.face(source.gazetteer.get(area).code)
        words = Wording(asked.language)
        svg = badge.draw(face, scene, Times(words, asked.at or source.now()))
        place = str(Place(scene.epoch, scene.position))
        return _picture(svg, "image/svg+xml", asked, _shared(place, request))

    files.serve(router)
    router.include_router(keeper_page(source, files))
    return router


async def _page(source: PageSource, screen: Screen, request: Request) -> Response:
    query = request.query_params
    language = language_of(request)
    if "forget" in query:
        gone = RedirectResponse("/?area=", 303)
        gone.delete_cookie("areas")
        return gone
    if query.get("lat") and query.get("lon"):
        return await _located(source, screen, request)
    asked = _asked(source, request)
    if query.get("keep") and asked.areas:
        return _kept([area.code for area in asked.areas], language if query.get("lang") else None)
    return _html(await screen.render("page.html", asked), asked, request)


async def _located(source: PageSource, screen: Screen, request: Request) -> Response:
    query = request.query_params
    try:
        lat, lon = float(query["lat"]), float(query["lon"])
    except ValueError:
        lat, lon = 91.0, 0.0
    area = source.outlines.at(lat, lon) if abs(lat) <= 90 and abs(lon) <= 180 else None
    if area is not None:
        # The coordinates leave the address at once; what stays is the area's code.
        return _kept([*(known.code for known in _asked(source, request).areas), area.code], None)
    asked = _asked(source, request, problem="ask.none_point")
    return _html(await screen.render("page.html", asked), asked, request)


def _kept(codes: Sequence[AreaCode], language: Language | None) -> Response:
    joined = ",".join(dict.fromkeys(codes[:AREAS_SHOWN]))
    query = urlencode({"area": joined, **({"lang": language} if language else {})}, safe=",")
    kept = RedirectResponse(f"/?{query}", 303, headers={"Cache-Control": "no-store"})
    kept.set_cookie("areas", quote(joined, safe=""), max_age=YEAR_S, samesite="lax")
    return kept


def _asked(source: PageSource, request: Request, *, problem: str | None = None) -> Asked:
    """Read what the page is asked for; what cannot be understood becomes a sentence on it."""
    query = request.query_params
    areas: list[Area] = []
    text = ""
    named = query.get("area")
    remembered = named is None and "q" not in query
    wanted = unquote(request.cookies.get("areas", "")) if remembered else named or ""
    for code in [part for part in wanted.split(",") if part.strip()][:AREAS_SHOWN]:
        try:
            area = source.gazetteer.get(code.strip())
        except Malformed:
            if not remembered:
                problem, text = "ask.unknown_code", code.strip()[:64]
        else:
            if area.level > 0 and area not in areas:
                areas.append(area)
    at = None
    try:
        today = source.now().astimezone(ZONE).date()
        at = asked_moment(query.get("at"), query.get("day"), query.get("minute"), today=today)
    except Malformed:
        problem, text = "wrong_time", (query.get("at") or query.get("day") or "")[:40]
    if at is not None and not source.replay and at > source.now():
        at = None
    found: tuple[Area, ...] = ()
    sought = query.get("q", "").strip()[:100]
    if sought:
        found = tuple(area for area in find(source.gazetteer, sought) if area.level > 0)
        if not found:
            problem, text = "ask.none", sought
    return Asked(
        language=language_of(request),
        areas=tuple(areas),
        remembered=remembered,
        at=at,
        sought=sought,
        found=found[:20],
        problem=problem,
        problem_text=text,
        rtl=query.get("dir") == "rtl",
    )


def _width(text: str | None) -> int:
    """
    Read `?width=`; 1,000 when absent.

    Raises:
        Malformed: `web.width`.
    """
    if not text:
        return 1000
    if not (text.isdecimal() and len(text) < 6 and LEAST_WIDTH <= int(text) <= MOST_WIDTH):
        raise Malformed(
            "web.width", f"The width is {LEAST_WIDTH} to {MOST_WIDTH} pixels.", where="width"
        )
    return int(text)


def _html(page: Rendered, asked: Asked, request: Request) -> Response:
    status = 404 if asked.problem in {"ask.unknown_code", "ask.none", "ask.none_point"} else 200
    status = 400 if asked.problem == "wrong_time" else status
    # What depends on the reader's cookie is the reader's; the rest may be shared for a second.
    kept = "private, no-cache" if request.cookies or asked.remembered else "public, max-age=1"
    headers = {"Cache-Control": kept, "Vary": "Cookie, Accept-Language, Accept-Encoding"}
    packed = "gzip" in request.headers.get("accept-encoding", "")
    if packed:
        headers["Content-Encoding"] = "gzip"
    response = HTMLResponse(page.packed if packed else page.plain, status, headers)
    if not remember_language(response, request, asked.language) and status == 200:
        response.headers.update(_shared(page.place, request))
    return response


def _shared(place: str, request: Request) -> dict[str, str]:
    """Tell the edge, and nobody else, that all who ask in these words are answered so."""
    return {SHARED: place} if _REMEMBERED.issuperset(request.cookies) else {}


def _picture(body: str | bytes, media_type: str, asked: Asked, shared: dict[str, str]) -> Response:
    headers = {
        **shared,
        "Cache-Control": "public, max-age=1",
        "Content-Security-Policy": PICTURE_CSP,
        "Vary": "Accept-Language",
        "Content-Language": asked.language,
    }
    return Response(body, media_type=media_type, headers=headers)
