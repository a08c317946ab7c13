"""
Who says too much: a subscriber has next to nothing to say, and whoever talks on is closed.

One table for all is forgotten every 20 s, so nobody who is quiet costs anything.
"""

from __future__ import annotations

from time import monotonic
from typing import Final

INBOUND_BYTES: Final = 65_536
INBOUND_S: Final = 20.0
"""3 kB a second."""


class Loudness:
    """What each descriptor has said in this span of time. Not thread-safe."""

    def __init__(self) -> None:
        self._said: dict[int, int] = {}
        self._since = 0.0

    def exceeds(self, descriptor: int, count: int) -> bool:
        """Note so many more bytes, and say whether they are too many."""
        now = monotonic()
        if now - self._since >= INBOUND_S:
            self._said.clear()
            self._since = now
        said = self._said[descriptor] = self._said.get(descriptor, 0) + count
        return said > INBOUND_BYTES

    def forget(self, descriptor: int) -> None:
        """Be told that it is closed: its number may be somebody else's."""
        self._said.pop(descriptor, None)
