"""
The signed heads that a ledger has shown to the world, one JSON object a line, in `FILE.heads`.

A chain alone can't tell that its end was cut off, and not that it was written anew as a whole: a
head that was kept elsewhere can. This file is the nearest elsewhere; every subscriber is another.
A line is added where the position has changed, and once an hour where it hasn't, and is on disk
before `note` returns. A line that a crash cut short was shown to nobody and is taken away.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from tocsin.kernel.canonical import canonical, parse
from tocsin.kernel.errors import Malformed, Unavailable
from tocsin.kernel.time import parse_rfc3339

_AT_LEAST_EVERY: Final = timedelta(hours=1)


class HeadLine(NamedTuple):
    """
    A line of the file.

    Args:
        number: From 1.
        statement: The signed head; None where the line isn't a JSON object.
    """

    number: int
    statement: Mapping[str, object] | None


class Heads:
    """
    Note the heads of one ledger. For one thread.

    Args:
        ledger: The database's path.
    """

    def __init__(self, ledger: Path) -> None:
        self._path = heads_path(ledger)
        self._position: object = None
        self._at: datetime | None = None
        self._whole = False

    def note(self, signed: Mapping[str, object]) -> bool:
        """
        Add a signed head (`position`, `tree_head`, `at` and what else was signed) where it's due.

        Returns:
            Whether it was due: its position is new, or an hour has passed since the last.

        Raises:
            Unavailable: `ledger.heads_unwritable`; nothing is lost, the next call tries again.
        """
        at = parse_rfc3339(str(signed["at"]))
        if self._at is not None:
            soon = timedelta(0) <= at - self._at < _AT_LEAST_EVERY
            if soon and signed["position"] == self._position:
                return False
        try:
            self._add(canonical(signed))
        except OSError as error:
            sentence = f"{self._path}: {error.strerror}."
            raise Unavailable("ledger.heads_unwritable", sentence) from error
        self._position, self._at = signed["position"], at
        return True

    def _add(self, line: str) -> None:
        handle = os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            if not self._whole:
                _take_torn_line_away(handle)
            self._whole = False
            os.write(handle, line.encode() + b"\n")
            os.fsync(handle)
            self._whole = True
        finally:
            os.close(handle)


def read_heads(ledger: Path) -> list[HeadLine]:
    """Read all whole lines, the oldest first; an absent file has none."""
    try:
        text = heads_path(ledger).read_bytes()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise Unavailable("ledger.cannot_open", f"{ledger}: {error.strerror}.") from error
    lines = text.split(b"\n")[:-1]  # What follows the last line feed is empty, or torn.
    return [HeadLine(number, _statement(line)) for number, line in enumerate(lines, 1)]


def heads_path(ledger: Path) -> Path:
    """Name the file of a ledger's heads: `FILE.heads`."""
    return ledger.with_name(ledger.name + ".heads")


def _statement(line: bytes) -> Mapping[str, object] | None:
    try:
        value = parse(line.decode())
    except (Malformed, UnicodeDecodeError):
        return None
    return value if isinstance(value, dict) else None


def _take_torn_line_away(handle: int) -> None:
    size = os.fstat(handle).st_size
    tail = os.pread(handle, 65_536, max(0, size - 65_536))
    torn = len(tail) - (tail.rfind(b"\n") + 1)
    if torn:
        os.ftruncate(handle, size - torn)
