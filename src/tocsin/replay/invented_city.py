"""
The invented city of the demo: its streets, its register of shelters, and where one may stand in it.

It lies in the open ocean and in no area, so it is drawn on no real place and no real area's board
has its figures; an area's alerts are played over it, and the city names which. The files ship with
the package; `bench/demo_city.py` makes them. Source: `data/NOTICE.md`.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

import msgspec

from tocsin.kernel.ids import AreaCode
from tocsin.kernel.time import Moment
from tocsin.shelters.messages import Listing

NAME: Final = "invented_city"


class Spot(msgspec.Struct, frozen=True):
    """
    A place in the city where a reader of the demo may stand, since nobody's own is there.

    Args:
        uk: Its name in Ukrainian; `en` in English.
        lat: WGS 84 degrees, as `lon`; of three decimals, so that no page rounds it elsewhere.
    """

    uk: str
    en: str
    lat: float
    lon: float


class Edition(msgspec.Struct, frozen=True, kw_only=True):
    """
    The city's register as it ships.

    Args:
        plays: The area whose alerts stand over the city.
        within_s: How long people there have to reach shelter; a figure as invented as the city.
    """

    register: str
    source: str
    licence: str
    retrieved_at: Moment
    plays: AreaCode
    within_s: int
    places: tuple[Spot, ...]
    listings: tuple[Listing, ...]


def shipped(ending: str) -> Path:
    """Name one of the city's files: `.walk`, `.json` or `_day.csv`."""
    return Path(str(files("tocsin.replay"))) / "data" / f"{NAME}{ending}"


@cache
def edition() -> Edition:
    """Read the register."""
    return msgspec.json.decode(shipped(".json").read_bytes(), type=Edition)
