"""
Packs that are made already: encoded, compressed, and the same for all who ask around one point.

A point is rounded to 100 m before anything is made, so that whoever lives in a block shares one.
"""

from __future__ import annotations

import gzip
from collections import OrderedDict
from typing import Final, NamedTuple

from tocsin.kernel.wire import encode
from tocsin.views.shelter_pack import DECIMALS
from tocsin.views.shelters import Shelters

KEPT: Final = 48
"""48 × 0.2 MB = 10 MB: the blocks of a town."""


class Key(NamedTuple):
    """What a pack is made of, and when it would be another one."""

    lat: float
    lon: float
    metres: int
    tag: str


class Packs:
    """Make packs, and keep the last ones. Made on one thread, asked for on another."""

    def __init__(self, view: Shelters) -> None:
        self._view = view
        self._made: OrderedDict[Key, bytes] = OrderedDict()

    def key(self, lat: float, lon: float, metres: int) -> Key:
        """Name the pack around a point as things are listed now."""
        return Key(round(lat, DECIMALS), round(lon, DECIMALS), metres, self._view.tag)

    def get(self, key: Key) -> bytes | None:
        """Give a pack that is made already, compressed with gzip."""
        return self._made.get(key)

    def make(self, key: Key) -> bytes:
        """Make a pack, unless somebody who came before has had it made."""
        made = self._made.get(key)
        if made is None:
            shape = self._view.pack(key.lat, key.lon, key.metres)
            made = gzip.compress(encode(shape), compresslevel=6, mtime=0)
            self._made[key] = made
            while len(self._made) > KEPT:
                self._made.popitem(last=False)
        return made
