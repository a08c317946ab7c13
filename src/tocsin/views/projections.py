"""
All projections together: folded from the ledger, kept as snapshots, started from them.

A start reads the newest snapshots and the events since, not a million events. Snapshots are
taken every `SNAPSHOT_EVERY` events and at a clean stop; one of an older shape, or none, only
means that more is read.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from tocsin.alerts import board as boards
from tocsin.alerts import history as histories
from tocsin.alerts.board import Applied, Board
from tocsin.alerts.history import History
from tocsin.authority import register as registers
from tocsin.authority.register import Register
from tocsin.ledger.event import Recorded
from tocsin.ledger.port import Ledger
from tocsin.shelters import map as maps
from tocsin.shelters.map import ShelterMap

SNAPSHOT_EVERY: Final = 50_000
"""50,000 events × 8 µs = 0.4 s of folding at the most on a start."""


class _Kept(NamedTuple):
    name: str
    shape: int
    position: int
    packed: bytes


class Projections:
    """Board, history, register of tokens and map of shelters, at one position; one task's own."""

    def __init__(
        self, board: Board, history: History, register: Register, shelters: ShelterMap
    ) -> None:
        self.board = board
        self.history = history
        self.register = register
        self.shelters = shelters
        self._saved_at = self.position

    @classmethod
    def load(cls, ledger: Ledger) -> Projections:
        """Start from the newest snapshots and fold what came after them."""
        kept = ledger.load_snapshot(boards.SNAPSHOT, boards.SNAPSHOT_SHAPE)
        board = Board.load(kept[1]) if kept else Board()
        kept = ledger.load_snapshot(histories.SNAPSHOT, histories.SNAPSHOT_SHAPE)
        history = History.load(kept[1]) if kept else History()
        kept = ledger.load_snapshot(registers.SNAPSHOT, registers.SNAPSHOT_SHAPE)
        register = Register.load(kept[1]) if kept else Register()
        kept = ledger.load_snapshot(maps.SNAPSHOT, maps.SNAPSHOT_SHAPE)
        shelters = ShelterMap.load(kept[1]) if kept else ShelterMap()
        if not board.position == history.position == register.position == shelters.position:
            board, history, register, shelters = Board(), History(), Register(), ShelterMap()
        projections = cls(board, history, register, shelters)
        projections.catch_up(ledger)
        return projections

    @property
    def position(self) -> int:
        """Tell the last position folded."""
        return self.board.position

    def apply(self, recorded: Recorded) -> Applied | None:
        """Fold one event; None where it was seen before or changes no alert and no coverage."""
        self.register.apply(recorded)
        self.shelters.apply(recorded)
        applied = self.board.apply(recorded)
        if applied is not None:
            self.history.apply(applied.position, applied.event)
        else:
            self.history.position = max(self.history.position, self.board.position)
        return applied

    def catch_up(self, ledger: Ledger) -> None:
        """Fold everything recorded since the last position folded."""
        while events := ledger.read(self.position):
            for recorded in events:
                self.apply(recorded)

    def save(self, ledger: Ledger) -> None:
        """Keep snapshots of all projections; costs milliseconds and is never needed."""
        for kept in (
            _Kept(boards.SNAPSHOT, boards.SNAPSHOT_SHAPE, self.position, self.board.dump()),
            _Kept(histories.SNAPSHOT, histories.SNAPSHOT_SHAPE, self.position, self.history.dump()),
            _Kept(
                registers.SNAPSHOT, registers.SNAPSHOT_SHAPE, self.position, self.register.dump()
            ),
            _Kept(maps.SNAPSHOT, maps.SNAPSHOT_SHAPE, self.position, self.shelters.dump()),
        ):
            ledger.save_snapshot(kept.name, kept.position, kept.shape, kept.packed)
        self._saved_at = self.position

    def due(self) -> bool:
        """Say whether enough came since the last snapshots to take new ones."""
        return self.position - self._saved_at >= SNAPSHOT_EVERY
