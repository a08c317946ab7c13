"""
How many changes there were, and the one second that the newest state is known by.

Existing clients ask "has anything changed" with a number that rises (`lastActionIndex`) or with
the second of the last change (`Last-Modified`), which they send back byte for byte. So no two
states that were served may have one second: a change in a second that is taken gets the next.

Both are folded from the record, so that they go on across a restart. The number counts raises,
updates and ends of actual alerts; the second moves once a command, whatever it is about.

The arithmetic of the seconds is in decision 0018.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

import msgspec

from tocsin.alerts.board import Applied
from tocsin.alerts.codec import ROOM
from tocsin.kernel.time import Moment, from_milliseconds, milliseconds, parse_rfc3339
from tocsin.kernel.words import Status
from tocsin.ledger.event import Recorded
from tocsin.ledger.port import Ledger

SNAPSHOT: Final = "compat.stamps"
SNAPSHOT_SHAPE: Final = 1
"""Raise by one whenever `_Kept`, or what is counted, changes."""

SAVE_AFTER: Final = 50_000
"""Events read at a start before a snapshot is kept: 50,000 × 8 µs = 0.4 s, once."""

_COUNTED: Final = frozenset({"AlertRaised", "AlertUpdated", "AllClearGiven", "AlertCorrected"})


class _Kept(msgspec.Struct, array_like=True):
    index: int
    second: int
    mark: str


class Stamps:
    """Fold what happened into a number and a second. Not thread-safe: one task owns it."""

    def __init__(self) -> None:
        self.index = 0
        self._second = 0
        self._mark = ""
        self._served = False

    @classmethod
    def load(cls, ledger: Ledger, position: int) -> Stamps:
        """
        Fold a ledger up to a position, from the newest snapshot before it.

        Raises:
            Unavailable: As the ledger.
        """
        stamps, after = cls(), 0
        kept = ledger.load_snapshot(SNAPSHOT, SNAPSHOT_SHAPE)
        if kept is not None and kept[0] <= position:
            after = kept[0]
            state = msgspec.msgpack.decode(kept[1], type=_Kept)
            stamps.index, stamps._second, stamps._mark = state.index, state.second, state.mark
        started = after
        while after < position and (events := ledger.read(after)):
            stamps.fold(event for event in events if event.position <= position)
            after = events[-1].position
        if position - started > SAVE_AFTER:
            state = _Kept(stamps.index, stamps._second, stamps._mark)
            packed = msgspec.msgpack.encode(state)
            ledger.save_snapshot(SNAPSHOT, position, SNAPSHOT_SHAPE, packed)
        return stamps

    def fold(self, events: Iterable[Recorded]) -> None:
        """Fold events of before, in the order of the ledger; other rooms' change nothing."""
        for event in events:
            if event.room == ROOM:
                self._take(event.kind, event.status, event.happened_at, event.id)

    def apply(self, applied: Applied) -> None:
        """Fold one event that the board has just taken."""
        event = applied.event
        self._take(type(event.fact).__name__, event.status.value, event.at, event.id)

    def _take(self, kind: str, status: str, at: Moment, name: str) -> None:
        self.index += kind in _COUNTED and status == Status.ACTUAL
        mark = name.rpartition("-")[2]
        # Many areas raised by one command are one change, unless a part of it was served already.
        if mark != self._mark or self._served:
            self._second = max(milliseconds(parse_rfc3339(at)) // 1000, self._second + 1)
        self._mark, self._served = mark, False

    def serve(self) -> datetime:
        """Tell the second of the state that is about to be served; the next gets another."""
        self._served = True
        return from_milliseconds(self._second * 1000)
