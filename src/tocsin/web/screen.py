"""
The screen: all that a page shows for what it was asked, put together for a template.

It reads the source once for a page, works out the faces, and leaves the writing to `templates/`.
The block of data for the page's script is made here too, so that the script starts from the same
board, phrases and clock as the page it finds.

A page takes about ten milliseconds, half of them to compress it, and is made in steps of one or
two, so that a command that comes meanwhile goes first (`web.right_of_way`). One is made at a time.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from time import monotonic
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from markupsafe import Markup

from tocsin.areas.area import Area
from tocsin.kernel.ids import AreaCode
from tocsin.kernel.time import rfc3339
from tocsin.kernel.wire import Place
from tocsin.views.shelter_walks import Stage
from tocsin.web import roll
from tocsin.web.face import DANGER, Face, Scene, State
from tocsin.web.files import Files
from tocsin.web.map import PATTERNED, Drawing
from tocsin.web.panel import Panel, country, name_of, panel
from tocsin.web.power_told import PowerOver, nobody_knows, shutdowns
from tocsin.web.right_of_way import RightOfWay
from tocsin.web.shelter_view import BLANK, take_words
from tocsin.web.source import PageSource
from tocsin.web.times import MONTHS, ZONE, Times, minute_of
from tocsin.web.wording import Language, Wording
from tocsin.web.writing import script_block, templates

_SPOKEN: Final = (
    *("word", "size", "state", "hazard", "threat", "do", "since", "age", "span", "note", "link"),
    *("replay", "past", "country", "sound", "cleared", "zone", "as_of", "shelter_within", "list"),
    *("ask", "map"),
)
"""The groups of phrases that the page's script needs."""


PAGES_KEPT: Final = 64
"""64 pages × 170 kB = 11 MB: in the second of an alert most ask for one of few cities."""


STEP_S: Final = 0.001
"""How long a template writes before it looks whether anybody has come."""


PACKED_AT_ONCE: Final = 16_384
"""A millisecond's."""

_GZIP: Final = 16 + zlib.MAX_WBITS


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
    """A page as it is sent: as it is, and compressed; and the place in the stream it is of."""

    plain: bytes
    packed: bytes
    place: str


class Drawn(NamedTuple):
    """The map as a file of its own, and the place in the stream that it is of."""

    svg: str
    place: str


class _Told(NamedTuple):
    """What the source says at one moment; it may say something else at the next step."""

    board: dict[str, Any]
    times: Times
    cleared: dict[AreaCode, datetime | None]
    changes: Sequence[tuple[datetime, int]]


class Screen:
    """
    Renders pages for one source. Not thread-safe: the event loop owns it.

    Args:
        stage: The demo's invented city, which its pages lead to.
        power: Tells the zones of the grid over an area, for a note of an emergency there.
    """

    def __init__(
        self,
        source: PageSource,
        drawing: Drawing,
        files: Files,
        way: RightOfWay,
        stage: Stage | None = None,
        power: PowerOver = nobody_knows,
    ) -> None:
        self._stage = stage
        self._power = power
        self._source = source
        self._drawing = drawing
        self._files = files
        self._way = way
        self._one_at_a_time = asyncio.Lock()
        self._wanted = 0
        self._templates = templates()
        self._rendered: dict[tuple[object, ...], Rendered] = {}
        self._inline = lru_cache(maxsize=32)(self._draw)

    async def render(self, template: str, asked: Asked) -> Rendered:
        """
        Render a page, or give the one rendered for the same question in the same second.

        Whoever asks after a change is never given what was rendered before it.
        """
        page = self._known(template, asked)
        if page is None:
            self._wanted += 1
            try:
                async with self._one_at_a_time:
                    # Who waited may find that another has asked the same, or that all has changed.
                    page = self._known(template, asked) or await self._render(template, asked)
            finally:
                self._wanted -= 1
        return page

    async def picture(self, asked: Asked) -> Drawn:
        """Draw the map as a file of its own."""
        await self._way.give(self._way.patience())
        scene, times = self._look(asked)
        svg = self._drawing.picture(scene, times, mark=self._mark(asked, times))
        return Drawn(svg, str(Place(scene.epoch, scene.position)))

    def _known(self, template: str, asked: Asked) -> Rendered | None:
        key = self._key(template, asked)
        page = self._rendered.pop(key, None)
        if page is not None:
            self._rendered[key] = page  # The last to be asked for is the last to be forgotten.
        return page

    async def _render(self, template: str, asked: Asked) -> Rendered:
        until = self._way.patience()
        await self._give_way(until)
        key, told = self._key(template, asked), self._tell(asked)
        scene = Scene(self._source.gazetteer, told.board)
        context = await self._context(asked, told, scene, until)
        html = await self._write(template, context, until)
        packed = await self._pack(html, until)
        page = Rendered(html, packed, str(Place(scene.epoch, scene.position)))
        if len(self._rendered) >= PAGES_KEPT:
            del self._rendered[next(iter(self._rendered))]
        self._rendered[key] = page
        return page

    def _key(self, template: str, asked: Asked) -> tuple[object, ...]:
        source = self._source
        second = (asked.at or source.now()).replace(microsecond=0)
        return template, asked, source.place, second, source.replay

    async def _give_way(self, until: float) -> None:
        """Let others go first, and take time for it where nobody waits for the next page."""
        await asyncio.sleep(0)  # Whoever asks for another page in this moment is counted.
        await self._way.give(until, rests=self._wanted == 1)

    async def _write(self, template: str, context: dict[str, Any], until: float) -> bytes:
        written, since = [], monotonic()
        for piece in self._templates.get_template(template).generate(context):
            written.append(piece)
            if monotonic() - since > STEP_S:
                await self._give_way(until)
                since = monotonic()
        return "".join(written).encode()

    async def _pack(self, html: bytes, until: float) -> bytes:
        """Compress as gzip does (RFC 1952)."""
        packing = zlib.compressobj(5, wbits=_GZIP)
        packed = []
        for begin in range(0, len(html), PACKED_AT_ONCE):
            packed.append(packing.compress(html[begin : begin + PACKED_AT_ONCE]))
            await self._give_way(until)
        packed.append(packing.flush())
        return b"".join(packed)

    def _tell(self, asked: Asked) -> _Told:
        """Read the source, all at once."""
        board = self._source.board(asked.at)
        now = asked.at or self._source.now()
        times = Times(Wording(asked.language), now)
        cleared = {area.code: self._source.cleared(area.code, now) for area in asked.areas}
        return _Told(board, times, cleared, self._source.changes(times.today))

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

    async def _context(
        self, asked: Asked, told: _Told, scene: Scene, until: float
    ) -> dict[str, Any]:
        times = told.times
        words, now = times.words, times.now
        regions = scene.regions()
        faces = sorted((scene.face(area.code) for area in asked.areas), key=_danger)
        panels = [panel(face, scene, times, told.cleared[face.code]) for face in faces]
        panels = panels or [country(regions, scene, times)]
        codes = [area.code for area in asked.areas]
        await self._give_way(until)
        groups = roll.roll(regions, scene, times)
        graph = roll.graph(told.changes, now, len(regions), times) if told.changes else None
        await self._give_way(until)
        drawn = self._map(scene, words)
        await self._give_way(until)
        data = self._data(asked, told)
        await self._give_way(until)
        return {
            "asked": asked,
            "words": words,
            "say": words.say,
            "static": self._files.address,
            "panels": panels,
            "title": title(panels[0]),
            "regions": len(regions),
            "groups": groups,
            "headline": _headline(regions, words, "country.under"),
            "headline_brief": _headline(regions, words, "word.country"),
            "map": drawn,
            "legend": DANGER,
            "patterned": PATTERNED,
            "icon": icon(panels[0].state),
            "graph": graph,
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
            "data": data,
            "blank": BLANK,
            "stage": self._stage,
            "shutdowns": [] if asked.at else shutdowns(self._power, codes, times),
            "take_data": take_words(asked.language),
            "take": bool(faces) and _takes_shelter(faces[0], words),
        }

    def _where(self, area: Area, words: Wording) -> str:
        """Name the areas that one lies in, so that places of one name are told apart."""
        above = self._source.gazetteer.lineage(area.code)[:-1]
        return ", ".join(name_of(self._source.gazetteer, code, words) for code in above)

    def _map(self, scene: Scene, words: Wording) -> Markup:
        states = self._drawing.states(scene)
        return self._inline(tuple(states.items()), words)

    def _draw(self, states: tuple[tuple[AreaCode, State], ...], words: Wording) -> Markup:
        return Markup(self._drawing.inline(dict(states), words, ""))  # noqa: S704 - made here, escaped there.

    def _data(self, asked: Asked, told: _Told) -> Markup:
        gazetteer, words = self._source.gazetteer, Wording(asked.language)
        tree = {
            area.code: [area.parent, area.name[asked.language]]
            for area in gazetteer
            if area.level <= 2 or area in asked.areas
        }
        block = {
            "language": asked.language,
            "words": words.phrases(_SPOKEN),
            "forms": words.forms(),
            "months": MONTHS[asked.language],
            "zone": ZONE.key,
            "root": gazetteer.root.code,
            "tree": tree,
            "areas": [area.code for area in asked.areas],
            "cleared": {code: rfc3339(at) for code, at in told.cleared.items() if at},
            "remembered": asked.remembered,
            "board": told.board,
            "now": rfc3339(told.times.now),
            "at": rfc3339(asked.at) if asked.at else None,
            "replay": self._source.replay,
            "lost_after_s": self._source.lost_after_s,
            "static": f"/static/{self._files.version}/",
        }
        return script_block(block)


def _takes_shelter(face: Face, words: Wording) -> bool:
    """Say whether what stands asks people to take shelter: a cellar is no help in a flood."""
    return any(not words.has(f"do.{alert.hazard}") for alert in face.leading) or not face.leading


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
