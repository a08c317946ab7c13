"""
The file of a register: which format it has, seen from its content, and its pages put together.

A map server or a register gives its answers in pages; saved to files, they are read as one. Where
the answers say how many rows there are, all of them must be there.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tocsin.intake.register_answers import answer_format, read_answer
from tocsin.intake.register_json import cut_off, parse
from tocsin.intake.register_profile import KNOWN
from tocsin.intake.register_rows import FILE_BYTES, ROWS, Rows
from tocsin.intake.register_table import read_table
from tocsin.kernel.errors import Malformed, Refused

ANSWERS: Final = ("geojson", "arcgis", "ckan", "dsns", "json")
TABLES: Final = {"csv": "", "gsi": "gsi", "kyiv": "kyiv"}
"""By name of a format that is a table, the profile that it forces."""

FILES: Final = 200
"""200 pages of 1,000 rows are as many rows as may be."""

_PACKED: Final = (
    b"\x1f\x8b",
    b"PK\x03\x04",
    b"BZh",
    b"\xfd7zXZ",
    b"\x28\xb5\x2f\xfd",
    b"7z\xbc\xaf",
)


def read_files(files: Sequence[Path | bytes], format_: str = "") -> tuple[Rows, str]:
    """
    Read a register's file, or its pages.

    Args:
        format_: A format to take it for; empty: as its content shows.

    Returns:
        All rows, numbered on through the pages of an answer, and the name of a profile that the
        format forces, or empty.

    Raises:
        Refused: see `register_reading.read_register`.
        Malformed: `register.file_unreadable`, `register.format_unknown`.
    """
    if format_ and format_ not in (*ANSWERS, *TABLES):
        raise Malformed(
            "register.format_unknown",
            f"“{format_[:20]}” is none of {', '.join((*ANSWERS, *TABLES))}.",
            where="--format",
        )
    if not 0 < len(files) <= FILES:
        raise Refused("register.too_large", f"A register has up to {FILES} pages.")
    left = FILE_BYTES
    whole: Rows | None = None
    for file in files:
        data = file if isinstance(file, bytes) else _bytes(file, left)
        left -= len(data)
        if left < 0:
            raise Refused("register.too_large", f"It has more than {FILE_BYTES:,} bytes.")
        page = _page(data, format_)
        whole = page if whole is None else _joined(whole, page)
    assert whole is not None
    if whole.more:
        cut_off("Its maker says that more rows follow; fetch the other pages too")
    if whole.total is not None and len(whole.rows) < whole.total:
        cut_off(f"It has {len(whole.rows)} of {whole.total} rows")
    if whole.format == "csv" and format_ in TABLES:
        forced = TABLES[format_]
        known = next((profile for profile in KNOWN if profile.name == forced), None)
        if known is not None and not known.signature <= set(whole.columns):
            raise Refused("register.not_a_register", f"It does not have the columns of {forced}.")
        return whole, forced
    return whole, ""


def _page(data: bytes, format_: str) -> Rows:
    if data.startswith(_PACKED):
        raise Refused(
            "register.not_a_register",
            "It is packed, or a spreadsheet: unpack it, or save it as CSV.",
        )
    start = data[:400].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start:
        raise Refused("register.not_a_register", "It is empty.")
    if start.startswith((b"<", b"%PDF")):
        raise Refused("register.not_a_register", "It is a web page or a document, no register.")
    if format_ in TABLES or (not format_ and not start.startswith((b"{", b"["))):
        return read_table(data)
    parsed = parse(data)
    return read_answer(format_ or answer_format(parsed), parsed)


def _joined(whole: Rows, page: Rows) -> Rows:
    """Put a page behind those before it."""
    if page.format != whole.format:
        raise Refused(
            "register.not_a_register", f"Its pages are of two kinds: {whole.format}, {page.format}."
        )
    if len(whole.rows) + len(page.rows) > ROWS:
        raise Refused("register.too_large", f"It has more than {ROWS:,} rows.")
    for row in page.rows:
        row.number += len(whole.rows)
    whole.rows += page.rows
    whole.odd += page.odd
    whole.columns |= {k: v for k, v in page.columns.items() if k not in whole.columns}
    # Every page but the last says that more follow; which is the last is not known by its name.
    whole.more = whole.more and page.more
    whole.total = max(whole.total or 0, page.total or 0) or None
    return whole


def _bytes(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            # One byte more than may be, so that too large is told from just enough.
            return file.read(most + 1)
    except OSError as error:
        raise Malformed(
            "register.file_unreadable",
            f"{path.name}: {error.strerror or 'it cannot be read'}.",
            where=path.name,
        ) from None
