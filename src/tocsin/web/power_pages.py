"""
The pages of power: what holds at an address, the whole city, the zones, and an approved plan.

Whole without a script. A street and house, or a point, is answered by a way on to the address of
its group, so that no address of a page names a home; neither is logged or kept. Which group is
mine is kept by the reader's browser alone. Every answer has a tag of what it shows, so that
whoever holds it already is only told as of when it still holds.
Source: design, sections 2 (rules 1 and 11) and 8; RFC 9110, section 13.1.2.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from datetime import timedelta
from hashlib import blake2b
from typing import Any, Final, NamedTuple

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup

from tocsin.kernel.errors import Refused
from tocsin.kernel.time import rfc3339
from tocsin.power.day import HALF, day_of
from tocsin.power.messages import GroupCode
from tocsin.power.state import ZoneState
from tocsin.views.power import PowerView
from tocsin.web import power_told
from tocsin.web.aside import Aside
from tocsin.web.files import Files
from tocsin.web.map import Drawing
from tocsin.web.power_find import PLACED, Answer, asked, candidate, choices, company, place, way_to
from tocsin.web.power_map import PowerMap
from tocsin.web.power_panel import Wall, panel, span, zone_panel
from tocsin.web.power_plan import find_plan, plan_context
from tocsin.web.power_strip import Table, day_shown, days_of, tables
from tocsin.web.source import PageSource
from tocsin.web.times import MONTHS, ZONE, Times
from tocsin.web.wording import Language, Wording
from tocsin.web.writing import framed, language_of, remember_language, script_block, templates

AS_OF: Final = "as-of"
"""The header that says until when an answer that is held already still holds."""

PAGES_KEPT: Final = 64
"""64 packed pages × 30 kB = 2 MB: the groups of a few cities in two languages."""

CITIES_KEPT: Final = 16
"""16 companies × 2 days × 24 groups, 0.5 MB each; they are laid out anew each half-hour."""

SPOKEN: Final = frozenset({"lit", "litsize", "litsaid", "litthen", "power", "age", "zone"})
"""The groups of phrases that the script of these pages needs."""

_NAMED: Final = ("operator", "zone", "group")


class City(NamedTuple):
    """A company and its groups, by days."""

    operator: str
    company: str
    days: tuple[Table, ...]


class PowerPages:
    """
    What the pages of power say. Not thread-safe: the event loop owns it.

    Args:
        drawing: The outlines of the country; None: made when first needed.
    """

    def __init__(self, source: PageSource, view: PowerView, drawing: Drawing | None = None) -> None:
        self._source = source
        self._view = view
        self._files = Files()
        self._drawing = drawing
        self._map: PowerMap | None = None
        self._aside = Aside()
        self._cities: dict[tuple[str, int, int], tuple[Table, ...]] = {}
        self._kept: dict[tuple[str, int], bytes] = {}
        self._templates = templates()

    async def main(self, request: Request) -> Response:
        """Show a group, or how to find one; a place that is named leads on to its group."""
        query, language = request.query_params, language_of(request)
        words = Wording(language)
        if PLACED & set(query):
            found = place(self._view, query, words)
            if found.group or found.zone:
                return _on_to(found.group or found.zone or {}, query)
        else:
            found = asked(self._view, query, words)
        status = 404 if found.problem else 200
        tag = self._tag(request, language, found)
        plain = status == 200 and not found.candidates
        if plain and tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=self._headers(tag, language))
        body = await self._body(request, language, tag if plain else "", found)
        headers = self._headers(tag, language) if plain else {"Cache-Control": "no-store"}
        return _answer(body, status, headers, request, language)

    async def _body(
        self,
        request: Request,
        language: Language,
        tag: str,
        found: Answer,
    ) -> bytes:
        """Write a page, or give the one written in this second for the same question."""
        key = (tag, int(self._view.now().timestamp()))
        body = self._kept.get(key) if tag else None
        if body is None:
            city = await self._laid(found, request.query_params.get("operator"))
            if self._map is None:
                self._map = await self._aside.run(self._make_map)
            context = self._context(request, language, tag, found, city)
            body = await self._aside.run(self._write, "power.html", context)
            while len(self._kept) >= PAGES_KEPT:
                del self._kept[next(iter(self._kept))]
            if tag:
                self._kept[key] = body
        return body

    async def plan(self, sha: str, request: Request) -> Response:
        """Show an approved plan."""
        language = language_of(request)
        words = Wording(language)
        times = Times(words, self._view.now())
        said: dict[str, Any] = {"problem": "", "title": words.say("power.plan")}
        status = 200
        try:
            state, plan = find_plan(self._view.grid, sha)
            said |= plan_context(state, plan, self._company(state.operator), times)
        except Refused as error:
            status, said["problem"] = error.status, words.say("power.plan_unknown")
            said |= {"heading": words.say("power.plan"), "rows": [], "fair": "", "sha": ""}
            said |= {"where": "", "by": "", "figures": []}
        body = await self._aside.run(
            self._write, "power_plan.html", self._frame(request, language) | said
        )
        return _answer(body, status, {"Cache-Control": "public, max-age=1"}, request, language)

    def _tag(self, request: Request, language: Language, found: Answer) -> str:
        """Name all that a page is made of but the moment, which counts by the half-hour."""
        query, place = request.query_params, self._source.place
        half = int(self._view.now().timestamp() // HALF.total_seconds())
        group = found.group or {}
        held = [group.get(key) for key in ("power", "since", "until", "next")]
        named = [query.get(key, "") for key in _NAMED]
        parts = (self._files.version, language, named, half, held, self._view.grid.edition)
        text = repr((parts, place.epoch, self._source.replay))
        return f'"{blake2b(text.encode(), digest_size=9).hexdigest()}"'

    def _context(
        self,
        request: Request,
        language: Language,
        tag: str,
        found: Answer,
        city: City | None,
    ) -> dict[str, Any]:
        words, view = Wording(language), self._view
        zones, group, now = view.zones()["zones"], found.group, view.now()
        state = view.grid.find(group["group"], group["operator"]) if group else None
        if found.zone is not None:
            state = view.zone(found.zone["operator"], found.zone["zone"])
        wall = Wall(words, now, state.clock if state else ZONE.key)
        drawn, kinds = self._map.draw(zones, words) if self._map else (Markup(), [])
        only = (state.operator, state.zone.code) if found.zone and state else None
        context = self._frame(request, language, tag) | {
            "title": words.say("power.title"),
            "problem": found.problem,
            "candidates": [candidate(view.grid, one, words) for one in found.candidates],
            "panel": None,
            "group": group,
            "zones": [power_told.zone(one, self._company(one["operator"]), wall) for one in zones],
            "map": drawn,
            "kinds": kinds,
            "mine": choices(view.grid, only) if only else [],
            "choices": choices(view.grid),
            "city": city,
            "today": day_of(now, wall.clock),
            "as_of": words.say("power.as_of", time=f"{wall.moment(now)} {words.say('zone')}"),
            "days": [],
            "source": [],
            "calendar": "",
            "plans": self._plans(wall),
        }
        shape = group or found.zone
        if shape is None or state is None:
            return context
        whole = group or next(one for one in zones if _same(one, state))
        shown = panel(group, wall) if group else zone_panel(whole, wall)
        context |= {
            "title": f"{' '.join(shown.word)} · {shown.name}",
            "panel": shown,
            "where": self._company(state.operator),
            "emergency": power_told.emergency(whole["emergency"], wall),
            "outages": [power_told.outage(one, wall) for one in whole["outages"]],
            "failing": power_told.failing(whole["failing"], wall),
            "own": script_block(power_told.own(whole, None, wall)),
        }
        if group is None:
            return context
        days = [
            day_shown(state, GroupCode(group["group"]), day, now) for day in days_of(state, now)
        ]
        told = zip(days, group["days"], strict=True)
        return context | {
            "where": " · ".join(dict.fromkeys((self._company(state.operator), state.zone.name))),
            "days": [power_told.day_told(day, one, wall) for day, one in told],
            "source": power_told.sources(group, wall),
            "calendar": (
                f"/api/v1/outages/groups/{group['operator']}/{group['group']}/calendar.ics"
            ),
            "own": script_block(power_told.own(group, days, wall)),
        }

    def _frame(self, request: Request, language: Language, tag: str = "") -> dict[str, Any]:
        words, now = Wording(language), self._view.now()
        times = Times(words, now)
        kept = {k: v for k, v in request.query_params.items() if k in _NAMED}
        block = {
            "language": language,
            "words": words.phrases(SPOKEN),
            "forms": {"day": words.forms()["day"]},
            "months": MONTHS[language],
            "zone": ZONE.key,
            "now": rfc3339(now),
            "replay": self._source.replay,
            "tag": f"W/{tag}" if tag else None,
        }
        return framed(request, times, kept) | {
            "dated": times.day,
            "span": lambda minutes: span(minutes, words),
            "static": self._files.address,
            "replay": self._source.replay,
            "data": script_block(block),
        }

    def _company(self, operator: str) -> str:
        return company(self._view.grid, operator)

    async def _laid(self, found: Answer, operator: str | None) -> City | None:
        """Lay out all groups of my company, or of the one named, or of the only one."""
        grid, now = self._view.grid, self._view.now()
        mine = found.group or found.zone
        named = mine["operator"] if mine else operator
        if named is None and len(grid.companies) == 1:
            named = next(iter(grid.companies))
        states = grid.zones(named) if named else []
        if named is None or not states:
            return None
        key = (named, grid.edition, int(now.timestamp() // HALF.total_seconds()))
        if key not in self._cities:
            while len(self._cities) >= CITIES_KEPT:
                del self._cities[next(iter(self._cities))]
            self._cities[key] = await self._aside.run(tables, states, now)
        return City(named, self._company(named), self._cities[key])

    def _plans(self, wall: Wall) -> list[tuple[str, str]]:
        """List the plans approved in the last two days: their addresses and names."""
        since = rfc3339(wall.now - timedelta(days=2))
        return [
            (
                f"/power/plan/{one.fact.plan_sha256}",
                " · ".join(
                    (
                        wall.words.say(f"power.plan_{one.fact.kind}"),
                        state.zone.name,
                        wall.moment(one.at),
                    )
                ),
            )
            for state in self._view.grid.zones()
            for one in state.approved
            if since <= one.at <= rfc3339(wall.now)
        ]

    def _make_map(self) -> PowerMap:
        drawing = self._drawing or Drawing(self._source.gazetteer, self._source.outlines)
        return PowerMap(drawing)

    def _write(self, template: str, context: dict[str, Any]) -> bytes:
        html = self._templates.get_template(template).render(context)
        return gzip.compress(html.encode(), 5, mtime=0)

    def _headers(self, tag: str, language: Language) -> dict[str, str]:
        return {
            "ETag": f"W/{tag}",
            AS_OF: rfc3339(self._view.now()),
            "Cache-Control": "private, no-cache",
            "Vary": "Cookie, Accept-Language, Accept-Encoding",
            "Content-Language": language,
        }


def _same(zone: Mapping[str, Any], state: ZoneState) -> bool:
    return (zone["operator"], zone["zone"]) == (state.operator, state.zone.code)


def _on_to(found: Mapping[str, Any], query: Mapping[str, str]) -> Response:
    more = {"lang": query["lang"]} if query.get("lang") else {}
    place = way_to(found, mine="1", **more)
    return RedirectResponse(place, 303, headers={"Cache-Control": "no-store"})


def _answer(
    body: bytes, status: int, headers: Mapping[str, str], request: Request, language: Language
) -> Response:
    packed = "gzip" in request.headers.get("accept-encoding", "")
    response = Response(
        body if packed else gzip.decompress(body),
        status,
        dict(headers) | ({"Content-Encoding": "gzip"} if packed else {}),
        media_type="text/html",
    )
    remember_language(response, request, language)
    return response


def power_pages(source: PageSource, view: PowerView, drawing: Drawing | None = None) -> APIRouter:
    """
    Make the router of the pages of power.

    Args:
        drawing: The outlines of the country; None: made when first needed.
    """
    router = APIRouter(include_in_schema=False)
    said = PowerPages(source, view, drawing)

    @router.get("/power")
    async def main(request: Request) -> Response:
        return await said.main(request)

    @router.get("/power/plan/{sha}")
    async def plan(sha: str, request: Request) -> Response:
        return await said.plan(sha, request)

    return router
