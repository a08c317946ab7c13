"""
Silence: what everybody is told while the core is not heard.

`stale` at once and every 5 s, and never a heartbeat: nobody may believe that what it shows is
vouched for. Nothing that stands is taken down: silence is not safety, and no alarm either.
Moments are the core's own, as far as they are known: the last that it vouched for, and that with
the seconds that have passed since. Source: design, section 2, rule 1.
"""

from __future__ import annotations

from typing import Final

from tocsin.edge.polls import Timer
from tocsin.edge.state import State
from tocsin.edge.subscribers import Handle
from tocsin.edge.telling import Telling
from tocsin.kernel import wire
from tocsin.kernel.time import from_milliseconds, milliseconds, parse_rfc3339, rfc3339

STALE_EVERY_S: Final = 5.0
"""As often as a heartbeat would have come."""


class Silence:
    """Know whether the core is heard, and say so while it is not. Not thread-safe."""

    def __init__(self, timer: Timer, state: State, telling: Telling) -> None:
        self._timer = timer
        self._state = state
        self._telling = telling
        self._again: Handle | None = None
        self._heard_at = timer.time()

    @property
    def lasts(self) -> bool:
        """Say whether the core is not heard."""
        return self._again is not None

    def heard(self) -> None:
        """Note that the core has just said something."""
        self._heard_at = self._timer.time()

    def begin(self) -> None:
        """Say that the core is not heard, and again for as long as that lasts."""
        self._state.lose(lost=True)
        self._again = self._timer.call_later(STALE_EVERY_S, self.begin)
        if self._state.place is not None:
            data = self.data()
            self._telling.event("stale", data)
            waiting = self._telling.everyone_waiting()
            self._telling.answer(waiting, [wire.enclosed("stale", data)])

    def end(self) -> None:
        """Say no more that it is not heard."""
        self._state.lose(lost=False)
        if self._again is not None:
            self._again.cancel()
            self._again = None

    def data(self) -> bytes:
        """Write the data of `stale`: the place, since when the core is not heard, and now."""
        since, place = self._state.as_of, self._state.place
        assert place is not None, "somebody is told stale before there was a board"
        silent_ms = int(1000 * (self._timer.time() - self._heard_at))
        at = rfc3339(from_milliseconds(milliseconds(parse_rfc3339(since)) + silent_ms))
        return wire.encode({**place._asdict(), "at": at, "since": since})
