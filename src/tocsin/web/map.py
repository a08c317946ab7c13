"""
The map of the country: thin lines, one pattern for each state, and the same picture as a file.

On a page it is inline SVG whose colours come from the page's style sheet; `/map.svg` and
`/map.png` carry everything in themselves, with the key, the time and the replay's mark. States
differ by pattern first and colour second, so that the map can be printed in black and white.
The map is a help: whatever it shows stands in a list beside it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Final

import resvg_py

from tocsin.areas.gazetteer import Gazetteer
from tocsin.kernel.errors import Unavailable
from tocsin.kernel.ids import AreaCode
from tocsin.web.face import DANGER, Scene, State
from tocsin.web.source import Outlines
from tocsin.web.times import Times
from tocsin.web.wording import Wording

WIDTH: Final = 1000
"""Units across the country: about 1.3 km each, one pixel on a wide screen."""

LEAST_WIDTH: Final = 120
MOST_WIDTH: Final = 2400
"""2,400 × 1,850 pixels of 4 bytes = 18 MB while it is drawn; a 4k wall scales it up well."""

PATTERNED: Final[frozenset[State]] = frozenset({"part", "watch", "part_watch", "unknown", "drill"})

_PATTERNS: Final = (
    '<pattern id="p-part" width="10" height="10" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect class="pp" width="10" height="10"/>'
    '<rect class="pw" width="5" height="10"/></pattern>'
    '<pattern id="p-watch" width="9" height="9" patternUnits="userSpaceOnUse">'
    '<rect class="pa" width="9" height="9"/><circle class="pk" cx="4" cy="4" r="1.7"/></pattern>'
    '<pattern id="p-part_watch" width="10" height="10" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect class="pp" width="10" height="10"/>'
    '<rect class="pa" width="5" height="10"/></pattern>'
    '<pattern id="p-unknown" width="7" height="7" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect class="pp" width="7" height="7"/>'
    '<path class="ph" d="M0 0H7M0 0V7"/></pattern>'
    '<pattern id="p-drill" width="12" height="8" patternUnits="userSpaceOnUse">'
    '<rect class="pp" width="12" height="8"/><path class="pd" d="M1 4H8"/></pattern>'
)

_STYLE: Final = (
    "text{font-family:Arial,'Liberation Sans',Roboto,'DejaVu Sans',sans-serif;fill:#16181c}"
    ".bg,.pp,.calm{fill:#fbfaf6}.warning,.pw{fill:#b00020}.pa{fill:#f5b301}.pk{fill:#16181c}"
    ".ph{stroke:#5c636e;stroke-width:2;fill:none}.pd{stroke:#1546a0;stroke-width:3;fill:none}"
    ".raions path,.key rect{stroke:#8b8f96;stroke-width:.7}"
    ".borders{fill:none;stroke:#16181c;stroke-width:1.6;stroke-linejoin:round}"
    ".raions .warning{stroke:#e8909c}"
    ".ribbon{fill:#5b1fa6}.ribbon-text{fill:#fff;font-weight:bold}"
)


class Drawing:
    """
    The country's shapes as SVG path data, worked out once.

    Drawn are the deepest areas that have an outline: raions, and cities that have none.

    Args:
        gazetteer: The tree; its order is the drawing's.
        outlines: The shapes; areas without one are left out.
    """

    def __init__(self, gazetteer: Gazetteer, outlines: Outlines) -> None:
        self.gazetteer = gazetteer
        first = gazetteer.children(gazetteer.root.code)
        rings = {
            area.code: tuple(outlines.coarse(area.code))
            for area in gazetteer
            if area.level in {1, 2}
        }
        points = [point for code in first for ring in rings[code] for point in ring]
        self._west = min((lon for lon, _ in points), default=0.0)
        self._north = max((lat for _, lat in points), default=1.0)
        south = min((lat for _, lat in points), default=0.0)
        # Equirectangular, true to scale in the middle of the country.
        self._squeeze = math.cos(math.radians((self._north + south) / 2))
        east = max((lon for lon, _ in points), default=1.0)
        self._scale = (WIDTH - 4) / ((east - self._west) * self._squeeze)
        self.height = math.ceil((self._north - south) * self._scale) + 4
        self.shapes: dict[AreaCode, str] = {}
        for region in first:
            below = [code for code in gazetteer.children(region) if rings.get(code)]
            for code in below or [region]:
                if rings[code]:
                    self.shapes[code] = self._path(rings[code])
        self.borders = "".join(self._path(rings[code]) for code in first)

    def _path(self, rings: Iterable[Sequence[tuple[float, float]]]) -> str:
        data: list[str] = []
        for ring in rings:
            dots = [self._dot(lon, lat) for lon, lat in ring]
            dots = [dot for i, dot in enumerate(dots) if i == 0 or dot != dots[i - 1]]
            if dots[0] == dots[-1]:
                dots.pop()
            if len(dots) < 3:
                continue
            x, y = dots[0]
            steps: list[str] = []
            for next_x, next_y in dots[1:]:
                steps.append(f"{_signed(next_x - x, first=not steps)}{_signed(next_y - y)}")
                x, y = next_x, next_y
            data.append(f"M{dots[0][0]} {dots[0][1]}l{''.join(steps)}z")
        return "".join(data)

    def _dot(self, lon: float, lat: float) -> tuple[int, int]:
        x = (lon - self._west) * self._squeeze * self._scale
        return round(x) + 2, round((self._north - lat) * self._scale) + 2

    def states(self, scene: Scene) -> dict[AreaCode, State]:
        """Work out what each drawn area shows, in the drawing's order."""
        return {code: scene.face(code).state for code in self.shapes}

    def inline(self, states: Mapping[AreaCode, State], words: Wording, query: str) -> str:
        """
        Draw the map as an element of a page; every raion is a link to its own page.

        Args:
            query: What else the links carry, escaped, for instance `&amp;lang=en`.
        """
        shapes = "".join(
            f'<a href="/?area={code}{query}" tabindex="{-1 if number else 0}">'
            f'<path id="m-{code}" {_fill(states[code])} d="{path}">'
            f"<title>{self._title(code, states[code], words)}</title></path></a>"
            for number, (code, path) in enumerate(self.shapes.items())
        )
        return (
            f'<svg class="map" viewBox="0 0 {WIDTH} {self.height}" role="group" '
            f'aria-label="{escape(words.say("map"))}"><defs>{_PATTERNS}</defs>'
            f'<g class="raions">{shapes}</g>'
            f'<path class="borders" d="{self.borders}" aria-hidden="true"/></svg>'
        )

    def picture(self, scene: Scene, times: Times, *, mark: str | None) -> str:
        """
        Draw the map as a file of its own: heading, map, key, time, and the mark if any.

        Args:
            mark: Words for the ribbon of a replay; None for a map of now.
        """
        words, states = times.words, self.states(scene)
        shapes = "".join(
            f'<path {_fill(states[code])} d="{path}"/>' for code, path in self.shapes.items()
        )
        top = 126 if mark else 84
        height = top + self.height + 70
        ribbon = (
            f'<rect class="ribbon" width="{WIDTH}" height="42"/>'
            f'<text class="ribbon-text" x="20" y="29" font-size="22">{escape(mark)}</text>'
            if mark
            else ""
        )
        heading = escape(headline(scene, words))
        told = f"{times.clock(scene.as_of)} {words.say('zone')}"
        if scene.as_of.date() == times.now.date():
            told = f"{times.day(times.today)}, {told}"
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
            f'width="{WIDTH}" height="{height}" role="img" aria-label="{heading}, {escape(told)}" '
            f'lang="{words.language}"><style>{_STYLE}</style><defs>{_PATTERNS}</defs>'
            f'<rect class="bg" width="{WIDTH}" height="{height}"/>{ribbon}'
            f'<text x="20" y="{top - 46}" font-size="26" font-weight="bold">{heading}</text>'
            f'<text x="20" y="{top - 16}" font-size="20">'
            f"{escape(told)}</text>"
            f'<g transform="translate(0 {top})"><g class="raions">{shapes}</g>'
            f'<path class="borders" d="{self.borders}"/></g>'
            f'<g class="key" transform="translate(20 {top + self.height + 12})">'
            f"{_key(states.values(), words)}"
            f'<text y="48" font-size="13">{escape(words.say("map.credit"))}</text></g></svg>'
        )

    def _title(self, code: AreaCode, state: State, words: Wording) -> str:
        name = self.gazetteer.get(code).name[words.language]
        return escape(f"{name}: {words.say(f'state.{state}')}")


def headline(scene: Scene, words: Wording) -> str:
    """Say in a few words how the country stands: regions under alert, in part, unknown."""
    faces = scene.regions()
    parts = []
    for state, key in (("warning", "warning"), ("part", "part"), ("unknown", "unknown")):
        found = sum(1 for face in faces if face.state == state)
        if found:
            parts.append(words.say(f"country.{key}", regions=words.count("region", found)))
    return " · ".join(parts) or words.say("country.calm")


def png(svg: str, width: int) -> bytes:
    """
    Turn a self-contained picture into a PNG of that width in pixels; takes about 0.2 s of a core.

    Raises:
        Unavailable: `web.no_font` where the machine has no font: a map without its time and its
            replay mark would say less than the truth.
    """
    if not any(place.exists() and any(place.rglob("*.[to]tf")) for place in _FONT_PLACES):
        raise Unavailable(
            "web.no_font",
            "This machine has no font to write the time with; install one (fonts-dejavu-core).",
            retry_after_s=3600,
        )
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, width=width))


_FONT_PLACES: Final = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path("/System/Library/Fonts"),
    Path("C:/Windows/Fonts"),
)


def _fill(state: State) -> str:
    pattern = f' fill="url(#p-{state})"' if state in PATTERNED else ""
    return f'class="{state}"{pattern}'


def _key(states: Iterable[State], words: Wording) -> str:
    shown = {"warning", "calm", "unknown", *states}
    drawn, x = [], 0
    for state in DANGER:
        if state in shown:
            label = words.say(f"state.{state}")
            drawn.append(
                f'<rect x="{x}" width="34" height="22" {_fill(state)}/>'
                f'<text x="{x + 42}" y="17" font-size="17">{escape(label)}</text>'
            )
            x += 72 + 10 * len(label)
    return "".join(drawn)


def _signed(step: int, *, first: bool = False) -> str:
    return f"{step}" if first or step < 0 else f" {step}"
