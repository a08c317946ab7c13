"""
The pages about shelters: the nearest ones, one by itself, and posters to print.

All are whole without a script: the list first, then the map. A place comes as `?lat=&lon=`, is
rounded to 3 decimals here as in the script, used for the answer, and neither logged nor kept. How
a shelter is is told for the few nearest one point and for one at its own address, under the same
limit as the API's; no list of an area has it, and no paper.
Source: design, sections 2 (rule 11) and 8; decision 0028.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from tocsin.areas.area import Area
from tocsin.areas.lookup import find
from tocsin.kernel.errors import TocsinError, Unavailable
from tocsin.kernel.time import parse_rfc3339
from tocsin.views.shelter_near import Asked
from tocsin.views.shelter_roll import Wanted
from tocsin.views.shelters import Over, Shelters
from tocsin.walking.profile import SLOW, WALK, WHEELS, Profile
from tocsin.web import shelter_facts
from tocsin.web.files import Files
from tocsin.web.panel import name_of
from tocsin.web.shelter_card import Card, card
from tocsin.web.shelter_map import Plane, draw, streets
from tocsin.web.shelter_poster import Posters
from tocsin.web.shelter_view import View
from tocsin.web.shelters import Asking
from tocsin.web.source import PageSource
from tocsin.web.times import Times
from tocsin.web.wording import Language, Wording
from tocsin.web.writing import language_of

PAGE_SHOWN: Final = 100
"""Of an area's list: 100 × 0.3 kB; the rest is on the next page."""

PACK_KM: Final = 2
"""How far around a place the offline pack reaches, in kilometres."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """
    What the nearest are asked for.

    Args:
        spot: Latitude and longitude, rounded, as they are written; None where no place was told.
        problem: Key and text of the sentence to say where something was not understood.
    """

    spot: tuple[str, str] | None
    step_free: bool
    pets: bool
    slow: bool
    problem: tuple[str, str] | None = None

    @property
    def profile(self) -> Profile:
        """Give the pace, and what is not walked."""
        return WHEELS if self.step_free else SLOW if self.slow else WALK

    def question(self, k: int = 5) -> Asked:
        """Put it as the view is asked; there is a spot."""
        assert self.spot is not None, "asked for only where a place was told"
        lat, lon = (float(part) for part in self.spot)
        return Asked(lat, lon, k, step_free=self.step_free, pets=self.pets, profile=self.profile)


class Pages:
    """
    What the pages of shelters say.

    Args:
        asking: Who may ask how a shelter is, and where that is worked out.
    """

    def __init__(self, view: View, shelters: Shelters, asking: Asking) -> None:
        self._view = view
        self._shelters = shelters
        self._asking = asking

    async def near(self, request: Request) -> Response:
        """Show the nearest shelters, or how to find them."""
        language = language_of(request)
        sought = read(request)
        said = self._blank(sought, language)
        status = 404 if sought.problem else 200
        words = Wording(language)
        if sought.problem:
            said["problem"] = words.say(sought.problem[0], text=sought.problem[1])
        try:
            if sought.spot:
                said |= await self._found(request, sought, language)
            said |= self._places(request, language)
        except TocsinError as error:
            status = error.status
            said["problem"] = refusal(error, words)
        own = sought.spot is not None
        return self._view.page(
            "shelter.html", request, language, status=status, own=own, alike=True, **said
        )

    async def one(self, name: str, request: Request) -> Response:
        """Show one shelter."""
        language = language_of(request)
        words = Wording(language)
        shelter = self._shelters.find(name)
        properties = self._shelters.feature(shelter)["properties"]
        try:
            self._asking.admit(request)
            status = self._shelters.status(shelter)
        except Unavailable:
            if not self._shelters.in_bulk(shelter):
                raise  # Else whoever counts through the ids has a list of them.
            # Its facts may be read by all; how it is is told again in a moment.
            status = {"id": name, "state": "unknown", "as_of": self._shelters.now()}
        shown = own_card(properties, status, self._view.times(language))
        times = Times(words, parse_rfc3339(status["as_of"]))
        return self._view.page(
            "shelter_own.html",
            request,
            language,
            title=f"{shown.door} · {shown.name}",
            id=name,
            name=shown.name,
            kind=properties["address"] or words.named("kind", properties["kind"]),
            card=shown,
            told=words.say("shelter.as_of", time=f"{times.clock(times.now)} {words.say('zone')}"),
            facts=shelter_facts.facts(properties, words),
            entrances=shelter_facts.entrances(properties, words),
            note=properties["note"],
            source=shelter_facts.credit(properties, times),
            invented=properties["invented"],
        )

    def _blank(self, sought: Sought, language: Language) -> dict[str, Any]:
        words, walks = Wording(language), self._shelters.walks
        return {
            "title": words.say("shelter.title"),
            "heading": words.say("shelter.title"),
            "spot": sought.spot,
            "wanted": [
                ("step_free", sought.step_free),
                ("pets", sought.pets),
                ("slow", sought.slow),
            ],
            "cards": [],
            "map": None,
            "credit": "",
            "cover": None,
            "told": "",
            "problem": "",
            "invented": walks is not None and walks.invented,
            "stage": self._stage(sought, language),
            "area": None,
            "listed": [],
            "more": None,
            "found": [],
            "sought": "",
            "pack_km": PACK_KM,
        }

    def _stage(self, sought: Sought, language: Language) -> list[dict[str, Any]]:
        """List the places of an invented city, in which nobody's own can be."""
        walks = self._shelters.walks
        stage = None if walks is None else walks.stage
        spots = () if stage is None else stage.places
        placed = [(one.name[language], (f"{one.lat:.3f}", f"{one.lon:.3f}")) for one in spots]
        return [{"name": name, "spot": spot, "here": spot == sought.spot} for name, spot in placed]

    async def _found(self, request: Request, sought: Sought, language: Language) -> dict[str, Any]:
        self._asking.admit(request)
        await self._asking.fresh(self._shelters)
        question = sought.question()
        over = self._shelters.over(question.lat, question.lon)
        words = Wording(language)
        answer, drawn = await self._asking.aside.run(self._look, question, over, words)
        times = Times(words, parse_rfc3339(answer["as_of"]))
        return {
            **written(answer, times, filtered=sought.step_free or sought.pets),
            "map": drawn,
            "credit": answer["attribution"],
        }

    def _look(self, question: Asked, over: Over, words: Wording) -> tuple[dict[str, Any], Markup]:
        """Find the nearest and draw them, beside the loop: a dense quarter is 20 ms of drawing."""
        answer = self._shelters.nearest(question, over)
        found, walks = answer["shelters"], self._shelters.walks
        doors = [(one["entrance"]["lat"], one["entrance"]["lon"]) for one in found]
        way = [(lat, lon) for lon, lat in (found[0]["path"] or [])] if found else []
        plane = Plane((question.lat, question.lon), [*doors, *way])
        lines = streets(walks.network if walks else None, plane)
        return answer, draw(plane, lines, found, words, way=way)

    def _places(self, request: Request, language: Language) -> dict[str, Any]:
        """List the shelters of an area that is named, or areas that a name may mean."""
        query, gazetteer = request.query_params, self._shelters.gazetteer
        text = query.get("q", "").strip()[:100]
        words = Wording(language)
        if text:
            places = [area for area in find(gazetteer, text) if area.level > 0][:20]
            told = {"found": [(area, self._where(area, words)) for area in places], "sought": text}
            return told if places else {**told, "problem": words.say("ask.none", text=text)}
        if not query.get("area"):
            return {}
        area = gazetteer.get(query["area"].strip()[:64])
        begin = offset(query.get("offset"))
        every = self._shelters.listed(Wanted(area=area.code))
        shown = every[begin : begin + PAGE_SHOWN]
        more = begin + PAGE_SHOWN
        return {
            "area": area,
            "listed": [listing(self._shelters.feature(one), words) for one in shown],
            "more": (
                f"/shelter?{urlencode({'area': area.code, 'offset': more})}"
                if len(every) > more
                else None
            ),
        }

    def _where(self, area: Area, words: Wording) -> str:
        above = self._shelters.gazetteer.lineage(area.code)[:-1]
        return ", ".join(name_of(self._shelters.gazetteer, code, words) for code in above)


def read(request: Request) -> Sought:
    """Read what is asked for; a place that cannot be understood becomes a sentence."""
    query = request.query_params
    spot, problem = None, None
    if query.get("lat") or query.get("lon"):
        told = (query.get("lat", ""), query.get("lon", ""))
        try:
            lat, lon = (float(part.strip().replace(",", ".")) for part in told)
        except ValueError:
            lat, lon = 91.0, 0.0
        if abs(lat) <= 90 and abs(lon) <= 180:
            spot = (f"{lat:.3f}", f"{lon:.3f}")
        else:
            problem = ("shelter.wrong_point", " ".join(told)[:40])
    return Sought(
        spot=spot,
        step_free=bool(query.get("step_free")),
        pets=bool(query.get("pets")),
        slow=bool(query.get("slow")),
        problem=problem,
    )


def written(answer: Mapping[str, Any], times: Times, *, filtered: bool) -> dict[str, Any]:
    """Put an answer of the nearest into words: the cards, and what stands above them."""
    words = times.words
    within = answer["within_s"]
    straight = answer["way"] == "straight_line"
    told = [words.say("shelter.as_of", time=f"{times.clock(times.now)} {words.say('zone')}")]
    if within is not None:
        told.append(words.say("shelter.within", time=times.span(within)))
    if straight and answer["shelters"]:
        told.append(words.say("shelter.way_straight"))
    if not answer["shelters"]:
        none = [words.say("take.none")]
        told = none + ([words.say("shelter.none_filtered")] if filtered else []) + told
    return {
        "cards": [card(one, times, straight=straight) for one in answer["shelters"]],
        "told": (" · " if answer["shelters"] else " ").join(told),
        "cover": cover(answer, times),
        "invented": answer["invented"],
    }


def cover(answer: Mapping[str, Any], times: Times) -> tuple[str, str] | None:
    """
    Say what goes before any list: its heading and what to do; None where the list is the answer.

    A cellar is no help against a flood, so a hazard that asks for something else comes first.
    """
    words, hazard = times.words, answer["hazard"]
    if hazard is not None and words.has(f"do.{hazard}"):
        return words.named("hazard", hazard), words.say(f"do.{hazard}")
    if answer["advice"] == "cover_now":
        within = times.span(answer["within_s"] or 0)
        return words.say("shelter.cover"), words.say("shelter.cover_do", time=within)
    if hazard is not None and not answer["shelters"]:
        return words.say("shelter.cover"), words.say("shelter.none")
    return None


def own_card(properties: Mapping[str, Any], status: Mapping[str, Any], times: Times) -> Card:
    """Put how one shelter is into the words of a card; it is at no distance from anywhere."""
    found = {
        **properties,
        "id": status["id"],
        "state": status["state"],
        "state_since": status.get("since"),
        "state_by": status.get("by"),
        "closed_reports": status.get("closed_reports", 0),
        "last_report_at": status.get("last_report_at"),
        "because": ["doubted"] if status.get("doubted") else [],
        "entrance": None,
        "seconds": None,
        "metres": 0,
        "bearing_deg": 0,
        "in_time": None,
        "directions": None,
    }
    return card(found, times, straight=False)


def listing(feature: Mapping[str, Any], words: Wording) -> dict[str, str]:
    """Tell of a shelter in a list what does not change by the hour."""
    properties = feature["properties"]
    told = [words.named("kind", properties["kind"]), properties["address"]]
    return {
        "id": feature["id"],
        "name": properties["name"],
        "facts": ", ".join(part for part in told if part),
    }


def refusal(error: TocsinError, words: Wording) -> str:
    """Say why there is no list."""
    if error.code == "shelters.too_many":
        wait = getattr(error, "retry_after_s", 10)
        return words.say("shelter.many", time=words.say("span.s", s=wait))
    return words.say("shelter.unavailable") if error.status >= 500 else error.sentence


def offset(text: str | None) -> int:
    """Read where a page of a list begins; 0 where that cannot be read."""
    return int(text) if text and text.isdecimal() and len(text) < 7 else 0


def shelter_pages(
    source: PageSource,
    shelters: Shelters,
    asking: Asking,
    tiles: Mapping[str, Any] | None = None,
) -> APIRouter:
    """
    Make the router of the pages about shelters.

    Args:
        asking: Who may ask how a shelter is, and where that is worked out.
        tiles: What a script has to know of the operator's map tiles; None where there are none.
    """
    router = APIRouter(include_in_schema=False)
    view = View(source, Files(), tiles)
    said, posters = Pages(view, shelters, asking), Posters(view, shelters, asking)

    @router.get("/shelter")
    async def near(request: Request) -> Response:
        return await said.near(request)

    @router.get("/shelter/poster")
    async def block(request: Request) -> Response:
        return await posters.block(read(request).spot, request)

    @router.get("/shelter/{name}/poster")
    async def door(name: str, request: Request) -> Response:
        return posters.door(name, request)

    @router.get("/shelter/{name}")
    async def one(name: str, request: Request) -> Response:
        return await said.one(name, request)

    return router
