"""
The file of a schedule: which shape it has, seen from its content, packed with gzip or not.

A file is read whole and bounded before anything of it is believed.
"""

from __future__ import annotations

import gzip
import io
import zlib
from pathlib import Path
from typing import Final

from tocsin.intake.schedule_csv import read_csv
from tocsin.intake.schedule_edition import CLOCK, Fetched, Reading, cut_off, not_a_schedule
from tocsin.intake.schedule_gpv import is_gpv, read_gpv
from tocsin.intake.schedule_json import parse
from tocsin.intake.schedule_mapping import Mapping
from tocsin.intake.schedule_revisions import LINE_BYTES, is_revision, read_revisions
from tocsin.intake.schedule_yasno import is_yasno, read_yasno
from tocsin.kernel.errors import Malformed, Refused

FILE_BYTES: Final = 200_000_000
"""Unpacked. A version each three minutes for a year, of 1,000 bytes each."""

JSON_BYTES: Final = 8_000_000
"""12 groups and two days are 15,000; 2,000 groups and three days 2,500,000."""

TABLE_BYTES: Final = 24_000_000
"""200,000 lines of 100 bytes."""


def read_schedule(
    source: Path | bytes, fetched: Fetched, mapping: Mapping | None = None, clock: str = ""
) -> Reading:
    """
    Read a schedule, or a history of one.

    Args:
        mapping: How to read a table that is not written as Tocsin writes them.
        clock: Zone that it is written in; empty: as the mapping says, else Kyiv's.

    Raises:
        Refused: `schedule.cut_off`, `schedule.not_a_schedule`, `schedule.too_large`,
            `schedule.time_unlikely`, each with one line that says why.
        Malformed: `schedule.file_unreadable`, `schedule.mapping_malformed`.
    """
    data = _unpacked(source if isinstance(source, bytes) else _bytes(source))
    start = data[:400].lstrip(b"\xef\xbb\xbf \t\r\n")
    zone = clock or (mapping.clock if mapping is not None else "") or CLOCK
    if not start:
        not_a_schedule("It is empty.")
    if start.startswith((b"<", b"%PDF", b"PK\x03\x04")):
        not_a_schedule("It is a web page or a document.")
    if mapping is not None or not start.startswith((b"{", b"[", b'"')):
        _bounded(data, TABLE_BYTES)
        return read_csv(data, fetched, mapping, zone)
    if is_revision(data[: LINE_BYTES + 1].split(b"\n", 1)[0]):
        lines = [line for line in io.BytesIO(data) if line.strip()]
        return read_revisions(lines, fetched, zone)
    parsed = parse(_bounded(data, JSON_BYTES))
    if is_gpv(parsed):
        return read_gpv(parsed, data, fetched, zone)
    if not is_yasno(parsed):
        not_a_schedule("It is JSON, but none of the shapes in which schedules are written.")
    return read_yasno(parsed, data, fetched, zone)


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(FILE_BYTES + 1)
    except OSError as error:
        raise Malformed(
            "schedule.file_unreadable",
            f"{path.name}: {error.strerror or 'it cannot be read'}.",
            where=path.name,
        ) from None
    return _bounded(data, FILE_BYTES)


def _unpacked(data: bytes) -> bytes:
    if not data.startswith(b"\x1f\x8b"):
        return _bounded(data, FILE_BYTES)
    try:
        with gzip.open(io.BytesIO(data)) as stream:
            return _bounded(stream.read(FILE_BYTES + 1), FILE_BYTES)
    except (OSError, EOFError, zlib.error):
        cut_off("What is packed in it ends in the middle, or is damaged")


def _bounded(data: bytes, most: int) -> bytes:
    if len(data) > most:
        raise Refused("schedule.too_large", f"It has more than {most:,} bytes.")
    return data
