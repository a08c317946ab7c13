"""
Following the ledger: every event after a position, in order, none missed and none twice.

The rule rests on two promises of the port. Positions are dense, and an event becomes readable
only when it and all before it are durable. So the last position handed out is the whole state of
a follower; a wake-up carries nothing and may be lost, doubled or early, for the next read asks
again from there. What doesn't begin with the very next position is not handed out: `Corrupt`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from typing import Final

from tocsin.kernel.errors import Corrupt, Unavailable
from tocsin.kernel.limits import EVENTS_PER_READ
from tocsin.ledger.event import Recorded
from tocsin.ledger.port import Ledger

POLL_S: Final = 0.25
"""How late another process's write may be seen; one look costs about 10 µs."""

_EVENTS_AT_ONCE: Final = 250
"""250 events × 4 µs = 1 ms for which the event loop does nothing else."""


def catch_up(ledger: Ledger, after: int, limit: int = EVENTS_PER_READ) -> Iterator[list[Recorded]]:
    """
    Read all that is recorded after a position, in batches of at most `limit`, up to the end.

    Raises:
        Corrupt: `ledger.gap`, where a position is missing.
    """
    while events := _next(ledger, after, limit):
        after = events[-1].position
        yield events


def _next(ledger: Ledger, after: int, limit: int) -> list[Recorded]:
    events = ledger.read(after, limit)
    if events and (events[0].position != after + 1 or events[-1].position != after + len(events)):
        raise Corrupt("ledger.gap", f"The ledger has a gap after position {after}.")
    return events


class Follower:
    """
    Follow a ledger from the event loop.

    Args:
        ledger: Read on the event loop's own thread, at most 250 events at a time.
        after: The last position that the reader has seen; 0 for none.
        far: The ledger is on another machine: it is read on a thread of its own, since an answer
            may take seconds, and one that is out of reach is asked again, for ever.
    """

    def __init__(
        self, ledger: Ledger, after: int, *, poll_s: float = POLL_S, far: bool = False
    ) -> None:
        self.position = after
        self._far = far
        self._ledger = ledger
        self._poll_s = poll_s
        self._loop: asyncio.AbstractEventLoop | None = None
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Say, from any thread, that there is something to read: a hint that may be lost."""
        loop = self._loop
        if loop is not None:
            with suppress(RuntimeError):  # The loop has ended, and the reader with it.
                loop.call_soon_threadsafe(self._woken.set)

    async def __aiter__(self) -> AsyncIterator[list[Recorded]]:
        """
        Hand out batches of events, for ever; `position` is that of the last one handed out.

        Raises:
            Corrupt: `ledger.gap`.
            Unavailable: `ledger.closed` and others of the engine.
        """
        self._loop = asyncio.get_running_loop()
        while True:
            self._woken.clear()  # Before the read: a wake-up during it asks for another.
            while events := await self._read():
                self.position = events[-1].position
                yield events
                await asyncio.sleep(0)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._poll_s):
                    await self._woken.wait()

    async def _read(self) -> list[Recorded]:
        if not self._far:
            return _next(self._ledger, self.position, _EVENTS_AT_ONCE)
        try:
            return await asyncio.to_thread(_next, self._ledger, self.position, _EVENTS_AT_ONCE)
        except Unavailable as error:
            if error.code != "ledger.unreachable":
                raise
            return []
