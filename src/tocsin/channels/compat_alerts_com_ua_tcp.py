"""
The dialect of alerts.com.ua over plain TCP, for devices too small for HTTP.

The client sends `KEY` or `KEY,ID` within three seconds (any key, or none, reads) and is told
`a:ok`, then `s:ID=0` or `s:ID=1` of each state, and each change; `p:NUMBER` after 15 s of silence.
A state that nobody is heard about is not told. When the server cannot vouch for what it knows it
says nothing and closes: a device shows "no link", which is true.

Source: docs/reference/compat.md; decision 0018.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Final

from tocsin.channels.compat_alerts_com_ua import is_on, states
from tocsin.channels.compat_answers import Interpreter
from tocsin.channels.compat_lines import Lines, Speak
from tocsin.channels.compat_table import Table
from tocsin.kernel.errors import Unavailable

KEY_WITHIN_S: Final = 3.0
PING_AFTER_S: Final = 15.0

KEY_BYTES: Final = 128
"""What the original reads; a key is a UUID of 36 characters."""

DRAIN_WITHIN_S: Final = 20.0
"""A reader that takes nothing for as long is gone, or has stopped listening."""

Chance = Callable[[int], int]
"""Draw a whole number from 0 up to, and without, another."""


class TcpDialect:
    """Speak to each connection of a listener until it closes."""

    def __init__(self, interpreter: Interpreter, lines: Lines, chance: Chance) -> None:
        self._interpreter = interpreter
        self._lines = lines
        self._chance = chance
        self._states = states(interpreter)
        self._speak = cache(self._changes)

    async def serve(self, host: str, port: int) -> None:
        """Listen until cancelled."""
        server = await asyncio.start_server(self.talk, host, port, limit=KEY_BYTES * 2)
        async with server:
            await server.serve_forever()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        try:
            with suppress(ConnectionError, EOFError, TimeoutError, Unavailable):
                address = writer.get_extra_info("peername")[0]
                if not self._interpreter.buckets.take(address):
                    await self._talk(reader, writer, address)
        finally:
            writer.close()

    async def _talk(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, address: str
    ) -> None:
        try:
            async with asyncio.timeout(KEY_WITHIN_S):
                said = await reader.read(KEY_BYTES)
        except TimeoutError:
            writer.write(b"a:timeout\n")
            return
        number = said.strip().partition(b",")[2].strip()
        only = int(number) if number.isdigit() and len(number) < 4 else 0
        with self._lines.joined(self._speak(only), address) as line:
            table = self._interpreter.table
            everything = frozenset(region.uid for _, region in self._states)
            writer.write(b"a:ok\n" + self._speak(only)(table, everything))
            while True:
                async with asyncio.timeout(DRAIN_WITHIN_S):
                    await writer.drain()
                frame = await line.next(PING_AFTER_S)
                writer.write(frame or b"p:%d\n" % self._chance(10_000))

    def _changes(self, only: int) -> Speak:
        """Make what puts a change into lines, of one state or (0) of all."""

        def speak(table: Table, changed: frozenset[int]) -> bytes:
            return b"".join(
                b"s:%d=%d\n" % (number, is_on(table, region))
                for number, region in self._states
                if region.uid in changed and only in {0, number} and table.letter(region) != " "
            )

        return speak
