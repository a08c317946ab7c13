"""
The HTTP server: uvicorn, with two things of our own on each connection.

- A request for the stream never becomes a task. Its connection is handed over, as it is, to
  whoever keeps the streams (decision 0012): an idle subscriber costs a transport and no more.
- A connection that does not send a whole request head within `HEAD_WITHIN_S`, or that comes when
  its address or the server has too many, is closed: slowness is not a right.

It knows no route but the stream's and decides nothing about alerts.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from tocsin.kernel.errors import Refused, TocsinError, Unavailable
from tocsin.kernel.limits import HEADER_BYTES, QUERY_BYTES
from tocsin.web.problem import http_response

STREAM_PATH: Final = b"/api/v1/stream"

HEAD_WITHIN_S: Final = 10.0
"""A phone on a bad link sends its 1 kB of head in 2 s; ten leave room for a lost packet or three."""

KEEP_ALIVE_S: Final = 15

OpenStream = Callable[[asyncio.Transport, str, Mapping[str, str], Callable[[], None]], None]
"""
Take over a connection: its transport, the query, the headers with names in lower case, and what
to call when it closes. Raises `TocsinError` for a request that it refuses.
"""


@dataclass(slots=True)
class Connections:
    """How many connections there are, in all and from each address, against their limits."""

    most: int
    most_per_address: int
    by_address: Counter[str] = field(default_factory=Counter)
    refused: int = 0

    def enter(self, address: str) -> bool:
        """Count a connection in; False, uncounted, where a limit is reached."""
        if self.by_address.total() >= self.most or (
            self.by_address[address] >= self.most_per_address
        ):
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
        self._taken: tuple[str, Mapping[str, str]] | None = None
        self._head_bytes = 0
        self._patience = self.loop.call_later(HEAD_WITHIN_S, transport.abort)
        self._address = self.client[0] if self.client else ""
        self._counted = self.limits.enter(self._address)
        if not self._counted:
            full = Unavailable("server.full", "Too many connections; come back in a moment.")
            transport.write(http_response(full))
            transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._patience.cancel()
        self._leave()
        super().connection_lost(exc)

    def _leave(self) -> None:
        if self._counted:
            self._counted = False
            self.limits.leave(self._address)

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        super().data_received(data)
        if self._taken is not None and not self.transport.is_closing():
            self._hand_over(*self._taken)

    def on_message_begin(self) -> None:
        self._head_bytes = 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        self._count(len(url), QUERY_BYTES, "request.url_too_long", 414)

    def on_header(self, name: bytes, value: bytes) -> None:
        super().on_header(name, value)
        self._count(len(name) + len(value), HEADER_BYTES, "request.head_too_large", 431)

    def on_headers_complete(self) -> None:
        self._patience.cancel()
        if self.transport.is_closing():
            return
        path, _, query = self.url.partition(b"?")
        busy = bool(self.cycle) and not self.cycle.response_complete
        if path == STREAM_PATH and self.parser.get_method() == b"GET" and not busy:
            headers = {n.decode("latin-1"): v.decode("latin-1") for n, v in self.headers}
            self._taken = (query.decode("latin-1"), headers)
            return
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        if self._taken is None and not self.transport.is_closing():
            super().on_body(body)

    def on_message_complete(self) -> None:
        if self._taken is None and not self.transport.is_closing():
            super().on_message_complete()

    def _count(self, count: int, most: int, code: str, status: int) -> None:
        self._head_bytes += count
        if self._head_bytes > most and not self.transport.is_closing():
            refusal = Refused(code, "This request is longer than any we answer.", status=status)
            self.transport.write(http_response(refusal))
            self.transport.close()

    def _hand_over(self, query: str, headers: Mapping[str, str]) -> None:
        self._unset_keepalive_if_required()
        counted, self._counted = self._counted, False
        leave = partial(self.limits.leave, self._address) if counted else _nothing
        try:
            self.open_stream(self.transport, query, headers, leave)
        except TocsinError as error:
            self._counted = counted
            self.transport.write(http_response(error))
            self.transport.close()
            return
        self.connections.discard(self)


def _nothing() -> None:
    """Was never counted in, so is not counted out."""


def build(
    app: Any,
    *,
    open_stream: OpenStream,
    limits: Connections,
    host: str,
    port: int,
) -> uvicorn.Server:
    """Make the server; `await server.serve()` runs it until `server.should_exit` is set."""
    protocol = type(
        "Connection", (_Connection,), {"open_stream": staticmethod(open_stream), "limits": limits}
    )
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        http=protocol,
        ws="none",
        loop="uvloop",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=3,
        backlog=2048,
    )
    return uvicorn.Server(config)
