"""
The feed over a Unix socket: the way to the edges of this machine.

An edge connects and tells the place it knows, `EPOCH:POSITION` or nothing, as its first line; it
is given the opening and then every line as it is told. What it sends back is one line of JSON a
second: how many it serves; and now and then `{"asks": "board"}`, which is answered in the stream of
lines, after all that was told before and ahead of all that is told later. An edge that does not
read is cut off and comes back by its place; one that sends anything else is cut off too. Only the
core's own user can open the socket: it lies in a directory of mode 0700.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, cast

from tocsin.channels.feed import Feed
from tocsin.kernel.feed import TICK_S, Line
from tocsin.kernel.wire import parse_place

BUFFER_BYTES: Final = 8_388_608
"""What an edge may leave unread beyond its opening: 2,000 messages, or five boards of a country."""

REPORT_BYTES: Final = 65_536
"""A line of counts is 600 bytes."""

WHO_ASKS_WITHIN_S: Final = 5.0


class FeedServer:
    """Serve a feed on a Unix socket, between `open` and `close`."""

    def __init__(self, feed: Feed) -> None:
        self.feed = feed
        self.links: set[_Link] = set()
        self._path: Path | None = None
        self._server: asyncio.AbstractServer | None = None
        self._reported = asyncio.Event()

    async def open(self, path: Path) -> None:
        """Begin, at a path; what a dead core left there is replaced."""
        loop = asyncio.get_running_loop()
        path.unlink(missing_ok=True)  # noqa: ASYNC240  # Once, before anybody is served.
        self._path = path
        self._server = await loop.create_unix_server(lambda: _Link(self), str(path))

    def close(self) -> None:
        """Cut all edges off and answer no more."""
        if self._server is not None and self._path is not None:
            self._server.close()
            for link in tuple(self.links):
                link.cut()
            self._path.unlink(missing_ok=True)

    async def tick(self, vouches: Callable[[], bool] = lambda: True) -> None:
        """
        Tell each second that the core lives, for ever.

        Args:
            vouches: Says whether it may be believed that what is shown is all: else edges shall
                say "stale".
        """
        while True:
            if vouches():
                self.feed.tick()
            await asyncio.sleep(TICK_S)

    async def served(self) -> None:
        """Wait until an edge has said that it serves."""
        await self._reported.wait()

    def reports(self) -> list[Mapping[str, Any]]:
        """Give the newest counts of each edge that is here."""
        return [link.report for link in self.links if link.report]

    def count(self, name: str) -> float:
        """Add up one count over all edges; counts that are kept by form are added up as well."""
        return sum(sum(by_form(report, name).values()) for report in self.reports())

    def reported(self) -> None:
        """An edge has said that it serves."""
        self._reported.set()


def by_form(report: Mapping[str, Any], name: str) -> dict[str, float]:
    """Read one count of a report, by wire form; under an empty name where it is kept for all."""
    found = report.get(name, 0)
    counts = found if isinstance(found, dict) else {"": found}
    return {form: n for form, n in counts.items() if isinstance(n, int | float)}


def _nothing() -> None:
    """End what was not begun."""


class _Link(asyncio.Protocol):
    """One edge."""

    def __init__(self, server: FeedServer) -> None:
        self._server = server
        self._unread = bytearray()
        self._asked = False
        self._leave: Callable[[], None] = _nothing
        self.report: dict[str, Any] = {}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by its class.
        self._patience = asyncio.get_running_loop().call_later(WHO_ASKS_WITHIN_S, self.cut)
        self._server.links.add(self)

    def data_received(self, data: bytes) -> None:
        self._unread += data
        while not self._transport.is_closing():
            line, found, rest = self._unread.partition(b"\n")
            if not found:
                break
            self._unread = rest
            if self._asked:
                self._take_report(bytes(line))
            else:
                self._open(line.decode("ascii", "replace"))
        if len(self._unread) > REPORT_BYTES:
            self.cut()

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._patience.cancel()
        self._leave()
        self._server.links.discard(self)

    def cut(self) -> None:
        """Close the connection at once; the edge comes back and says what it knows."""
        self._transport.abort()

    def _open(self, since: str) -> None:
        self._asked = True
        self._patience.cancel()
        opening = self._server.feed.opening(parse_place(since))
        self._transport.write(b"".join(line.encode() for line in opening))
        # Only now: nothing can be told between the opening and the first line after it.
        self._allowed = BUFFER_BYTES + self._transport.get_write_buffer_size()
        self._leave = self._server.feed.subscribe(self._take)

    def _take(self, line: Line) -> None:
        if self._transport.is_closing():
            return
        if self._transport.get_write_buffer_size() > self._allowed:
            self.cut()
        else:
            self._transport.write(line.encode())

    def _take_report(self, line: bytes) -> None:
        try:
            report = json.loads(line)
        except (ValueError, RecursionError):
            report = None
        if not isinstance(report, dict):
            self.cut()
            return
        if report.get("asks") == "board":
            for said in self._server.feed.renewal():
                self._take(said)
            return
        self.report = report
        if report.get("ready") is True:
            self._server.reported()
