"""
A disk with a cache: what was written and not synced is gone when the power fails.

`SimLedger` is the ledger in memory with the four moments of a commit that a power cut can hit:
decided but not written, written but not synced, synced but not told, told but not answered.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.contract.memory_ledger import MemoryLedger, Shelf
from tests.sim.world import PowerCut, World

from tocsin.kernel.errors import Unavailable
from tocsin.kernel.ids import CommandId
from tocsin.ledger.event import Recorded
from tocsin.ledger.port import Answered

MOMENTS = ("decided", "written", "synced", "told")


class Disk:
    """What outlives the server, and how much of it would outlive a power cut."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.shelf = Shelf(epoch="5ea1ed0000000001")
        self.full = False
        self.doom: str | None = None
        self._events = self._answers = 0

    def sync(self) -> None:
        """Make everything written durable."""
        self._events, self._answers = len(self.shelf.events), len(self.shelf.answers)

    def cut(self) -> None:
        """Lose what was not synced."""
        shelf = self.shelf
        for event in shelf.events[self._events :]:
            shelf.areas[event.room, event.area].remove(event)
        del shelf.events[self._events :]
        for command_id in list(shelf.answers)[self._answers :]:
            del shelf.answers[command_id]
        self.doom = None

    def aim(self) -> None:
        """Choose whether the next commit is one that the power fails in, and where."""
        if self.world.chance(self.world.faults.aimed):
            self.doom = self.world.random.choice(MOMENTS)

    def moment(self, name: str) -> None:
        """Come to one of the four moments."""
        if self.doom == name:
            raise PowerCut(name)


class SimLedger(MemoryLedger):
    """
    The ledger on that disk.

    Args:
        publish: What the server does with events that can be read; a flawed ledger calls it early.
    """

    def __init__(self, disk: Disk, publish: Callable[[], None]) -> None:
        super().__init__(disk.shelf)
        self.disk = disk
        self.publish = publish

    def end(self) -> int:
        """Tell the last position; `head` would hash the whole ledger for every heartbeat."""
        return len(self.shelf.events)

    def load_snapshot(self, name: str, shape: int) -> tuple[int, bytes] | None:
        kept = super().load_snapshot(name, shape)
        return None if kept is None or kept[0] > len(self.shelf.events) else kept

    def _commit(self, sealed: list[Recorded], answers: dict[CommandId, Answered]) -> None:
        self.disk.moment("decided")
        if self.disk.full:
            raise Unavailable("ledger.disk_full", "The disk is full.")
        self._write(sealed, answers)

    def _write(self, sealed: list[Recorded], answers: dict[CommandId, Answered]) -> None:
        super()._commit(sealed, answers)
        self.disk.moment("written")
        self.disk.sync()
        self.disk.moment("synced")
