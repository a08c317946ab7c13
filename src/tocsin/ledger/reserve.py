"""
The reserve: a file that only takes up room, so that a full disk isn't the end.

8 MiB: half of it for the write-ahead log, which runs to 1,000 pages of 4 KiB before it's folded in
and begun anew; the other half holds 3,000 more alerts of 1.3 kB. Where the disk is full the
ledger refuses until a person gives the reserve up (`tocsin doctor`, or deleting the file).
Nothing gives it up by itself: the person must know that the next full disk is the last.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

RESERVE_BYTES: Final = 8 * 1024 * 1024


def reserve_path(ledger: Path) -> Path:
    """Name the reserve of a ledger: `FILE.reserve`."""
    return ledger.with_name(ledger.name + ".reserve")


def hold(ledger: Path) -> bool:
    """
    Make the reserve where it is missing and the disk has room for it twice over.

    Returns:
        Whether the reserve is there now.
    """
    path = reserve_path(ledger)
    try:
        if path.exists():
            return True
        room = os.statvfs(ledger.parent)
        if room.f_bavail * room.f_frsize < 2 * RESERVE_BYTES:
            return False
        handle = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    except OSError:
        return False
    try:
        os.posix_fallocate(handle, 0, RESERVE_BYTES)
    except OSError:
        path.unlink(missing_ok=True)
        return False
    finally:
        os.close(handle)
    return True


def release(ledger: Path) -> int:
    """Give the reserve up; tell how many bytes that freed, 0 where it was gone already."""
    path = reserve_path(ledger)
    try:
        size = path.stat().st_size
        path.unlink()
    except FileNotFoundError:
        return 0
    return size
