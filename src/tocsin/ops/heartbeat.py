"""
The heartbeat: every 5 seconds, signed, to every subscriber.

One message does five jobs: it shows that the server lives, how old what one sees is, whether
something was missed, what time it is, and which record the server stands by: the tree head that
each subscriber keeps is a witness against a rewritten past.

Source: design, section 3, "Board and streams"; reliability-security, section 1.3.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, NamedTuple

from tocsin.kernel.limits import HEARTBEAT_S
from tocsin.kernel.time import Clock, rfc3339


class Shown(NamedTuple):
    """
    What the server shows right now: place in the stream, the tree head there, and its health.

    Args:
        status: `ok`, or `unready` where an alert might not be accepted or shown.
    """

    epoch: str
    position: int
    tree_head: str
    replay: bool
    status: str


class Heartbeat:
    """
    Sign what is shown and hand it out.

    Args:
        shown: What the server shows now.
        sign: Adds `key_id` and `signature` to a statement.
        send: Takes the signed statement.
        note: Keeps a signed head where it outlives the server.
    """

    def __init__(
        self,
        clock: Clock,
        shown: Callable[[], Shown],
        sign: Callable[[dict[str, Any]], dict[str, Any]],
        send: Callable[[dict[str, Any]], None],
        note: Callable[[dict[str, Any]], object] | None = None,
    ) -> None:
        self._clock = clock
        self._shown = shown
        self._sign = sign
        self._send = send
        self._note = note

    async def beat(self) -> None:
        """Send one heartbeat now; its head is kept on disk before anybody sees it."""
        statement = self._sign({**self._shown()._asdict(), "at": rfc3339(self._clock.now())})
        if self._note is not None:
            await asyncio.to_thread(self._note, statement)
        self._send(statement)

    async def run(self) -> None:
        """Send one every 5 seconds of the machine's own time, for ever."""
        while True:
            await self.beat()
            await asyncio.sleep(HEARTBEAT_S)
