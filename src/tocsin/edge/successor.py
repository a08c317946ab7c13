"""
The successor: an edge that starts where another runs, and takes its subscribers over.

First it hears a board, so that whoever it takes over misses nothing; where no core is heard it
begins with what the predecessor has kept. It waits a moment more, for what is on its way to the
predecessor and has no place in the stream. Then it asks, is given everybody at once, and tells
each what came after the place up to which the predecessor has told it, or a board. Before that it
accepts nobody, so until then a failure leaves everything as it was.

Source: `tocsin.edge.succession`; decision 0021.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

import structlog

from tocsin.edge.connections import Connections
from tocsin.edge.hub import Asked
from tocsin.edge.succession import HANDING_S, Connection, Inheritance, receive, written
from tocsin.edge.writes import Sink
from tocsin.kernel.errors import Malformed, TocsinError, Unavailable
from tocsin.kernel.feed import Line, parse_line
from tocsin.kernel.wire import Place

OWN_SOURCE_S: Final = 3.0
"""A core that is there is heard within 0.1 s."""

CATCH_UP_S: Final = 10.0
"""For being as far as the predecessor, where a source is slow."""

SETTLE_S: Final = 0.2
LOOK_S: Final = 0.05

LINES_BYTES: Final = 268_435_456
"""All lines kept are 64 MB, the lines before a board as much, a board 16."""

AT_ONCE: Final = 500
"""Taken over before others have their turn: 500 × 20 µs = 10 ms."""

_log = structlog.get_logger()


class Heir(Protocol):
    """What a successor needs of its hub."""

    @property
    def place(self) -> Place | None:
        """Tell the place that is shown."""

    @property
    def ready(self) -> bool:
        """Say whether a board was heard."""

    def take(self, line: Line) -> None:
        """Take one line in."""

    def join(self, sink: Sink, asked: Asked, gone: Callable[[], None]) -> None:
        """Make a connection a stream."""


class Successor:
    """
    Take over from the edge that answers at a path.

    Args:
        link: Makes the protocol of a connection whose request is still to come: the front's.
    """

    def __init__(
        self, hub: Heir, limits: Connections, link: Callable[[], asyncio.BaseProtocol]
    ) -> None:
        self._hub = hub
        self._limits = limits
        self._link = link
        self._waiting: deque[int] = deque()
        self._welcoming: asyncio.Task[None] | None = None

    async def take_over(self, path: Path) -> int:
        """
        Take over all that the edge at a path has; the source has to be heard meanwhile.

        Returns:
            How many connections were taken over; none where nobody is there.

        Raises:
            Unavailable: `edge.not_handed_over`; the predecessor goes on with all it has.
        """
        loop = asyncio.get_running_loop()
        await self._get_ready(path)
        until = loop.time() + CATCH_UP_S
        while (link := _ask(path, b"succeed " + written(self._hub.place) + b"\n")) is not None:
            try:
                inheritance = receive(link)
            except Unavailable:
                link.close()
                raise
            if inheritance.granted:
                loop.add_reader(link.fileno(), self._take_late, loop, link)
                return await self._adopt(inheritance)
            link.close()
            if loop.time() >= until:
                sentence = "The edge that runs here knows more than its successor could learn."
                raise Unavailable("edge.not_handed_over", sentence)
            await asyncio.sleep(LOOK_S)
        return 0

    async def _get_ready(self, path: Path) -> None:
        for _ in range(round(OWN_SOURCE_S / LOOK_S)):
            if self._hub.ready:
                break
            await asyncio.sleep(LOOK_S)
        if not self._hub.ready and (link := _ask(path, b"lines\n")) is not None:
            with link:
                self._take_lines(link)
        await asyncio.sleep(SETTLE_S)

    def _take_lines(self, link: socket.socket) -> None:
        """Begin with what the predecessor has kept, as far as it can be read."""
        try:
            with link.makefile("rb") as lines:
                told = lines.read(LINES_BYTES)
            for raw in told.splitlines():
                self._hub.take(parse_line(raw))
        except (OSError, Malformed) as error:
            _log.warning("predecessors_lines_not_taken", error=str(error))

    async def _adopt(self, inheritance: Inheritance) -> int:
        place, connections, _ = inheritance
        for begin in range(0, len(connections), AT_ONCE):
            for descriptor, connection in connections[begin : begin + AT_ONCE]:
                self._take_in(descriptor, connection, place)
            await asyncio.sleep(0)
        return len(connections)

    def _take_late(self, loop: asyncio.AbstractEventLoop, link: socket.socket) -> None:
        """Take over who was busy at the predecessor until now, as often as it hands anybody on."""
        try:
            place, connections, _ = receive(link)
        except Unavailable:  # It has ended, or has kept them; it sends them here in its own way.
            loop.remove_reader(link.fileno())
            link.close()
            return
        for descriptor, connection in connections:
            self._take_in(descriptor, connection, place)

    def _take_in(self, descriptor: int, connection: Connection, place: Place | None) -> None:
        areas, form = frozenset(connection.areas), connection.form
        if form is None:
            self._waiting.append(descriptor)
            self._welcoming = self._welcoming or asyncio.get_running_loop().create_task(
                self._welcome()
            )
            return
        gone = self._count_in(descriptor)
        since = None if connection.missed else place
        try:
            self._hub.join(
                descriptor, Asked(areas, since, form, connection.actuator, connection.rest), gone
            )
        except TocsinError as error:  # Its limits are smaller than the predecessor's.
            _log.warning("connection_not_taken_over", error=error.code)
            os.close(descriptor)
            gone()

    async def _welcome(self) -> None:
        """Let connections ask here what they have not asked there; others have their turns."""
        while self._waiting:
            connection = socket.socket(fileno=self._waiting.popleft())
            connection.settimeout(0)
            try:
                await asyncio.get_running_loop().connect_accepted_socket(self._link, connection)
            except OSError:  # It is gone.
                connection.close()
        self._welcoming = None

    def _count_in(self, descriptor: int) -> Callable[[], None]:
        """Count a connection; one over a limit that was lowered stays, uncounted."""
        with socket.socket(fileno=os.dup(descriptor)) as connection:
            try:
                address = str(connection.getpeername()[0])
            except OSError:
                address = ""  # It is gone; the fan-out notices.
        if self._limits.enter(address):
            return self._limits.way_out(address)
        return lambda: None


def _ask(path: Path, question: bytes) -> socket.socket | None:
    """Ask the edge at a path; None where nobody is there."""
    link = socket.socket(socket.AF_UNIX)
    link.settimeout(HANDING_S)
    try:
        link.connect(str(path))
        link.sendall(question)
    except OSError:
        link.close()
        return None
    return link
