"""
The badge: one area's state in a strip of 20 pixels' height, for other people's pages.

It says the word and the time it is known from, since a badge may lie in a cache; and the mark of
a replay or a drill, since it travels without its page.
"""

from __future__ import annotations

from html import escape
from typing import Final

from tocsin.web.face import Face, Scene, State
from tocsin.web.panel import name_of
from tocsin.web.times import Times

HEIGHT: Final = 28

_GROUND: Final[dict[State, tuple[str, str]]] = {
    "warning": ("#b00020", "#ffffff"),
    "part": ("#ffffff", "#8f001a"),
    "watch": ("#ffffff", "#16181c"),
    "part_watch": ("#ffffff", "#16181c"),
    "unknown": ("#d9dbde", "#16181c"),
    "drill": ("#ffffff", "#0b3a8c"),
    "calm": ("#fbfaf6", "#16181c"),
}
"""Ground and ink of each state; every pair has a contrast of 7:1 or more."""

_FRAME: Final[dict[State, str]] = {
    "warning": 'stroke="#b00020"',
    "part": 'stroke="#b00020" stroke-width="5" stroke-dasharray="5 4"',
    "watch": 'stroke="#f5b301" stroke-width="5"',
    "part_watch": 'stroke="#f5b301" stroke-width="5" stroke-dasharray="5 4"',
    "unknown": 'stroke="#5c636e" stroke-width="3" stroke-dasharray="1 3"',
    "drill": 'stroke="#1546a0" stroke-width="3" stroke-dasharray="8 4"',
    "calm": 'stroke="#8b8f96"',
}


def draw(face: Face, scene: Scene, times: Times) -> str:
    """Draw the badge as a self-contained SVG."""
    words = times.words
    name = name_of(scene.gazetteer, face.code, words)
    state = words.say(f"state.{face.state}")
    moment = face.since
    told = (
        words.say("since.plain", time=times.clock(moment))
        if moment and face.state != "unknown"
        else words.say("as_of", time=times.clock(scene.as_of))
    )
    mark = f"{words.say('replay')} · {times.day(times.today)} · " if scene.replay else ""
    state = f"? {state}" if face.state == "unknown" else state
    left, right = f"{mark}{name}", f"{state} {told}"
    left_width, right_width = _advance(left), _advance(right)
    width = left_width + right_width
    ground, ink = _GROUND[face.state]
    left_ground = "#5b1fa6" if scene.replay else "#2b2f36"
    label = escape(f"{left}: {right}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{HEIGHT}" '
        f'viewBox="0 0 {width} {HEIGHT}" role="img" aria-label="{label}" lang="{words.language}">'
        f"<title>{label}</title>"
        f'<rect width="{left_width}" height="{HEIGHT}" fill="{left_ground}"/>'
        f'<rect x="{left_width}" width="{right_width}" height="{HEIGHT}" fill="{ground}"/>'
        f'<rect x="{left_width + 1}" y="1" width="{right_width - 2}" height="{HEIGHT - 2}" '
        f'fill="none" {_FRAME[face.state]}/>'
        f"<g font-family=\"Arial,'Liberation Sans',Roboto,'DejaVu Sans',sans-serif\" "
        f'font-size="14">'
        f'<text x="10" y="19" fill="#fff" textLength="{left_width - 20}" '
        f'lengthAdjust="spacingAndGlyphs">{escape(left)}</text>'
        f'<text x="{left_width + 10}" y="19" fill="{ink}" font-weight="bold" '
        f'textLength="{right_width - 20}" lengthAdjust="spacingAndGlyphs">{escape(right)}</text>'
        f"</g></svg>"
    )


def _advance(text: str) -> int:
    """Guess the width of a text in pixels; the text is then fitted to it exactly."""
    return 20 + round(sum(4.2 if letter in " .,:·'’ilj" else 8.3 for letter in text))
