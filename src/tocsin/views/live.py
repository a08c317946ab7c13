"""
The live view: what is shown now, and what stood at any moment, for whoever asks.

It is fed events in order, from the ledger as they are recorded or from a replay as its clock
reaches them, and answers with prepared bytes. In a replay the history holds the whole record
while the board follows the clock, so that any moment of the day can be asked for.

Not thread-safe: the event loop owns it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from tocsin.alerts.alert import Standing
from tocsin.alerts.board import Applied, Board
from tocsin.alerts.codec import ROOM
from tocsin.alerts.coverage import Unknown, heard, unknown
from tocsin.alerts.history import History
from tocsin.areas.gazetteer import Gazetteer
from tocsin.areas.geometry import Outlines
from tocsin.kernel import wire
from tocsin.kernel.ids import AreaCode
from tocsin.kernel.limits import STALE_AFTER_S
from tocsin.kernel.prepared import Prepared
from tocsin.kernel.time import Clock, Moment, parse_rfc3339, rfc3339
from tocsin.kernel.words import Relation
from tocsin.ledger.event import Recorded
from tocsin.ledger.port import Ledger
from tocsin.views.board import WithinS, board_shape, message_shape, nobody_said

BOARDS_KEPT: Final = 256
"""Prepared boards for as many sets of areas: 256 × 30 kB = 8 MB under a country-wide alert."""

_LOCAL: Final = ZoneInfo("Europe/Kyiv")

_AS_OF: Final = "\0as-of\0"


TopicsOf = Callable[[frozenset[AreaCode]], Mapping[AreaCode, Relation]]
"""Tell which areas concern those who ask about some (`tocsin.delivery.audience`)."""


class Message(NamedTuple):
    """One change, encoded: `event` names it on the stream; `data` lacks only the relation."""

    place: wire.Place
    area: AreaCode
    event: str
    data: bytes


class Live:
    """
    Show what stands now and what stood then, in the public shapes.

    Args:
        board: Fed by whoever feeds this view, before `changed` is told.
        history: At least as far as the board.
        within_s: Tells an area's time to shelter as it is set now, also for moments of the past.
    """

    def __init__(
        self,
        *,
        ledger: Ledger,
        gazetteer: Gazetteer,
        outlines: Outlines,
        clock: Clock,
        board: Board,
        history: History,
        topics: TopicsOf,
        within_s: WithinS = nobody_said,
    ) -> None:
        self.lost_after_s: float = STALE_AFTER_S
        self.gazetteer = gazetteer
        self.outlines = outlines
        self.history = history
        self._ledger = ledger
        self._clock = clock
        self._board = board
        self._topics = topics
        self._within_s = within_s
        self._epoch = ledger.epoch
        self._unknown: tuple[Unknown, ...] = unknown(board.sources, gazetteer)
        self._prepared: OrderedDict[frozenset[AreaCode], Prepared] = OrderedDict()
        self._prepared_at = 0

    @property
    def place(self) -> wire.Place:
        """Tell the place in the stream that is shown."""
        return wire.Place(self._epoch, self._board.position)

    @property
    def replay(self) -> bool:
        """Say whether what is shown is a replay."""
        return self._board.replay

    def now(self) -> datetime:
        """Tell the moment that is shown, by the clock that ages are judged by."""
        return self._clock.now()

    def changed(self, applied: Applied) -> Message | None:
        """
        Take in that the board has changed; encode what the stream says about it.

        None where only a new board can say it (coverage).
        """
        shown = self._message(applied)
        if shown is None:
            self._unknown = unknown(self._board.sources, self.gazetteer)
            return None
        event, data = shown
        place = wire.Place(self._epoch, applied.position)
        return Message(place, applied.event.area, event, wire.encode(data))

    def show(self, board: Board) -> None:
        """
        Show another board than the one that is folded, at the same place, or that one again.

        So is shown what waits to be recorded; the folded board itself is the last to be shown.
        """
        if board is not self._board:
            self._board = board
            self._prepared.clear()
        self._unknown = unknown(board.sources, self.gazetteer)

    def unplaced(self, applied: Applied) -> tuple[str, bytes] | None:
        """Encode what a change that is not recorded yet does: name and data, its place null."""
        shown = self._message(applied)
        return shown and (shown[0], wire.encode({**shown[1], "position": None}))

    def _message(self, applied: Applied) -> tuple[str, dict[str, Any]] | None:
        return message_shape(
            applied,
            epoch=self._epoch,
            replay=self.replay,
            gazetteer=self.gazetteer,
            within_s=self._within_s,
        )

    def within_changed(self) -> None:
        """Take in that people somewhere have another time to reach shelter than before."""
        self._prepared.clear()

    def board(
        self, at: datetime | None = None, areas: frozenset[AreaCode] = frozenset()
    ) -> dict[str, Any]:
        """
        Show the board, or what of it concerns some areas: in them, inside them, around them.

        Args:
            at: A moment to show instead of now: what had started by then and not ended.
        """
        if at is not None:
            return self.past(at, areas)()
        topics = self._topics(areas) if areas else None
        return self._shape(self._board.standing(), self._unknown, topics, rfc3339(self.now()))

    def past(
        self, at: datetime, areas: frozenset[AreaCode] = frozenset()
    ) -> Callable[[], dict[str, Any]]:
        """Make what shows the board of a moment when it is called, from whatever thread."""
        topics = self._topics(areas) if areas else None
        moment = rfc3339(at)

        def board() -> dict[str, Any]:
            standing = self.history.standing_at(moment, self.read_area)
            gaps = unknown(self.history.sources_at(moment), self.gazetteer)
            return self._shape(standing, gaps, topics, moment)

        return board

    def board_bytes(self, areas: frozenset[AreaCode]) -> bytes:
        """Encode the board for some areas; built once a change, whoever asks how often."""
        return self._ready(areas).plain(rfc3339(self.now()))

    def board_gzip(self, areas: frozenset[AreaCode]) -> bytes:
        """Encode and compress the board for some areas; compressed once a change."""
        return self._ready(areas).gzipped(rfc3339(self.now()))

    def _ready(self, areas: frozenset[AreaCode]) -> Prepared:
        if self._prepared_at != self._board.position:
            self._prepared.clear()
            self._prepared_at = self._board.position
        ready = self._prepared.get(areas)
        if ready is None:
            topics = self._topics(areas) if areas else None
            shape = self._shape(self._board.standing(), self._unknown, topics, Moment(_AS_OF))
            before, after = wire.encode(shape).split(b"\\u0000as-of\\u0000", 1)
            ready = self._prepared[areas] = Prepared(before, after)
            if len(self._prepared) > BOARDS_KEPT:
                self._prepared.popitem(last=False)
        return ready

    def changes(self, day: date) -> list[tuple[datetime, int]]:
        """Tell how many first-level areas were under alert, at each change of one day in Kyiv."""
        midnight = datetime(day.year, day.month, day.day, tzinfo=_LOCAL)
        start, end = rfc3339(midnight), rfc3339(midnight + timedelta(days=1))
        first = frozenset(self.gazetteer.children(self.gazetteer.root.code))
        turns = self.history.counts(start, end, first)
        return [(parse_rfc3339(moment), count) for moment, count in turns]

    def cleared(self, code: AreaCode, at: datetime) -> datetime | None:
        """Tell when the last alert that covered an area ended before a moment, if any did."""
        over = frozenset((code, *self.gazetteer.lineage(code)))
        ended = self.history.last_end(over, rfc3339(at))
        return None if ended is None else parse_rfc3339(ended)

    def heard(self, code: AreaCode) -> bool:
        """Say whether anybody is heard about an area as a whole."""
        return heard(self._board.sources, (code, *self.gazetteer.lineage(code)))

    def relation(self, asked: AreaCode, code: AreaCode) -> Relation | None:
        """Tell how an area lies to the one asked about; None where it does not concern it."""
        return self._topics(frozenset({asked})).get(code)

    def read_area(self, area: AreaCode, first: int, last: int | None) -> list[Recorded]:
        """Read the alert events of an area between two versions, both included."""
        return self._ledger.read_area(ROOM, area, first, last)

    def _shape(
        self,
        standing: tuple[Standing, ...],
        gaps: tuple[Unknown, ...],
        topics: Mapping[AreaCode, Relation] | None,
        as_of: Moment,
    ) -> dict[str, Any]:
        if topics is not None:
            standing = tuple(a for a in standing if topics.get(a.area) is not None)
            gaps = tuple(gap for gap in gaps if topics.get(gap.area) is not None)
        return board_shape(
            epoch=self._epoch,
            position=self._board.position,
            as_of=as_of,
            replay=self.replay,
            alerts=standing,
            unknown=gaps,
            gazetteer=self.gazetteer,
            within_s=self._within_s,
        )
