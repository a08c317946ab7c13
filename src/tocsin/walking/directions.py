"""
One plain line that says how to go, in Ukrainian and English.

Small bends are left out, and after a few turns only how many more there are: it is read once, in
the dark, and the map has the rest. It begins with a direction of the sky, since nobody knows which
way somebody faces. Street names stand as they are written, so that no language has to bend them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from tocsin.walking.ground import UNIT_M, bearing, foot, squeeze
from tocsin.walking.nearest import Way
from tocsin.walking.network import Network
from tocsin.walking.path import Stretch, stretches
from tocsin.walking.profile import BRIDGE, COVERED, STAIRS

BEND_M: Final = 15
"""What stays within this of a straight line is straight: the width of a street."""

TURN_DEGREES: Final = 35
SHARP_DEGREES: Final = 150
SAME_STREET_DEGREES: Final = 60
"""A street that keeps its name may bend this much without a word."""

LEGS_MAX: Final = 6
"""As many as are remembered on the run, and two; a seventh is told if it is the last."""

_SKY: Final = {
    "en": (
        "north", "north-east", "east", "south-east",
        "south", "south-west", "west", "north-west",
    ),
    "uk": (
        "північ", "північний схід", "схід", "південний схід",
        "південь", "південний захід", "захід", "північний захід",
    ),
}  # fmt: skip

_WORDS: Final = {
    "en": {
        "go": "Go {sky}, {leg}",
        "left": "left, {leg}",
        "right": "right, {leg}",
        "back_left": "back to the left, {leg}",
        "back_right": "back to the right, {leg}",
        "on": "straight on, {leg}",
        "along": "{metres} m along {street}",
        "plain": "{metres} m",
        "stairs": "by the stairs",
        "bridge": "over the bridge",
        "covered": "through the underpass",
        "more": "then {turns} more turns, {metres} m",
        "there": "You are there",
    },
    "uk": {
        "go": "Ідіть на {sky}, {leg}",
        "left": "ліворуч, {leg}",
        "right": "праворуч, {leg}",
        "back_left": "назад ліворуч, {leg}",
        "back_right": "назад праворуч, {leg}",
        "on": "прямо, {leg}",
        "along": "{metres} м ({street})",
        "plain": "{metres} м",
        "stairs": "сходами",
        "bridge": "через міст",
        "covered": "підземним переходом",
        "more": "далі ще поворотів: {turns}, {metres} м",
        "there": "Ви на місці",
    },
}

_KINDS: Final = ((STAIRS, "stairs"), (BRIDGE, "bridge"), (COVERED, "covered"))


@dataclass(frozen=True, slots=True)
class _Leg:
    """A bit of a way without a turn; the directions one has where it begins and where it ends."""

    bits: tuple[Stretch, ...]
    enters: float
    leaves: float

    @property
    def metres(self) -> float:
        return sum(bit.decimetres for bit in self.bits) / 10

    @property
    def street(self) -> str:
        """The street that most of it is on; empty where most is on none."""
        lengths: dict[str, int] = {}
        for bit in self.bits:
            lengths[bit.street] = lengths.get(bit.street, 0) + bit.decimetres
        return max(lengths, key=lambda street: lengths[street])

    @property
    def kinds(self) -> list[str]:
        flags = 0
        for bit in self.bits:
            flags |= bit.flags
        return [word for flag, word in _KINDS if flags & flag]


def plain(network: Network, way: Way, language: str) -> str:
    """Say how to go in one line; `language` is `uk` or `en`, and anything else is English."""
    spoken = language if language in _WORDS else "en"
    words = _WORDS[spoken]
    bits = [bit for bit in stretches(network, way) if bit.decimetres]
    if sum(bit.decimetres for bit in bits) < 50:
        return words["there"] + "."
    legs = _joined(_straight(bits))
    said = []
    first = LEGS_MAX if len(legs) > LEGS_MAX + 1 else len(legs)
    for before, leg in zip([None, *legs], legs[:first], strict=False):
        if before is None:
            sky = _SKY[spoken][round(leg.enters / 45) % 8]
            said.append(words["go"].format(sky=sky, leg=_told(leg, words)))
        else:
            said.append(words[_turn(before, leg)].format(leg=_told(leg, words)))
    if rest := legs[first:]:
        metres = _rounded(sum(leg.metres for leg in rest))
        said.append(words["more"].format(turns=len(rest), metres=metres))
    return "; ".join(said) + "."


def _told(leg: _Leg, words: dict[str, str]) -> str:
    form = words["along"] if leg.street else words["plain"]
    told = form.format(metres=_rounded(leg.metres), street=leg.street)
    return " ".join([told, *(words[kind] for kind in leg.kinds)])


def _rounded(metres: float) -> int:
    step = 5 if metres < 50 else 10 if metres < 500 else 50
    return max(step, round(metres / step) * step)


def _turn(before: _Leg, leg: _Leg) -> str:
    turned = _turned(before, leg)
    if abs(turned) < TURN_DEGREES:
        return "on"
    side = "right" if turned > 0 else "left"
    return f"back_{side}" if abs(turned) > SHARP_DEGREES else side


def _turned(before: _Leg, leg: _Leg) -> float:
    """Tell how far one turns to the right, -180 to 180 degrees."""
    return (leg.enters - before.leaves + 180) % 360 - 180


def _straight(bits: list[Stretch]) -> list[_Leg]:
    """Cut a way where it leaves the straight line by more than the width of a street."""
    lat, lon = bits[0].start
    across = squeeze(lat)
    points = [
        ((x - lon) * across, (y - lat) * UNIT_M)
        for y, x in (bits[0].start, *(bit.end for bit in bits))
    ]
    cuts, waiting = {0, len(bits)}, [(0, len(bits))]
    while waiting:
        first, last = waiting.pop()
        (x1, y1), (x2, y2) = points[first], points[last]
        farthest, place = 0.0, first
        for cut in range(first + 1, last):
            x, y = points[cut]
            aside = foot(x1 - x, y1 - y, x2 - x, y2 - y)[1]
            if aside > farthest:
                farthest, place = aside, cut
        if farthest > BEND_M:
            cuts.add(place)
            waiting += [(first, place), (place, last)]
    legs = []
    for one, other in pairwise(sorted(cuts)):
        ahead = bearing(*bits[one].start, *bits[other - 1].end)
        legs.append(_Leg(tuple(bits[one:other]), ahead, ahead))
    return legs


def _joined(legs: list[_Leg]) -> list[_Leg]:
    """Join legs between which nobody would speak of a turn."""
    joined = legs[:1]
    for leg in legs[1:]:
        before = joined[-1]
        turned = abs(_turned(before, leg))
        same = bool(leg.street) and before.street == leg.street
        if turned < TURN_DEGREES or (same and turned < SAME_STREET_DEGREES):
            joined[-1] = _Leg(before.bits + leg.bits, before.enters, leg.leaves)
        else:
            joined.append(leg)
    return joined
