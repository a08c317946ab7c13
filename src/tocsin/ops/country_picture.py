"""
A small picture of how an alert spreads over the subscribers of one edge, as SVG.

Time runs to the right on a scale of tenfold steps, the share that has heard runs up. The words
are given by whoever draws it; each line has its own dashes, so that no colour is needed to read it.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import log10
from typing import Final

from tocsin.ops.country import Played

WIDTH: Final = 640
HEIGHT: Final = 300
LEFT: Final = 48
RIGHT: Final = 16
TOP: Final = 16
BOTTOM: Final = 110

FROM_MS: Final = 1.0
TO_MS: Final = 100_000.0

_DASHES: Final = ("", "8 3", "2 3", "10 3 2 3", "1 5")


def draw(scenes: Sequence[Played], *, title: str, axis: str) -> str:
    """
    Draw the curves of some scenes.

    Args:
        title: What it shows, for those who do not see it.
        axis: Words under the axis of time, which is in milliseconds.
    """
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        f"<title>{escape(title)}</title>",
        '<g fill="none" stroke="currentColor" font-family="sans-serif" font-size="11">',
    ]
    for step in range(6):
        ms = 10**step
        x = _x(ms)
        parts.append(f'<path d="M{x} {TOP}V{HEIGHT - BOTTOM}" opacity=".15"/>')
        parts.append(_text(x, HEIGHT - BOTTOM + 14, f"{ms:,}", "middle"))
    for share in (0.0, 0.5, 1.0):
        y = _y(share)
        parts.append(f'<path d="M{LEFT} {y}H{WIDTH - RIGHT}" opacity=".15"/>')
        parts.append(_text(LEFT - 6, y + 4, f"{share:.0%}", "end"))
    parts.append(_text(WIDTH - RIGHT, HEIGHT - BOTTOM + 28, axis, "end"))
    for number, scene in enumerate(scenes):
        dashes = _DASHES[number % len(_DASHES)]
        points = " ".join(f"{_x(ms)},{_y(share)}" for ms, share in scene.curve)
        style = f'stroke-width="1.6" stroke-dasharray="{dashes}"'
        parts.append(f'<polyline points="{points}" {style}/>')
        y = HEIGHT - BOTTOM + 42 + 13 * number
        parts.append(f'<path d="M{LEFT} {y - 4}h28" {style}/>')
        parts.append(_text(LEFT + 36, y, scene.scene, "start"))
    return "\n".join([*parts, "</g>", "</svg>", ""])


def _x(ms: float) -> float:
    inside = min(max(ms, FROM_MS), TO_MS)
    share = log10(inside / FROM_MS) / log10(TO_MS / FROM_MS)
    return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)


def _y(share: float) -> float:
    return round(TOP + (1 - share) * (HEIGHT - TOP - BOTTOM), 1)


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return (
        f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="currentColor" stroke="none">'
        f"{escape(words)}</text>"
    )
