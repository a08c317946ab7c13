"""
Right of way: whoever has a command goes first, and a page that is being made lets it pass.

The core has one event loop. A page takes some ten milliseconds of it and is made anew after each
change, which is the moment at which the next alarm comes. So a page is made in steps; between two
of them the loop sees who has come, and while a command is on its way no step is begun. That is
bounded: a page waits once, and not for long, or a thousand commands a second would leave nobody
anything to read.

Not thread-safe: the event loop owns it. Source: decision 0023.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

WAITS_S: Final = 0.05
"""An alarm takes 5 to 10 ms; a page that was kept for longer goes on, and still in steps."""

TURNS: Final = 4
"""Of the loop: a connection is accepted, its request read, and the answer begun."""

REST_S: Final = 0.001
"""
A process that has worked for 3 ms on end is the one that has to wait where processors are few, and
the command that comes then waits with it.
"""


class RightOfWay:
    """Who is on the way with a command."""

    def __init__(self) -> None:
        self._commands = 0
        self._over = asyncio.Event()

    @contextmanager
    def command(self) -> Iterator[None]:
        """Have the right of way while the block runs."""
        if not self._commands:
            self._over = asyncio.Event()
        self._commands += 1
        try:
            yield
        finally:
            self._commands -= 1
            if not self._commands:
                self._over.set()

    def patience(self) -> float:
        """Give the moment, on the loop's clock, beyond which who asks now waits no longer."""
        return asyncio.get_running_loop().time() + WAITS_S

    async def give(self, until: float, *, rests: bool = False) -> None:
        """
        Let everybody go first who has come, and commands to their end.

        Args:
            until: From `patience`; after it nobody is waited for.
            rests: Whether there is time to leave the processor to others for a moment.
        """
        if rests:
            await asyncio.sleep(REST_S)
        for _ in range(TURNS):
            await asyncio.sleep(0)
        left = until - asyncio.get_running_loop().time()
        if self._commands and left > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._over.wait()
