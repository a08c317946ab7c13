"""
A copy of a ledger, taken while it is written, and a ledger made from a copy.

A copy is one consistent moment: it's read inside one transaction, so that the server need not
stop. The key is never copied: a backup tells the record and can't sign for it. A ledger restored
from a copy may lack what came after it, and people may have seen that; therefore it begins a new
epoch, and everybody who follows it by `epoch:position` starts again from a board. Nothing is
written over: neither backup nor restore touches a file that is there.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

import apsw

from tocsin.kernel.errors import Corrupt, Refused, Unavailable
from tocsin.ledger import file
from tocsin.ledger.heads import heads_path
from tocsin.ledger.verify import verify

_PAGES_AT_ONCE: Final = 2_000
"""8 MB between two reports of progress."""

Progress = Callable[[int, int], None]


def backup(ledger: Path, copy: Path, on_progress: Progress = lambda _done, _of: None) -> int:
    """
    Copy a ledger, with the heads it has shown, while others read and write it.

    Args:
        on_progress: Told the number of pages copied, and of how many.

    Returns:
        The position up to which the copy goes.

    Raises:
        Refused: `ledger.file_exists`.
        Unavailable: `ledger.disk_full` and others of opening and writing a file.
    """
    _must_not_exist(copy)
    heads = heads_path(ledger)
    draft = _draft(copy)
    try:
        if heads.exists():  # First: a head that is shown from now on may be beyond the copy.
            shutil.copy(heads, heads_path(draft))
        position = _copied(ledger, draft, on_progress, renew=False)
        if heads_path(draft).exists():
            _appear(heads_path(draft), heads_path(copy))
        _appear(draft, copy)
    except OSError as error:
        raise Unavailable("ledger.cannot_open", f"{copy}: {error.strerror}.") from error
    finally:
        _remove(draft)
    return position


def restore(copy: Path, ledger: Path, on_progress: Progress = lambda _done, _of: None) -> int:
    """
    Make a ledger of a copy that adds up, in a new epoch; a `FILE.key` that is there stays.

    Returns:
        The position up to which it goes.

    Raises:
        Corrupt: `ledger.backup_damaged`; nothing was made.
        Refused: `ledger.file_exists` and others, as `backup`.
        Unavailable: As `backup`.
    """
    _must_not_exist(ledger)
    findings = verify(copy)
    if not findings.whole:
        sentence = f"The copy does not add up: {findings.faults[0].sentence}"
        raise Corrupt("ledger.backup_damaged", sentence)
    draft = _draft(ledger)
    try:
        position = _copied(copy, draft, on_progress, renew=True)
        _appear(draft, ledger)
    except OSError as error:
        raise Unavailable("ledger.cannot_open", f"{ledger}: {error.strerror}.") from error
    finally:
        _remove(draft)
    return position


def _copied(source: Path, draft: Path, on_progress: Progress, *, renew: bool) -> int:
    """Copy all pages of one moment into a file of its own."""
    os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600))
    try:
        with (
            closing(file.connect(source, read_only=True)) as original,
            closing(apsw.Connection(str(draft), flags=apsw.SQLITE_OPEN_READWRITE)) as target,
        ):
            original.execute("BEGIN")
            position = original.execute("SELECT max(position) FROM events").get or 0
            with target.backup("main", original, "main") as pages:
                while not pages.done:
                    pages.step(_PAGES_AT_ONCE)
                    on_progress(pages.page_count - pages.remaining, pages.page_count)
            original.execute("ROLLBACK")
            # A copy is one file, and no log that could be lost on the way belongs to it.
            target.execute("PRAGMA journal_mode = DELETE")
            if renew:
                target.execute("BEGIN IMMEDIATE")
                file.new_epoch(target)
                target.execute("COMMIT")
                target.execute("PRAGMA journal_mode = WAL")
    except apsw.Error as error:
        raise file.named(error) from error
    return int(position)


def _must_not_exist(path: Path) -> None:
    for beside in (path, path.with_name(f"{path.name}-wal"), heads_path(path)):
        if beside.exists():
            raise Refused("ledger.file_exists", f"{beside} is there already; name another place.")


def _draft(path: Path) -> Path:
    return path.with_name(f"{path.name}.draft")


def _appear(draft: Path, path: Path) -> None:
    """Give a whole file its name, durably."""
    with draft.open("rb") as stream:
        os.fsync(stream.fileno())
    os.link(draft, path)  # Unlike a rename it fails where somebody was faster.
    draft.unlink()
    file.sync_directory(path.parent)


def _remove(draft: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal", ".heads"):
        draft.with_name(draft.name + ending).unlink(missing_ok=True)
