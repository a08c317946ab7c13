"""
Links as a stream's hub sees them: transports that break in every way that real ones do.

A `Pipe` is one connection over TCP: bytes come in order or not at all. It can be blocked (nothing
gets through, nobody is told, and the writer's buffer fills), cut (both ends are told), or lost
with the server. A `Spray` carries each write as a message of its own, which may vanish, come
twice or overtake others: no TCP, but what relays and radios do.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from random import Random
from typing import Any

from tests.sim.world import World

BUFFER_BYTES = 1_000
"""Small, so that a reader that does not read is noticed within the ten minutes."""

GIVEN_UP_S = 30.0

Receive = Callable[[Any, bytes, float], None]
"""Told the transport, the bytes, and when they were written."""


class Pipe(asyncio.Transport):
    """One connection, the server's end of it; `receive` and `closed` are the client's end."""

    def __init__(self, world: World, receive: Receive, closed: Callable[[Any], None]) -> None:
        super().__init__()
        self.world = world
        # Chance of its own: the hub keeps its readers in a set, whose order is no seed's.
        self.random = Random(world.random.getrandbits(64))
        self._receive = receive
        self._closed = closed
        self._protocol: Any = None
        self._up = True
        self._blocked = False
        self._paused = False
        self._waiting: list[tuple[float, bytes]] = []
        self._next = 0.0

    # What the hub calls.

    def set_protocol(self, protocol: Any) -> None:
        self._protocol = protocol

    def set_write_buffer_limits(self, high: Any = None, low: Any = None) -> None:
        """The limit is this file's own."""

    def get_write_buffer_size(self) -> int:
        return sum(len(part) for _, part in self._waiting)

    def write(self, data: Any) -> None:
        if not self._up:
            return
        self._waiting.append((self.world.now, bytes(data)))
        if not self._blocked:
            self._flow()
        elif not self._paused and self.get_write_buffer_size() > BUFFER_BYTES:
            self._paused = True
            self._protocol.pause_writing()

    def abort(self) -> None:
        self.end(told=not self._blocked)

    def close(self) -> None:
        self.abort()

    # What happens to it.

    def block(self, seconds: float) -> None:
        """Let nothing through for some time; after 30 s the server's system gives up."""
        self._blocked = True
        self.world.after(min(seconds, GIVEN_UP_S), self._unblock, seconds)

    def end(self, *, told: bool) -> None:
        """Break the connection; the client is told, or has to notice by the silence."""
        if not self._up:
            return
        self._up = False
        self._waiting.clear()
        if self._protocol is not None:
            self._protocol.connection_lost(None)
        if told:
            self.world.after(0.05, self._closed, self)

    def _unblock(self, seconds: float) -> None:
        if not self._up:
            return
        if seconds > GIVEN_UP_S:
            self.end(told=False)
            return
        self._blocked = False
        self._flow()
        if self._paused:
            self._paused = False
            self._protocol.resume_writing()

    def _flow(self) -> None:
        for written, data in self._waiting:
            arrival = max(self._next, self.world.now + self.random.uniform(0.01, 0.3))
            self._next = arrival
            self.world.after(arrival - self.world.now, self._receive, self, data, written)
        self._waiting.clear()


class Spray(Pipe):
    """
    Each write goes its own way, within two seconds.

    A heartbeat that came again a minute later would vouch for what is long over, and nothing on
    the wire tells it from a new one: such links need a counter in their own frames.
    """

    def write(self, data: Any) -> None:
        if self._up:
            message = (self._receive, self, bytes(data), self.world.now)
            self.world.send(*message, much_later=False, random=self.random)

    def block(self, seconds: float) -> None:
        """Losing a message now and then is bad enough."""
