"""
The history: every alert there ever was, and what stood at any moment of the past.

A projection of four numbers and two versions an alert, in arrays: 500,000 alerts take 18 MB,
are saved and loaded in milliseconds, and are searched in tens of milliseconds. What an alert
said at a moment is not kept here but folded anew from the few events of its area.

An alert stood at T when it had started at or before T and had not ended at or before T, by
`happened_at`: what was recorded late counts where it belongs.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

import msgspec

from tocsin.alerts import alert, coverage
from tocsin.alerts.alert import CALM, AreaAlerts, Standing
from tocsin.alerts.codec import decode
from tocsin.alerts.coverage import Change, Source
from tocsin.alerts.messages import (
    AlertCorrected,
    AlertEvent,
    AlertRaised,
    AllClearGiven,
    DrillGaveWay,
)
from tocsin.kernel.ids import AlertId, AreaCode, SenderId
from tocsin.kernel.time import Moment, from_milliseconds, milliseconds, parse_rfc3339, rfc3339
from tocsin.ledger.event import Recorded

SNAPSHOT: Final = "alerts.history"
SNAPSHOT_SHAPE: Final = 1
"""Raise by one whenever `_Snapshot` or what its arrays mean changes."""

OPEN: Final = (1 << 63) - 1
"""The end, in milliseconds, of an alert that has none yet."""

ReadArea = Callable[[AreaCode, int, "int | None"], Iterable[Recorded]]
"""Read this room's events of an area between two versions, both included (`Ledger.read_area`)."""


class Span(NamedTuple):
    """
    One alert from its start to its end.

    Args:
        alert: As it was just before it ended, or as it stands.
        ended_at: None while it stands.
        ended_by: Who gave the all-clear, corrected it, or made a drill give way.
        ending: `AllClearGiven`, `AlertCorrected` or `DrillGaveWay`; None while it stands.
        estimated: The end was assumed, not announced.
    """

    alert: Standing
    ended_at: Moment | None
    ended_by: SenderId | None
    ending: str | None
    estimated: bool


class _Snapshot(msgspec.Struct, array_like=True):
    position: int
    areas: list[AreaCode]
    columns: list[bytes]
    open: dict[AlertId, int]
    coverage: list[Change]


class History:
    """Remember when every alert started and ended. Not thread-safe: one task owns it."""

    def __init__(self) -> None:
        self.position = 0
        self._areas: list[AreaCode] = []
        self._index: dict[AreaCode, int] = {}
        self._area = array("i")
        self._started = array("q")
        self._ended = array("q")
        self._raised = array("i")
        self._last = array("i")
        self._open: dict[AlertId, int] = {}
        self._coverage: list[Change] = []

    def __len__(self) -> int:
        """Count the alerts there ever were."""
        return len(self._started)

    def apply(self, position: int, event: AlertEvent) -> None:
        """Fold the event at a position, in the order of the ledger; one seen before is skipped."""
        if position <= self.position:
            return
        self.position = position
        fact = event.fact
        match fact:
            case AlertRaised():
                self._open[AlertId(event.id)] = len(self._started)
                number = self._number(event.area)
                # Another thread may be reading: it walks by area, so that comes last.
                self._raised.append(event.version)
                self._last.append(0)
                self._ended.append(OPEN)
                self._started.append(_ms(event.at))
                self._area.append(number)
            case AllClearGiven() | AlertCorrected() | DrillGaveWay():
                row = self._open.pop(fact.alert, None)
                if row is not None:
                    self._ended[row] = _ms(event.at)
                    self._last[row] = event.version
            case _:
                change = coverage.change(event)
                if change is not None:
                    self._coverage.append(change)

    def standing_at(self, at: Moment, read_area: ReadArea) -> tuple[Standing, ...]:
        """List what stood at a moment, as it was said then, by area, then hazard."""
        moment = _ms(at)
        standing: dict[int, list[int]] = {}
        rows = zip(self._area, self._started, self._ended, strict=False)
        for row, (area, started, ended) in enumerate(rows):
            if started <= moment < ended:
                standing.setdefault(area, []).append(row)
        found: list[Standing] = []
        for number in sorted(standing, key=self._areas.__getitem__):
            events = self._about(number, standing[number], read_area)
            wanted = {self._raised[row] for row in standing[number]}
            found += (a for a in _fold(events, at).standing if _raised_version(a) in wanted)
        return tuple(found)

    def _about(self, area: int, rows: list[int], read_area: ReadArea) -> Iterable[Recorded]:
        """Read an area's events from the first of some alerts to the last, or all that follow."""
        first = min(self._raised[row] for row in rows)
        over = all(self._last[row] for row in rows)
        return read_area(
            self._areas[area], first, max(self._last[row] for row in rows) if over else None
        )

    def sources_at(self, at: Moment) -> dict[AreaCode, tuple[Source, ...]]:
        """Tell which sources were heard about which areas at a moment."""
        sources: dict[AreaCode, tuple[Source, ...]] = {}
        for change in self._coverage:
            if change.at <= at:
                sources[change.area] = coverage.evolve(sources.get(change.area, ()), change)
        return sources

    def coverage_changes(self, areas: Iterable[AreaCode]) -> tuple[Moment, ...]:
        """List the moments at which a source of one of these areas began or ceased to be heard."""
        wanted = set(areas)
        return tuple(sorted({c.at for c in self._coverage if c.area in wanted}))

    def spans(
        self, area: AreaCode, since: Moment, until: Moment, read_area: ReadArea
    ) -> tuple[Span, ...]:
        """List the alerts raised for one area that stood in [since, until), by their start."""
        number = self._index.get(area)
        if number is None:
            return ()
        low, high = _ms(since), _ms(until)
        rows = [
            row
            for row, owner in enumerate(self._area)
            if owner == number and self._started[row] < high and self._ended[row] > low
        ]
        if not rows:
            return ()
        wanted = {self._raised[row] for row in rows}
        return _spans(self._about(number, rows, read_area), wanted)

    def counts(
        self, since: Moment, until: Moment, areas: frozenset[AreaCode]
    ) -> list[tuple[Moment, int]]:
        """Tell how many of some areas had an alert of their own, at each moment it changed."""
        low, high = _ms(since), _ms(until)
        numbers = {self._index[code] for code in areas if code in self._index}
        turns: list[tuple[int, int, int]] = []
        for row, number in enumerate(self._area):
            started, ended = self._started[row], self._ended[row]
            if number in numbers and max(started, low) < min(ended, high):
                turns.append((max(started, low), 1, number))
                if ended < high:
                    turns.append((ended, -1, number))
        depth = dict.fromkeys(numbers, 0)
        counts: dict[int, int] = {low: 0}
        alerted = 0
        for moment, step, number in sorted(turns):
            before = depth[number]
            depth[number] += step
            alerted += (depth[number] > 0) - (before > 0)
            counts[moment] = alerted
        return [(_moment(moment), count) for moment, count in counts.items()]

    def last_end(self, areas: frozenset[AreaCode], before: Moment) -> Moment | None:
        """Tell when the last alert of any of these areas ended by a moment; None if none did."""
        limit = _ms(before)
        numbers = {self._index[code] for code in areas if code in self._index}
        ends = (
            ended
            for number, ended in zip(self._area, self._ended, strict=False)
            if ended <= limit and number in numbers
        )
        last = max(ends, default=None)
        return None if last is None else _moment(last)

    def dump(self) -> bytes:
        """Pack the history for a snapshot."""
        columns = [column.tobytes() for column in self._columns()]
        packed = _Snapshot(self.position, self._areas, columns, self._open, self._coverage)
        return msgspec.msgpack.encode(packed)

    @classmethod
    def load(cls, packed: bytes) -> History:
        """Unpack a history from a snapshot of the same `SNAPSHOT_SHAPE`."""
        snapshot = msgspec.msgpack.decode(packed, type=_Snapshot)
        history = cls()
        history.position = snapshot.position
        history._areas = snapshot.areas
        history._index = {code: number for number, code in enumerate(snapshot.areas)}
        for column, kept in zip(history._columns(), snapshot.columns, strict=True):
            column.frombytes(kept)
        history._open = snapshot.open
        history._coverage = snapshot.coverage
        return history

    def _columns(self) -> tuple[array[int], ...]:
        return self._area, self._started, self._ended, self._raised, self._last

    def _number(self, area: AreaCode) -> int:
        number = self._index.get(area)
        if number is None:
            number = self._index[area] = len(self._areas)
            self._areas.append(area)
        return number


def _fold(events: Iterable[Recorded], at: Moment) -> AreaAlerts:
    area = CALM
    for recorded in events:
        if recorded.happened_at <= at:
            area = alert.evolve(area, decode(recorded))
    return area


def _spans(events: Iterable[Recorded], wanted: set[int]) -> tuple[Span, ...]:
    area = CALM
    ended: list[Span] = []
    for recorded in events:
        event = decode(recorded)
        fact = event.fact
        if isinstance(fact, AllClearGiven | AlertCorrected | DrillGaveWay):
            over = area.by_id(fact.alert)
            if over is not None:
                estimated = isinstance(fact, AllClearGiven) and fact.estimated
                kind = type(fact).__name__
                ended.append(Span(over, event.at, event.sender, kind, estimated))
        area = alert.evolve(area, event)
    spans = [
        *ended,
        *(Span(standing, None, None, None, estimated=False) for standing in area.standing),
    ]
    kept = (span for span in spans if _raised_version(span.alert) in wanted)
    return tuple(sorted(kept, key=lambda span: (span.alert.since, span.alert.id)))


def _raised_version(standing: Standing) -> int:
    return int(standing.id.rsplit("-", 2)[1])


def _ms(moment: Moment) -> int:
    return milliseconds(parse_rfc3339(moment))


def _moment(count: int) -> Moment:
    return rfc3339(from_milliseconds(count))
