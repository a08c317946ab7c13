"""
The country pack: one file that holds a tree of areas, and its outlines if there are any.

A magic line, one line of JSON that lists the sections with their lengths, then the sections,
each deflated on its own, so that reading the tree never touches the outlines. The pack of
Ukraine ships as package data; `importer.py` writes the same form for any other country.

A pack may come from another person's machine, so nothing in it is believed: sizes are bounded
before memory is asked for, and what does not add up is `Malformed`, whatever the bytes.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from tocsin.kernel.errors import Malformed

MAGIC: Final = b"TOCSIN-AREAS 1\n"

# Two million vertices of two 4-byte numbers are 16 MB; the grid and both details of outlines
# fit four times over.
MAX_SECTION_BYTES: Final = 64 * 1024 * 1024
MAX_HEADER_BYTES: Final = 4096
MAX_PACK_BYTES: Final = 2 * MAX_SECTION_BYTES

DATA: Final = Path(__file__).with_name("data")


def locate(name: str) -> Path:
    """
    Find a pack: by the name of one that ships (`UA`), else by its path.

    Raises:
        Malformed: `areas.pack_missing` when there is neither.
    """
    shipped = DATA / f"{name}.areas"
    if name.isalnum() and shipped.is_file():
        return shipped
    path = Path(name)
    if path.is_file():
        return path
    raise Malformed("areas.pack_missing", f"There is no country pack {name!r}.", where=name)


def write(path: Path, sections: Mapping[str, bytes]) -> None:
    """Write a pack beside `path` and rename it there, so that no half-written pack is seen."""
    packed = {name: zlib.compress(raw, 9) for name, raw in sections.items()}
    header = {name: [len(body), len(sections[name])] for name, body in packed.items()}
    line = json.dumps(header, separators=(",", ":")).encode() + b"\n"
    fresh = path.with_name(path.name + ".new")
    fresh.write_bytes(MAGIC + line + b"".join(packed.values()))
    fresh.replace(path)


def sections(path: Path) -> frozenset[str]:
    """Name the sections that a pack holds."""
    with path.open("rb") as file:
        return frozenset(_header(file.read(len(MAGIC) + MAX_HEADER_BYTES), path))


def read(path: Path, section: str) -> bytes:
    """
    Read one section, and only that one.

    Raises:
        Malformed: `areas.pack_malformed` when the file is not a pack, lacks the section, or its
            bytes do not add up.
    """
    try:
        if path.stat().st_size > MAX_PACK_BYTES:
            raise _malformed(path, f"it is larger than {MAX_PACK_BYTES} bytes")
        data = path.read_bytes()
    except OSError as error:
        raise _malformed(path, error.strerror or "it cannot be read") from error
    header = _header(data, path)
    if section not in header:
        raise _malformed(path, f"it has no section {section!r}")
    start = data.index(b"\n", len(MAGIC)) + 1
    for name, (length, raw_length) in header.items():
        if name == section:
            return _inflate(data[start : start + length], raw_length, path)
        start += length
    raise AssertionError(section)


def _header(data: bytes, path: Path) -> dict[str, tuple[int, int]]:
    if not data.startswith(MAGIC):
        raise _malformed(path, "its first line is not that of a pack")
    end = data.find(b"\n", len(MAGIC), len(MAGIC) + MAX_HEADER_BYTES)
    if end < 0:
        raise _malformed(path, "its header has no end")
    try:
        parsed: Any = json.loads(data[len(MAGIC) : end])
        header = {str(name): (int(body), int(raw)) for name, (body, raw) in parsed.items()}
    except (ValueError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise _malformed(path, "its header cannot be read") from error
    if any(
        not (0 < b <= MAX_PACK_BYTES and 0 < r <= MAX_SECTION_BYTES) for b, r in header.values()
    ):
        raise _malformed(path, "its header promises impossible sizes")
    return header


def _inflate(packed: bytes, raw_length: int, path: Path) -> bytes:
    machine = zlib.decompressobj()
    try:
        raw = machine.decompress(packed, raw_length)
    except zlib.error as error:
        raise _malformed(path, "a section is damaged") from error
    if len(raw) != raw_length or machine.unconsumed_tail:
        raise _malformed(path, "a section is not as long as promised")
    return raw


def _malformed(path: Path, why: str) -> Malformed:
    return Malformed("areas.pack_malformed", f"{path.name} is not a country pack: {why}.")
