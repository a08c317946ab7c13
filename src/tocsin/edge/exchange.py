"""
One request of one client to the core, and the answer to it.

The head is written anew for the client's side, the body handed on as it comes, no faster than the
client reads. What began with a core that then went away is cut off, so that nobody takes half an
answer for a whole one.

Whoever wrote something may read it here at once: an answer that carries `tocsin-place` waits until
this edge has heard of that place, for no longer than a second.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Final, Protocol

from tocsin.edge.cores import Cores
from tocsin.edge.request import Request
from tocsin.edge.upstream import Head, Wire
from tocsin.kernel.errors import TocsinError, Unavailable
from tocsin.kernel.wire import Place, parse_place

ANSWER_WITHIN_S: Final = 30.0
URGENT_WITHIN_S: Final = 3.0
"""Whoever asks how the server is asks again in a few seconds, and draws conclusions."""

DOUBTED_AFTER_S: Final = 0.8
"""A core that lives answers within 0.1 s; a client that sends an alarm again waits about 1 s."""

SHOWN_WITHIN_S: Final = 1.0
SHOWN_LOOK_S: Final = 0.002

ELSEWHERE: Final = frozenset({"ledger.standby", "ledger.unreachable", "core.unavailable"})
"""
What is to be asked of another core: this one stands by, has lost the record, or is gone and its
edge says so. None of them has done anything, and what is sent again has its command's id.
"""

STANDBY_BYTES: Final = 4_096
"""A problem document of a core that stands by has 200 bytes."""


class Asker(Protocol):
    """The client's connection, as the relay sees it."""

    def answer(self, data: bytes) -> None:
        """Send a part of the answer."""

    def answered(self, *, close: bool) -> None:
        """Be told that the answer is whole."""

    def fail(self, error: TocsinError) -> None:
        """Answer with an error, nothing having been sent."""

    def cut(self) -> None:
        """Close now: what was sent is not whole."""

    def tunnelled(self) -> None:
        """Be told that whatever comes in from now on belongs into the tunnel."""

    def hold_back(self, *, full: bool) -> None:
        """Read no more from the client for now, or again."""


class Turns(Protocol):
    """What lets exchanges begin: the relay."""

    loop: asyncio.AbstractEventLoop
    cores: Cores
    failures: int
    place: Callable[[], Place | None]

    def open(self, exchange: Exchange) -> None:
        """Connect to a core for an exchange."""

    def done(self, exchange: Exchange) -> None:
        """Take back its turn."""

    def keep(self, wire: Wire, number: int) -> None:
        """Take back a connection that can be used again."""


class Exchange:
    """One request of one client, and the answer to it."""

    def __init__(
        self, relay: Turns, asker: Asker, request: Request, head: bytes, *, urgent: bool
    ) -> None:
        self._relay = relay
        self._asker = asker
        self._request = request
        self._sent = head
        self._head: Head | None = None
        self._wire: Wire | None = None
        self._number = 0
        self._asked_at = float("inf")
        self._timer: asyncio.TimerHandle | None = None
        self._out: list[bytes] = []
        self._chunked = self._held = self._ended = self._close = False
        self._tunnel = False
        self._standby: list[bytes] | None = None
        self._losses = 0
        self.repeatable = request.method in {b"GET", b"HEAD"}
        self.patient = self.repeatable and not urgent
        self._within_s = URGENT_WITHIN_S if urgent else ANSWER_WITHIN_S
        self.counted = False
        self.over = False
        self.tried: set[int] = set()

    @property
    def head(self) -> Head | None:
        """Give the head of the answer, once it has come."""
        return self._head

    # What the relay and the client's connection call.

    def use(self, wire: Wire, number: int) -> None:
        """Send the request on a connection, unless the client has gone meanwhile."""
        if self.over:
            wire.drop()
            return
        self._wire, self._number = wire, number
        self._asked_at = self._relay.loop.time()
        self._wait(self._within_s, self._too_late)
        wire.ask(self, self._sent, head_only=self._request.method == b"HEAD")

    def end_with(self, error: TocsinError) -> None:
        """Answer with an error."""
        self._finish()
        self._asker.fail(error)

    def abandon(self) -> None:
        """Be told that the client is gone, perhaps because the core let it wait for too long."""
        if not self.over:
            if self._silent_for_s() > DOUBTED_AFTER_S:
                self._relay.cores.doubt(self._number)
            self._finish()

    def pause(self) -> None:
        """Be told that the client does not read."""
        if self._wire is not None:
            self._wire.pause()

    def resume(self) -> None:
        """Be told that the client reads again."""
        if self._wire is not None and not self._held:
            self._wire.resume()

    def send(self, data: bytes) -> None:
        """Send what the client says into the tunnel."""
        if self._wire is not None:
            self._wire.send(data)

    # What the connection to the core calls.

    def heard_head(self, head: Head) -> None:
        """Write the head for the client."""
        self._stop_waiting()
        self._head = head
        more = self._relay.cores.has_another({*self.tried, self._number})
        if head.status == 503 and more and (head.length or 0) <= STANDBY_BYTES:
            self._standby = []
            return
        self._write_head(head)

    def _write_head(self, head: Head) -> None:
        self._relay.done(self)
        # Whoever only reads is answered by a core that stands by as well.
        self._relay.cores.trust(self._number, first=bool(self.tried) or not self.repeatable)
        request = self._request
        lines = [b"HTTP/1.1 %d %s\r\n" % (head.status, head.reason)]
        lines += [b"%s: %s\r\n" % header for header in head.headers]
        self._close = not request.keep_alive
        if head.status == 101:
            self._tunnel = True
            lines.append(b"connection: upgrade\r\n")
        elif head.length is None:
            self._chunked = request.modern
            self._close |= not request.modern
            lines += [b"transfer-encoding: chunked\r\n"] if request.modern else []
        elif request.method != b"HEAD" and head.status not in {204, 304}:
            lines.append(b"content-length: %d\r\n" % head.length)
        if self._close and not self._tunnel:
            lines.append(b"connection: close\r\n")
        self._out.append(b"".join(lines) + b"\r\n")
        wanted = parse_place(head.place.decode("latin-1")) if head.place else None
        if wanted is not None and not self._shown(wanted):
            assert self._wire is not None
            self._held = True
            self._wire.pause()
            self._look(wanted, self._relay.loop.time() + SHOWN_WITHIN_S)
        if self._tunnel:
            self._asker.tunnelled()

    def heard_body(self, data: bytes) -> None:
        """Take a part of the body."""
        if self._standby is not None:
            self._standby.append(data)
            if sum(map(len, self._standby)) > STANDBY_BYTES:
                self._no_standby()
        elif self._chunked:
            self._out.append(b"%x\r\n%s\r\n" % (len(data), data))
        else:
            self._out.append(data)

    def heard_end(self) -> None:
        """Be told that the response is whole."""
        if self._standby is not None:
            if _is_for_another(b"".join(self._standby)):
                self._ask_next()
                return
            self._no_standby()
        if self._chunked:
            self._out.append(b"0\r\n\r\n")
        self._ended = True

    def heard(self) -> None:
        """Hand on what has come."""
        if self._held or self.over or self._standby is not None:
            return
        if self._out:
            data = b"".join(self._out) if len(self._out) > 1 else self._out[0]
            self._out.clear()
            self._asker.answer(data)
        if self._ended and not self.over:
            close = self._close or self._tunnel
            self._finish()
            self._asker.answered(close=close)

    def lost(self) -> None:
        """Be told that the connection to the core is gone."""
        self._wire = None
        self._stop_waiting()
        if self.over:
            return
        if self._head is not None:
            self._finish()
            self._asker.cut()
        elif self.repeatable and self._losses < 2:
            self._losses += 1
            self._relay.open(self)
        else:
            self._relay.failures += 1
            self.end_with(unavailable() if self.repeatable else _unanswered())

    def slow(self, *, full: bool) -> None:
        """Let the client wait, or go on."""
        if self._tunnel:
            self._asker.hold_back(full=full)

    # The rest.

    def _no_standby(self) -> None:
        assert self._head is not None
        said, self._standby = self._standby or [], None
        self._write_head(self._head)
        for data in said:
            self.heard_body(data)

    def _ask_next(self) -> None:
        self.tried.add(self._number)
        self._head = self._standby = None
        if self._wire is not None:
            self._wire.drop()
            self._wire = None
        self._relay.open(self)

    def _shown(self, wanted: Place) -> bool:
        shown = self._relay.place()
        return shown is not None and shown.epoch == wanted.epoch and shown >= wanted

    def _look(self, wanted: Place, until: float) -> None:
        if not self._shown(wanted) and self._relay.loop.time() < until:
            self._wait(SHOWN_LOOK_S, lambda: self._look(wanted, until))
            return
        self._stop_waiting()
        self._held = False
        if self._wire is not None:
            self._wire.resume()
        self.heard()

    def _silent_for_s(self) -> float:
        return self._relay.loop.time() - self._asked_at if self._head is None else 0.0

    def _too_late(self) -> None:
        self._relay.failures += 1
        self._relay.cores.doubt(self._number)
        self.end_with(_unanswered())

    def _wait(self, seconds: float, then: Callable[[], None]) -> None:
        self._stop_waiting()
        self._timer = self._relay.loop.call_later(seconds, then)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _finish(self) -> None:
        self.over = True
        self._stop_waiting()
        wire, self._wire = self._wire, None
        if wire is not None:
            if self._ended and wire.usable and not self._tunnel:
                self._relay.keep(wire, self._number)
            else:
                wire.drop()
        self._relay.done(self)


def _is_for_another(body: bytes) -> bool:
    try:
        said = json.loads(body)
    except ValueError:
        return False
    return isinstance(said, dict) and said.get("code") in ELSEWHERE


def unavailable() -> Unavailable:
    """Make the error for when no core can be reached."""
    sentence = "The part of the server that this needs is away; what stands is still told."
    return Unavailable("core.unavailable", sentence, retry_after_s=2)


def _unanswered() -> Unavailable:
    sentence = "No answer came; what you sent may have been done. Send it again with the same id."
    return Unavailable("core.unanswered", sentence, retry_after_s=2)
