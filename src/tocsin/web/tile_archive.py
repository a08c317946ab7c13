"""
An archive of map tiles, PMTiles version 3, as an operator names one: its head, read and checked.

Tiles are never read here: the browser asks for parts of the file and finds them itself. What the
page has to know before is in the head and the metadata (layers, zooms, bounds, whose map it is).
Source: PMTiles specification, version 3, sections 3 and 5.
"""

from __future__ import annotations

import html
import json
import os
import re
import struct
import zlib
from contextlib import ExitStack
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import msgspec

from tocsin.kernel.errors import Malformed

HEAD_BYTES: Final = 127
MAGIC: Final = b"PMTiles\x03"

METADATA_BYTES: Final = 4_194_304
"""Packed or unpacked: a style's worth of field names is 100 kB."""

CREDIT_CHARACTERS: Final = 400
ZOOM_MAX: Final = 30

_HEAD: Final = struct.Struct("<8s11Q6B4i")
_NONE: Final = 1
_GZIP: Final = 2
_VECTOR: Final = 1
_RASTER: Final = frozenset({2, 3, 4, 5})  # PNG, JPEG, WebP, AVIF.
_DEGREE: Final = 10_000_000
_TAG: Final = re.compile(r"<[^>]*>")


class About(msgspec.Struct, frozen=True):
    """
    What a page has to know of an archive.

    Args:
        layers: Names of the vector tiles' layers; empty where tiles are pictures.
        bounds: West, south, east and north in degrees, WGS 84.
        credit: Whose map it is, as plain text; empty where the archive does not say.
    """

    vector: bool
    layers: tuple[str, ...]
    zooms: tuple[int, int]
    bounds: tuple[float, float, float, float]
    credit: str


class TileArchive:
    """
    An open archive.

    Args:
        etag: Another where the file was another when it was opened.
    """

    def __init__(self, file: int, size: int, etag: str, about: About) -> None:
        self.size = size
        self.etag = etag
        self.about = about
        self._file = file

    @classmethod
    def open(cls, path: Path) -> TileArchive:
        """
        Open an archive; it stays open, so that a new file in its place is not mixed with it.

        Raises:
            Malformed: `tiles.file_unreadable`, `tiles.file_malformed`.
        """
        try:
            with ExitStack() as stack:
                file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
                stack.callback(os.close, file)
                about, etag, size = _read(file, path)
                stack.pop_all()  # It is sound, and stays open.
        except OSError as error:
            raise Malformed(
                "tiles.file_unreadable",
                f"The map tiles cannot be read: {error.strerror}.",
                where=str(path),
            ) from None
        return cls(file, size, etag, about)

    def part(self, begin: int, length: int) -> bytes:
        """Read a part; fewer bytes where the file has become shorter."""
        return os.pread(self._file, length, begin)

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)


def _read(file: int, path: Path) -> tuple[About, str, int]:
    known = os.fstat(file)
    head = os.pread(file, HEAD_BYTES, 0)
    if len(head) < HEAD_BYTES or not head.startswith(MAGIC):
        raise _malformed(path, "it does not begin as a PMTiles archive of version 3 does")
    _, *numbers = _HEAD.unpack_from(head)
    sections, (internal, packed, kind, least, most) = numbers[:8], numbers[12:17]
    west, south, east, north = (number / _DEGREE for number in numbers[17:21])
    for begin, length in zip(sections[::2], sections[1::2], strict=True):
        if begin + length > known.st_size:
            raise _malformed(path, "it ends before what it names does")
    if internal not in {_NONE, _GZIP} or (kind == _VECTOR and packed not in {_NONE, _GZIP}):
        raise _malformed(path, "it is packed otherwise than with gzip, which no browser reads")
    if kind != _VECTOR and kind not in _RASTER:
        raise _malformed(path, "its tiles are neither vectors nor pictures")
    if not least <= most <= ZOOM_MAX:
        raise _malformed(path, f"its zooms are not from 0 to {ZOOM_MAX}")
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise _malformed(path, "its bounds are not on the Earth")
    told = _metadata(file, path, sections[2], sections[3], unpack=internal == _GZIP)
    about = About(
        kind == _VECTOR,
        _layers(told) if kind == _VECTOR else (),
        (least, most),
        (west, south, east, north),
        _credit(told),
    )
    mark = f"{known.st_size} {known.st_mtime_ns} {known.st_ino}".encode()
    return about, f'"{blake2b(head + mark, digest_size=8).hexdigest()}"', known.st_size


def _metadata(file: int, path: Path, begin: int, length: int, *, unpack: bool) -> dict[str, Any]:
    if length > METADATA_BYTES:
        raise _malformed(path, "its metadata are too large")
    text = os.pread(file, length, begin)
    try:
        if unpack:
            reader = zlib.decompressobj(wbits=31)
            text = reader.decompress(text, METADATA_BYTES)
            if not reader.eof:
                raise _malformed(path, "its metadata are too large, or cut off")
        told = json.loads(text or b"{}")
    except (zlib.error, ValueError, RecursionError):
        raise _malformed(path, "its metadata are no JSON") from None
    if not isinstance(told, dict):
        raise _malformed(path, "its metadata are no JSON object")
    return told


def _layers(told: dict[str, Any]) -> tuple[str, ...]:
    found = told.get("vector_layers")
    rows = found if isinstance(found, list) else []
    names = (row.get("id") for row in rows if isinstance(row, dict))
    return tuple(name for name in names if isinstance(name, str))


def _credit(told: dict[str, Any]) -> str:
    """Take the credit out of its HTML: what others wrote is shown as text alone."""
    said = told.get("attribution")
    text = html.unescape(_TAG.sub("", said)) if isinstance(said, str) else ""
    return " ".join(text.split())[:CREDIT_CHARACTERS]


def _malformed(path: Path, what: str) -> Malformed:
    return Malformed(
        "tiles.file_malformed", f"These are no map tiles for pages: {what}.", where=str(path)
    )
