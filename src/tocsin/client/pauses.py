"""
How long to wait before a server is asked again.

The first pause is what the server asks for (`retry:`), one second where it asks for nothing. Each
failure doubles it, to at most 30 s, and chance takes away up to half, so that a country that
loses one server does not come back in one second.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

FIRST_S: Final = 1.0
MOST_S: Final = 30.0
"""1, 2, 4, 8, 16, 30 s, each shortened by chance to as little as half."""

DOUBLINGS_MAX: Final = 10
"""0.1 s, the least that a server may ask for, times 2^9 is more than 30 s."""


class Pauses:
    """
    Give one pause after another.

    Args:
        chance: Draws from [0, 1).
    """

    def __init__(self, chance: Callable[[], float] = random.random) -> None:
        self._chance = chance
        self._base_s = FIRST_S
        self._failures = 0

    def asked(self, retry_ms: int) -> None:
        """Take the server's wish for the first pause, between 0.1 and 30 s."""
        self._base_s = max(0.1, min(retry_ms / 1000, MOST_S))

    def heard(self) -> None:
        """Take note that a server spoke: the next failure is the first."""
        self._failures = 0

    def next_s(self, at_least_s: float = 0.0) -> float:
        """Tell how many seconds to wait now; a server's `Retry-After` is never undercut."""
        doubled_s = self._base_s * float(2**self._failures)
        pause_s = min(doubled_s, MOST_S) * (0.5 + self._chance() / 2)
        self._failures = min(self._failures + 1, DOUBLINGS_MAX)
        return max(pause_s, at_least_s * (1 + self._chance() / 2))
