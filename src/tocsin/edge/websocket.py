"""
WebSocket as a way out: the handshake, what a subscriber may say, and the frames that answer it.

A server's frames are not masked, so a message is the same bytes for everybody and goes through
the same write loop as any other; that is also why there is no compression: `permessage-deflate`
with a context of its own for each connection would be a frame for each. What comes in is little:
a subscriber may ping, must close, and has nothing to say; a message of it is checked as RFC 6455
asks and then dropped. Whatever breaks the rules ends the connection with the code that says why.

A connection has nothing here until it sends half a frame, and nothing again once that is whole.

Source: RFC 6455; the close codes 1012 and 1013 from its registry at IANA.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping
from hashlib import sha1
from typing import Final, NamedTuple

from tocsin.edge.writes import Sink
from tocsin.kernel.errors import Malformed, Refused

GUID: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
"""RFC 6455, section 1.3."""

MESSAGE_BYTES: Final = 1_024
"""A subscriber has nothing to say; some clients say `ping` as text."""

PENDING_MAX: Final = 10_000
"""Half frames of 1 kB each: 10 MB, whoever sends them. More are closed."""

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
CONTROL_BYTES: Final = 125

NORMAL: Final = 1_000
GOING_AWAY: Final = 1_001
PROTOCOL_ERROR: Final = 1_002
NOT_UTF8: Final = 1_007
TOO_BIG: Final = 1_009
SERVICE_RESTART: Final = 1_012
TRY_AGAIN_LATER: Final = 1_013

_CODES_OF_ITS_OWN = frozenset({1_000, 1_001, 1_002, 1_003, *range(1_007, 1_015)})


def accept_key(key: bytes) -> bytes:
    """Answer the key of a handshake (RFC 6455, section 4.2.2)."""
    return b64encode(sha1(key + GUID, usedforsecurity=False).digest())


def handshake(method: bytes, version: str, headers: Mapping[bytes, bytes]) -> bytes:
    """
    Answer the request that opens a WebSocket with the head of the response.

    No extension and no subprotocol is agreed upon, whatever was offered.

    Args:
        method: As in the request: `GET`.
        version: Of HTTP, as `1.1`.
        headers: Names in lower case; of a repeated one all values, joined by commas.

    Raises:
        Malformed: `websocket.malformed`, where it is no such request.
        Refused: `websocket.version`, status 426, where it wants another version than 13; the
            response then carries `sec-websocket-version: 13`.
    """
    if (
        method != b"GET"
        or version != "1.1"
        or b"websocket" not in _tokens(headers.get(b"upgrade", b""))
        or b"upgrade" not in _tokens(headers.get(b"connection", b""))
    ):
        raise Malformed(
            "websocket.malformed", "This is not a request to open a WebSocket.", where="upgrade"
        )
    if headers.get(b"sec-websocket-version", b"").strip() != b"13":
        raise Refused(
            "websocket.version", "Only version 13 of WebSocket is spoken here.", status=426
        )
    key = headers.get(b"sec-websocket-key", b"").strip()
    if not _is_key(key):
        raise Malformed(
            "websocket.malformed",
            "The key of a WebSocket is 16 bytes in base64.",
            where="sec-websocket-key",
        )
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n"
        b"sec-websocket-accept: %s\r\n\r\n" % accept_key(key)
    )


def _tokens(value: bytes) -> set[bytes]:
    return {token.strip().lower() for token in value.split(b",")}


def _is_key(key: bytes) -> bool:
    try:
        return len(key) == 24 and len(b64decode(key, validate=True)) == 16
    except NotBase64:
        return False


def control_frame(opcode: int, payload: bytes = b"") -> bytes:
    """Make a control frame; what is longer than such a frame may be is cut."""
    payload = payload[:CONTROL_BYTES]
    return bytes((0x80 | opcode, len(payload))) + payload


def close_frame(code: int, reason: str = "") -> bytes:
    """Make a close frame; a reason longer than 123 bytes is cut at a character."""
    said = reason.encode()[: CONTROL_BYTES - 2].decode("utf-8", "ignore")
    return control_frame(CLOSE, code.to_bytes(2, "big") + said.encode())


class Answer(NamedTuple):
    """
    What to do about what came in.

    Args:
        data: To be sent at once; may be empty.
        close: Whether to close the connection after that.
    """

    data: bytes = b""
    close: bool = False


class _Broken(Exception):
    """The other side broke a rule; `code` says which."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.answer = Answer(close_frame(code, reason), close=True)


class _Frame(NamedTuple):
    final: bool
    opcode: int
    payload: bytes


class _Pending:
    """What a connection has sent of a frame and of a message, so far."""

    __slots__ = ("data", "message", "opcode")

    def __init__(self) -> None:
        self.data = b""
        self.opcode: int | None = None  # Of a message whose last fragment has not come.
        self.message = b""


class Inbox:
    """What subscribers say on their WebSockets."""

    def __init__(self) -> None:
        self._pending: dict[Sink, _Pending] = {}

    def __len__(self) -> int:
        return len(self._pending)

    def __contains__(self, sink: object) -> bool:
        """Say whether one has sent a part of a frame or message, whose rest is to come."""
        return sink in self._pending

    def hear(self, sink: Sink, data: bytes) -> Answer:
        """Take what one has sent; after an answer that closes, nothing more of it is to come."""
        pending = self._pending.pop(sink, None) or _Pending()
        pending.data += data
        answered = b""
        try:
            while frame := _take_frame(pending):
                answer = _take_message(pending, frame)
                answered += answer.data
                if answer.close:
                    return Answer(answered, close=True)
            if pending.data or pending.opcode is not None:
                if len(self._pending) >= PENDING_MAX:
                    raise _Broken(TRY_AGAIN_LATER, "Too many are sending half a message.")
                self._pending[sink] = pending
        except _Broken as broken:
            return Answer(answered + broken.answer.data, close=True)
        return Answer(answered)

    def forget(self, sink: Sink) -> None:
        """Forget one that is gone."""
        self._pending.pop(sink, None)


def _take_frame(pending: _Pending) -> _Frame | None:
    """Take the first whole frame off; None where there is none yet (RFC 6455, section 5.2)."""
    data = pending.data
    if len(data) < 2:
        return None
    first, second = data[0], data[1]
    final, opcode, size = bool(first & 0x80), first & 0x0F, second & 0x7F
    if first & 0x70:
        raise _Broken(PROTOCOL_ERROR, "A reserved bit is set, and no extension was agreed upon.")
    if opcode not in {CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG}:
        raise _Broken(PROTOCOL_ERROR, "There is no such opcode.")
    if not second & 0x80:
        raise _Broken(PROTOCOL_ERROR, "A client's frames are masked.")
    if opcode >= CLOSE and (size > CONTROL_BYTES or not final):
        raise _Broken(PROTOCOL_ERROR, "A control frame is short, and whole.")
    at = 2
    if size >= 126:
        at = 4 if size == 126 else 10
        if len(data) < at:
            return None
        size = int.from_bytes(data[2:at], "big")
        if size < (126 if at == 4 else 65_536) or size >> 63:
            raise _Broken(PROTOCOL_ERROR, "A length is written in as few bytes as it takes.")
    if len(pending.message) + size > MESSAGE_BYTES:
        raise _Broken(TOO_BIG, "There is nothing to say that is as long as that.")
    if len(data) < at + 4 + size:
        return None
    payload = _unmask(data[at + 4 : at + 4 + size], data[at : at + 4])
    pending.data = data[at + 4 + size :]
    return _Frame(final, opcode, payload)


def _unmask(payload: bytes, mask: bytes) -> bytes:
    """Undo the mask (RFC 6455, section 5.3), as one exclusive or of two long numbers."""
    size = len(payload)
    repeated = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(repeated, "big")).to_bytes(size, "big")


def _take_message(pending: _Pending, frame: _Frame) -> Answer:
    """Act on one frame (RFC 6455, sections 5.4 to 5.6)."""
    match frame.opcode:
        case 0x9:
            return Answer(control_frame(PONG, frame.payload))
        case 0xA:
            return Answer()
        case 0x8:
            return Answer(_farewell(frame.payload), close=True)
        case 0x0:
            if pending.opcode is None:
                raise _Broken(PROTOCOL_ERROR, "There is nothing to continue.")
        case opcode:
            if pending.opcode is not None:
                raise _Broken(PROTOCOL_ERROR, "A message was begun and not ended.")
            pending.opcode = opcode
    pending.message += frame.payload
    if frame.final:
        if pending.opcode == TEXT and not _is_utf8(pending.message):
            raise _Broken(NOT_UTF8, "A text is UTF-8.")
        pending.opcode, pending.message = None, b""
    return Answer()


def _farewell(payload: bytes) -> bytes:
    """Answer a close frame with its own code, where it may be one (RFC 6455, section 7.4)."""
    if not payload:
        return control_frame(CLOSE)
    code = int.from_bytes(payload[:2], "big")
    if len(payload) < 2 or not (code in _CODES_OF_ITS_OWN or 3_000 <= code < 5_000):
        raise _Broken(PROTOCOL_ERROR, "There is no such code.")
    if not _is_utf8(payload[2:]):
        raise _Broken(NOT_UTF8, "A reason is UTF-8.")
    return close_frame(code)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
