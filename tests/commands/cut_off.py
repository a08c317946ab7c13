"""
Two cores of one ledger, of which one can be cut off from it, and who listens to that one.

The ledger is the one in memory. A core that is cut off finds it unreachable; the inbox lies beside
the ledger and is out of reach with it. `Listener` keeps the version rule of decision 0017 and
nothing else, so that the rule is tested and not somebody's reading of it.
"""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass, field

from tests.alerts.country import GAZETTEER
from tests.alerts.desks import BackwardClock
from tests.contract.memory_ledger import MemoryLedger, Shelf

from tocsin.alerts.board import Board
from tocsin.commands import Desk
from tocsin.commands.handover import alias, hand_over
from tocsin.commands.spool_desk import UNPLACED, SpoolDesk
from tocsin.kernel.errors import TocsinError, Unavailable
from tocsin.ledger.spool import Spool
from tocsin.views.board import message_shape


@dataclass
class Reach:
    """Whether a core reaches what all cores share."""

    cut: bool = False

    def __call__(self) -> bool:
        return not self.cut

    def require(self) -> None:
        if self.cut:
            raise Unavailable("ledger.unreachable", "The ledger is out of reach.")


class CutLedger(MemoryLedger):
    """The ledger in memory, where it is in reach."""

    def __init__(self, shelf: Shelf, reach: Reach) -> None:
        super().__init__(shelf)
        self._reach = reach

    def _open(self) -> Shelf:
        self._reach.require()
        return super()._open()


@dataclass
class MemoryInbox:
    """The inbox in memory: the rows that all cores share."""

    rows: dict[str, list]

    reach: Reach = field(default_factory=Reach)

    def put(self, commands):
        self.reach.require()
        for one in commands:
            self.rows.setdefault(one.command_id, [one.request, one.answer, None])

    def waiting(self):
        self.reach.require()
        return [(name, row[0]) for name, row in self.rows.items() if row[2] is None]

    def settle(self, command_id, outcome):
        self.reach.require()
        if self.rows[command_id][2] is None:
            self.rows[command_id][2] = outcome

    def outcomes(self, command_ids):
        self.reach.require()
        found = {name: self.rows[name][2] for name in command_ids if name in self.rows}
        return {name: outcome for name, outcome in found.items() if outcome is not None}

    def told(self, text):
        self.reach.require()
        return [(told, out) for _, told, out in self.rows.values() if text in told and out]


class Listener:
    """
    What stands, by the version rule.

    A message with a position counts if its version is newer than the newest *recorded* one of its
    area, and takes the place of whatever was known there. One without counts if its version is
    newer than anything known there, and leaves the newest recorded version as it was. A board
    takes the place of everything.
    """

    def __init__(self) -> None:
        self.standing: dict[str, list] = {}
        self._recorded: dict[str, int] = {}
        self._spooled: dict[str, int] = {}

    def board(self, board: Board) -> None:
        self.standing, self._recorded, self._spooled = {}, {}, {}
        for one in board.standing():
            self.standing.setdefault(one.area, []).append((one.hazard, one.id))
            self._recorded[one.area] = max(one.version, self._recorded.get(one.area, 0))

    def message(self, data) -> None:
        code, version = data["area"]["code"], data["version"]
        recorded = self._recorded.get(code, 0)
        if data["position"] is None:
            if version <= max(recorded, self._spooled.get(code, 0)):
                return
            self._spooled[code] = version
        else:
            if version <= recorded:
                return
            self._recorded[code] = version
            self._spooled.pop(code, None)
        self.standing[code] = [(one["hazard"], one["id"]) for one in data["standing"]]

    def hears(self) -> set[tuple[str, str]]:
        return {(area, hazard) for area, those in self.standing.items() for hazard, _ in those}


class Core:
    """
    A core: its desk, its spool, what it shows of the record, and one listener.

    It tells messages, and boards alone from the first spooled alarm until all it has spooled is
    shown as recorded: over the record, what still waits would not be in a message.
    """

    def __init__(self, shelf: Shelf, rows: dict[str, list], path) -> None:
        self.reach = Reach()
        self._shelf = shelf
        self._path = path
        self.inbox = MemoryInbox(rows, self.reach)
        self.listener = Listener()
        self.start()

    def start(self) -> None:
        """Start, again after a crash: nothing is left but what is on disk; all listeners return."""
        if hasattr(self, "spool"):
            self.spool.close()
        reach = self.reach.cut
        self.reach.cut = False  # A core cannot start without its record.
        self.spool = Spool(self._path)
        self._ledger = CutLedger(self._shelf, self.reach)
        desk = Desk(
            self._ledger, GAZETTEER, BackwardClock(), aliases=lambda told: alias(self.inbox, told)
        )
        desk.catch_up()
        self.record = Board()
        self.desk = SpoolDesk(
            desk,
            self.spool,
            GAZETTEER,
            reachable=self.reach,
            known=lambda: self.record,
            tell=self._spooled,
        )
        self.boards_alone = True
        self.follow()
        answered = self._ledger.answers(list(self.spool.waiting_ids))
        self.desk.begin(answered, self.record.position)
        self.listener.board(self.shown)
        self.reach.cut = reach

    @property
    def shown(self) -> Board:
        return self.desk.over(self.record)

    def follow(self, limit: int = 100) -> None:
        """Show what was recorded."""
        if self.reach.cut:
            return
        for event in self._ledger.read(self.record.position, limit):
            self.desk.passes(event)
            applied = self.record.apply(event)
            if applied is not None and not self.boards_alone:
                self._message(applied, applied.position)
            elif applied is not None:
                self.listener.board(self.shown)

    def hand_over(self) -> None:
        hand_over(self.spool, self.inbox, lambda: self.record.position)

    def calm(self) -> None:
        """Tell one more board when nothing waits any more, and messages from then on."""
        if self.boards_alone and not self.spool.waiting_ids:
            self.listener.board(self.shown)
            self.boards_alone = False

    def submit(self, request) -> Future:
        answer: Future = Future()
        (found,) = self.desk.handle([request])
        if isinstance(found, TocsinError):
            answer.set_exception(found)
        else:
            answer.set_result(found)
        return answer

    def _spooled(self, told) -> None:
        self.boards_alone = True
        for applied in told:
            assert applied.position == UNPLACED
            self._message(applied, None)

    def _message(self, applied, position) -> None:
        shown = message_shape(applied, epoch="e", replay=False, gazetteer=GAZETTEER)
        if shown is not None:
            self.listener.message({**shown[1], "position": position})
