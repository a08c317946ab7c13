"""
The board: what stands in every area now, and as of which position in the ledger.

A projection: it holds nothing the ledger does not, and may be thrown away and rebuilt.
It never decides. Whoever reads it learns the position, so that a browser, a siren or a
test can say "I have seen the board as of 4711" and ask for what came after.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Final, NamedTuple

import msgspec

from tocsin.alerts import coverage
from tocsin.alerts.alert import CALM, AreaAlerts, Standing, evolve
from tocsin.alerts.codec import ROOM, decode
from tocsin.alerts.coverage import Source
from tocsin.alerts.messages import AlertEvent, CoverageBegan, CoverageEnded
from tocsin.kernel.ids import AreaCode
from tocsin.ledger.event import REPLAY_MARKED, Recorded

SNAPSHOT: Final = "alerts.board"
SNAPSHOT_SHAPE: Final = 1
"""Raise by one whenever a field of `_Snapshot`, `AreaAlerts`, `Standing` or `Source` changes."""


class Applied(NamedTuple):
    """One event folded into the board, with its area before and after it."""

    position: int
    event: AlertEvent
    before: AreaAlerts
    after: AreaAlerts


class _Snapshot(msgspec.Struct, array_like=True):
    position: int
    replay: bool
    areas: dict[AreaCode, AreaAlerts]
    sources: dict[AreaCode, tuple[Source, ...]]


class Board:
    """Fold recorded events into what stands. Not thread-safe: one task owns it."""

    def __init__(self) -> None:
        self.position = 0
        self.replay = False
        self.sources: dict[AreaCode, tuple[Source, ...]] = {}
        self._areas: dict[AreaCode, AreaAlerts] = {}
        self._alerted: set[AreaCode] = set()
        self._drilled: set[AreaCode] = set()

    def apply(self, recorded: Recorded) -> Applied | None:
        """
        Fold one recorded event; None where it was seen before or is another room's.

        A position already seen is skipped, since delivery to a projection is at least once.
        """
        if recorded.position <= self.position:
            return None
        self.position = recorded.position
        if recorded.room != ROOM:
            self.replay = self.replay or recorded.kind == REPLAY_MARKED
            return None
        event = decode(recorded)
        before = self._areas.get(event.area, CALM)
        after = evolve(before, event)
        self._put(event.area, after)
        if isinstance(event.fact, CoverageBegan | CoverageEnded):
            self._cover(event)
        return Applied(recorded.position, event, before, after)

    def settle(
        self,
        position: int,
        areas: Mapping[AreaCode, AreaAlerts],
        sources: Mapping[AreaCode, tuple[Source, ...]],
    ) -> None:
        """Take over what was folded elsewhere from this board and the events up to a position."""
        self.position = position
        for code, area in areas.items():
            self._put(code, area)
        self.sources.update(sources)

    def _put(self, code: AreaCode, area: AreaAlerts) -> None:
        self._areas[code] = area
        if area.standing:
            self._alerted.add(code)
            if any(alert.status.drill for alert in area.standing):
                self._drilled.add(code)
            else:
                self._drilled.discard(code)
        else:
            self._alerted.discard(code)
            self._drilled.discard(code)

    def _cover(self, event: AlertEvent) -> None:
        change = coverage.change(event)
        if change is not None:
            self.sources[event.area] = coverage.evolve(self.sources.get(event.area, ()), change)

    def area(self, code: AreaCode) -> AreaAlerts:
        """Show one area; one that was never heard of is calm at version 0."""
        return self._areas.get(code, CALM)

    @property
    def alerted_areas(self) -> AbstractSet[AreaCode]:
        """Name the areas in which an alert of their own stands."""
        return self._alerted

    @property
    def drilled_areas(self) -> AbstractSet[AreaCode]:
        """Name the areas in which a drill stands."""
        return self._drilled

    def standing(self) -> tuple[Standing, ...]:
        """List all that stands, by area, then hazard: equal boards list equally."""
        return tuple(a for code in sorted(self._alerted) for a in self._areas[code].standing)

    def dump(self) -> bytes:
        """Pack the board for a snapshot."""
        snapshot = _Snapshot(self.position, self.replay, self._areas, self.sources)
        return msgspec.msgpack.encode(snapshot)

    @classmethod
    def load(cls, packed: bytes) -> Board:
        """Unpack a board from a snapshot of the same `SNAPSHOT_SHAPE`."""
        snapshot = msgspec.msgpack.decode(packed, type=_Snapshot)
        board = cls()
        board.position = snapshot.position
        board.replay = snapshot.replay
        board.sources = snapshot.sources
        for code, area in snapshot.areas.items():
            board._put(code, area)
        return board
