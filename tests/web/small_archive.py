"""
A small PMTiles archive for tests, written by hand: a street, a house and a pond, or one picture.

No test is here. Version 3 with one root directory, nothing packed; positions in a vector tile are
of 4,096 across.
"""

from __future__ import annotations

import json
import math
import struct
import zlib
from pathlib import Path

ATTRIBUTION = '<a href="https://example.org/">© Nobody &amp; sons</a>'
ZOOM = 13


def write(path: Path, *, at=(0.0090, -29.9890), raster=False, **changed) -> Path:
    """Write an archive of one tile around a place; `changed` are fields of `parts`."""
    path.write_bytes(parts(at=at, raster=raster, **changed))
    return path


def parts(
    *,
    at=(0.0090, -29.9890),
    raster=False,
    attribution=ATTRIBUTION,
    metadata=None,
    internal=1,
    packed=1,
    kind=None,
    zooms=(ZOOM, ZOOM),
    bounds=(-31.0, -1.0, -29.0, 1.0),
) -> bytes:
    """Put an archive together."""
    x, y = tile_of(*at)
    tile = _png() if raster else _vector()
    directory = b"".join(map(varint, (1, tile_id(ZOOM, x, y), 1, len(tile), 1)))
    told = {"attribution": attribution, "name": "small"}
    if not raster:
        told["vector_layers"] = [{"id": name} for name in ("roads", "buildings", "water")]
    said = json.dumps(told).encode() if metadata is None else metadata
    begins = 127, 127 + len(directory), 127 + len(directory) + len(said)
    west, south, east, north = (round(degree * 10_000_000) for degree in bounds)
    head = struct.pack(
        "<8s11Q6B4iB2i",
        b"PMTiles\x03",
        *(begins[0], len(directory), begins[1], len(said), 0, 0, begins[2], len(tile), 1, 1, 1),
        *(1, internal, packed, kind or (2 if raster else 1), *zooms),
        *(west, south, east, north, ZOOM, 0, 0),
    )
    return head + directory + said + tile


def tile_of(lat: float, lon: float) -> tuple[int, int]:
    """Tell which tile of the zoom a place lies in."""
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return int((lon + 180) / 360 * 2**ZOOM), int(y * 2**ZOOM)


def tile_id(zoom: int, x: int, y: int) -> int:
    """Number a tile along the Hilbert curve, after all those of smaller zooms."""
    number, half = (4**zoom - 1) // 3, 2**zoom // 2
    while half:
        right, low = int(bool(x & half)), int(bool(y & half))
        number += half * half * ((3 * right) ^ low)
        if not low:
            if right:
                x, y = half - 1 - x, half - 1 - y
            x, y = y, x
        half //= 2
    return number


def varint(number: int) -> bytes:
    """Write a number, seven bits at a time."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def _field(number: int, body: bytes | int) -> bytes:
    if isinstance(body, int):
        return varint(number << 3) + varint(body)
    return varint(number << 3 | 2) + varint(len(body)) + body


def _path(points, *, closed: bool) -> bytes:
    out, last, steps = [], (0, 0), []
    for x, y in points:
        steps += [x - last[0], y - last[1]]
        last = (x, y)
    out = [1 << 3 | 1, *steps[:2], (len(points) - 1) << 3 | 2, *steps[2:]]
    commands = {0, 3}
    words = [n if at in commands else (n << 1) ^ (n >> 31) for at, n in enumerate(out)]
    return b"".join(map(varint, [*words, *([1 << 3 | 7] if closed else [])]))


def _layer(name: str, geometry: int, features, kind: str) -> bytes:
    values = [_field(1, b) for b in (kind.encode(), "Вулиця Тиха".encode())]
    body = _field(15, 2) + _field(1, name.encode())
    for points in features:
        tags = b"".join(map(varint, (0, 0, 1, 1)))
        shape = _path(points, closed=geometry == 3)
        body += _field(2, _field(2, tags) + _field(3, geometry) + _field(4, shape))
    body += _field(3, b"kind") + _field(3, b"name") + b"".join(_field(4, v) for v in values)
    return _field(3, body + _field(5, 4096))


def _vector() -> bytes:
    across = [[(0, y), (4096, y)] for y in range(200, 4096, 400)]
    down = [[(x, 0), (x, 4096)] for x in range(200, 4096, 400)]
    house = [[(x, y), (x + 120, y), (x + 120, y + 120), (x, y + 120)] for x, y in _corners()]
    pond = [[(1700, 1700), (2300, 1700), (2300, 2300), (1700, 2300)]]
    return (
        _layer("roads", 2, [*across, *down], "minor_road")
        + _layer("buildings", 3, house, "building")
        + _layer("water", 3, pond, "lake")
    )


def _corners():
    return [(x, y) for x in range(300, 4000, 400) for y in range(300, 4000, 800)]


def _png() -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + check

    rows = (b"\0" + b"\x80\xa0\xc0" * 256) * 256
    head = struct.pack(">2I5B", 256, 256, 8, 2, 0, 0, 0)
    signature = b"\x89PNG\r\n\x1a\n"
    return (
        signature + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    )
