"""
Folding: what is recorded becomes what is shown, and everybody is told whom it concerns.

Each event is folded once, in order. While something told waits to be recorded, a message would
leave it out, so a board is told instead, once for a batch; what was taken without the record is
told as it comes, without a place (decision 0017).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterable, Sequence
from contextlib import suppress
from typing import Final

from tocsin.alerts.board import Applied
from tocsin.app.record import Record
from tocsin.authority.register import ROOM as AUTHORITY
from tocsin.channels.compat_dialects import Dialects
from tocsin.channels.feed import Feed
from tocsin.kernel.errors import Unavailable
from tocsin.ledger.event import Recorded
from tocsin.ledger.port import Ledger
from tocsin.ledger.tree import Tree
from tocsin.shelters.codec import ROOM as SHELTERS
from tocsin.shelters.messages import TimeToShelterSet
from tocsin.views.live import Live
from tocsin.views.projections import Projections

SHOWN_WITHIN_S: Final = 1.0
"""How long an answer waits for what is on disk to be shown here too; it takes milliseconds."""

Events = AsyncIterable[list[Recorded]]
"""Where the live view's events come from, in order, in batches: a follower, or a player."""


class Folding:
    """
    Fold what comes, and tell it. Not thread-safe: the event loop owns it.

    Args:
        tree: In a replay, the tree of what it has shown.
    """

    def __init__(
        self,
        ledger: Ledger,
        record: Record,
        projections: Projections,
        live: Live,
        feed: Feed,
        dialects: Dialects,
        *,
        tree: Tree | None = None,
    ) -> None:
        self._ledger = ledger
        self._record = record
        self._projections = projections
        self._live = live
        self._feed = feed
        self._dialects = dialects
        self._tree = tree
        self._left: deque[Recorded] = deque()
        self._moved = asyncio.Event()
        self._folded = False

    async def run(self, events: Events) -> None:
        """
        Fold what comes, and tell everybody whom it concerns.

        Started again after a failure, it first gives everybody a board, in place of what they may
        not have been told, and goes on with what was left of the batch.
        """
        self._feed.publish_devices(self._projections.register.devices())
        if self._folded or self._record.boards_alone:
            self.tell_board()
        self._folded = True
        self._take_left()
        async for batch in events:
            self._left.extend(batch)
            self._take_left()
            if self._projections.due():
                with suppress(Unavailable):  # Only a start takes longer without it.
                    await asyncio.to_thread(self._projections.save, self._ledger)

    async def caught_up(self, position: int) -> None:
        """Wait until a position is shown, for no longer than `SHOWN_WITHIN_S`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(SHOWN_WITHIN_S):
                while self._projections.position < position:
                    await self._moved.wait()

    def tell_board(self) -> None:
        """Tell everything anew, with what waits to be recorded."""
        waits = self._show()
        self._feed.publish_board(waits=waits)

    def tell_unplaced(self, told: Sequence[Applied]) -> None:
        """Tell what was taken without the record."""
        self._show()
        for applied in told:
            said = self._live.unplaced(applied)
            if said is not None:
                self._feed.publish_unplaced(*said)

    def _show(self) -> bool:
        board = self._projections.board
        over = self._record.over(board)
        self._live.show(over)
        return over is not board

    def _take_left(self) -> None:
        board_due = False
        while self._left:
            recorded = self._left.popleft()
            if self._tree is not None:
                self._tree.append(bytes.fromhex(recorded.hash))
            self._record.passes(recorded)
            applied = self._projections.apply(recorded)
            if applied is not None and self._record.boards_alone:
                self._dialects.changed(applied)
                board_due = True
            elif applied is not None:
                self.tell(applied)
            elif recorded.room == AUTHORITY:
                self._feed.publish_devices(self._projections.register.devices())
            elif recorded.room == SHELTERS and recorded.kind == TimeToShelterSet.__name__:
                self._live.within_changed()
                board_due = True
        if board_due:
            self.tell_board()
        self._moved.set()
        self._moved = asyncio.Event()

    def tell(self, applied: Applied) -> None:
        """Tell one change that is recorded."""
        self._dialects.changed(applied)
        message = self._live.changed(applied)
        if message is None:
            self._feed.publish_board()
        else:
            self._feed.publish(message)
