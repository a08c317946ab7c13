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
from tocsin.power import grid as grids
from tocsin.power.grid import Grid
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
    """Everything that is folded from a ledger, at one position. One task owns it."""

    def __init__(self) -> None:
        """Begin with nothing, as an empty ledger does."""
        self.board = Board()
        self.history = History()
        self.register = Register()
        self.shelters = ShelterMap()
        self.grid = Grid()
        self._saved_at = 0

    @classmethod
    def load(cls, ledger: Ledger) -> Projections:
        """Start from the newest snapshots and fold what came after them."""
        projections = cls()
        projections._restore(ledger)
        if len({one.position for one in projections._all()}) > 1:
            projections = cls()  # They were kept at different moments: more is read.
        projections._saved_at = projections.position
        projections.catch_up(ledger)
        return projections

    def _restore(self, ledger: Ledger) -> None:
        if kept := ledger.load_snapshot(boards.SNAPSHOT, boards.SNAPSHOT_SHAPE):
            self.board = Board.load(kept[1])
        if kept := ledger.load_snapshot(histories.SNAPSHOT, histories.SNAPSHOT_SHAPE):
            self.history = History.load(kept[1])
        if kept := ledger.load_snapshot(registers.SNAPSHOT, registers.SNAPSHOT_SHAPE):
            self.register = Register.load(kept[1])
        if kept := ledger.load_snapshot(maps.SNAPSHOT, maps.SNAPSHOT_SHAPE):
            self.shelters = ShelterMap.load(kept[1])
        if kept := ledger.load_snapshot(grids.SNAPSHOT, grids.SNAPSHOT_SHAPE):
            self.grid = Grid.load(kept[1])

    def _all(self) -> tuple[Board | History | Register | ShelterMap | Grid, ...]:
        return (self.board, self.history, self.register, self.shelters, self.grid)

    @property
    def position(self) -> int:
        """Tell the last position folded."""
        return self.board.position

    def apply(self, recorded: Recorded) -> Applied | None:
        """Fold one event; None where it was seen before or changes no alert and no coverage."""
        self.register.apply(recorded)
        self.shelters.apply(recorded)
        self.grid.apply(recorded)
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
            _Kept(grids.SNAPSHOT, grids.SNAPSHOT_SHAPE, self.position, self.grid.dump()),
        ):
            ledger.save_snapshot(kept.name, kept.position, kept.shape, kept.packed)
        self._saved_at = self.position

    def due(self) -> bool:
        """Say whether enough came since the last snapshots to take new ones."""
        return self.position - self._saved_at >= SNAPSHOT_EVERY
