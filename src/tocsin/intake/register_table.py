"""
Tables: CSV in any of the ways in which registers are written, as rows.

Recognised are the comma, the semicolon, the tab and the bar between cells; UTF-8 and UTF-16, and
the old Japanese and Cyrillic encodings where the heading then has words that a register has. A
table whose last line stops before its last cell, or in the middle of a quotation, was cut off.
"""

from __future__ import annotations

import csv
import io
from typing import Final

from tocsin.intake.register_json import cut_off
from tocsin.intake.register_rows import COLUMNS, Rows
from tocsin.intake.register_text import RAW, folded
from tocsin.kernel.errors import Refused

_DELIMITERS: Final = (",", ";", "\t", "|")
_OLDER: Final = (
    ("cp932", ("住所", "緯度", "施設")),
    ("cp1251", ("адреса", "назва", "широта", "район", "тип")),
    ("cp1255", ("כתובת", "שם")),
)
"""Encodings in which any bytes can be read, each with words that show that it is this one."""


def read_table(data: bytes) -> Rows:
    """
    Read a table with a heading.

    Raises:
        Refused: `register.cut_off`, `register.not_a_register`, `register.too_large`.
    """
    text = _decoded(data)
    heading = next((line for line in text.splitlines()[:50] if line.strip()), "")
    delimiter = max(_DELIMITERS, key=heading.count)
    lines = _cells(text, delimiter)
    heads: list[str] = []
    rows = Rows("csv")
    last_short = False
    for number, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        if not heads:
            heads = _unique(_heads(cells))
            continue
        if len(cells) != len(heads):
            rows.odd.append(number)
        last_short = len(cells) < len(heads)
        rows.add(dict(zip(heads, cells, strict=False)), number=number)
    if not heads:
        raise Refused("register.not_a_register", "It is empty.")
    if last_short and len(rows.odd) == 1 and not text.endswith(("\n", "\r")):
        cut_off("The last line stops before its last column")
    return rows


def _decoded(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            cut_off()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        wrong = error
    for encoding, words in _OLDER:
        text = data.decode(encoding, errors="replace")
        heading = folded(text[:2000])
        if any(word in heading for word in words) and "\ufffd" not in text[:2000]:
            return text
    if wrong.reason == "unexpected end of data":
        cut_off()
    raise Refused(
        "register.not_a_register", f"It is no UTF-8 from byte {wrong.start} on; save it as UTF-8."
    ) from None


def _cells(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """Split a text into lines of cells, each with the number of the record."""
    for strict in (True, False):
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)
        try:
            return list(enumerate(reader, 1))
        except csv.Error as error:
            if "end of data" in str(error):
                cut_off("A quotation is not closed at the end")
            if "field limit" in str(error) or not strict:
                raise Refused(
                    "register.not_a_register",
                    f"It is no table: near line {reader.line_num}, {error}.",
                ) from None
    raise AssertionError  # pragma: no cover: the second turn answers or refuses.


def _heads(cells: list[str]) -> list[str]:
    heads = [cell.strip()[:RAW] for cell in cells]
    while heads and not heads[-1]:
        heads.pop()
    if len(heads) < 2:
        raise Refused("register.not_a_register", "It is no table: its first line is one cell.")
    if len(heads) > COLUMNS:
        raise Refused("register.too_large", f"It has more than {COLUMNS} columns.")
    return heads


def _unique(heads: list[str]) -> list[str]:
    """Name columns that have no name or a name again, so that none hides another."""
    seen: set[str] = set()
    names = []
    for place, head in enumerate(heads, 1):
        key = folded(head)
        names.append(head if key and key not in seen else f"{head} ({place})")
        seen.add(key)
    return names
