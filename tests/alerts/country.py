"""
A country small enough to draw from, with every relation that areas can have.

Three levels below the root, a region without parts, and a region with two districts of which one
has two communities. Codes are plain words, so that a failing example reads as a sentence.
"""

from __future__ import annotations

from hypothesis import strategies as st

from tocsin.areas.area import Area
from tocsin.areas.gazetteer import Gazetteer
from tocsin.kernel.ids import AreaCode

TREE = {
    "LAND": None,
    "NORTH": "LAND",
    "SOUTH": "LAND",
    "HILLS": "SOUTH",
    "COAST": "SOUTH",
    "PORT": "COAST",
    "BEACH": "COAST",
}


def level_of(code: str) -> int:
    """Count the steps up to the root."""
    parent = TREE[code]
    return 0 if parent is None else 1 + level_of(parent)


def areas_around(code: str) -> list[str]:
    """List what an area lies in, nearest first: the tree above, read without the gazetteer."""
    parent = TREE[code]
    return [] if parent is None else [parent, *areas_around(parent)]


def related(one: str, other: str) -> bool:
    """Say whether two areas are the same, or one lies in the other."""
    return one == other or one in areas_around(other) or other in areas_around(one)


def _area(code: str) -> Area:
    parent = TREE[code]
    above = None if parent is None else AreaCode(parent)
    return Area(AreaCode(code), level_of(code), {"uk": code, "en": code}, above)


GAZETTEER = Gazetteer(_area(code) for code in TREE)
CODES = tuple(AreaCode(code) for code in TREE)
areas = st.sampled_from(CODES)
