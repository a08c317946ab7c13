"""
Which notices have been told: a line of JSON each in `FILE.notices`, on disk before anybody hears.

So a notice is told once, also by a server that starts again. A line that a crash cut short was told
to nobody and is taken away. What is older than `KEPT` is let go, and leaves the file when that is
read again; but for what still stands, an emergency that lasts for a week, which is told once too.
"""

from __future__ import annotations

import asyncio
import os
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final

import msgspec

from tocsin.delivery.power_notices import Notice
from tocsin.kernel.errors import Unavailable
from tocsin.kernel.time import Moment, parse_rfc3339, rfc3339

KEPT: Final = timedelta(days=2)
"""A company of 12 groups has about 500 notices a day, of 250 bytes: 250 kB."""

GIVEN_MOST: Final = 500


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A notice, and when it was told."""

    told_at: Moment
    notice: Notice


class ToldFile:
    """
    Keep what has been told. Not thread-safe: the event loop owns it.

    Args:
        path: Of the file; made where it is not there.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._told: list[Told] = []
        self._ids: set[str] = set()
        self._read = False

    def load(self, now: Moment) -> None:
        """
        Read what was told until now, and let go what is old; does nothing the second time.

        Raises:
            Unavailable: `power.notices_unwritable`.
        """
        if self._read:
            return
        oldest = _oldest(now)
        try:
            lines = [one for one in self._lines() if one.told_at >= oldest or _stands(one)]
            fresh = self._path.with_name(self._path.name + ".new")
            with fresh.open("wb") as file:
                file.write(b"".join(map(_line, lines)))
                file.flush()
                os.fsync(file.fileno())
            fresh.chmod(0o600)
            fresh.replace(self._path)
        except OSError as error:
            raise _unwritable(self._path, error) from error
        self._told = lines
        self._ids = {one.notice.id for one in lines}
        self._let_go(now)
        self._read = True

    def __contains__(self, notice: Notice) -> bool:
        """Say whether a notice has been told."""
        return notice.id in self._ids

    async def add(self, batch: Sequence[Notice], now: Moment) -> list[Told]:
        """
        Put notices on disk as told, each once and all at one moment; give those that were new.

        Raises:
            Unavailable: `power.notices_unwritable`; nothing was told then.
        """
        last = self._told[-1].told_at if self._told else Moment("")
        told_at = now if now > last else rfc3339(parse_rfc3339(last) + timedelta(milliseconds=1))
        once = {one.id: one for one in batch if one not in self}
        new = [Told(told_at=told_at, notice=one) for one in once.values()]
        if not new:
            return []
        try:
            # A slow disk takes its time, and an alarm that comes meanwhile does not wait for it.
            await asyncio.to_thread(_append, self._path, b"".join(map(_line, new)))
        except OSError as error:
            self._read = False  # What of it is on disk has to be looked at again.
            raise _unwritable(self._path, error) from error
        self._told += new
        self._ids |= {one.notice.id for one in new}
        self._let_go(now)
        return new

    def since(
        self, moment: Moment, group: str | None = None, operator: str | None = None
    ) -> list[Told]:
        """List what was told after a moment, oldest first, `GIVEN_MOST` at once."""
        found = [
            one
            for one in self._told
            if one.told_at > moment
            and group in {None, one.notice.group}
            and operator in {None, one.notice.operator}
        ]
        return found[:GIVEN_MOST]

    def _let_go(self, now: Moment) -> None:
        old = bisect_left(self._told, _oldest(now), key=lambda one: one.told_at)
        self._ids -= {one.notice.id for one in self._told[:old] if not _stands(one)}
        del self._told[:old]

    def _lines(self) -> Iterator[Told]:
        if not self._path.exists():
            return
        for line in self._path.read_bytes().splitlines():
            try:
                yield msgspec.json.decode(line, type=Told)
            except msgspec.MsgspecError:
                continue  # Cut short by a crash, or of another version: told to nobody that asks.


def notices_path(ledger: Path) -> Path:
    """Name the file beside a ledger."""
    return ledger.with_name(ledger.name + ".notices")


def _oldest(now: Moment) -> Moment:
    return rfc3339(parse_rfc3339(now) - KEPT)


def _stands(one: Told) -> bool:
    """Say whether a notice has no end yet; it would be due again as soon as it were forgotten."""
    return one.notice.over_at is None


def _append(path: Path, lines: bytes) -> None:
    with path.open("ab") as file:
        file.write(lines)
        file.flush()
        os.fsync(file.fileno())


def _line(one: Told) -> bytes:
    return msgspec.json.encode(one) + b"\n"


def _unwritable(path: Path, error: OSError) -> Unavailable:
    return Unavailable("power.notices_unwritable", f"{path}: {error.strerror}.")
