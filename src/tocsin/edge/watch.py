"""
The watch: it hands what the gate lets through to the hub, and notes when the core falls silent.

The core counts as heard while ticks that vouch for everything arrive. After `FEED_LOST_AFTER_S`
without one the hub tells its subscribers "stale", whatever else arrives; with the next one it
takes that back. Source: `tocsin.kernel.feed`; design, section 2, rule 1.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

import structlog

from tocsin.edge.verify import Gate, Outcome
from tocsin.kernel.errors import Malformed
from tocsin.kernel.feed import FEED_LOST_AFTER_S, Line

LOOK_S: Final = 0.25
"""Silence is noted within 4.25 s; subscribers' own patience ends at 12 s."""

_log = structlog.get_logger()


class Hears(Protocol):
    """What a hub is to a source."""

    def take(self, line: Line) -> None:
        """Take one line, verified, in order."""
        ...

    def silent(self, lost: bool) -> None:  # noqa: FBT001 - As the hub has it.
        """Note that the core is not heard any more, or is heard again."""
        ...


class Watch:
    """
    Stand between a source and a hub.

    Args:
        now: Seconds of a clock that never goes back.
    """

    def __init__(self, gate: Gate, hub: Hears, now: Callable[[], float]) -> None:
        self.gate = gate
        self._hub = hub
        self._now = now
        self._heard_at = now()
        self._silent = False
        self._silences = self._untaken = 0

    @property
    def silent(self) -> bool:
        """Whether the core counts as lost."""
        return self._silent

    def counts(self) -> Mapping[str, Any]:
        """Tell what became of each line, and how often the core has fallen silent."""
        return {
            "lines": {outcome.value: self.gate.outcomes[outcome] for outcome in Outcome},
            "silences": self._silences,
            "untaken": self._untaken,
        }

    def take(self, raw: bytes) -> None:
        """Take one line as it was carried here."""
        line = self.gate.admit(raw)
        if line is None:
            return
        if line.kind == "tick" and self.gate.whole:
            self._heard_at = self._now()
            if self._silent:
                self._silent = False
                self._hub.silent(False)  # noqa: FBT003 - As the hub has it.
        try:
            self._hub.take(line)
        except Malformed as error:
            _log.error("line_not_taken", kind=line.kind, error=error.sentence)
            self._untaken += 1
            self.gate.distrust()

    def look(self) -> None:
        """Note silence, once."""
        if not self._silent and self._now() - self._heard_at > FEED_LOST_AFTER_S:
            self._silent = True
            self._silences += 1
            self._hub.silent(True)  # noqa: FBT003 - As above.

    async def run(self) -> None:
        """Look again and again, for ever."""
        while True:
            self.look()
            await asyncio.sleep(LOOK_S)
