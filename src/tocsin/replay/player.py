"""
The player: hands a replayed ledger on, event by event, when a clock reaches what happened.

The ledger holds the whole day already; only the clock plays. What is handed on has the shape of
`tocsin.ledger.follow`, so whatever follows a ledger can follow a replay, and as there nothing is
missed and nothing comes twice. It never writes, and it never ends: at the end of the day, or on
a clock that stands still, it waits.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Final, Protocol

from tocsin.alerts import codec
from tocsin.kernel.errors import Corrupt
from tocsin.kernel.time import Moment, parse_rfc3339, rfc3339
from tocsin.ledger.event import Recorded
from tocsin.ledger.port import Ledger
from tocsin.power import codec as power
from tocsin.shelters import codec as shelters

_EVENTS_AT_ONCE: Final = 250
"""As `tocsin.ledger.follow`: 250 events × 4 µs = 1 ms in which the event loop does nothing else."""

_OF_THE_DAY: Final = frozenset({codec.ROOM, shelters.ROOM, power.ROOM, "ledger"})

_SLEEP_S: Final = 60.0
"""The longest sleep; after it the clock is asked again, whatever it does."""


class Pace(Protocol):
    """A clock that knows how long it takes until it shows a moment (`PlayingClock`)."""

    def now(self) -> datetime:
        """Tell the moment that is played."""
        ...

    def seconds_until(self, moment: datetime) -> float:
        """Tell how many real seconds it is until a moment is shown; infinity for never."""
        ...


class Player:
    """
    Hand on what a replayed ledger holds, at the pace of a clock.

    Args:
        ledger: Loaded, and in the order in which things happened, as `replay` leaves it.
        clock: Decides what has happened.
        after: The last position that the reader has seen; 0 for none.
    """

    def __init__(self, ledger: Ledger, clock: Pace, after: int = 0) -> None:
        self.position = after
        self.caught_up = asyncio.Event()
        """Set once all that had happened by the clock's moment has been handed on."""
        self._ledger = ledger
        self._clock = clock
        self._ahead: deque[Recorded] = deque()

    async def __aiter__(self) -> AsyncIterator[list[Recorded]]:
        """
        Hand out batches of events, for ever; first all that has happened by now, at once.

        Raises:
            Corrupt: `ledger.gap`.
            Unavailable: As the ledger.
        """
        while True:
            while events := self._due(rfc3339(self._clock.now())):
                self.position = events[-1].position
                yield events
                await asyncio.sleep(0)
            self.caught_up.set()
            await self._wait()

    def _due(self, now: Moment) -> list[Recorded]:
        """Take what has happened by now off the store, at most 250 events."""
        due: list[Recorded] = []
        while len(due) < _EVENTS_AT_ONCE:
            if not self._ahead and not self._fetch(due[-1].position if due else self.position):
                break
            if not _happened(self._ahead[0], now):
                break
            due.append(self._ahead.popleft())
        return due

    def _fetch(self, after: int) -> bool:
        events = self._ledger.read(after)
        if events and events[0].position != after + 1:
            raise Corrupt("ledger.gap", f"The ledger has a gap after position {after}.")
        self._ahead.extend(events)
        return bool(events)

    async def _wait(self) -> None:
        wait_s = math.inf
        if self._ahead:
            wait_s = self._clock.seconds_until(parse_rfc3339(self._ahead[0].happened_at))
        if math.isinf(wait_s):
            await asyncio.get_running_loop().create_future()  # For ever, or until cancelled.
        # A clock of milliseconds is asked again no sooner than it can show another one.
        await asyncio.sleep(min(max(wait_s, 0.001), _SLEEP_S))


def _happened(event: Recorded, now: Moment) -> bool:
    """Say whether an event is due; what is not of the day (a token made today) never waits."""
    return event.happened_at <= now or event.room not in _OF_THE_DAY
