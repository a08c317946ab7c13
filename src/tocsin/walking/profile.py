"""
How somebody walks: how fast, and what they cannot pass.

A profile never makes a way shorter than it is; it leaves arcs out and turns metres into seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

STAIRS: Final = 1
"""Steps, or an escalator."""

NOT_STEP_FREE: Final = 2
"""Somebody has said that wheels do not pass: a stile, a turnstile, `wheelchair=no`."""

BRIDGE: Final = 4
COVERED: Final = 8
"""A tunnel or an underpass: like a bridge, it is entered at its ends."""


@dataclass(frozen=True, slots=True)
class Profile:
    """
    A way of walking.

    Args:
        name: What it is asked for by.
        metres_per_minute: Steady pace on the level.
        avoid: Flags of arcs that are not walked.
    """

    name: str
    metres_per_minute: float
    avoid: int = 0

    @property
    def stairs(self) -> bool:
        """Whether stairs are walked."""
        return not self.avoid & STAIRS

    def seconds(self, metres: float) -> float:
        """Tell how long a way takes, in seconds."""
        return metres * 60 / self.metres_per_minute

    def metres(self, seconds: float) -> float:
        """Tell how far one comes in a time, in metres."""
        return seconds * self.metres_per_minute / 60


WALK: Final = Profile("walk", 80)
"""4.8 km/h: 400 m in five minutes."""

SLOW: Final = Profile("slow", 50)
"""3 km/h: with a child, a stick, or in the dark."""

WHEELS: Final = Profile("wheels", 50, STAIRS | NOT_STEP_FREE)
"""3 km/h, and nothing that is known to have a step."""

PROFILES: Final = MappingProxyType({p.name: p for p in (WALK, SLOW, WHEELS)})
