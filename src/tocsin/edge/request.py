"""
Requests as they come off a connection, one at a time, within bounds.

`RequestReader` is given bytes and hands out whole requests. httptools reads them, so nothing here
decides what HTTP is; what it finds out of order ends the connection. The reader feeds it no more
than one request at a time, so that a second one in the same packet waits until the first has been
answered, and no answer is ever taken for another's.

A body is read whole before anybody else hears of the request: whoever sends one drop a second
keeps a buffer of this process busy and nothing of the core's.

Source: RFC 9112; RFC 9110, section 10.1.1 for `Expect`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl

import httptools

from tocsin.kernel.errors import Malformed, Refused, TocsinError
from tocsin.kernel.limits import BODY_BYTES, HEADER_BYTES, QUERY_BYTES

RAW_HEAD_BYTES: Final = 4 * (QUERY_BYTES + HEADER_BYTES)
"""A header of one byte is a line of four (`x:` and a line end); what is counted is the one."""

CHUNK_OVERHEAD: Final = 8
"""A body may come in chunks of one byte, each with six bytes around it."""

KNOWN_BYTES: Final = 1_024
KNOWN_MAX: Final = 1_000
"""1,000 × 4 kB with what was read of them: 4 MB, for a second."""

FIELDS_MAX: Final = 32
"""No path takes more than a handful of parameters."""

_END: Final = b"\r\n\r\n"
_NOTED: Final = frozenset(
    {b"host", b"connection", b"content-length", b"transfer-encoding", b"expect"}
)


class Request:
    """
    One whole request; never changed, since others may have asked in the same words.

    Args:
        method: As it came: `GET`.
        target: Path and query as they came.
        headers: Names in lower case, in their order, as often as they came.
        keep_alive: Whether the connection may be used again, as far as the client says.
        modern: Whether it is HTTP/1.1 and not 1.0.
        upgrade: Whether the client offers to go on in another protocol.
    """

    __slots__ = ("body", "headers", "keep_alive", "method", "modern", "target", "upgrade")

    def __init__(
        self,
        method: bytes,
        target: bytes,
        headers: list[tuple[bytes, bytes]],
        body: bytes = b"",
        keep_alive: bool = True,  # noqa: FBT001, FBT002  # Made for each request there is.
        modern: bool = True,  # noqa: FBT001, FBT002
    ) -> None:
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
        self.keep_alive = keep_alive
        self.modern = modern
        self.upgrade = False

    def last(self) -> Request:
        """Give the same request, as one after whose answer the connection ends."""
        request = Request(
            self.method, self.target, self.headers, self.body, keep_alive=False, modern=self.modern
        )
        request.upgrade = self.upgrade
        return request

    def header(self, wanted: bytes) -> bytes:
        """Give the first header of a name, in lower case; empty where there is none."""
        for name, value in self.headers:
            if name == wanted:
                return value
        return b""

    def joined(self) -> dict[bytes, bytes]:
        """Give all headers by name; of a repeated one all values, joined by commas."""
        found: dict[bytes, bytes] = {}
        for name, value in self.headers:
            found[name] = found[name] + b", " + value if name in found else value
        return found


class RequestReader:
    """
    Turn what comes in on one connection into requests.

    After an error it must not be used again. `wants_body` says whether a head is here whose body is
    awaited, `asks_first` whether its sender waits to be told to go on (`Expect: 100-continue`);
    `rest` is what came after the request handed out.

    Args:
        known: What earlier heads have been read as, by their bytes. In a stampede thousands of the
            same page ask for the same in the same words; who shares this has to forget it in time.
    """

    __slots__ = (
        "_body", "_body_left", "_body_size", "_fed", "_head_lines", "_headers", "_known",
        "_parser", "_refused", "_says_how_long", "_tail", "_target", "_whole", "asks_first",
        "rest", "wants_body",
    )  # fmt: skip

    def __init__(self, known: dict[bytes, Request]) -> None:
        self._known = known
        self._parser = httptools.HttpRequestParser(self)
        self._headers: list[tuple[bytes, bytes]] = []
        self._body: list[bytes] = []
        self._target = b""
        self._tail = b""
        self._fed = self._body_left = self._body_size = self._head_lines = 0
        self._refused: TocsinError | None = None
        self._whole: Request | None = None
        self.wants_body = self.asks_first = self._says_how_long = False
        self.rest = b""

    @property
    def between(self) -> bool:
        """Say whether nothing of a next request has come."""
        return not self._fed

    def feed(self, data: bytes) -> Request | None:
        """
        Take in bytes; give the request that is whole with them, if one is.

        Raises:
            Malformed: `http.malformed`.
            Refused: `request.url_too_long`, `request.head_too_large`, `request.body_too_large`,
                `http.method_not_allowed`.
        """
        if not self._fed:
            request = self._known.get(data)
            if request is not None or data.find(_END) == len(data) - 4 >= 0:
                self.rest = b""
                return request or self._feed_head(data)
        while data:
            end = self._cut(data)
            piece, data = data[:end], data[end:]
            self._feed_piece(piece)
            if self._whole is not None:
                request, self._whole = self._whole, None
                self.rest = data
                return request
        self.rest = b""
        return None

    def _feed_head(self, head: bytes) -> Request | None:
        """Read what ends as a head does, and with nothing before it: most requests are that."""
        self._feed_piece(head)
        request, self._whole = self._whole, None
        if request is None or request.method != b"GET" or request.upgrade:
            return request
        if len(head) <= KNOWN_BYTES and len(self._known) < KNOWN_MAX:
            self._known[head] = request
        return request

    def _cut(self, data: bytes) -> int:
        """Tell how many of these bytes can belong to the request that is being read."""
        if self._body_left:
            end = min(self._body_left, len(data))
            self._body_left -= end
            return end
        if self._tail:
            found = (self._tail + data[:4]).find(_END)
            if found >= 0:
                end = found + 4 - len(self._tail)
                self._tail = b""
                return end
        found = data.find(_END)
        if found < 0:
            self._tail = (self._tail + data[-3:])[-3:]
            return len(data)
        self._tail = b""
        return found + 4

    def _feed_piece(self, piece: bytes) -> None:
        self._fed += len(piece)
        try:
            self._parser.feed_data(piece)
        except httptools.HttpParserUpgrade:
            # Whether to take the offer up is not for a parser to say, and this one reads no more.
            self._parser = httptools.HttpRequestParser(self)
            if self._whole is not None:
                self._whole.upgrade = True
        except httptools.HttpParserError as error:
            if self._refused is None:
                sentence = "This is no request that we can read."
                raise Malformed("http.malformed", sentence) from error
        if self._fed > RAW_HEAD_BYTES and self._refused is None:
            if not self.wants_body:
                self._refused = _too_large()
            elif self._fed > RAW_HEAD_BYTES + CHUNK_OVERHEAD * BODY_BYTES:
                self._refused = _body_too_large()
        if self._refused is not None:
            raise self._refused

    # What httptools calls. It wraps whatever is raised in here, so nothing is.

    def on_url(self, url: bytes) -> None:
        """Be told a part of the target."""
        self._target += url
        if len(self._target) > QUERY_BYTES:
            self._refused = Refused("request.url_too_long", _LONGER, status=414)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Be told a header."""
        self._headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        """Be told that the head is whole."""
        if self._fed > QUERY_BYTES:
            self._count()
        self._fed = 1  # Not between two requests, and nothing of the body yet.
        hosts = 0
        for name, value in self._headers:
            if name not in _NOTED:
                continue
            if name == b"host":
                hosts += 1
            elif name == b"connection":
                self._says_how_long = True
            elif name == b"content-length":
                # httptools lets nothing but digits through, once; a number of 20 is refused.
                self._body_left = int(value)
            elif name == b"transfer-encoding":
                self.wants_body = True
            elif name == b"expect":
                self.asks_first = value.lower() == b"100-continue"
        if hosts > 1:
            sentence = "A request is to one host (RFC 9112, section 3.2)."
            self._refused = Malformed("http.malformed", sentence)
        if self._body_left:
            self.wants_body = True
        self._head_lines = len(self._headers)
        if self._body_left > BODY_BYTES:
            self._refused = _body_too_large()

    def on_body(self, body: bytes) -> None:
        """Be told a part of the body."""
        self._body_size += len(body)
        if self._body_size > BODY_BYTES:
            self._refused = _body_too_large()
        else:
            self._body.append(body)

    def on_message_complete(self) -> None:
        """Be told that the request is whole."""
        parser = self._parser
        method = parser.get_method()
        modern = keep_alive = parser.should_keep_alive()
        if self._says_how_long or not keep_alive:  # Else only HTTP/1.1 is kept alive.
            self._says_how_long = False
            version = parser.get_http_version()
            modern = version == "1.1"
            keep_alive = keep_alive and modern
            if not modern and version != "1.0":
                self._refused = Malformed("http.malformed", "This is no HTTP/1.1.")
        if self._whole is not None:
            self._refused = Malformed("http.malformed", "Two requests are one.")
        if method == b"CONNECT":
            self._refused = Refused("http.method_not_allowed", "Not this way.", status=405)
        body = self._whole_body() if self.wants_body else b""
        self._whole = Request(method, self._target, self._headers, body, keep_alive, modern)
        self._headers = []
        self._target = b""
        self._fed = 0

    def _whole_body(self) -> bytes:
        self._count()  # What stands after a body in chunks is counted, and then left out.
        del self._headers[self._head_lines :]
        body = b"".join(self._body)
        self._body = []
        self._body_left = self._body_size = 0
        self.wants_body = self.asks_first = False
        return body

    def _count(self) -> None:
        size = len(self._target) + sum(len(name) + len(value) for name, value in self._headers)
        if size > HEADER_BYTES and self._refused is None:
            self._refused = _too_large()


_LONGER: Final = "This request is longer than any we answer."


def _too_large() -> Refused:
    return Refused("request.head_too_large", _LONGER, status=431)


def _body_too_large() -> Refused:
    return Refused("request.body_too_large", f"A body may hold {BODY_BYTES:,} bytes.", status=413)


def read_query(query: bytes, allowed: frozenset[str]) -> Mapping[str, str]:
    """
    Split a query, as it came, into its parameters; UTF-8, whether escaped or not.

    Raises:
        Malformed: `query.unknown_parameter` or `query.malformed`, with the name as `where`.
    """
    try:
        pairs = parse_qsl(
            query.decode(), keep_blank_values=True, max_num_fields=FIELDS_MAX, errors="strict"
        )
    except ValueError:
        raise Malformed("query.malformed", "The query cannot be read.", where="query") from None
    found: dict[str, str] = {}
    for name, value in pairs:
        shown = name[:40]
        if name not in allowed:
            there_are = ", ".join(sorted(allowed)) or "none"
            raise Malformed(
                "query.unknown_parameter",
                f"There is no parameter “{shown}” here; there are: {there_are}.",
                where=shown or "query",
            )
        if name in found or "\0" in value:
            raise Malformed(
                "query.malformed", f"“{name}” is there twice, or cannot be read.", where=name
            )
        found[name] = value
    return found
