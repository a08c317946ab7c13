"""
Posters: one for the door of a shelter, and one for a block that names the nearest.

Paper outlives what it says, so only facts are on it that hold for years: no state, no fill, and
the day it was printed. The code in the corner opens the page that knows the rest.
Source: ISO/IEC 18004 for the code, which `segno` draws.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

import segno
from fastapi import Request, Response
from markupsafe import Markup

from tocsin.kernel.errors import Malformed
from tocsin.shelters.messages import Access, ShelterId
from tocsin.shelters.shelter import Shelter
from tocsin.shelters.status import Effective
from tocsin.shelters.suit import UNSURE, Suit
from tocsin.views import shelter_near
from tocsin.views.shelter_near import Asked, Judged, Reached
from tocsin.views.shelter_shapes import degrees, invented
from tocsin.views.shelters import Shelters
from tocsin.walking.ground import bearing
from tocsin.web import shelter_facts
from tocsin.web.shelter_card import distance, minutes, wind
from tocsin.web.shelter_map import Plane, draw, streets
from tocsin.web.shelter_view import View
from tocsin.web.shelters import Asking
from tocsin.web.wording import Wording
from tocsin.web.writing import language_of

NEAREST: Final = 5

NOBODY_SAID: Final = Effective(None)

ADMITTING: Final = frozenset({Access.PUBLIC, Access.UNKNOWN})
"""Who lets in nobody but its own is on no poster in the street."""


def code(address: str, words: Wording) -> Markup:
    """Draw the code that opens an address, as inline SVG in black on white."""
    drawn = segno.make(address, error="m", micro=False).svg_inline(
        border=2, omitsize=True, svgclass="code", lineclass=None, unit="", dark="#000"
    )
    told = words.say("poster.scan")
    labelled = drawn.replace("<svg ", f'<svg role="img" aria-label="{told}" ', 1)
    return Markup(labelled)  # noqa: S704 - numbers and our own phrase.


def nearest(shelters: Shelters, lat: float, lon: float) -> tuple[list[dict[str, Any]], bool]:
    """
    Find what is nearest to a point by facts alone; runs on any thread, after `shelters.doors`.

    Returns:
        The shelters in the shape of an answer, without anything of now; and whether distances are
        ways on foot.
    """
    asked = Asked(lat, lon, NEAREST)
    doors = shelters.doors()

    def judged(name: ShelterId) -> Judged | None:
        shelter = shelters.map.get(name)
        if shelter is None or shelter.listing.access not in ADMITTING:
            return None
        return Judged(shelter, NOBODY_SAID, Suit(UNSURE))

    ways = None if shelters.walks is None else shelters.walks.ways(doors, asked, judged)
    on_foot = ways is not None
    found = ways if ways is not None else shelter_near.straight(doors, asked, judged)
    ordered = sorted(found, key=lambda one: (one.seconds, one.shelter))[:NEAREST]
    told = [
        _told(judged_one.shelter, way, asked)
        for way in ordered
        if (judged_one := judged(way.shelter)) is not None
    ]
    return told, on_foot


def line(one: Mapping[str, Any], words: Wording, *, on_foot: bool) -> dict[str, str]:
    """Put one of the nearest into the words of a poster."""
    walk = minutes(one["seconds"], words, straight=not on_foot)
    metres, point = distance(one["metres"], words), wind(one["bearing_deg"], words)
    facts = [words.named("kind", one["kind"])]
    if one["step_free"] in {"yes", "no"}:
        facts.append(words.say("short.step_free" if one["step_free"] == "yes" else "short.steps"))
    return {
        "name": one["name"],
        "minutes": walk,
        "where": ", ".join(part for part in (one["address"], metres, point) if part),
        "facts": ", ".join(facts),
    }


class Posters:
    """What the posters say; a way costs as much to find for paper as for a page."""

    def __init__(self, view: View, shelters: Shelters, asking: Asking) -> None:
        self._view = view
        self._shelters = shelters
        self._asking = asking

    def door(self, name: str, request: Request) -> Response:
        """Answer with the poster for the door of one shelter."""
        language = language_of(request)
        words = Wording(language)
        properties = self._shelters.feature(self._shelters.find(name))["properties"]
        address = f"{str(request.base_url).rstrip('/')}/shelter/{quote(name)}"
        return self._view.page(
            "shelter_poster.html",
            request,
            language,
            title=f"{words.say('poster.title')} · {properties['name']}",
            kicker=words.say("poster.title"),
            heading=properties["name"],
            under=properties["address"],
            facts=shelter_facts.brief({**properties, "address": ""}, words),
            near=[],
            none="",
            map=None,
            credit="",
            qr=code(address, words),
            scan=words.say("poster.scan"),
            address=address,
            source=shelter_facts.credit(properties, self._view.times(language)),
            invented=properties["invented"],
            back=f"/shelter/{quote(name)}",
            back_told=properties["name"],
        )

    async def block(self, spot: tuple[str, str] | None, request: Request) -> Response:
        """
        Answer with the poster of a block: what is nearest to a point, in minutes on foot.

        Raises:
            Malformed: `query.malformed`, where no place was told.
            Unavailable: `shelters.too_many`.
        """
        if spot is None:
            raise Malformed("query.malformed", "A poster needs ?lat= and ?lon=.", where="lat")
        language = language_of(request)
        words = Wording(language)
        lat, lon = (float(part) for part in spot)
        self._asking.admit(request)
        await self._asking.fresh(self._shelters)
        run = self._asking.aside.run
        found, on_foot = await run(nearest, self._shelters, lat, lon)
        walks = self._shelters.walks
        plane = Plane((lat, lon), [_place(one) for one in found])
        lines = await run(streets, walks.network if walks else None, plane)
        # A block's place is no reader's: whoever reads the code need not be asked where they are.
        address = f"{str(request.base_url).rstrip('/')}/shelter?lat={spot[0]}&lon={spot[1]}"
        return self._view.page(
            "shelter_poster.html",
            request,
            language,
            own=True,
            title=words.say("poster.nearest"),
            kicker=words.say("take.link"),
            heading=words.say("poster.nearest"),
            under="" if on_foot else words.say("shelter.way_straight"),
            facts=[],
            near=[line(one, words, on_foot=on_foot) for one in found],
            none="" if found else words.say("take.none"),
            map=draw(plane, lines, found, words) if found else None,
            credit=words.say("poster.credit", attribution=walks.attribution) if walks else "",
            qr=code(address, words),
            scan=words.say("poster.scan_near"),
            address=address,
            source="",
            invented=any(one["invented"] for one in found)
            or (walks is not None and walks.invented),
            back=f"/shelter?lat={spot[0]}&lon={spot[1]}",
            back_told=words.say("shelter.title"),
        )


def _place(one: Mapping[str, Any]) -> tuple[float, float]:
    return (one["entrance"]["lat"], one["entrance"]["lon"])


def _told(shelter: Shelter, way: Reached, asked: Asked) -> dict[str, Any]:
    listing, door = shelter.listing, way.entrance
    return {
        "name": listing.name,
        "invented": invented(shelter),
        "kind": listing.kind.value,
        "address": listing.address,
        "step_free": listing.step_free.value,
        "entrance": {"lat": degrees(door.lat), "lon": degrees(door.lon)},
        "metres": way.metres,
        "seconds": way.seconds,
        "bearing_deg": bearing(*asked.point, door.lat, door.lon),
    }
