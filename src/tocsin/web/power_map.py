"""
The map by zone: the outlines of the regions that companies serve, filled by regime.

Patterns first, colours second. Where several zones reach into one outline and do not agree, it says
that they differ and no more; where nothing is known it is left empty, which is no pattern of a
regime. All that it shows stands in the list of zones beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any, Final

from markupsafe import Markup

from tocsin.areas.gazetteer import Gazetteer
from tocsin.kernel.ids import AreaCode
from tocsin.web.map import Drawing
from tocsin.web.wording import Wording

KINDS: Final = ("emergency", "hourly", "waiting", "unknown", "none", "mixed")
"""What an outline may say, in the order of the key: the regimes, and `mixed`."""

_REST: Final = ""

_EDGE: Final = 14
"""Units of room around what is drawn."""

_STEPS: Final = re.compile(r"M(-?\d+) (-?\d+)l([^z]*)z")
_NUMBER: Final = re.compile(r"-?\d+")

_PATTERNS: Final = (
    '<pattern id="q-hourly" width="14" height="14" patternUnits="userSpaceOnUse">'
    '<rect class="qp" width="14" height="14"/><path class="ql" d="M0 4H14"/></pattern>'
    '<pattern id="q-emergency" width="12" height="12" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect class="qa" width="12" height="12"/>'
    '<rect class="qk" width="5" height="12"/></pattern>'
    '<pattern id="q-waiting" width="16" height="16" patternUnits="userSpaceOnUse">'
    '<rect class="qw" width="16" height="16"/><circle class="qd" cx="8" cy="8" r="3.4"/></pattern>'
    '<pattern id="q-unknown" width="7" height="7" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect class="qp" width="7" height="7"/>'
    '<path class="qh" d="M0 0H7M0 0V7"/></pattern>'
    '<pattern id="q-mixed" width="14" height="14" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect class="qp" width="14" height="14"/>'
    '<rect class="qk" width="3" height="14"/></pattern>'
)


class PowerMap:
    """
    Draw what holds where.

    Args:
        drawing: The country's outlines, as the page of alerts has them.
    """

    def __init__(self, drawing: Drawing) -> None:
        self._drawing = drawing

    def draw(self, zones: Sequence[Mapping[str, Any]], words: Wording) -> tuple[Markup, list[str]]:
        """
        Draw the regions that have zones, and list the kinds that are seen, for the key.

        The drawing is empty where no zone has an outline.
        """
        gazetteer, shapes = self._drawing.gazetteer, self._drawing.shapes
        found = regimes(zones, gazetteer, shapes)
        regions = {_region(gazetteer, code) for code in found}
        drawn = {code: path for code, path in shapes.items() if _region(gazetteer, code) in regions}
        if not found:
            return Markup(), []
        paths = []
        for code, path in drawn.items():
            seen = found.get(code, {})
            kind = kind_of(seen.values())
            told = _told(gazetteer, code, seen, words)
            fill = f' fill="url(#q-{kind})"' if kind not in {"none", ""} else ""
            paths.append(
                f'<path class="q-{kind or "empty"}"{fill} d="{path}"><title>{told}</title></path>'
            )
        left, top, width, height = _box(drawn.values())
        svg = (
            f'<svg class="map zones" viewBox="{left} {top} {width} {height}" role="img" '
            f'aria-label="{escape(words.say("power.map"))}"><defs>{_PATTERNS}</defs>'
            f"{''.join(paths)}</svg>"
        )
        kinds = {kind_of(found.get(code, {}).values()) for code in drawn}
        # Made here and escaped above.
        return Markup(svg), [kind for kind in KINDS if kind in kinds]  # noqa: S704


def regimes(
    zones: Iterable[Mapping[str, Any]], gazetteer: Gazetteer, shapes: Iterable[AreaCode]
) -> dict[AreaCode, dict[str, str]]:
    """Tell for each outline the regimes of the zones that reach into it, by the zone's name."""
    known = list(shapes)
    found: dict[AreaCode, dict[str, str]] = {}
    for zone in zones:
        for area in zone["areas"]:
            code = AreaCode(area["code"])
            above = {code, *gazetteer.lineage(code)}
            for shape in known:
                if shape in above or code in gazetteer.lineage(shape):
                    found.setdefault(shape, {})[zone["name"]] = zone["regime"]
                if shape in above and shape != code:
                    found[shape][_REST] = _REST  # Of the rest of it this zone says nothing.
    return found


def kind_of(seen: Iterable[str]) -> str:
    """Choose what an outline shows of several regimes: the one, or that they differ."""
    kinds = set(seen)
    return kinds.pop() if len(kinds) == 1 else "mixed" if kinds else ""


def _region(gazetteer: Gazetteer, code: AreaCode) -> AreaCode:
    return next(
        (one for one in (*gazetteer.lineage(code), code) if gazetteer.get(one).level == 1), code
    )


def _told(gazetteer: Gazetteer, code: AreaCode, seen: Mapping[str, str], words: Wording) -> str:
    name = gazetteer.get(code).name[words.language]
    said = "; ".join(
        f"{zone}: {words.say(f'regime.{regime}')}" for zone, regime in seen.items() if regime
    )
    return escape(f"{name} · {said or words.say('power.map_none')}")


def _box(paths: Iterable[str]) -> tuple[int, int, int, int]:
    """Measure drawn outlines, with a little room around them."""
    xs, ys = [], []
    for path in paths:
        for x_text, y_text, steps in _STEPS.findall(path):
            x, y = int(x_text), int(y_text)
            xs.append(x)
            ys.append(y)
            numbers = [int(one) for one in _NUMBER.findall(steps)]
            for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
                x, y = x + dx, y + dy
                xs.append(x)
                ys.append(y)
    left, top = min(xs) - _EDGE, min(ys) - _EDGE
    return left, top, max(xs) + _EDGE - left, max(ys) + _EDGE - top
