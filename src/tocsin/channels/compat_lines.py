"""
Lines: those who stay connected and are told each change at once, in whatever dialect.

A change is put into bytes once for all who speak alike. A reader that is `FRAMES_WAITING` frames
behind is closed, not skipped: it comes back and is told all that stands. So is everybody when the
server can no longer vouch for what it says: a ping would be a promise.

Guarantee: at most once, in order; what is undone before the loop turns is not told. Whoever
reconnects is given, or asks for, the whole state.
Not thread-safe: the event loop owns it.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from tocsin.channels.compat_answers import Interpreter
from tocsin.channels.compat_limits import is_own
from tocsin.channels.compat_table import Region, Table
from tocsin.kernel.errors import Unavailable

LINES_MOST: Final = 2_000
"""Each has a task and a connection of 20 kB: 40 MB. The page's own stream carries more."""

LINES_PER_ADDRESS: Final = 200
"""As many as connections in all; this machine's own addresses count in the total alone."""

FRAMES_WAITING: Final = 64
"""Twice the regions of a country in one burst of `update`s of 250 bytes: 16 kB a reader."""

CHECK_EVERY_S: Final = 5.0
"""How often it is asked whether the server still vouches for what it says."""

CITIES: Final = (1293, 564)
"""Kharkiv and Zaporizhzhia, which JAAM's maps show beside their oblasts."""

Speak = Callable[[Table, frozenset[int]], bytes]
"""Put a change into bytes: the table after it, and the regions it changed; empty for nothing."""


class Line:
    """One reader's frames, from whoever tells to whoever writes."""

    def __init__(self) -> None:
        self.closed = False
        self._frames: deque[bytes] = deque()
        self._woken = asyncio.Event()

    def put(self, frame: bytes) -> None:
        """Hand over a frame; too many of them close the line."""
        self._frames.append(frame)
        if len(self._frames) > FRAMES_WAITING:
            self.close()
        self._woken.set()

    def close(self) -> None:
        """End the line: the reader is to come back."""
        self.closed = True
        self._woken.set()

    async def next(self, within_s: float) -> bytes | None:
        """
        Wait for the next frame; None after so many seconds of silence.

        Raises:
            EOFError: The line is closed.
        """
        if not self._frames and not self.closed:
            self._woken.clear()
            try:
                async with asyncio.timeout(within_s):
                    await self._woken.wait()
            except TimeoutError:
                return None
        if self.closed:
            raise EOFError
        return self._frames.popleft()


class Lines:
    """All lines of all dialects."""

    def __init__(self, interpreter: Interpreter) -> None:
        self._interpreter = interpreter
        self._watched = (*interpreter.regions.first, *_cities(interpreter))
        self._lines: dict[Speak, set[Line]] = {}
        self._told: dict[int, tuple[str, bool]] = {}
        self._by_address: Counter[str] = Counter()

    def __len__(self) -> int:
        """Count the lines that are open."""
        return sum(map(len, self._lines.values()))

    def check(self, address: str) -> None:
        """
        Say whether one more line may be opened to an address.

        Raises:
            Unavailable: `compat.full`, `compat.stale` or `compat.unknown`.
        """
        self._interpreter.check()
        many = self._by_address[address] >= LINES_PER_ADDRESS and not is_own(address)
        if many or len(self) >= LINES_MOST:
            raise Unavailable("compat.full", "Too many readers stay connected; come back later.")

    @contextmanager
    def joined(self, speak: Speak, address: str) -> Iterator[Line]:
        """
        Keep a line open; what happens from now on is put on it.

        Raises:
            Unavailable: As `check`.
        """
        self.check(address)
        if not self._lines:
            self._told = self._states(self._interpreter.table)
        line = Line()
        self._lines.setdefault(speak, set()).add(line)
        self._by_address[address] += 1
        try:
            yield line
        finally:
            self._by_address[address] -= 1
            self._by_address += Counter()  # Forgets those that have none left.
            lines = self._lines.get(speak, set())
            lines.discard(line)
            if not lines:
                self._lines.pop(speak, None)

    def tell(self) -> None:
        """Tell everybody what the newest change did to oblasts and cities."""
        if not self._lines:
            return
        table = self._interpreter.table
        states = self._states(table)
        changed = frozenset(uid for uid, state in states.items() if state != self._told.get(uid))
        self._told = states
        if not changed:
            return
        for speak, lines in tuple(self._lines.items()):
            frame = speak(table, changed)
            for line in tuple(lines) if frame else ():
                line.put(frame)

    def _states(self, table: Table) -> dict[int, tuple[str, bool]]:
        return {r.uid: (table.letter(r), table.known(r)) for r in self._watched}

    async def watch(self) -> None:
        """Close all lines whenever the server no longer vouches for what it shows; for ever."""
        while True:
            await asyncio.sleep(CHECK_EVERY_S)
            try:
                self._interpreter.check()
            except Unavailable:
                self.close()

    def close(self) -> None:
        """End all lines."""
        for lines in self._lines.values():
            for line in lines:
                line.close()


def _cities(interpreter: Interpreter) -> Iterator[Region]:
    for uid in CITIES:
        region = interpreter.regions.find(uid)
        if region is not None:
            yield region
