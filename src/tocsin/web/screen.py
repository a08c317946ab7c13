"""
The screen: all that a page shows for what it was asked, put together for a template.

It reads the board once for a page, works out the faces, and leaves the writing to `templates/`.
The block of data for the page's script is made here too, so that the script starts from the same
board, phrases and clock as the page it finds.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from tocsin.areas.area import Area
from tocsin.kernel.ids import AreaCode
from tocsin.kernel.time import rfc3339
from tocsin.web import roll
from tocsin.web.face import DANGER, Face, Scene, State
from tocsin.web.files import Files
from tocsin.web.map import PATTERNED, Drawing
from tocsin.web.panel import Panel, country, name_of, panel
from tocsin.web.source import PageSource
from tocsin.web.times import MONTHS, ZONE, Times, minute_of
from tocsin.web.wording import Language, Wording

_SPOKEN: Final = (
    *("word", "size", "state", "hazard", "threat", "do", "since", "age", "span", "note", "link"),
    *("replay", "past", "country", "sound", "cleared", "zone", "as_of", "shelter_within", "list"),
    *("ask", "map"),
)
"""The groups of phrases that the page's script needs."""


PAGES_KEPT: Final = 64
"""64 pages × 170 kB = 11 MB: in the second of an alert most ask for one of few cities."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """
    What a page is asked for.

    Args:
        remembered: Whether the areas come from the reader's browser and not from the address.
        at: The past moment to show; None for now.
        found: Areas that the sought name may mean.
        problem: Key of the sentence to say when something was not understood.
        rtl: Whether to lay the page out from right to left, as a proof.
    """

    language: Language
    areas: tuple[Area, ...]
    remembered: bool
    at: datetime | None
    sought: str
    found: tuple[Area, ...]
    problem: str | None
    problem_text: str
    rtl: bool


class Rendered(NamedTuple):
    """A page as it is sent: as it is, and compressed."""

    plain: bytes
    packed: bytes


class Screen:
    """Renders pages for one source."""

    def __init__(self, source: PageSource, drawing: Drawing, files: Files) -> None:
        self._source = source
        self._drawing = drawing
        self._files = files
        self._templates = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=StrictUndefined,
        )
        self._rendered: dict[tuple[object, ...], Rendered] = {}
        self._inline = lru_cache(maxsize=32)(self._draw)

    def render(self, template: str, asked: Asked) -> Rendered:
        """
        Render a page, or give the one rendered for the same question in the same second.

        Whoever asks after a change is never given what was rendered before it.
        """
        board = self._source.board(asked.at)
        second = board["as_of"][:19]
        key = (template, asked, board["epoch"], board["position"], second, board["replay"])
        page = self._rendered.pop(key, None)
        if page is None:
            context = self._context(asked, board)
            html = self._templates.get_template(template).render(context).encode()
            page = Rendered(html, gzip.compress(html, 5, mtime=0))
            if len(self._rendered) >= PAGES_KEPT:
                del self._rendered[next(iter(self._rendered))]
        self._rendered[key] = page
        return page

    def picture(self, asked: Asked) -> str:
        """Draw the map as a file of its own."""
        scene, times = self._look(asked)
        return self._drawing.picture(scene, times, mark=self._mark(asked, times))

    def _look(self, asked: Asked) -> tuple[Scene, Times]:
        board = self._source.board(asked.at)
        scene = Scene(self._source.gazetteer, board)
        return scene, Times(Wording(asked.language), asked.at or self._source.now())

    def _mark(self, asked: Asked, times: Times) -> str | None:
        if not self._source.replay and asked.at is None:
            return None
        words = times.words
        kind = "replay" if self._source.replay else "past"
        return f"{words.say(kind)} · {words.say(f'{kind}.what')}"

    def _context(self, asked: Asked, board: dict[str, Any]) -> dict[str, Any]:
        scene = Scene(self._source.gazetteer, board)
        now = asked.at or self._source.now()
        times = Times(Wording(asked.language), now)
        words = times.words
        regions = scene.regions()
        cleared = {area.code: self._source.cleared(area.code, now) for area in asked.areas}
        faces = sorted((scene.face(area.code) for area in asked.areas), key=_danger)
        panels = [panel(face, scene, times, cleared[face.code]) for face in faces]
        panels = panels or [country(regions, scene, times)]
        codes = [area.code for area in asked.areas]
        return {
            "asked": asked,
            "words": words,
            "say": words.say,
            "static": self._files.address,
            "panels": panels,
            "title": title(panels[0]),
            "regions": len(regions),
            "groups": roll.roll(regions, scene, times),
            "headline": _headline(regions, words, "country.under"),
            "headline_brief": _headline(regions, words, "word.country"),
            "map": self._map(scene, words),
            "legend": DANGER,
            "patterned": PATTERNED,
            "icon": icon(panels[0].state),
            "graph": self._graph(now, len(regions), times),
            "day": times.today,
            "day_told": times.day(times.today),
            "minute": minute_of(now),
            "clock": times.clock(now)[-8:-3],
            "clock_told": times.clock(now)[-8:],
            "now_at": rfc3339(now),
            "elsewhere": _address(asked, lang="en" if asked.language == "uk" else "uk"),
            "back": _address(asked, at=None),
            "replay": self._source.replay,
            "past": asked.at is not None,
            "mine": [(area, link(codes, without=area.code)) for area in asked.areas],
            "found": [
                (area, self._where(area, words), link([*codes, area.code])) for area in asked.found
            ],
            "here": ",".join(codes),
            "other": "en" if asked.language == "uk" else "uk",
            "data": self._data(asked, board, now, cleared),
        }

    def _graph(self, now: datetime, regions: int, times: Times) -> roll.Graph | None:
        changes = self._source.changes(times.today)
        return roll.graph(changes, now, regions, times) if changes else None

    def _where(self, area: Area, words: Wording) -> str:
        """Name the areas that one lies in, so that places of one name are told apart."""
        above = self._source.gazetteer.lineage(area.code)[:-1]
        return ", ".join(name_of(self._source.gazetteer, code, words) for code in above)

    def _map(self, scene: Scene, words: Wording) -> Markup:
        states = self._drawing.states(scene)
        return self._inline(tuple(states.items()), words)

    def _draw(self, states: tuple[tuple[AreaCode, State], ...], words: Wording) -> Markup:
        return Markup(self._drawing.inline(dict(states), words, ""))  # noqa: S704 - made here, escaped there.

    def _data(
        self,
        asked: Asked,
        board: dict[str, Any],
        now: datetime,
        cleared: dict[AreaCode, datetime | None],
    ) -> Markup:
        gazetteer, words = self._source.gazetteer, Wording(asked.language)
        tree = {
            area.code: [area.parent, area.name[asked.language]]
            for area in gazetteer
            if area.level <= 2 or area in asked.areas
        }
        spoken = {
            key: phrase for key, phrase in words.phrases().items() if key.split(".")[0] in _SPOKEN
        }
        block = {
            "language": asked.language,
            "words": spoken,
            "forms": words.forms(),
            "months": MONTHS[asked.language],
            "zone": ZONE.key,
            "root": gazetteer.root.code,
            "tree": tree,
            "areas": [area.code for area in asked.areas],
            "cleared": {code: rfc3339(at) for code, at in cleared.items() if at},
            "remembered": asked.remembered,
            "board": board,
            "now": rfc3339(now),
            "at": rfc3339(asked.at) if asked.at else None,
            "replay": self._source.replay,
            "lost_after_s": self._source.lost_after_s,
            "static": f"/static/{self._files.version}/",
        }
        text = json.dumps(block, ensure_ascii=False, separators=(",", ":"))
        # Inside a script element only `</` and `<!--` could end the data early.
        return Markup(text.replace("<", "\\u003c"))  # noqa: S704 - escaped for where it stands.


def title(shown: Panel) -> str:
    """Give the window's title: the word first, as a tab shows only the beginning."""
    return f"{' '.join(shown.word)} · {shown.place}"


def link(codes: list[AreaCode], *, without: AreaCode | None = None) -> str:
    """Give the address that remembers these areas, or forgets them when none is left."""
    left = ",".join(dict.fromkeys(code for code in codes if code != without))
    return f"/?area={left}&keep=1" if left else "/?forget=1"


def icon(state: str) -> str:
    """Name the icon of a state: four are told apart at 16 pixels."""
    if state in {"warning", "part", "country"}:
        return "warning"
    return {"calm": "calm", "drill": "drill"}.get(state, "unknown")


def _address(asked: Asked, **changed: str | None) -> str:
    """Give the address of what is shown, with parts of it changed or left out."""
    parts: dict[str, str | None] = {
        "area": None if asked.remembered else ",".join(area.code for area in asked.areas),
        "at": rfc3339(asked.at) if asked.at else None,
    }
    parts |= changed
    return "/?" + urlencode({k: v for k, v in parts.items() if v is not None}, safe=",:")


def _headline(regions: list[Face], words: Wording, key: str) -> str:
    alerted = sum(1 for face in regions if face.state == "warning")
    told = words.count("of_regions", len(regions))
    return words.say(key, n=alerted, all=len(regions), regions=told)


def _danger(face: Face) -> int:
    return DANGER.index(face.state)
