"""
A ledger in memory: the port in as few lines as it takes, for tests of what stands on it.

It passes the contract suite (`test_memory_ledger.py`), so a room that is right on it is right on
any engine. `Shelf` is what would be the file: several ledgers may be opened on one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count

from tocsin.kernel.errors import Conflict, Refused, Unavailable
from tocsin.kernel.ids import AreaCode, CommandId
from tocsin.kernel.limits import BODY_BYTES, EVENTS_PER_READ
from tocsin.kernel.time import Moment
from tocsin.ledger.event import GENESIS, Recorded, command_mark, seal
from tocsin.ledger.port import Answered, Batch, Head
from tocsin.ledger.tree import head_of

_LIVES = count()


def _new_epoch() -> str:
    return sha256(str(next(_LIVES)).encode()).hexdigest()[:16]


@dataclass
class Shelf:
    """What several openers of one ledger share, and what a closed one leaves behind."""

    epoch: str = field(default_factory=_new_epoch)
    events: list[Recorded] = field(default_factory=list)
    areas: dict[tuple[str, AreaCode], list[Recorded]] = field(default_factory=dict)
    answers: dict[CommandId, Answered] = field(default_factory=dict)
    snapshots: dict[str, tuple[int, int, bytes]] = field(default_factory=dict)


class MemoryLedger:
    """The port over a shelf."""

    def __init__(self, shelf: Shelf | None = None) -> None:
        self.shelf = Shelf() if shelf is None else shelf
        self.epoch = self.shelf.epoch
        self._known = len(self.shelf.events)
        self._closed = False

    def head(self) -> Head:
        events = self._open().events[:]
        root = head_of([bytes.fromhex(event.hash) for event in events])
        return Head(len(events), events[-1].hash if events else GENESIS, root.hex())

    def append(self, batches: Sequence[Batch], recorded_at: Moment) -> tuple[Recorded, ...]:
        shelf = self._open()
        if self._known != len(shelf.events):
            self._known = len(shelf.events)
            raise Conflict("ledger.conflict", "Somebody else wrote in between.")
        sealed: list[Recorded] = []
        answers: dict[CommandId, Answered] = {}
        versions = {key: len(events) for key, events in shelf.areas.items()}
        for batch in batches:
            command_id = batch.command_id
            for new in batch.events:
                key = (new.room, new.area)
                if new.version != versions.get(key, 0) + 1:
                    raise Refused("ledger.version_gap", f"{new.version} cannot follow.")
                versions[key] = new.version
                position = len(shelf.events) + len(sealed) + 1
                prev = sealed[-1] if sealed else shelf.events[-1] if shelf.events else None
                mark, last = command_mark(command_id), prev.hash if prev else GENESIS
                sealed.append(seal(position, mark, command_id, new, recorded_at, last))
                if len(new.body.encode()) > BODY_BYTES:
                    raise Refused("ledger.too_large", "This is too large.")
            if command_id in answers:
                raise Refused("ledger.command_repeated", f"{command_id} is there twice.")
            position = len(shelf.events) + len(sealed)
            answers[command_id] = Answered(batch.fingerprint, position, batch.answer)
        if not answers.keys().isdisjoint(shelf.answers):
            raise Conflict("ledger.conflict", "Somebody else has sent this command.")
        self._commit(sealed, answers)
        return tuple(sealed)

    def answers(self, command_ids: Sequence[CommandId]) -> dict[CommandId, Answered]:
        found = ((one, self.answered(one)) for one in command_ids)
        return {one: answer for one, answer in found if answer is not None}

    def answered(self, command_id: CommandId) -> Answered | None:
        return self._open().answers.get(command_id)

    def read(self, after: int, limit: int = EVENTS_PER_READ) -> list[Recorded]:
        return self._open().events[after : after + min(limit, EVENTS_PER_READ)]

    def read_area(
        self, room: str, area: AreaCode, from_version: int = 1, to_version: int | None = None
    ) -> list[Recorded]:
        return self._open().areas.get((room, area), [])[max(from_version - 1, 0) : to_version]

    def save_snapshot(self, name: str, position: int, shape: int, state: bytes) -> None:
        if position > len(self._open().events):
            raise Refused("ledger.snapshot_ahead", "This is not recorded yet.")
        self.shelf.snapshots[name] = (shape, position, state)

    def load_snapshot(self, name: str, shape: int) -> tuple[int, bytes] | None:
        kept, position, state = self._open().snapshots.get(name, (None, 0, b""))
        return (position, state) if kept == shape else None

    def close(self) -> None:
        self._closed = True

    def _open(self) -> Shelf:
        if self._closed:
            raise Unavailable("ledger.closed", "The ledger is closed.")
        return self.shelf

    def _commit(self, sealed: list[Recorded], answers: dict[CommandId, Answered]) -> None:
        """Make all of it readable; a reader beside sees the events of one commit together."""
        for event in sealed:
            self.shelf.areas.setdefault((event.room, event.area), []).append(event)
        self.shelf.answers |= answers
        self.shelf.events += sealed
        self._known = len(self.shelf.events)
