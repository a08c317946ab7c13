"""
The way to the core: one connection, one request on it at a time, and its response as it comes.

httptools reads the response. What a hop must keep to itself is taken off both heads, and lengths
are written anew, so that the core and a client can never mean different bytes by one message.

Source: RFC 9110, section 7.6.1; RFC 9112, section 6.
"""

from __future__ import annotations

import asyncio
from ipaddress import ip_address
from typing import Final, NamedTuple, Protocol

import httptools

from tocsin.edge.connections import own
from tocsin.edge.request import Request
from tocsin.kernel.errors import Malformed

HEAD_BYTES: Final = 32_768
"""Twice what a request's head may hold; the core's own heads are under 2 kB."""

CONNECT_S: Final = 2.0
"""A socket on this machine takes or refuses at once; one across a country takes 0.1 s."""

_HOP: Final = frozenset({
    b"connection", b"keep-alive", b"proxy-connection", b"proxy-authenticate",
    b"proxy-authorization", b"te", b"trailer", b"transfer-encoding", b"upgrade", b"content-length",
    b"expect", b"http2-settings",
})  # fmt: skip
_OURS: Final = frozenset({
    b"forwarded", b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host",
    b"x-forwarded-port", b"x-real-ip", b"tocsin-place", b"tocsin-shared",
})  # fmt: skip
"""What an edge and its core alone say to each other; from outside it would be a lie."""

_BODILESS: Final = frozenset({204, 304})


class Address(NamedTuple):
    """Where a core answers: the path of a Unix socket, or a host and its port."""

    path: str
    host: str = ""
    port: int = 0


def read_address(text: str) -> Address:
    """
    Read `unix:PATH` or `http://HOST:PORT`.

    Raises:
        Malformed: `edge.core_malformed`.
    """
    if text.startswith("unix:/"):
        return Address(text.removeprefix("unix:"))
    host, colon, port = text.removeprefix("http://").rstrip("/").rpartition(":")
    if not text.startswith("http://") or not host or not colon or not port.isdecimal():
        raise Malformed(
            "edge.core_malformed",
            f"“{text[:80]}” is no address of a core; write unix:/PATH or http://HOST:PORT.",
            where="core",
        )
    return Address("", host.strip("[]"), int(port))


async def connect(loop: asyncio.AbstractEventLoop, address: Address) -> Wire:
    """
    Connect to a core.

    Raises:
        OSError: Nobody answers there; `TimeoutError`, which is one, after `CONNECT_S`.
    """
    async with asyncio.timeout(CONNECT_S):
        if address.path:
            _, wire = await loop.create_unix_connection(Wire, address.path)
        else:
            _, wire = await loop.create_connection(Wire, address.host, address.port)
    return wire


class Head(NamedTuple):
    """
    The head of a response.

    Args:
        headers: Names in lower case, without those of the hop.
        length: Of the body in bytes; None where it is told by chunks or the connection's end.
        place: What `tocsin-place` said.
        shared: What `tocsin-shared` said (`edge.alike`).
    """

    status: int
    reason: bytes
    headers: list[tuple[bytes, bytes]]
    length: int | None
    place: bytes
    shared: bytes = b""


class Hearer(Protocol):
    """Who asked, and hears the response."""

    def heard_head(self, head: Head) -> None:
        """Be told the head."""

    def heard_body(self, data: bytes) -> None:
        """Be told a part of the body."""

    def heard_end(self) -> None:
        """Be told that it is whole."""

    def heard(self) -> None:
        """Be told that all that has come so far was told."""

    def lost(self) -> None:
        """Be told that the connection has ended before the response."""

    def slow(self, *, full: bool) -> None:
        """Be told that the core does not take what is sent into a tunnel, or does again."""


class Wire(asyncio.Protocol):
    """One connection to a core."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport
        self._parser: httptools.HttpResponseParser | None = None
        self._hearer: Hearer | None = None
        self._bodiless = self._tunnel = self._until_end = False
        self._reason = b""
        self._headers: list[tuple[bytes, bytes]] = []
        self._head_size = 0
        self._ended = False
        self.usable = True

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin."""
        self._transport = transport

    def ask(self, hearer: Hearer, request: bytes, *, head_only: bool) -> None:
        """Send a request; what answers it is told to `hearer`."""
        assert self._hearer is None, "one request at a time"
        self._hearer = hearer
        self._bodiless = head_only
        self._ended = self._until_end = False
        self._begin()
        self._transport.write(request)

    def send(self, data: bytes) -> None:
        """Send into a tunnel."""
        self._transport.write(data)

    def pause(self) -> None:
        """Leave what comes with the kernel."""
        if not self._transport.is_closing():
            self._transport.pause_reading()

    def resume(self) -> None:
        """Read again."""
        if not self._transport.is_closing():
            self._transport.resume_reading()

    def drop(self) -> None:
        """Close now, and tell nobody."""
        self._hearer = None
        self.usable = False
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Hear a part of the response."""
        hearer = self._hearer
        if hearer is None or (self._ended and not self._tunnel):
            self.drop()  # Said without being asked: whose answer would that be?
            return
        if self._tunnel:
            hearer.heard_body(data)
        else:
            self._feed(data)
        if self._hearer is not None:
            self._hearer.heard()

    def _feed(self, data: bytes) -> None:
        assert self._parser is not None
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as offer:
            rest = data[offer.args[0] :]
            if self._tunnel and rest and self._hearer is not None:
                self._hearer.heard_body(rest)
        except httptools.HttpParserError:
            if not self._ended:
                self._fail()
            self.usable = False  # After a head alone, what follows is no more a response of ours.
        if self._bodiless and self._ended and not data.endswith(b"\r\n\r\n"):
            self.usable = False

    def eof_received(self) -> bool | None:
        """Hear that the core says no more."""
        return None

    def connection_lost(self, exc: Exception | None) -> None:
        """Hear that the connection is gone."""
        self.usable = False
        if self._hearer is None or self._ended:
            return
        if (self._until_end or self._tunnel) and exc is None:
            self._end()
            self._hearer.heard()
        else:
            self._fail()

    def pause_writing(self) -> None:
        """Hear that the core does not read."""
        if self._hearer is not None:
            self._hearer.slow(full=True)

    def resume_writing(self) -> None:
        """Hear that the core reads again."""
        if self._hearer is not None:
            self._hearer.slow(full=False)

    def release(self) -> None:
        """Be asked no more by whoever asked last, who may have let it wait."""
        self._hearer = None
        self.resume()

    # What httptools calls.

    def _begin(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._headers = []
        self._reason = b""
        self._head_size = 0

    def on_status(self, reason: bytes) -> None:
        """Hear the reason phrase."""
        self._reason += reason

    def on_header(self, name: bytes, value: bytes) -> None:
        """Hear a header."""
        self._head_size += len(name) + len(value)
        if self._head_size <= HEAD_BYTES:
            self._headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        """Hear that the head is whole."""
        if self._ended or self._parser is None or self._hearer is None:
            return
        status = self._parser.get_status_code()
        if self._head_size > HEAD_BYTES:
            self._fail()
            return
        if 100 <= status < 200 and status != 101:
            return
        given = dict(self._headers)
        self._tunnel = status == 101
        length = given.get(b"content-length")
        self._until_end = length is None and b"transfer-encoding" not in given
        self.usable = self._parser.should_keep_alive() and not self._until_end
        bodiless = self._bodiless or status in _BODILESS
        if bodiless:
            self.usable = b"close" not in given.get(b"connection", b"").lower()
            self._until_end = False
        kept = [
            header for header in self._headers
            if header[0] not in _HOP and header[0] not in _OURS
        ]  # fmt: skip
        if length is not None and bodiless:
            kept.append((b"content-length", length))  # What it would be; httptools has checked it.
        if self._tunnel:
            kept.append((b"upgrade", given.get(b"upgrade", b"websocket")))
        self._hearer.heard_head(
            Head(
                status,
                self._reason,
                kept,
                0 if bodiless else None if length is None else int(length),
                given.get(b"tocsin-place", b""),
                given.get(b"tocsin-shared", b""),
            )
        )
        if bodiless and not self._ended:
            self._end()

    def on_body(self, body: bytes) -> None:
        """Hear a part of the body."""
        if not self._ended and self._hearer is not None:
            self._hearer.heard_body(body)

    def on_message_complete(self) -> None:
        """Hear that the response is whole."""
        assert self._parser is not None
        status = self._parser.get_status_code()
        if 100 <= status < 200 and status != 101:
            self._headers, self._reason, self._head_size = [], b"", 0
        elif not self._ended and not self._tunnel:
            self._end()

    def _end(self) -> None:
        self._ended = True
        if self._hearer is not None:
            self._hearer.heard_end()

    def _fail(self) -> None:
        self._ended = True
        hearer, self._hearer = self._hearer, None
        self.usable = False
        self._transport.abort()
        if hearer is not None:
            hearer.lost()


def request_head(request: Request, address: str, scheme: bytes, *, upgrade: bytes) -> bytes:
    """
    Write a request as the core gets it: what is the hop's taken off, and whom it is from put on.

    A proxy on this machine is believed about whom it speaks for; nobody else is.

    Args:
        address: The peer's.
        scheme: `http` or `https`, as the peer came.
        upgrade: The protocol that it asks to go on in; empty for none.
    """
    named = request.joined().get(b"connection", b"").lower()
    dropped = {token.strip() for token in named.split(b",")}
    lines = [b"%s %s HTTP/1.1\r\n" % (request.method, request.target)]
    lines += [
        b"%s: %s\r\n" % header
        for header in request.headers
        if header[0] not in _HOP and header[0] not in _OURS and header[0] not in dropped
    ]
    if own(address):
        address = _believed(request.header(b"x-forwarded-for"), address)
        if request.header(b"x-forwarded-proto") == b"https":
            scheme = b"https"
    lines.append(b"x-forwarded-for: %s\r\n" % (address or "127.0.0.1").encode())
    lines.append(b"x-forwarded-proto: %s\r\n" % scheme)
    if request.body or request.method in {b"POST", b"PUT", b"PATCH"}:
        lines.append(b"content-length: %d\r\n" % len(request.body))
    if upgrade:
        lines.append(b"connection: upgrade\r\nupgrade: %s\r\n" % upgrade)
    return b"".join(lines) + b"\r\n" + request.body


def _believed(said: bytes, peer: str) -> str:
    """Give the last address of a list, which the proxy itself has put there."""
    last = said.rpartition(b",")[2].strip().decode("latin-1")
    try:
        return str(ip_address(last))
    except ValueError:
        return peer
