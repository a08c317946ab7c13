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


class Waiting:
    """
    What waits, in order.

    Attributes:
        queue: Empty where nothing does; only looked at from elsewhere.
    """

    def __init__(self) -> None:
        self.queue: deque[_Broadcast] = deque()

    def put(
        self, number: int, asked_at: float, work: Sequence[tuple[Group, bytes]], *, lossy: bool
    ) -> None:
        """Put a broadcast at the end."""
        self.queue.append(_Broadcast(number, asked_at, work, lossy))
        if len(self.queue) > WAITING_MAX:
            self._replace()

    def take(self) -> tuple[int, float, dict[Group, list[Part]]]:
        """
        Take the next broadcast, and of those behind it as many as can be written with it.

        Returns:
            The number of the last one of them; when the first one was asked for, on the monotonic
            clock; and for each group, in the order in which they were named, its frames in order.
        """
        last, asked_at, *_ = head = self.queue.popleft()
        parts: dict[Group, list[Part]] = {}
        _join(parts, head)
        if self.queue:
            sizes = {group: sum(len(part.frame) for part in told) for group, told in parts.items()}
            while self.queue and _fits(sizes, self.queue[0]):
                last = self.queue[0].number
                _join(parts, self.queue.popleft())
        return last, asked_at, parts

    def _replace(self) -> None:
        """Put one board in place of all that waits."""
        oldest, newest = self.queue[0], self.queue[-1]
        groups = dict.fromkeys(group for one in self.queue for group, _ in one.work)
        self.queue.clear()
        work = [(group, None) for group in groups]
        self.queue.append(_Broadcast(newest.number, oldest.asked_at, work, lossy=False))


def _join(parts: dict[Group, list[Part]], broadcast: _Broadcast) -> None:
    number, _, work, lossy = broadcast
    for group, frame in work:
        data = group.catch_up() if frame is None else frame
        parts.setdefault(group, []).append(Part(number, data, lossy))


def _fits(sizes: dict[Group, int], broadcast: _Broadcast) -> bool:
    """Say whether no group gets too much by one more broadcast, and count it in where so."""
    after = dict(sizes)
    for group, frame in broadcast.work:
        after[group] = after.get(group, 0) + len(frame or b"")
    if max(after.values(), default=0) > JOINED_BYTES:
        return False
    sizes.update(after)
    return True
