"""
What will stand once everything decided so far is on disk, over a board that stays untouched.

The desk decides each request on a draft, so that a group of them shares one commit. When that
commit is on disk the board takes the draft over; when it fails, the draft is thrown away and
nothing has changed. What one request has changed can be taken back until it's decided whole.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from tocsin.alerts import alert, codec, coverage
from tocsin.alerts.alert import AreaAlerts
from tocsin.alerts.board import Board
from tocsin.alerts.coverage import Source
from tocsin.alerts.messages import AlertEvent, CoverageCommand, RaiseAlert
from tocsin.areas.gazetteer import Gazetteer
from tocsin.authority import register
from tocsin.authority.messages import AuthorityCommand, IssueToken
from tocsin.authority.register import Register
from tocsin.commands.rooms import RoomsDraft
from tocsin.commands.undo import Undo
from tocsin.kernel.ids import AreaCode
from tocsin.ledger.event import NewEvent


class Draft:
    """One group of requests in the making; see the module."""

    def __init__(
        self, board: Board, tokens: Register, gazetteer: Gazetteer, rooms: RoomsDraft
    ) -> None:
        self.rooms = rooms
        self._board = board
        self._register = tokens
        self._gazetteer = gazetteer
        self._areas: dict[AreaCode, AreaAlerts] = {}
        self._sources: dict[AreaCode, tuple[Source, ...]] = {}
        self._versions: dict[AreaCode, int] = {}
        self._tokens: dict[str, bool] = {}
        self._undo = Undo()
        self._drilled: set[AreaCode] = set()
        self._kept_position = self.position = board.position

    def keep(self) -> None:
        """Let what the request at hand has changed stand."""
        self._kept_position = self.position
        self._undo.keep()
        self.rooms.keep()

    def forget(self) -> None:
        """Take back what the request at hand has changed."""
        self.position = self._kept_position
        self.rooms.forget()
        self._undo.forget()

    def settle(self, board: Board, position: int) -> None:
        """Hand what was kept to the board."""
        board.settle(position, self._areas, self._sources)

    def area(self, code: AreaCode) -> AreaAlerts:
        """Show what will stand in one area."""
        found = self._areas.get(code)
        return self._board.area(code) if found is None else found

    def near(self, command: RaiseAlert) -> list[tuple[AreaCode, AreaAlerts]]:
        """
        Show what a raise may meet around its area and inside it: outermost last, then inwards.

        An actual alert asks only for the drills there; mostly there are none at all.
        """
        board = self._board
        standing: AbstractSet[AreaCode] = board.drilled_areas
        changed: AbstractSet[AreaCode] = self._drilled
        if command.status.drill:
            standing, changed = board.alerted_areas, self._areas.keys()
        if not standing and not changed:
            return []
        code = command.area
        around = (*self._gazetteer.lineage(code), *self._gazetteer.descendants(code))
        return [(o, self.area(o)) for o in around if o in standing or o in changed]

    def take(self, events: tuple[AlertEvent, ...]) -> list[NewEvent]:
        """Fold what was decided, and write it for the ledger."""
        written = []
        for event in events:
            area = event.area
            self._undo.put(self._areas, area, alert.evolve(self.area(area), event))
            if event.status.drill:
                self._drilled.add(area)
            written.append(codec.encode(event))
        return written

    def cover(self, command: CoverageCommand) -> tuple[AlertEvent, ...]:
        """Decide a change of coverage; `take` folds what it alters in the area's version."""
        area = command.area
        sources = self._sources.get(area) or self._board.sources.get(area, ())
        events = coverage.decide(self.area(area).version, sources, command)
        for event in events:
            change = coverage.change(event)
            if change is not None:
                self._undo.put(self._sources, area, coverage.evolve(sources, change))
        return events

    def authorise(self, command: AuthorityCommand) -> list[NewEvent]:
        """Decide a command about tokens, and write it for the ledger."""
        area = command.area
        version = self._versions.get(area) or self._register.version(area)
        token = command.token
        in_force = self._tokens.get(token, self._register.in_force(token))
        events = register.decide(version, command, in_force=in_force)
        self._undo.put(self._versions, area, version + len(events))
        self._undo.put(self._tokens, token, isinstance(command, IssueToken))
        return [register.encode(event) for event in events]
