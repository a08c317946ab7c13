"""
One connection of a client, from its first byte until it ends or becomes a stream.

It answers one request after another: it reads no further while one waits for its answer, or while
the client does not read. What cannot be read as HTTP is answered with a problem document and ends
the connection. When a request is for a stream the descriptor is given away, and nothing is left
here but its place in the count of connections.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from typing import Final, Protocol

from tocsin.edge import answer
from tocsin.edge.alike import Asking
from tocsin.edge.connections import Connections, Patience, Stage
from tocsin.edge.handover import (
    WIDE_BYTES,
    Listeners,
    refuse,
    set_send_buffer,
    set_stream_buffer,
    sink_of,
)
from tocsin.edge.hub import Asked
from tocsin.edge.request import Request, RequestReader
from tocsin.edge.tls import TlsTransport
from tocsin.edge.words import Key
from tocsin.kernel.errors import Refused, TocsinError, Unavailable
from tocsin.kernel.limits import BODY_BYTES, HEADER_BYTES, QUERY_BYTES
from tocsin.kernel.wire import Form

HELD_BYTES: Final = QUERY_BYTES + HEADER_BYTES + BODY_BYTES
"""What may come before an earlier request is answered: one more of the largest kind."""

LINGER_S: Final = 2.0
"""After a refusal what still comes is thrown away, so that the refusal arrives."""

SENT_LOOK_S: Final = 0.02

NEVER: Final = float("inf")


class Door(Protocol):
    """What all connections share: `edge.front.Front`."""

    loop: asyncio.AbstractEventLoop
    limits: Connections
    patience: Patience
    links: set[Link]
    known: dict[bytes, Request]
    now: float
    idle_until: float
    closing: bool
    leaving: bool

    @property
    def hub(self) -> Listeners:
        """Give the hub."""

    def answer(self, link: Link, request: Request) -> bytes:
        """Answer a request, now or later."""

    def ask(self, link: Link, request: Request, key: Key | None, *, urgent: bool) -> Asking:
        """Ask the core for a client."""

    def without_core(self, request: Request, error: TocsinError) -> bytes:
        """Answer what can be answered where the core cannot."""


class Link(asyncio.Protocol):
    """A connection, as long as it is not a stream."""

    __slots__ = (
        "_answering", "_blocked", "_cancel", "_counted", "_exchange", "_front", "_held", "_last",
        "_looping", "_reader", "_request", "_stage", "_tunnel", "_unsent", "_wide", "_wrote",
        "address", "due", "transport",
    )  # fmt: skip

    def __init__(self, front: Door) -> None:
        self.transport: asyncio.Transport
        self.due = NEVER
        self._front = front
        self._reader = RequestReader(front.known)
        self._request: Request
        self.address, self._held = "", b""
        self._stage = Stage.HEAD
        self._answering = self._blocked = self._last = self._looping = False
        self._tunnel = self._wide = self._wrote = self._counted = False
        self._exchange: Asking | None = None
        self._cancel: Callable[[], None] | None = None
        self._unsent = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Count the connection in, or refuse it."""
        front = self._front
        self.transport = transport
        peer = transport.get_extra_info("peername")
        self.address = str(peer[0]) if peer else ""
        self.due = front.now + front.patience.head_s
        self._counted = front.limits.enter(self.address)
        if self._counted and not front.closing:
            front.links.add(self)
        else:
            sentence = "Too many connections; come back in a moment."
            transport.write(answer.problem(Unavailable("server.full", sentence), close=True))
            transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        del exc
        self._front.links.discard(self)
        if self._counted:
            self._counted = False
            self._front.limits.leave(self.address)
        if self._exchange is not None:
            self._exchange.abandon()
            self._exchange = None
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    def data_received(self, data: bytes) -> None:
        """Read what has come, or keep it until it is its turn."""
        if self._tunnel:
            if self._exchange is not None:
                self._exchange.send(data)
        elif self._answering or self._blocked:
            self._hold(data)
        elif self._stage is not Stage.END:
            self._read(data)

    def pause_writing(self) -> None:
        """Wait: the client does not read."""
        self._blocked = True
        if not self._wide:
            self._wide = True
            set_send_buffer(self.transport, WIDE_BYTES)
        self._unsent = self.transport.get_write_buffer_size()
        self.due = self._front.now + self._front.patience.stalled_s
        if self._exchange is not None:
            self._exchange.pause()

    def resume_writing(self) -> None:
        """Go on: the client reads again."""
        self._blocked = False
        if self._exchange is not None:
            self.due = NEVER
            self._exchange.resume()
        elif not self._answering and self._stage is not Stage.END:
            self._go_on()

    # Reading and answering.

    def _read(self, data: bytes) -> None:
        reader, front = self._reader, self._front
        self._looping = True
        try:
            while data:
                request = reader.feed(data)
                if request is None:
                    self._wait_for_rest()
                    break
                data = reader.rest
                self._request = request
                said = self._answer_to(request)
                if said:
                    self._wrote = True
                    self.transport.write(said)
                    if not self._request.keep_alive:
                        self._end()
                if self._answering or self._blocked:
                    if data:
                        self._hold(data)
                    break
                if self._stage is Stage.END:
                    break
                self._stage = Stage.IDLE
                self.due = front.idle_until
        except TocsinError as error:
            self._refuse(error)
        finally:
            self._looping = False

    def _answer_to(self, request: Request) -> bytes:
        if self._front.leaving and isinstance(self.transport, TlsTransport):
            self._request = request = request.last()  # A plain one goes on at the successor's.
        try:
            return self._front.answer(self, request)
        except TocsinError as error:
            return self._problem(error)

    def _problem(self, error: TocsinError) -> bytes:
        return answer.problem(
            error,
            close=not self._request.keep_alive,
            with_body=self._request.method != b"HEAD",
        )

    def _wait_for_rest(self) -> None:
        """Give a head, and a body, their time; more bytes give no more of it."""
        reader, front = self._reader, self._front
        if reader.asks_first:
            reader.asks_first = False
            self._wrote = True
            self.transport.write(answer.CONTINUE)
        stage = Stage.BODY if reader.wants_body else Stage.HEAD
        if stage is not self._stage:
            self._stage = stage
            patience = front.patience
            self.due = front.now + (patience.body_s if reader.wants_body else patience.head_s)

    def _hold(self, data: bytes) -> None:
        self._held += data
        if len(self._held) > HELD_BYTES:
            self.transport.abort()
        else:
            self.transport.pause_reading()

    def _go_on(self) -> None:
        """Take the next request, where one has come already."""
        if self._looping or self.transport.is_closing():
            return
        self._stage = Stage.IDLE
        self.due = self._front.idle_until
        if self._held:
            held, self._held = self._held, b""
            self.transport.resume_reading()
            self._read(held)

    def _refuse(self, error: TocsinError) -> None:
        """Answer what is no request of ours, and read no more."""
        self.transport.write(answer.problem(error, close=True))
        self._stage = Stage.END
        self._held = b""
        if self.transport.can_write_eof():
            self.due = self._front.now + LINGER_S
            self.transport.write_eof()
        else:
            self._end()

    def _end(self) -> None:
        """Close once the client has taken what was written, within its time."""
        self._stage = Stage.END
        self.due = self._front.now + self._front.patience.stalled_s
        self.transport.close()

    def look(self) -> None:
        """Be told that the time is over for what the connection was waiting for."""
        if self._blocked:
            unsent = self.transport.get_write_buffer_size()
            if unsent != self._unsent:
                self._unsent = unsent
                self.due = self._front.now + self._front.patience.stalled_s
                return
        elif self._stage is Stage.BODY:
            slow = Refused("request.too_slow", "The body did not come in time.", status=408)
            self._refuse(slow)
            return
        self.transport.abort()

    def leave(self) -> None:
        """Close, unless a request waits for its answer; that is the last one then."""
        if self._stage in {Stage.IDLE, Stage.HEAD}:
            self.transport.abort()
        elif self._stage is Stage.ANSWER and not self._tunnel:
            self._last = True

    @property
    def idle(self) -> bool:
        """Say whether nothing is asked, so that the connection may be somebody else's."""
        waits = self._stage in {Stage.IDLE, Stage.HEAD} and self._reader.between
        return waits and not self._held and not self._blocked

    @property
    def tunnel(self) -> bool:
        """Say whether the connection is a tunnel to the core."""
        return self._tunnel

    # Streams and long polls.

    def await_answer(self) -> None:
        """Read no further request until `answered`."""
        self._answering = True
        self._stage = Stage.ANSWER
        self.due = NEVER

    def give_away(self, asked: Asked) -> None:
        """Become a stream, as soon as whatever was answered before is sent."""
        self.await_answer()
        self.due = self._front.now + self._front.patience.stalled_s
        if self._wrote:
            self._front.loop.call_soon(self._give_away, asked)  # uvloop writes when it comes round.
        else:
            self._give_away(asked)

    def _give_away(self, asked: Asked) -> None:
        transport = self.transport
        if transport.is_closing():
            return
        if transport.get_write_buffer_size():
            self._front.loop.call_later(SENT_LOOK_S, self._give_away, asked)
            return
        if self._wide or asked.form is Form.FEED:
            set_stream_buffer(transport, asked.form)
        sink = sink_of(transport)
        gone = self._front.limits.way_out(self.address)
        try:
            self._front.hub.join(sink, asked, gone)
        except TocsinError as error:
            if isinstance(sink, int):
                os.close(sink)  # It was a copy; the transport still has its own.
                self.fail(error)
            else:
                refuse(sink, answer.problem(error, close=True))
                self.connection_lost(None)
            return
        self._counted = False
        self._front.links.discard(self)
        self._held = b""  # Whatever came after the request is nobody's business.
        if isinstance(sink, int):
            transport.abort()

    def poll(self, asked: Asked) -> None:
        """Answer when there is something to say, or the hub has waited long enough."""
        self.await_answer()
        cancel = self._front.hub.poll(asked, self._polled)
        if self._answering:
            self._cancel = cancel

    def _polled(self, body: bytes) -> None:
        self._cancel = None
        close = not self._request.keep_alive
        self._wrote = True
        self.transport.write(answer.whole(200, body, close=close))
        self.answered(close=close)

    # What the relay calls.

    def relay(self, request: Request, key: Key | None = None, *, urgent: bool = False) -> None:
        """
        Let the core answer, and others who ask in the same words by the same answer.

        Raises:
            Unavailable: `server.busy`.
        """
        self._exchange = self._front.ask(self, request, key, urgent=urgent)
        self.await_answer()

    def ask_alone(self) -> None:
        """Let the core answer this one by itself."""
        try:
            self.relay(self._request)
        except TocsinError as error:
            self.fail(error)

    def answer(self, data: bytes) -> None:
        """Send a part of the core's answer."""
        self._wrote = True
        self.transport.write(data)

    def answered(self, *, close: bool) -> None:
        """Go on with the next request: this answer is whole."""
        self._exchange = None
        self._answering = False
        if close or self._last or not self._request.keep_alive:
            self._end()
        else:
            self._go_on()

    def fail(self, error: TocsinError) -> None:
        """Answer with an error."""
        said = self._front.without_core(self._request, error) or self._problem(error)
        self._wrote = True
        self.transport.write(said)
        self.answered(close=False)

    def cut(self) -> None:
        """Close: half an answer was sent, and nobody knows the rest."""
        self._exchange = None
        self.transport.abort()

    def tunnelled(self) -> None:
        """Hand on whatever comes from now on."""
        self._tunnel = True
        if self._held and self._exchange is not None:
            self._exchange.send(self._held)
            self._held = b""
            self.transport.resume_reading()

    def hold_back(self, *, full: bool) -> None:
        """Leave what the client sends with the kernel, or read it again."""
        if self.transport.is_closing():
            return
        read = self.transport.pause_reading if full else self.transport.resume_reading
        read()
