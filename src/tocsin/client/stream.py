"""
Server-sent events, cut out of bytes: the one form in which this library listens.

Pure: bytes in, events out. One event that is larger than any server sends ends the reading, so
that nobody can fill a listener's memory; one that the end cuts short is left out.

Source: WHATWG HTML, section 9.2 (server-sent events); design, section 3.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from tocsin.kernel.errors import Malformed, Unavailable
from tocsin.kernel.wire import Place, parse_place

FRAME_BYTES: Final = 16_777_216
"""A board with an alert in each of 1,633 areas is 1.6 MB; ten times that."""


class Frame(NamedTuple):
    """One server-sent event as it stood on the wire; `retry_ms` is None where it isn't said."""

    event: str
    data: str
    id: str
    retry_ms: int | None


class Event(NamedTuple):
    """
    Something that the server said.

    Args:
        name: `alert`, `update`, `all-clear`, `correction`, `board`, `heartbeat`, `stale`, or one
            that a later server knows.
        place: The last place in the stream that was told; None where none was.
    """

    name: str
    place: Place | None
    data: dict[str, Any]


class Frames:
    """Cut chunks of bytes into frames, one stream after its beginning."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self._event = ""
        self._data: list[str] = []
        self._size = 0
        self._id = ""
        self._retry_ms: int | None = None

    def feed(self, chunk: bytes) -> Iterator[Frame]:
        """
        Give the frames that a chunk completes.

        Raises:
            Unavailable: `stream.too_large`, where one event is larger than 16 MiB.
        """
        self._rest += chunk
        if b"\n" in chunk:
            *lines, last = self._rest.split(b"\n")
            self._rest = bytearray(last)
            for line in lines:
                frame = self._line(line.removesuffix(b"\r").decode(errors="replace"))
                if frame is not None:
                    yield frame
        if len(self._rest) + self._size > FRAME_BYTES:
            raise Unavailable("stream.too_large", "The server sends more than one event can hold.")

    def _line(self, line: str) -> Frame | None:
        if not line:
            return self._end()
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        match field:
            case "event":
                self._event = value
            case "data":
                self._data.append(value)
                self._size += len(value)
            case "id" if "\0" not in value:
                self._id = value
            case "retry" if value.isascii() and value.isdigit() and len(value) < 10:
                self._retry_ms = int(value)
            case _:
                pass  # A comment, or a field of a later standard.
        return None

    def _end(self) -> Frame | None:
        event, data, retry_ms = self._event, self._data, self._retry_ms
        self._event, self._data, self._size, self._retry_ms = "", [], 0, None
        if not data and retry_ms is None:
            return None
        return Frame(event or "message", "\n".join(data), self._id, retry_ms)


def read_frames(chunks: Iterable[bytes]) -> Iterator[Frame]:
    """
    Cut bytes into frames; one that the end cuts short is left out, as the standard asks.

    Raises:
        Unavailable: `stream.too_large`, where one event is larger than 16 MiB.
    """
    frames = Frames()
    for chunk in chunks:
        yield from frames.feed(chunk)


def read_event(frame: Frame) -> Event | None:
    """
    Read what a frame says; None where it says nothing but how long to wait.

    Raises:
        Malformed: `stream.unreadable`, where its data is no JSON object.
    """
    if not frame.data:
        return None
    try:
        data = json.loads(frame.data)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        sentence = "The server said something that is no JSON object."
        raise Malformed("stream.unreadable", sentence, where="stream")
    return Event(frame.event, parse_place(frame.id), data)
