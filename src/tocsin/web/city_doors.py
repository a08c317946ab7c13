"""
Coverage, load, gaps and the plan by HTTP, for whoever has a token: what could help an attacker.

An answer is made when it is asked for, from the shelters as they are at that moment: a closure is
in the next one. With `since` a question waits until anything has changed, so that somebody who
watches is told of a closure as soon as it is counted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from tocsin.authority.remit import SHELTERS_READ, SHELTERS_WRITE, Grant
from tocsin.kernel.errors import Malformed, Refused, Unavailable
from tocsin.kernel.wire import encode
from tocsin.views.shelters import Shelters
from tocsin.walking.profile import PROFILES, WALK
from tocsin.web import shelter_questions as questions
from tocsin.web.aside import Aside
from tocsin.web.city import What
from tocsin.web.city_view import CityAsked, CityView
from tocsin.web.query import read_query
from tocsin.web.shapes_city import CoverageShape, GapsShape, LoadShape, PlanShape
from tocsin.web.shelters import Asking

MINUTES_MOST: Final = 120
MINUTES_AT_ONCE: Final = 6
CLOSED_AT_ONCE: Final = 100
WAITS_S: Final = 20.0
"""A question with `since`; the edge gives up at 30."""

LOOKS_S: Final = 0.02
PLAN_LOOKS_S: Final = 0.25
"""How often the process that plans is asked whether there is a new one, for each who waits."""

ASSUMED_MOST: Final = 100_000
WAITING_MOST: Final = 40


def city_doors(view: Shelters, asking: Asking, city: CityView | None) -> APIRouter:
    """
    Make the router of what is told of a city as a whole.

    Args:
        city: None where no network or no table of people is set.
    """
    router = APIRouter(prefix="/api/v1/shelters", tags=["read"])
    aside = Aside(WAITING_MOST)

    async def answer(request: Request, what: What) -> Response:
        asked = read_query(request.scope["query_string"], questions.names(questions.CITY[what]))
        grant = await _granted(request, asking)
        wanted = _wanted(what, asked)
        if city is None:
            raise Unavailable(
                "shelters.no_city",
                "This server has no walking network, or no table of people, to count with.",
            )
        if "since" in asked:
            planned = partial(aside.run, city.plans) if what == "plan" else None
            await _changed(view, asked["since"], planned)
        version = _version(view)
        shape = await aside.run(city.answer, wanted, view.map.all(), view.now(), grant)
        if what == "plan":
            version += f".{shape.pop('plans')}"
        shape |= {"position": view.map.position, "version": version}
        return Response(
            encode(shape), media_type="application/json", headers={"cache-control": "no-store"}
        )

    @router.get(
        "/coverage",
        summary="The share of people who reach an open shelter in time",
        responses={200: {"model": CoverageShape}},
        openapi_extra={"parameters": questions.CITY["coverage"], "security": [{"bearer": []}]},
    )
    async def coverage(request: Request) -> Response:
        return await answer(request, "coverage")

    @router.get(
        "/load",
        summary="How many would come to each shelter if everybody went to the nearest",
        responses={200: {"model": LoadShape}},
        openapi_extra={"parameters": questions.CITY["load"], "security": [{"bearer": []}]},
    )
    async def load(request: Request) -> Response:
        return await answer(request, "load")

    @router.get(
        "/gaps",
        summary="Where people live who reach no open shelter in time",
        responses={200: {"model": GapsShape}},
        openapi_extra={"parameters": questions.CITY["gaps"], "security": [{"bearer": []}]},
    )
    async def gaps(request: Request) -> Response:
        return await answer(request, "gaps")

    @router.get(
        "/plan",
        summary="Who is to go where, with no shelter beyond its capacity, kept up as they close",
        responses={200: {"model": PlanShape}},
        openapi_extra={"parameters": questions.CITY["plan"], "security": [{"bearer": []}]},
    )
    async def plan(request: Request) -> Response:
        return await answer(request, "plan")

    return router


def _version(view: Shelters) -> str:
    """Name what an answer is made of, as far as anybody said it."""
    return f"{view.map.edition}.{view.map.status_edition}"


async def _changed(
    view: Shelters, since: str, planned: Callable[[], Awaitable[int]] | None = None
) -> None:
    """
    Wait until something is listed or said otherwise than at a version, or long enough.

    Args:
        planned: Tells how many plans were made, which is the last part of a plan's version.
    """
    loop = asyncio.get_running_loop()
    until = loop.time() + WAITS_S
    said, _, made = since.rpartition(".") if planned else (since, "", "")
    looks = loop.time()
    while _version(view) == said and loop.time() < until:
        if planned is not None and loop.time() >= looks:
            if str(await planned()) != made:
                return
            looks = loop.time() + PLAN_LOOKS_S
        await asyncio.sleep(LOOKS_S)


async def _granted(request: Request, asking: Asking) -> Grant:
    grant = await asking.grant(request)
    if grant is None:
        raise Refused("token.missing", "This needs a token.", status=401)
    if grant.remit.power not in {SHELTERS_READ, SHELTERS_WRITE}:
        raise Refused(
            "remit.outside",
            f"The remit of {grant.sender} is {grant.remit.power}, which does not show this.",
            status=403,
        )
    return grant


def _wanted(what: What, asked: Mapping[str, str]) -> CityAsked:
    speed = asked.get("speed", WALK.name)
    if speed not in PROFILES:
        raise _unread("speed", f"one of {', '.join(PROFILES)}")
    counted: Any = asked.get("counted", "open")
    if counted not in {"open", "listed"}:
        raise _unread("counted", "open or listed")
    closed = tuple(name for name in asked.get("closed", "").split(",") if name)
    if len(closed) > CLOSED_AT_ONCE:
        raise _unread("closed", f"at most {CLOSED_AT_ONCE} ids")
    return CityAsked(
        what=what,
        profile=PROFILES[speed],
        minutes=_minutes(asked.get("minutes", "5,10")),
        counted=counted,
        closed=closed,
        limit=questions.whole(asked.get("limit"), "limit", 1, 5_000, 500),
        assumed=questions.whole(asked.get("assumed"), "assumed", 1, ASSUMED_MOST, 0) or None,
    )


def _minutes(text: str) -> tuple[int, ...]:
    parts = text.split(",")
    if len(parts) > MINUTES_AT_ONCE:
        raise _unread("minutes", f"at most {MINUTES_AT_ONCE} numbers")
    found = {questions.whole(part, "minutes", 1, MINUTES_MOST, 5) for part in parts}
    return tuple(sorted(found))


def _unread(name: str, what: str) -> Malformed:
    return Malformed("query.malformed", f"“{name}” has to be {what}.", where=name)
