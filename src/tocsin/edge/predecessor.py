"""
The predecessor: an edge that hands its subscribers over, takes its leave of the rest, and ends.

Once its plain subscribers are the successor's it accepts nobody any more. What waits for an answer
gets it here, within `FINISHING_S`; a plain connection that became a stream meanwhile goes after the
others. Over TLS nothing can be handed on, since the keys are in this process. So these are served
on, each until its own moment within `PARTING_S`, and are then asked to come back soon: the spread
is in when they are sent away, not in how long they wait, so that nobody is deaf for longer than
`RETRY_MS`, and an alert meanwhile reaches all.

Source: RFC 6455 with IANA's close code 1012; WHATWG HTML, section 9.2, `retry`; decision 0021.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Container, Mapping
from collections.abc import Set as AbstractSet
from contextlib import suppress
from typing import Final, Protocol

from tocsin.edge.groups import Group, Held
from tocsin.edge.succession import HANDING_S, Connection, ask_to_wait, hand_over
from tocsin.edge.websocket import SERVICE_RESTART, close_frame
from tocsin.edge.writes import Sink
from tocsin.kernel.feed import Line
from tocsin.kernel.ids import AreaCode
from tocsin.kernel.wire import Form, Place, parse_place

FINISHING_S: Final = 10.0
"""A command is answered within a second, a poll within 25; those are answered with nothing."""

LAST_ANSWERS_S: Final = 1.0
"""Of these: what still waits is told so, and has this long to be sent."""

PARTING_S: Final = 30.0
"""20,000 shake hands anew at 670 a second: a third of one core."""

HANDSHAKE_S: Final = 1.0
"""Whoever was shaking hands is a connection by then."""

LOOK_S: Final = 0.25
RETRY_MS: Final = (100, 1_000)


class Shows(Protocol):
    """What a predecessor needs of its hub."""

    @property
    def place(self) -> Place | None:
        """Tell the place that is shown."""

    def home(self, group: Group) -> tuple[frozenset[AreaCode], Form] | None:
        """Tell what a group listens to."""

    def opening(self) -> list[Line]:
        """List the lines that a successor can begin with."""


class Holds(Protocol):
    """What a predecessor needs of its fan-out."""

    def held(self) -> list[Held]:
        """Write all that waits, and list all sinks."""

    def send(self, group: Group, sink: Sink, data: bytes) -> None:
        """Write to one."""

    def close(self, group: Group, sink: Sink) -> None:
        """Close one."""


class Predecessor:
    """
    Answer a successor's questions, for `Control`.

    Args:
        half_said: Who has sent a part of a WebSocket frame, which cannot travel: `Inbox`.
        succeeded: Called when the subscribers are the successor's, with the link to it.
    """

    def __init__(
        self,
        hub: Shows,
        fan_out: Holds,
        half_said: Container[Sink],
        succeeded: Callable[[socket.socket], None],
    ) -> None:
        self._hub = hub
        self._fan_out = fan_out
        self._half_said = half_said
        self._succeeded = succeeded

    def answers(self) -> Mapping[bytes, Callable[[socket.socket, bytes], None]]:
        """Name the questions that are answered here."""
        return {b"succeed": self.succeed, b"lines": self.lines}

    def succeed(self, link: socket.socket, question: bytes) -> None:
        """Hand over to who asks, or tell the place that it has to know first."""
        theirs = parse_place(question.decode("latin-1").partition(" ")[2].strip())
        if _knows_less(theirs, self._hub.place):
            ask_to_wait(link, self._hub.place)
        elif self.pass_on(link):
            self._succeeded(link)
            return
        link.close()

    def lines(self, link: socket.socket, _: bytes) -> None:
        """Tell a successor that hears nobody what has been kept of the feed."""
        with link, suppress(OSError):
            link.settimeout(HANDING_S)
            link.sendall(b"".join(line.encode() for line in self._hub.opening()))

    def pass_on(self, link: socket.socket) -> bool:
        """Hand over all plain subscribers that there are; say whether they are gone from here."""
        handed: list[tuple[int, Connection]] = []
        groups: list[Group] = []
        staying: list[Held] = []
        for held in self._fan_out.held():
            home = self._hub.home(held.group)
            if not isinstance(held.sink, int) or home is None:
                continue
            if held.sink in self._half_said:
                staying.append(held)
                continue
            areas, form = home
            connection = Connection(
                form, tuple(sorted(areas)), held.actuator, held.missed, held.rest
            )
            handed.append((held.sink, connection))
            groups.append(held.group)
        if not hand_over(link, self._hub.place, handed):
            return False
        for group, (descriptor, _) in zip(groups, handed, strict=True):
            self._fan_out.close(group, descriptor)
        for held in staying:
            if not held.rest:
                self._fan_out.send(held.group, held.sink, close_frame(SERVICE_RESTART))
            self._fan_out.close(held.group, held.sink)
        return True


def _knows_less(theirs: Place | None, ours: Place | None) -> bool:
    """Say whether a successor would take back what is shown here."""
    if ours is None:
        return False
    if theirs is None:
        return True
    return theirs.epoch == ours.epoch and theirs.position < ours.position


class Door(Protocol):
    """What the retirement needs of the front."""

    @property
    def links(self) -> AbstractSet[object]:
        """List the connections that are no streams."""

    def stop(self) -> None:
        """Accept no more."""

    def close(self) -> None:
        """Close what is idle, and the rest after its answer."""

    def end(self) -> None:
        """Close everything now."""


class Waits(Shows, Protocol):
    """What the retirement needs of the hub."""

    def answer_polls(self) -> None:
        """Answer all who wait with nothing."""


class Retirement:
    """
    What is left to do for an edge that was succeeded.

    Args:
        draw: Draws a whole number between two, both included.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        predecessor: Predecessor,
        hub: Waits,
        fan_out: Holds,
        front: Door,
        draw: Callable[[int, int], int],
    ) -> None:
        self._loop = loop
        self._predecessor = predecessor
        self._hub = hub
        self._fan_out = fan_out
        self._front = front
        self._draw = draw

    async def run(
        self,
        link: socket.socket,
        *,
        finishing_s: float = FINISHING_S,
        parting_s: float = PARTING_S,
    ) -> None:
        """Serve who is left until none is; the source has to be heard meanwhile."""
        self._front.stop()
        for held in self._fan_out.held():
            if isinstance(held.sink, int):
                continue  # Its number may soon be somebody else's; it goes after the others.
            delay_s = self._draw(0, round(parting_s * 1_000)) / 1_000
            self._loop.call_later(delay_s, self._part, held.group, held.sink)
        for number in range(round((finishing_s - LAST_ANSWERS_S) / LOOK_S)):
            if not self._front.links and number * LOOK_S >= HANDSHAKE_S:
                break
            await asyncio.sleep(LOOK_S)
        self._front.close()
        self._hub.answer_polls()
        await asyncio.sleep(min(LAST_ANSWERS_S, finishing_s) if self._front.links else 0)
        with link:
            self._predecessor.pass_on(link)
        self._front.end()
        for _ in range(round((parting_s - finishing_s) / LOOK_S)):
            if not self._fan_out.held():
                break
            await asyncio.sleep(LOOK_S)
        for held in self._fan_out.held():
            self._part(held.group, held.sink)
        await asyncio.sleep(0)  # They are closed when the loop comes round.

    def _part(self, group: Group, sink: Sink) -> None:
        """Ask one to come back, and close it; whoever is gone already stays so."""
        home = self._hub.home(group)
        form = None if home is None else home[1]
        if form is Form.SSE:
            self._fan_out.send(group, sink, b"retry: %d\n\n" % self._draw(*RETRY_MS))
        elif form is Form.WEBSOCKET:
            self._fan_out.send(group, sink, close_frame(SERVICE_RESTART))
        self._fan_out.close(group, sink)
