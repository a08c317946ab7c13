"""
What webhooks are told: each change of what stands in a region, by the kind of alert.

A change has a number, dense and rising, so that it can be said how far each webhook has come. Of
each region and kind the newest is kept, which is enough to bring anybody up to date; the last few
are kept in order as well, for those who keep up.

As in the original, a change is told for the region that the alert was raised for and not for what
lies in it or around it. `activeAlertLevels` is all that stands there of that kind after the
change, and `DEACTIVATE` is said only where that is nothing: a level that sinks is an `Activate`
with the level that is left, since clients take any other word for the all-clear.

Source: the interface's page on its messages, by way of those who receive them;
docs/reference/compat.md, decision 0018.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import timedelta
from typing import Final

import msgspec

from tocsin.channels.compat_answers import Interpreter
from tocsin.channels.compat_table import Placed, Region
from tocsin.channels.compat_ukrainealarm import TYPES, level, number_of, told_at
from tocsin.kernel.time import Moment, parse_rfc3339, rfc3339
from tocsin.kernel.wire import Place, encode

IN_ORDER_MOST: Final = 64
"""Twice the regions of a country in one wave: who is further behind is told what stands now."""

IN_ORDER_S: Final = 60.0
"""An alert that is a minute old and over would only sound a siren for nothing."""

Key = tuple[int, str]
"""A region's uid and what the dialect calls a kind of alert."""


class Change(msgspec.Struct, frozen=True, array_like=True):
    """
    What became of one kind of alert in one region.

    Args:
        number: Its place among all changes.
        uid: The region's, in the gazetteer.
        at: Later than that of any earlier change of the same key.
        levels: What stands there of that kind now; nothing after the end.
        said: Level and reason of what began, changed or ended.
    """

    number: int
    uid: int
    kind: str
    at: Moment
    levels: tuple[dict[str, str], ...]
    said: tuple[str, str]

    @property
    def key(self) -> Key:
        """Name what it is about."""
        return self.uid, self.kind

    @property
    def ends(self) -> bool:
        """Say whether nothing of that kind stands there any more."""
        return not self.levels

    def body(self, region: Region) -> bytes:
        """Write it as the dialect does."""
        return encode(
            {
                "status": "DEACTIVATE" if self.ends else "Activate",
                "regionId": number_of(region),
                "alarmType": self.kind,
                "createdAt": self.at,
                "alertLevel": self.said[0],
                "reason": self.said[1],
                "activeAlertLevels": self.levels,
            }
        )


class Changes:
    """
    All changes so far; the event loop owns them.

    Args:
        clock: Seconds that only go forward.
    """

    def __init__(self, interpreter: Interpreter, clock: Callable[[], float]) -> None:
        self.number = 0
        self.newest: dict[Key, Change] = {}
        self.place = interpreter.live.place
        self._interpreter = interpreter
        self._clock = clock
        self._in_order: deque[tuple[float, Change]] = deque(maxlen=IN_ORDER_MOST)
        self._at: Moment | None = None

    def restore(self, place: Place, number: int, newest: tuple[Change, ...]) -> bool:
        """
        Go on from what was kept; say whether it can be gone on from.

        What was told from another record is not: an alert that a record has lost is not over.
        """
        if place.epoch != self.place.epoch:
            return False
        regions = self._interpreter.regions
        self.place, self.number = place, number
        self.newest = {c.key: c for c in newest if regions.find(c.uid) is not None}
        return True

    def note(self, at: Moment) -> None:
        """Take note of when something happened that may be a change."""
        self._at = at if self._at is None else max(self._at, at)

    def take(self) -> None:
        """Find what has changed since the last time."""
        place = self._interpreter.live.place
        if place.position < self.place.position:
            return  # What was kept knows more than is shown yet.
        self.place = place
        standing = _standing(self._interpreter.table.placed)
        for key, placed in standing.items():
            before = self.newest.get(key)
            levels = tuple(level(one) for one in placed)
            if before is None or before.levels != levels:
                self._add(key, max(map(told_at, placed)), levels, levels[-1])
        now = self._at or rfc3339(self._interpreter.live.now())
        self._at = None
        for key, before in tuple(self.newest.items()):
            if key not in standing and not before.ends:
                self._add(key, now, (), before.levels[-1])

    def _add(
        self, key: Key, at: Moment, levels: tuple[dict[str, str], ...], said: dict[str, str]
    ) -> None:
        before = self.newest.pop(key, None)
        if before is not None and at <= before.at:  # Receivers sort by it.
            at = rfc3339(parse_rfc3339(before.at) + timedelta(milliseconds=1))
        self.number += 1
        uid, kind = key
        change = Change(self.number, uid, kind, at, levels, (said["alertLevel"], said["reason"]))
        self.newest[key] = change
        self._in_order.append((self._clock(), change))

    def after(self, number: int) -> Change | None:
        """Give the change after one; None where it is too old to be told for its own sake."""
        back = self.number - number
        if not 0 < back <= len(self._in_order):
            return None
        since, change = self._in_order[-back]
        return change if self._clock() - since <= IN_ORDER_S else None

    def forget(self, number: int) -> None:
        """Forget what everybody has been told is over."""
        for key, change in tuple(self.newest.items()):
            if change.ends and change.number <= number:
                del self.newest[key]


def _standing(placed: tuple[Placed, ...]) -> dict[Key, list[Placed]]:
    """Sort what stands by region and kind, the newest last."""
    found: dict[Key, list[Placed]] = {}
    for one in sorted(placed, key=told_at):
        found.setdefault((one.region.uid, TYPES[one.alert.hazard]), []).append(one)
    return found
