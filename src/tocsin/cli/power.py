"""
`tocsin power`: the group that every verb about electricity hangs on.

What is read from a ledger is read here as the server reads it; bringing schedules in, writing them
out and planning have files of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tocsin.cli.program import group

if TYPE_CHECKING:
    from tocsin.power.grid import Grid

verbs = group("power")


@contextmanager
def looking(record: Path | str) -> Iterator[Grid]:
    """
    Open a ledger to look at its grid, beside a server or without one.

    Raises:
        Unavailable: `ledger.missing`, `ledger.unreachable` and others of opening one.
        Refused: `ledger.not_a_ledger`, `ledger.too_new`.
    """
    from tocsin.app import open_projections, open_record

    ledger = open_record(record, read_only=True)
    try:
        yield open_projections(ledger).grid
    finally:
        ledger.close()
