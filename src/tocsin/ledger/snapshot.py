"""
Kept states of projections, so that a start need not fold a million events again.

A snapshot is a convenience and never the truth: it is bound, by a digest, to the event that it was
folded up to, so that a damaged one, or one that was made on another chain, is as good as none.
The SQLite engine calls this inside its own transactions; every engine binds states as `bound` does.
"""

from __future__ import annotations

from hashlib import sha256

import apsw

from tocsin.kernel.errors import Refused
from tocsin.ledger.event import GENESIS


def keep(connection: apsw.Connection, name: str, position: int, shape: int, state: bytes) -> None:
    """
    Keep a state as of `position`, in place of an earlier one of that name.

    Raises:
        Refused: `ledger.snapshot_ahead`, where `position` is beyond the end.
    """
    digest = _digest(connection, name, position, shape, state)
    if digest is None:
        raise Refused("ledger.snapshot_ahead", f"There is no position {position} yet.")
    connection.execute(
        "INSERT OR REPLACE INTO snapshots VALUES (?,?,?,?,?)",
        (name, position, shape, digest, state),
    )


def load(connection: apsw.Connection, name: str, shape: int) -> tuple[int, bytes] | None:
    """Fetch the kept state of that layout: (position, state); None where none can be believed."""
    row = connection.execute(
        "SELECT position, digest, state FROM snapshots WHERE name = ? AND shape = ?", (name, shape)
    ).fetchone()
    if row is None:
        return None
    position, digest, state = row
    found = _digest(connection, name, position, shape, state)
    return (position, state) if found == digest else None


def _digest(
    connection: apsw.Connection, name: str, position: int, shape: int, state: bytes
) -> bytes | None:
    """Bind a state to the chain it was folded from; None where the chain has no such place."""
    chain: str | None = GENESIS
    if position != 0:
        chain = connection.execute("SELECT hash FROM events WHERE position = ?", (position,)).get
    return None if chain is None else bound(name, position, shape, chain, state)


def bound(name: str, position: int, shape: int, chain: str, state: bytes) -> bytes:
    """Bind a state to the chain it was folded from; `chain` is the hash at its position."""
    return sha256(f"{name}\n{position}\n{shape}\n{chain}\n".encode() + state).digest()
