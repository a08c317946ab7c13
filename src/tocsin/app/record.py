"""
The record as a running server uses it: what it may ask on the event loop, and what it may say.

A file answers within microseconds and only this server decides for it: `OwnRecord`.
A record that several machines share may be slow or out of reach, and another core may be the one
that writes: `far_record.FarRecord`. The rest of the server does not know which it has.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Future
from typing import Any, Protocol

from tocsin.alerts.board import Applied, Board
from tocsin.commands import Answer, Desk, Request
from tocsin.kernel.errors import TocsinError
from tocsin.ledger.duty import Duty
from tocsin.ledger.event import Recorded
from tocsin.ledger.port import Head, Ledger

Submit = Callable[[Request], "Future[Answer]"]
"""Queues a request for `handle` on the writer's thread."""


class Record(Protocol):
    """The record of a running server; the event loop calls everything but `handle`."""

    @property
    def duty(self) -> Duty:
        """Tell what this core is to the record: only the active one speaks for it."""
        ...

    @property
    def boards_alone(self) -> bool:
        """Say whether only boards may be told now, since something told waits to be recorded."""
        ...

    @property
    def waiting_count(self) -> int:
        """Tell how many commands were taken and wait to be recorded."""
        ...

    async def start(
        self,
        submit: Submit,
        *,
        spooled: Callable[[Sequence[Applied]], None],
        settled: Callable[[], None],
    ) -> None:
        """
        Begin; answer once it is known what this core is.

        Args:
            spooled: Told, on the loop, what was taken without the record.
            settled: Told, on the loop, that nothing waits any more.
        """
        ...

    async def look(self) -> None:
        """Keep `head` up to date, for ever, where it is not anyway."""
        ...

    def close(self) -> None:
        """End, once the writer has ended; the ledger stays open."""
        ...

    def handle(self, requests: Sequence[Request]) -> Sequence[Answer | TocsinError]:
        """Answer requests, on the writer's thread."""
        ...

    def passes(self, recorded: Recorded) -> None:
        """Take note of an event before it is folded."""
        ...

    def over(self, board: Board) -> Board:
        """Show a board with what waits to be recorded; the board itself where nothing does."""
        ...

    def head(self) -> Head:
        """
        Tell the end as it was last known, without waiting for anybody.

        Raises:
            Unavailable, Corrupt: What the record last said.
        """
        ...

    async def newest(self) -> Head:
        """
        Ask for the end.

        Raises:
            Unavailable, Corrupt: What the record says.
        """
        ...

    async def changed(self, known: Duty) -> Duty:
        """Wait until the duty is another than the one known; tell it."""
        ...


class OwnRecord:
    """A ledger in a file, with its desk."""

    duty: Duty = Duty.ACTIVE
    boards_alone = False
    waiting_count = 0

    def __init__(self, ledger: Ledger, desk: Desk) -> None:
        self._desk = desk
        self._ledger = ledger

    async def start(
        self,
        submit: Submit,
        *,
        spooled: Callable[[Sequence[Applied]], None],
        settled: Callable[[], None],
    ) -> None:
        """Begin: there is nothing to do."""

    async def look(self) -> None:
        """Leave it: the file is asked each time."""

    def close(self) -> None:
        """End: there is nothing to do."""

    def handle(self, requests: Sequence[Request]) -> Sequence[Answer | TocsinError]:
        """Let the desk decide."""
        return self._desk.handle(requests)

    def head(self) -> Head:
        """Ask for the end."""
        return self._ledger.head()

    def passes(self, recorded: Recorded) -> None:
        """Take no note: nothing waits."""

    def over(self, board: Board) -> Board:
        """Show the board itself."""
        return board

    async def newest(self) -> Head:
        """Ask for the end."""
        return self.head()

    async def changed(self, known: Duty) -> Duty:
        """Wait for ever: a file's own core stays active."""
        if known is self.duty:
            await asyncio.get_running_loop().create_future()
        return self.duty


async def while_active(record: Record, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """
    Do something that never ends, but only while this core is the active one.

    What it raises is raised here, in a group.
    """
    while True:
        duty = record.duty
        if duty is not Duty.ACTIVE:
            await record.changed(duty)
            continue
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(work())
                both.create_task(_raise_when_turned(record))
        except* _Turned:
            pass


class _Turned(Exception):
    """The duty is another."""


async def _raise_when_turned(record: Record) -> None:
    await record.changed(Duty.ACTIVE)
    raise _Turned
