"""
Frames: what one message looks like on each wire, as bytes made once.

Server-sent events (WHATWG HTML, section 9.2), WebSocket text frames (RFC 6455, section 5.2; a
server's frames are not masked, so they are the same bytes for everybody) and lines of JSON. `id`
is `EPOCH:POSITION`: a browser sends the last one back as `Last-Event-ID`, and whoever answers
knows what it has missed.

A place in the stream needs both parts. After a restore from backup the ledger may have been cut
at 40 and grown again to 45: a client at 43 would believe that it had missed two messages, and
would hold three that never were. The epoch is new on restore, so it gets a board instead.
"""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Any, Final, NamedTuple

from tocsin.kernel.errors import Malformed
from tocsin.kernel.limits import AREAS_ASKED
from tocsin.kernel.words import Relation

RELATIONS: Final = tuple(Relation)


class Form(StrEnum):
    """How a message looks on a wire."""

    SSE = "sse"
    WEBSOCKET = "websocket"
    NDJSON = "ndjson"
    FEED = "feed"
    """The core's own lines (`tocsin.kernel.feed`), handed on as they came."""


class Place(NamedTuple):
    """A place in the stream of one life of a ledger."""

    epoch: str
    position: int

    def __str__(self) -> str:
        """Write it as `EPOCH:POSITION`."""
        return f"{self.epoch}:{self.position}"


def parse_place(text: str) -> Place | None:
    """Read `EPOCH:POSITION`; None where the text is not one, which is no place we know."""
    epoch, _, position = text.strip().rpartition(":")
    if not epoch or not position.isascii() or not position.isdigit() or len(position) > 18:
        return None
    return Place(epoch, int(position))


def split_codes(text: str | None) -> list[str]:
    """
    Split `?areas=` into codes, as they came; empty where there is none.

    Raises:
        Malformed: `query.too_many_areas`, for more than `AREAS_ASKED`.
    """
    codes = [code for code in (text or "").split(",") if code]
    if len(codes) > AREAS_ASKED:
        sentence = f"At most {AREAS_ASKED} areas at once."
        raise Malformed("query.too_many_areas", sentence, where="areas")
    return codes


def encode(data: dict[str, Any]) -> bytes:
    """Write a message's data as one line of JSON, UTF-8."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def related(data: bytes, relation: Relation) -> bytes:
    """Say in an encoded message how its area lies to the subscriber's."""
    return b'{"relation":"%s",%s' % (relation.encode(), data[1:])


def sse(event: str, data: bytes, place: Place | None = None) -> bytes:
    """Frame encoded data as a server-sent event; without a place it leaves the last id alone."""
    identity = "" if place is None else f"id: {place}\n"
    return b"event: %s\n%sdata: %s\n\n" % (event.encode(), identity.encode(), data)


def enclosed(event: str, data: bytes, place: Place | None = None) -> bytes:
    """Write one event as a JSON object: `event`, `id` (null where it has no place), `data`."""
    identity = b"null" if place is None else f'"{place}"'.encode()
    return b'{"event":"%s","id":%s,"data":%s}' % (event.encode(), identity, data)


def text_frame(payload: bytes) -> bytes:
    """Frame a whole text message for a WebSocket, unmasked as a server's are."""
    size = len(payload)
    if size < 126:
        return b"\x81" + size.to_bytes(1, "big") + payload
    if size < 65_536:
        return b"\x81\x7e" + size.to_bytes(2, "big") + payload
    return b"\x81\x7f" + size.to_bytes(8, "big") + payload


def frame(form: Form, event: str, data: bytes, place: Place | None = None) -> bytes:
    """Make the bytes that one event is on a wire of this form; a feed's lines are not made here."""
    match form:
        case Form.SSE:
            return sse(event, data, place)
        case Form.WEBSOCKET:
            return text_frame(enclosed(event, data, place))
        case Form.NDJSON:
            return enclosed(event, data, place) + b"\n"
        case Form.FEED:
            raise ValueError(form)
