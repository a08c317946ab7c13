"""
The predecessor: an edge that hands its connections over, takes its leave of the rest, and ends.

Once its plain subscribers and idle connections are the successor's it accepts nobody any more. What
waits for an answer gets it here, long polls within `FINISHING_S`; a plain connection that has got
its answer, or became a stream meanwhile, goes after the others, so no request meets a closed door.
Over TLS nothing can be handed on, since the keys are in this process. So subscribers are served
on, each until its own moment within `PARTING_S`, and are then asked to come back soon: the spread
is in when they are sent away, not in how long they wait, so that nobody is deaf for longer than
`RETRY_MS`, and an alert meanwhile reaches all. Who asks over TLS is told with the answer that it
was the last here. Tunnels to the core end within `PARTING_S` too, each at its own moment.

Source: RFC 6455 with IANA's close code 1012; WHATWG HTML, section 9.2, `retry`; decision 0021.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Container, Mapping
from collections.abc import Set as AbstractSet
from contextlib import suppress
from types import MappingProxyType
from typing import Final, Protocol

from tocsin.edge.groups import Group, Held
from tocsin.edge.handover import rest, resting_descriptor, wake
from tocsin.edge.succession import HANDING_S, Connection, ask_to_wait, hand_over
from tocsin.edge.websocket import SERVICE_RESTART, close_frame
from tocsin.edge.writes import Sink
from tocsin.kernel.feed import Line
from tocsin.kernel.ids import AreaCode
from tocsin.kernel.wire import Form, Place, parse_place

FINISHING_S: Final = 10.0
"""Long polls wait up to 25; those that still do are answered with nothing."""

PARTING_S: Final = 30.0
"""20,000 shake hands anew at 670 a second: a third of one core. A command is answered within 30."""

HANDSHAKE_S: Final = 1.0
"""Whoever was shaking hands is a connection by then."""

LOOK_S: Final = 0.25
RETRY_MS: Final = (100, 1_000)

_IDLE: Final = Connection(None)
_NOBODY: Final[Mapping[int, Asks]] = MappingProxyType({})


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


class Asks(Protocol):
    """A connection that is no stream."""

    transport: asyncio.Transport

    @property
    def idle(self) -> bool:
        """Say whether nothing is asked."""

    @property
    def tunnel(self) -> bool:
        """Say whether it is a tunnel to the core."""


class Door(Protocol):
    """What is needed of the front."""

    @property
    def links(self) -> AbstractSet[Asks]:
        """List the connections that are no streams."""

    def leave(self) -> None:
        """Accept no more, and let what cannot be handed on end with an answer."""

    def end(self) -> None:
        """Close everything now."""


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

    def pass_on(self, link: socket.socket, resting: Mapping[int, Asks] = _NOBODY) -> bool:
        """
        Hand over all plain subscribers that there are; say whether they are gone from here.

        Args:
            resting: By their descriptors, connections that go with them, on which nothing is asked.
        """
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
        handed += [(descriptor, _IDLE) for descriptor in resting]
        if not hand_over(link, self._hub.place, handed):
            return False
        for group, (descriptor, _) in zip(groups, handed, strict=False):
            self._fan_out.close(group, descriptor)
        for one in resting.values():
            one.transport.abort()  # Its descriptor lives on elsewhere.
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
        self._front.leave()
        for held in self._fan_out.held():
            if isinstance(held.sink, int):
                continue  # Its number may soon be somebody else's; it goes after the others.
            self._loop.call_later(self._moment_s(parting_s), self._part, held.group, held.sink)
        for one in self._front.links:
            if one.tunnel:
                self._loop.call_later(self._moment_s(parting_s), one.transport.close)
        with link:
            await self._finish(link, finishing_s, parting_s)
        self._front.end()
        for held in self._fan_out.held():
            self._part(held.group, held.sink)
        await asyncio.sleep(0)  # They are closed when the loop comes round.

    async def _finish(self, link: socket.socket, finishing_s: float, parting_s: float) -> None:
        """Hand on who gets ready for it, until nobody is left or the time is over."""
        began = self._loop.time()
        taken = asked = busy = True
        while (passed_s := self._loop.time() - began) < parting_s:
            if asked and passed_s >= finishing_s:
                asked = False
                self._hub.answer_polls()
            if busy:
                taken = taken and await self._pass_on(link)
            busy = bool(self._front.links) or passed_s < HANDSHAKE_S
            if not busy and not self._fan_out.held():
                return
            await asyncio.sleep(min(LOOK_S, parting_s / 4))
        if taken:
            await self._pass_on(link)

    async def _pass_on(self, link: socket.socket) -> bool:
        """Hand over who is a stream by now, or idle; False where nobody takes them."""
        resting = [one for one in self._front.links if one.idle and rest(one.transport)]
        await asyncio.sleep(0)  # What was answered last is sent when the loop comes round.
        found = {resting_descriptor(one.transport): one for one in resting}
        ready = {number: one for number, one in found.items() if number is not None}
        plain = any(isinstance(held.sink, int) for held in self._fan_out.held())
        taken = not (plain or ready) or self._predecessor.pass_on(link, ready)
        for one in resting:
            wake(one.transport)
        return taken

    def _moment_s(self, parting_s: float) -> float:
        return self._draw(0, round(parting_s * 1_000)) / 1_000

    def _part(self, group: Group, sink: Sink) -> None:
        """Ask one to come back, and close it; whoever is gone already stays so."""
        home = self._hub.home(group)
        form = None if home is None else home[1]
        if form is Form.SSE:
            self._fan_out.send(group, sink, b"retry: %d\n\n" % self._draw(*RETRY_MS))
        elif form is Form.WEBSOCKET:
            self._fan_out.send(group, sink, close_frame(SERVICE_RESTART))
        self._fan_out.close(group, sink)
