"""
What the edge does not answer itself goes to the core, and its answer comes back as it was said.

Few requests are with the core at a time. It has one thread, and what waits in it delays the alarm
that comes next; so reading waits here, in a bounded line, and whoever sends something with a body
never waits behind it. What goes on for long (a stream, a tunnel) gives its turn back once its head
has come.

A request that may have reached a core is not sent a second time, unless it only reads. One that
changes something goes out on a new connection, so that an old one that closes in the same moment
costs nobody an alarm. A core that stands by says `ledger.standby`, and the next is asked.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

from tocsin.edge.cores import Cores
from tocsin.edge.exchange import Asker, Exchange, unavailable
from tocsin.edge.request import Request
from tocsin.edge.upstream import Address, Wire, connect, request_head
from tocsin.kernel.errors import Unavailable
from tocsin.kernel.wire import Place

READS_AT_ONCE: Final = 16
"""16 × 0.3 ms = 5 ms of the core's time before an alarm that comes now."""

READS_WAITING: Final = 2_000
"""2,000 × 0.3 ms = 0.6 s; whoever would wait longer is told to come back."""

WRITES_AT_ONCE: Final = 1_000
"""A quarter of what the core lets wait (`COMMANDS_WAITING`)."""

KEPT_OPEN: Final = 16
KEPT_OPEN_S: Final = 5.0
"""The core closes after 15; a connection older than this is not trusted with a request."""


class Relay:
    """
    The way to the core for all clients of an edge.

    Args:
        addresses: Of the cores, in the order in which they are tried.
        place: The place in the stream that this edge has heard of.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        addresses: Sequence[Address],
        place: Callable[[], Place | None],
    ) -> None:
        self.loop = loop
        self.cores = Cores(addresses, loop.time)
        self.place = place
        self.reads = self.writes = 0
        self.failures = 0
        self._waiting: deque[Exchange] = deque()
        self._kept: deque[tuple[Wire, int, float]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()

    def ask(
        self,
        request: Request,
        asker: Asker,
        address: str,
        scheme: bytes,
        *,
        upgrade: bytes = b"",
        urgent: bool = False,
    ) -> Exchange:
        """
        Ask the core on behalf of a client.

        Args:
            address: The client's.
            scheme: `http` or `https`, as it came.
            upgrade: The protocol that it asks to go on in; empty for none.
            urgent: Whether it waits for no other request.

        Raises:
            Unavailable: `server.busy`.
        """
        head = request_head(request, address, scheme, upgrade=upgrade)
        exchange = Exchange(self, asker, request, head, urgent=urgent)
        if exchange.patient:
            if self.reads >= READS_AT_ONCE:
                if len(self._waiting) >= READS_WAITING:
                    raise _busy()
                self._waiting.append(exchange)
                return exchange
            self.reads += 1
        else:
            if self.writes >= WRITES_AT_ONCE:
                raise _busy()
            self.writes += 1
        self._start(exchange)
        return exchange

    def _start(self, exchange: Exchange) -> None:
        exchange.counted = True
        wire = self.take_kept() if exchange.repeatable else None
        if wire is not None:
            exchange.use(wire, self.cores.first)
        else:
            self.open(exchange)

    def done(self, exchange: Exchange) -> None:
        """Give back an exchange's turn; the next in the line begins."""
        if not exchange.counted:
            return
        exchange.counted = False
        if not exchange.patient:
            self.writes -= 1
            return
        self.reads -= 1
        while self._waiting and self.reads < READS_AT_ONCE:
            following = self._waiting.popleft()
            if not following.over:
                self.reads += 1
                self._start(following)

    def open(self, exchange: Exchange) -> None:
        """Connect to a core for an exchange, which hears of it."""
        task = self.loop.create_task(self._open(exchange))
        self._tasks.add(task)
        task.add_done_callback(self._opened)

    def _opened(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.result()  # Whatever nobody foresaw is the event loop's to tell.

    async def _open(self, exchange: Exchange) -> None:
        for number in self.cores.order(exchange.tried):
            if exchange.over:
                return
            try:
                wire = await connect(self.loop, self.cores.addresses[number])
            except OSError:
                self.cores.doubt(number)  # Also where the client has given up waiting meanwhile.
                continue
            exchange.use(wire, number)
            return
        self.failures += 1
        exchange.end_with(unavailable())

    def keep(self, wire: Wire, number: int) -> None:
        """Take back a connection that can be used again."""
        wire.release()
        if len(self._kept) >= KEPT_OPEN or number != self.cores.first:
            wire.drop()
        else:
            self._kept.append((wire, number, self.loop.time() + KEPT_OPEN_S))

    def take_kept(self) -> Wire | None:
        """Give a connection that was used before, the newest first."""
        while self._kept:
            wire, number, until = self._kept.pop()
            if wire.usable and number == self.cores.first and self.loop.time() < until:
                return wire
            wire.drop()
        return None

    def close(self) -> None:
        """Close what is kept open; exchanges end with their clients."""
        while self._kept:
            self._kept.pop()[0].drop()
        for task in self._tasks:
            task.cancel()


def _busy() -> Unavailable:
    return Unavailable("server.busy", "Too many want something at once.", retry_after_s=1)
