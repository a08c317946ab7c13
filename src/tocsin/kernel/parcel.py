"""
A line of the feed as NATS carries it: its stream, its subject, its bytes.

A long line (a board, the tree of areas) is compressed, since a NATS server takes 1 MB by default;
what is unpacked is bounded, whoever packed it. Source: RFC 1950 (zlib).
"""

from __future__ import annotations

import zlib
from typing import Final

from tocsin.kernel.errors import Malformed
from tocsin.kernel.feed import LINE_BYTES, Line

STREAM: Final = "TOCSIN"
SUBJECTS: Final = "tocsin.feed.>"

ASK: Final = "tocsin.ask"
"""Where an edge asks the core what it has missed: its place, or nothing. The answer is a parcel for
each line, and an empty one at the end."""

PLAIN_BYTES: Final = 16_384
"""Longer lines are compressed; a message is 1 to 4 kB."""

_COMPRESSED: Final = b"\x78"
"""Every zlib stream of the usual window begins so; no kind of line does."""


def subject_of(kind: str) -> str:
    """Name the subject of a kind of line."""
    return f"tocsin.feed.{kind}"


def pack(line: Line) -> bytes:
    """Write a line for a carrier."""
    raw = line.encode()
    return raw if len(raw) <= PLAIN_BYTES else zlib.compress(raw, 6)


def unpack(carried: bytes) -> bytes:
    """
    Give the line as it was written.

    Raises:
        Malformed: `feed.malformed`, where it is damaged, or longer than a line may be.
    """
    if not carried.startswith(_COMPRESSED):
        return carried
    unpacker = zlib.decompressobj()
    try:
        raw = unpacker.decompress(carried, LINE_BYTES)
    except zlib.error:
        raw = b""
    if not raw or not unpacker.eof:
        raise Malformed("feed.malformed", "A line of the feed cannot be read.", where="line")
    return raw
