"""
The port: what every ledger engine answers, on one machine or several.

One rule above all: `append` returns only when its events are on disk, and what it raised for
is not in the ledger at all. Engines inherit `tests/contract/ledger_contract.py`, whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import msgspec

from tocsin.kernel.ids import AreaCode, CommandId
from tocsin.kernel.time import Moment
from tocsin.ledger.event import NewEvent, Recorded


class Head(NamedTuple):
    """
    The end of the ledger.

    Args:
        position: Last position; 0 in an empty ledger.
        hash: Hash of the last event, `GENESIS` in an empty ledger.
        tree_head: RFC 6962 tree head over the hashes of all events, 64 hexadecimal digits.
    """

    position: int
    hash: str
    tree_head: str


class Batch(msgspec.Struct, frozen=True):
    """
    The outcome of one command: recorded whole or not at all.

    Args:
        command_id: Unique in the ledger, also for a command that caused no event.
        fingerprint: 16 hexadecimal digits over the command's content, so that the same id with
            another content is told from a repeat.
        events: In order; may be empty ("already so").
        answer: Canonical JSON that a repeat of the command is answered with, as it was.
    """

    command_id: CommandId
    fingerprint: str
    events: Sequence[NewEvent]
    answer: str


class Answered(NamedTuple):
    """
    What a command was answered with, the first time.

    Args:
        position: Position of its last event; the head then, where it had none.
    """

    fingerprint: str
    position: int
    answer: str


class Ledger(Protocol):
    """
    An append-only sequence of events with one writer.

    Reading is safe from any thread, also while another thread appends; appending is for one
    thread at a time.
    """

    @property
    def epoch(self) -> str:
        """Name this life of the ledger: 16 hexadecimal digits, new on restore."""
        ...

    def head(self) -> Head:
        """Tell the durable end of the ledger."""
        ...

    def append(self, batches: Sequence[Batch], recorded_at: Moment) -> tuple[Recorded, ...]:
        """
        Record all batches in one commit and return their events once they are on disk.

        Raises:
            Conflict: Somebody else has written since; nothing was recorded, fold and decide again.
            Refused: `ledger.version_gap`, where a version does not follow its predecessor.
            Unavailable: `ledger.disk_full` or `ledger.io_error`; nothing was recorded. After an
                I/O error the engine takes no more appends until it was opened anew and verified.
        """
        ...

    def answered(self, command_id: CommandId) -> Answered | None:
        """Look up what a command was answered with; None for a command never seen."""
        ...

    def answers(self, command_ids: Sequence[CommandId]) -> dict[CommandId, Answered]:
        """Look up many commands at once; those never seen are left out."""
        ...

    def read(self, after: int, limit: int = ...) -> list[Recorded]:
        """Read up to `limit` events with position > `after`, in order; empty at the end."""
        ...

    def read_area(
        self, room: str, area: AreaCode, from_version: int = 1, to_version: int | None = None
    ) -> list[Recorded]:
        """Read the events of one area in one room by version, both ends included, in order."""
        ...

    def save_snapshot(self, name: str, position: int, shape: int, state: bytes) -> None:
        """Keep a projection's state as of `position`; `shape` is the version of its layout."""
        ...

    def load_snapshot(self, name: str, shape: int) -> tuple[int, bytes] | None:
        """Fetch the newest kept state of that layout: (position, state); None if there is none."""
        ...

    def close(self) -> None:
        """Close; appends and reads after it raise `Unavailable`."""
        ...
