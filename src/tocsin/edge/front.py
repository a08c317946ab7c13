"""
The front door: who has come, what is asked, and who answers it.

The streams, the long poll and the board of now are answered here, from what the hub knows; a flood
of those costs the core nothing. Everything else is the core's: what it answers to all alike is kept
here until something changes (`edge.alike`), the rest is relayed. All live at one address, so that
a page and what it follows have one origin.

When the core is gone, boards and streams go on, and say that they are stale. `/healthz` is
answered 200 with `"status": "stale"`, since killing this process would cut off everybody who
listens and bring nothing back; `/readyz` is answered 503, since no alert would be accepted.

Source: decisions 0015 and 0023.
"""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
from collections.abc import Callable, Sequence
from email.utils import formatdate
from typing import Any, Final, NamedTuple, Protocol

from tocsin.edge import answer
from tocsin.edge.alike import Asking, SharedAnswers
from tocsin.edge.connections import Connections, Patience
from tocsin.edge.handover import SEND_BUFFER_BYTES, Listeners
from tocsin.edge.hub import Asked
from tocsin.edge.link import Link
from tocsin.edge.relay import Relay
from tocsin.edge.request import Request, read_query
from tocsin.edge.shown import BoardAnswers, Shown, not_ready
from tocsin.edge.tls import TlsAcceptor, TlsTransport
from tocsin.edge.websocket import handshake
from tocsin.edge.words import Key, key_of
from tocsin.kernel.errors import TocsinError
from tocsin.kernel.ids import AreaCode
from tocsin.kernel.wire import Form, Place, parse_place

BACKLOG: Final = 4_096
"""What waits in the kernel while a broadcast goes out; the loop takes one each time round."""

ACCEPTS: Final = 32
"""With TLS, each time round: what is accepted is not yet past its handshake, which has its own."""

BOARD: Final = b"/api/v1/board"
POLL: Final = b"/api/v1/poll"
FEED: Final = b"/api/v1/feed"
STREAM: Final = b"/api/v1/stream"
SOCKET: Final = b"/api/v1/ws"
HERE: Final = frozenset({BOARD, POLL, FEED, STREAM, SOCKET})
URGENT: Final = frozenset({b"/healthz", b"/readyz"})

_ALL: Final[frozenset[AreaCode]] = frozenset()
_AREAS_AND_SINCE: Final = frozenset({"areas", "since"})
_SINCE: Final = frozenset({"since"})


class Streams(Listeners, Protocol):
    """What the front needs of the hub."""

    @property
    def place(self) -> Place | None:
        """Tell the place in the stream that was heard last."""

    @property
    def ready(self) -> bool:
        """Say whether a board was heard."""

    def board(self, areas: frozenset[AreaCode]) -> Shown:
        """Show the board for some areas."""

    def read_areas(self, text: str | None) -> frozenset[AreaCode]:
        """Read a list of any codes."""

    def actuator(self, token: str) -> bool:
        """Say whether a token is that of a device."""

    def trusts(self, token: str) -> bool:
        """Say whether a token is that of an edge that may know the tokens of devices."""


class Counts(NamedTuple):
    """What the door has done: for `/metrics`."""

    connections: int
    refused: int
    boards: int
    shared: int
    relayed: int
    core_failures: int


class Front:
    """
    Everything at the door of one edge. Not thread-safe: the event loop owns it.

    Args:
        limits: Counts the streams' connections too, until they are gone.
        wall: The time in seconds since 1970, for the header `date`.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        hub: Streams,
        relay: Relay,
        limits: Connections,
        wall: Callable[[], float],
        patience: Patience = Patience(),  # noqa: B008  # It cannot be changed.
    ) -> None:
        self.loop = loop
        self.hub = hub
        self.relay = relay
        self.limits = limits
        self.patience = patience
        self.links: set[Link] = set()
        self.known: dict[bytes, Request] = {}
        self.now = loop.time()
        self.idle_until = self.now
        self.closing = self.leaving = False
        self._wall = wall
        self._date = b""
        self.shared = SharedAnswers(relay, lambda: hub.board(_ALL) if hub.ready else None)
        self._boards = BoardAnswers(hub, lambda: self._date)
        self._answered = self._shared = self._relayed = 0
        self._servers: list[asyncio.Server] = []
        self._acceptors: list[TlsAcceptor] = []
        self._watched: set[socket.socket] = set()
        self._tick: asyncio.TimerHandle | None = None
        self._look()

    async def serve(self, sockets: Sequence[socket.socket]) -> None:
        """Begin to accept plain connections; uvloop takes one from each socket in a turn."""
        for listening in sockets:
            server = await self.loop.create_server(self.link, sock=listening, backlog=BACKLOG)
            self._servers.append(server)

    def serve_tls(self, sockets: Sequence[socket.socket], context: ssl.SSLContext) -> TlsAcceptor:
        """Begin to accept connections with TLS; gives what takes a renewed certificate."""
        acceptor = TlsAcceptor(self.loop, context, ready=self._shaken, failed=_nothing)
        self._acceptors.append(acceptor)
        for listening in sockets:
            listening.settimeout(0)
            self._watched.add(listening)
            self._watch(listening, acceptor)
        return acceptor

    def _shaken(self, transport: TlsTransport) -> None:
        link = self.link()
        transport.set_protocol(link)
        link.connection_made(transport)

    def _watch(self, listening: socket.socket, acceptor: TlsAcceptor) -> None:
        if listening in self._watched:
            self.loop.add_reader(listening, self._accept, listening, acceptor)

    def _accept(self, listening: socket.socket, acceptor: TlsAcceptor) -> None:
        try:
            for _ in range(ACCEPTS):
                acceptor.accept(listening.accept()[0])
        except BlockingIOError:
            return
        except ConnectionError:
            return  # It was gone before its turn came.
        except OSError:
            # No descriptor is free. It stays in the kernel's line until one is.
            self.loop.remove_reader(listening)
            self.loop.call_later(self.patience.look_s, self._watch, listening, acceptor)

    def link(self) -> Link:
        """Make the protocol of a connection, plain or with TLS."""
        return Link(self)

    def stop(self) -> None:
        """Accept no more; the sockets stay open where somebody else has a copy of them."""
        for server in self._servers:
            server.close()
        self._servers.clear()
        for listening in self._watched:
            self.loop.remove_reader(listening)
        self._watched.clear()

    def leave(self) -> None:
        """Accept no more, and let connections that cannot be handed on end with an answer."""
        self.leaving = True
        self.stop()

    def close(self) -> None:
        """Accept no more, and close all connections as soon as none waits for its answer."""
        self.closing = True
        self.stop()
        for link in tuple(self.links):
            link.leave()

    def end(self) -> None:
        """Close everything now."""
        self.close()
        if self._tick is not None:
            self._tick.cancel()
        for link in tuple(self.links):
            link.transport.abort()
        for acceptor in self._acceptors:
            acceptor.close()
        self.relay.close()

    def counts(self) -> Counts:
        """Tell what was done since the start, and how many connections there are."""
        limits = self.limits
        return Counts(
            limits.total,
            limits.refused,
            self._answered,
            self._shared,
            self._relayed,
            self.relay.failures,
        )

    def answer(self, link: Link, request: Request) -> bytes:
        """
        Answer a request: at once with these bytes, or later, then with none now.

        Raises:
            Malformed: `query.unknown_parameter`, `query.malformed`, `area.unknown`,
                `query.too_many_areas`, `websocket.malformed`.
            Refused: `websocket.version`.
            Unavailable: `edge.not_ready`, `server.busy`, `stream.too_many_polls`.
        """
        said = self._boards.answer_again(request)
        if said:
            self._answered += 1
            return said
        path, _, query = request.target.partition(b"?")
        if path not in HERE or request.body:
            return self._ask_core(link, request, urgent=path in URGENT)
        match request.method:
            case b"GET" | b"HEAD" if path == BOARD:
                said = self._boards.answer(request)
                self._answered += 1
                return said or self._ask_core(link, request)
            case b"GET" if path != BOARD:
                return self._listen(link, request, path, query)
            case b"OPTIONS":
                return answer.bodiless(204, answer.PREFLIGHT, close=not request.keep_alive)
            case _:
                return self._ask_core(link, request)

    def without_core(self, request: Request, error: TocsinError) -> bytes:
        """Say how the server is where the core cannot; no bytes for what is no such question."""
        path = request.target.partition(b"?")[0]
        place = self.hub.place
        shape: dict[str, Any]
        if path == b"/healthz":
            status, shape = 200, {"status": "stale"}
        elif path == b"/readyz":
            status, shape = 503, {
                "status": "unready",
                "position": 0 if place is None else place.position,
                "behind": 0,
                "reasons": [error.sentence],
            }  # fmt: skip
        else:
            return b""
        return answer.whole(
            status,
            json.dumps(shape, ensure_ascii=False).encode(),
            close=not request.keep_alive,
            with_body=request.method != b"HEAD",
        )

    def _ask_core(self, link: Link, request: Request, *, urgent: bool = False) -> bytes:
        key = key_of(request)
        if key is not None and (said := self.shared.kept(key, request)):
            self._shared += 1
            return said
        self._relayed += 1
        try:
            link.relay(request, key, urgent=urgent)
        except TocsinError as error:
            said = self.without_core(request, error)
            if said:
                return said
            raise
        return b""

    def ask(self, link: Link, request: Request, key: Key | None, *, urgent: bool) -> Asking:
        """
        Ask the core on behalf of a client, or let it wait with others for the same answer.

        Raises:
            Unavailable: `server.busy`.
        """
        address = link.address
        scheme = b"https" if isinstance(link.transport, TlsTransport) else b"http"
        seat = None if key is None else self.shared.ask(key, request, link, address, scheme)
        if seat is not None:
            return seat
        wanted = request.header(b"upgrade").lower() if request.upgrade else b""
        upgrade = wanted if wanted == b"websocket" and not request.body else b""
        return self.relay.ask(request, link, address, scheme, upgrade=upgrade, urgent=urgent)

    def _listen(self, link: Link, request: Request, path: bytes, query: bytes) -> bytes:
        asked = read_query(query, _SINCE if path == FEED else _AREAS_AND_SINCE)
        if not self.hub.ready:
            raise not_ready()
        areas = self.hub.read_areas(asked.get("areas"))
        said = request.header(b"last-event-id").decode("latin-1") or asked.get("since") or ""
        form, head = _form(path, request)
        first = self._shows(request, self.hub.trusts if path == FEED else self.hub.actuator)
        wanted = Asked(areas, parse_place(said), form, first, head)
        if path == POLL:
            link.poll(wanted)
        else:
            link.give_away(wanted)
        return b""

    def _shows(self, request: Request, known: Callable[[str], bool]) -> bool:
        kind, _, token = request.header(b"authorization").decode("latin-1").partition(" ")
        return kind.lower() == "bearer" and known(token.strip())

    def _look(self) -> None:
        """Look at all connections: is one of them too slow."""
        self._tick = self.loop.call_later(self.patience.look_s, self._look)
        self.now = now = self.loop.time()
        self.idle_until = now + self.patience.idle_s
        self._date = formatdate(self._wall(), usegmt=True).encode()
        self._boards.forget()
        self.shared.forget()
        self.known.clear()
        for link in tuple(self.links):
            if link.due <= now:
                link.look()


def _form(path: bytes, request: Request) -> tuple[Form, bytes]:
    match path:
        case b"/api/v1/ws":
            version = "1.1" if request.modern else "1.0"
            return Form.WEBSOCKET, handshake(request.method, version, request.joined())
        case b"/api/v1/feed":
            return Form.FEED, answer.FEED_HEAD
        case _ if b"application/x-ndjson" in request.header(b"accept").lower():
            return Form.NDJSON, answer.NDJSON_HEAD
        case _:
            return Form.SSE, answer.SSE_HEAD


def _nothing() -> None:
    """Was not counted yet, so is not counted out."""


def listen(host: str, port: int) -> list[socket.socket]:
    """
    Make the listening sockets: one for each address of a host, all at one port.

    Each connection inherits a small send buffer: who does not read costs the kernel little.

    Args:
        port: 0 for any that is free.

    Raises:
        OSError: An address is taken, or is not this machine's.
    """
    found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    sockets: list[socket.socket] = []
    try:
        for family, kind, protocol, _, address in dict.fromkeys(found):
            listening = socket.socket(family, kind, protocol)
            sockets.append(listening)
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
            if family == socket.AF_INET6:
                listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            if not port:
                port = sockets[0].getsockname()[1] if len(sockets) > 1 else 0
            listening.bind((address[0], port, *address[2:]))
            listening.listen(BACKLOG)
            listening.settimeout(0)
    except OSError:
        for listening in sockets:
            listening.close()
        raise
    return sockets
