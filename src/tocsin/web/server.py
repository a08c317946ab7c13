"""
The HTTP server: uvicorn, with two things of our own on each connection.

- A request for the stream never becomes a task. Its connection is handed over, as it is, to
  whoever keeps the streams (decision 0012): an idle subscriber costs a transport and no more.
- A connection that does not send a whole request head within `HEAD_WITHIN_S` of its first byte, or
  that comes when its address or the server has too many, is closed: slowness is not a right.

What cannot be read is answered with a problem document too, unless an earlier request on the same
connection still waits for its answer: then it is closed, so that no answer is taken for another's.
It knows no route but the stream's and decides nothing about alerts.
"""

from __future__ import annotations

import asyncio
import signal
import socket
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from types import FrameType
from typing import Final

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from tocsin.kernel.errors import Malformed, Refused, TocsinError, Unavailable
from tocsin.kernel.limits import HEADER_BYTES, QUERY_BYTES
from tocsin.web.problem import http_response

STREAM_PATH: Final = b"/api/v1/stream"

HEAD_WITHIN_S: Final = 10.0
"""A phone on a bad link sends its 1 kB of head in 2 s; ten leave room for lost packets."""

KEEP_ALIVE_S: Final = 15

SOCKET_MESSAGE_BYTES: Final = 16_384
"""What a device may say at once over a WebSocket: its settings are 2 kB."""

OpenStream = Callable[[asyncio.Transport, bytes, Mapping[str, str], Callable[[], None]], None]
"""
Take over a connection: its transport, the query as it came, the headers with names in lower case,
and what to call when it closes. Raises `TocsinError` for a request that it refuses.
"""


@dataclass(slots=True)
class Connections:
    """
    How many connections there are, in all and from each address, against their limits.

    The machine's own addresses are held to the total alone: what comes from them is a proxy that
    speaks for everybody, or the operator.
    """

    most: int
    most_per_address: int
    by_address: Counter[str] = field(default_factory=Counter)
    refused: int = 0

    def enter(self, address: str) -> bool:
        """Count a connection in; False, uncounted, where a limit is reached."""
        many_from_one = self.by_address[address] >= self.most_per_address and not _own(address)
        if many_from_one or self.by_address.total() >= self.most:
            self.refused += 1
            return False
        self.by_address[address] += 1
        return True

    def leave(self, address: str) -> None:
        """Count a connection out."""
        self.by_address[address] -= 1
        if not self.by_address[address]:
            del self.by_address[address]


class _Connection(HttpToolsProtocol):
    """One connection, as long as it is not a stream."""

    open_stream: OpenStream
    limits: Connections

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._taken: tuple[bytes, Mapping[str, str]] | None = None
        self._head_bytes = 0
        self._patience: asyncio.TimerHandle | None = None
        self._expect_head()
        self._address = self.client[0] if self.client else ""
        self._counted = self.limits.enter(self._address)
        if not self._counted:
            full = Unavailable("server.full", "Too many connections; come back in a moment.")
            self._refuse(full)

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_came()
        if self._counted:
            self._counted = False
            self.limits.leave(self._address)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        if not self._busy():
            self._expect_head()
        super().data_received(data)
        if self._taken is not None and not self.transport.is_closing():
            self._hand_over(*self._taken)

    def on_message_begin(self) -> None:
        if self._taken is None:
            self._head_bytes = 0
            super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        if self._open():
            super().on_url(url)
            self._count(len(url), QUERY_BYTES, "request.url_too_long", 414)

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._open():
            super().on_header(name, value)
            self._count(len(name) + len(value), HEADER_BYTES, "request.head_too_large", 431)

    def on_headers_complete(self) -> None:
        if not self._open():
            return
        self._head_came()
        path, _, query = self.url.partition(b"?")
        if path == STREAM_PATH and self.parser.get_method() == b"GET" and not self._busy():
            headers = {n.decode("latin-1"): v.decode("latin-1") for n, v in self.headers}
            self._taken = (query, headers)
            return
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        if self._open():
            super().on_body(body)

    def on_message_complete(self) -> None:
        if self._open():
            super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        """Let a WebSocket take over; whoever serves it counts it from here on."""
        super().handle_websocket_upgrade()
        if self._counted:
            self._counted = False
            self.limits.leave(self._address)

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP with a problem document; after a stream's request, nothing is."""
        if self._taken is None:
            self._refuse(Malformed("http.malformed", msg))

    def _open(self) -> bool:
        """Say whether what comes in is still a request of ours; after a stream's, nothing is."""
        return self._taken is None and not self.transport.is_closing()

    def _busy(self) -> bool:
        """Say whether an earlier request on this connection still waits for its answer."""
        return bool(self.cycle) and not self.cycle.response_complete

    def _expect_head(self) -> None:
        """Close the connection unless a whole head comes in time; asked again, time runs on."""
        if self._patience is None:
            self._patience = self.loop.call_later(HEAD_WITHIN_S, self.transport.abort)

    def _head_came(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _count(self, count: int, most: int, code: str, status: int) -> None:
        self._head_bytes += count
        if self._head_bytes > most:
            sentence = "This request is longer than any we answer."
            self._refuse(Refused(code, sentence, status=status))

    def _refuse(self, error: TocsinError) -> None:
        if self._busy():
            self.transport.abort()
        elif not self.transport.is_closing():
            self.transport.write(http_response(error))
            self.transport.close()

    def _hand_over(self, query: bytes, headers: Mapping[str, str]) -> None:
        self._unset_keepalive_if_required()
        counted, self._counted = self._counted, False
        leave = partial(self.limits.leave, self._address) if counted else _nothing
        try:
            self.open_stream(self.transport, query, headers, leave)
        except TocsinError as error:
            self._counted = counted
            self._refuse(error)
            return
        self.connections.discard(self)


def _own(address: str) -> bool:
    """Say whether an address is this machine's own."""
    return address.startswith("127.") or address in {"::1", ""}


def _nothing() -> None:
    """Was never counted in, so is not counted out."""


class _Server(uvicorn.Server):
    """A server that a signal ends, and not the process: snapshots are yet to be kept."""

    close_streams: Callable[[], None]
    on_started: Callable[[int], None]

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, and say at which port."""
        await super().startup(sockets)
        if self.started:
            self.on_started(self.servers[0].sockets[0].getsockname()[1])

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop on the first signal; on a second from the terminal, without waiting."""
        del frame
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close the streams first: nobody waits for their end."""
        self.close_streams()
        await super().shutdown(sockets)


def build(
    app: ASGIApp,
    *,
    open_stream: OpenStream,
    close_streams: Callable[[], None],
    started: Callable[[int], None],
    limits: Connections,
    host: str,
    port: int,
) -> uvicorn.Server:
    """
    Make the server; `await server.serve()` runs it until a signal or `server.should_exit`.

    Args:
        close_streams: Called when the server begins to stop.
        started: Told the port once the server answers there.
    """
    protocol = type(
        "Connection", (_Connection,), {"open_stream": staticmethod(open_stream), "limits": limits}
    )
    config = uvicorn.Config(
        app,
        interface="asgi3",
        host=host,
        port=port,
        http=protocol,
        ws="websockets-sansio",
        ws_max_size=SOCKET_MESSAGE_BYTES,
        ws_per_message_deflate=False,
        loop="uvloop",
        lifespan="on",
        log_config=None,
        log_level="error",  # What is no HTTP is counted, not told line by line.
        access_log=False,
        server_header=False,
        date_header=True,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=3,
        backlog=2048,
    )
    server = _Server(config)
    server.close_streams = close_streams
    server.on_started = started
    return server
