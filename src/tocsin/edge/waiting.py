"""
What waits to be told: broadcasts in the order in which they were asked for.

Those that wait together are taken together, as one write for each descriptor: a hundred messages
of one second then take a second for 10,000 subscribers, and not ten. And the queue has an end:
beyond it one board is told in place of all that waits, since the newest state matters more than
how it came about.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Final, NamedTuple

from tocsin.edge.groups import Group
from tocsin.edge.slow import Part

JOINED_BYTES: Final = 12_288
"""Frames are joined up to this: a segment, which an empty send buffer takes, and a TLS record."""

WAITING_MAX: Final = 512
"""At 1,000 subscribers and no joining, five seconds of writing."""


class _Broadcast(NamedTuple):
    """One that waits; a frame of None is the group's board when its turn comes."""

    number: int
    asked_at: float
    work: Sequence[tuple[Group, bytes | None]]
    lossy: bool


class Joined(NamedTuple):
    """
    One or several broadcasts, to be written now.

    Args:
        last: The number of the last one of them.
        asked_at: When the first one was asked for, on the monotonic clock.
        parts: For each group, in the order in which they were named, its frames in order.
    """

    last: int
    asked_at: float
    parts: dict[Group, list[Part]]


class Waiting:
    """The queue of a fan-out."""

    def __init__(self) -> None:
        self._broadcasts: deque[_Broadcast] = deque()

    def __bool__(self) -> bool:
        return bool(self._broadcasts)

    def put(
        self, number: int, asked_at: float, work: Sequence[tuple[Group, bytes]], *, lossy: bool
    ) -> None:
        """Put a broadcast at the end."""
        self._broadcasts.append(_Broadcast(number, asked_at, work, lossy))
        if len(self._broadcasts) > WAITING_MAX:
            self._replace()

    def take(self) -> Joined:
        """Take the next broadcast, and of those behind it as many as can be written with it."""
        head = self._broadcasts[0]
        joined = Joined(head.number, head.asked_at, {})
        sizes: dict[Group, int] = {}
        while self._broadcasts:
            number, _, work, lossy = self._broadcasts[0]
            after = dict(sizes)
            for group, frame in work:
                after[group] = after.get(group, 0) + len(frame or b"")
            if sizes and max(after.values(), default=0) > JOINED_BYTES:
                break
            sizes = after
            self._broadcasts.popleft()
            joined = joined._replace(last=number)
            for group, frame in work:
                data = group.catch_up() if frame is None else frame
                joined.parts.setdefault(group, []).append(Part(number, data, lossy))
        return joined

    def _replace(self) -> None:
        """Put one board in place of all that waits."""
        oldest, newest = self._broadcasts[0], self._broadcasts[-1]
        groups = dict.fromkeys(group for one in self._broadcasts for group, _ in one.work)
        self._broadcasts.clear()
        work = [(group, None) for group in groups]
        self._broadcasts.append(_Broadcast(newest.number, oldest.asked_at, work, lossy=False))
