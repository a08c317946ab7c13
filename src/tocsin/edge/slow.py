"""
The slow path: who does not take a frame whole keeps the rest of it, and then gets what is newest.

A link that is full is not a log to be caught up with: whoever wakes after a minute wants to know
what stands now. So of all frames only the rest of the one begun is kept, the others leave a mark,
and when the rest is gone one board takes the place of all that was missed.

It is alive as long as its kernel takes or acknowledges anything. One that does neither for
`STALLED_S` seconds is to be closed, and so is one that has taken longer than `TAKING_S` for one
frame: it would hold that frame for ever, a byte at a time.

A stalled one costs memory of this machine, and only that counts: what its own keeps for it does
not. The kernel has its send queue. Linux asks for the bound of the buffer only when it begins a
segment, and adds to one that it cannot send yet until that is as long as half of the reader's
window; so a reader who sleeps behind a large window held 69 kB although its buffer was 12. That is
why it is looked for here too: after each `LOOK_BYTES` told, who has `UNACKNOWLEDGED_BYTES` or more
under way leaves the fast path. So at most, for messages of 300 bytes or more:

    14.3 kB   twice STREAM_BUFFER_BYTES: segments begun below the bound, records included
     1.3      the record of the one that is added to
     3.3      UNACKNOWLEDGED_BYTES, less the 6.3 kB that the others carry
     7.9      LOOK_BYTES and a message of 700 bytes
     4.1      a page that the kernel reserves
     1        this process: frames are the same bytes for everybody
    31.9      of which 13 to 26 were measured; `tocsin bench fanout --stalled` asks the kernel

A board for somebody who falls asleep over it lies there with one segment, 64 kB at most.

Source: design, section 2, rule 5; tcp(7), SIOCOUTQ.
"""

from __future__ import annotations

import termios
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from fcntl import ioctl
from itertools import accumulate
from typing import Final, NamedTuple

from tocsin.edge.writes import Sink, push

STALLED_S: Final = 20.0

TAKING_S: Final = 120.0
"""The largest board, 1.6 MB, at 107 kbit/s; the board of a raion, 4 kB, at 0.3 kbit/s."""

CHECK_S: Final = 2.0
"""A stall is noticed this much late; a check of 10,000 slow ones takes 10 ms."""


UNACKNOWLEDGED_BYTES: Final = 9_600
"""Two thirds of the buffer's bound: only beyond that does the kernel tell when there is room."""

LOOK_BYTES: Final = 7_168
"""A look takes 0.5 µs for each, ten messages of 700 bytes 50 µs: one in a hundred."""


class Part(NamedTuple):
    """
    One frame of several that are written at once.

    Args:
        number: Of its broadcast.
        lossy: Whether who misses it needs no board for that.
    """

    number: int
    frame: bytes
    lossy: bool


class Behind:
    """
    One sink on the slow path.

    Args:
        rest: What must still go out before anything else.
        missed: Whether it needs a board after that.
        now: Of the monotonic clock, in seconds.
    """

    __slots__ = ("_began", "_moved", "_queued", "missed", "rest", "sink")

    def __init__(self, sink: Sink, rest: memoryview, *, missed: bool, now: float) -> None:
        self.sink = sink
        self.rest = rest
        self.missed = missed
        self._began = self._moved = now
        self._queued = -1

    def begin(self, data: bytes, now: float) -> None:
        """Go on with other bytes, once the rest is gone."""
        self.rest = memoryview(data)
        self._began = now

    def write(self, now: float) -> int:
        """
        Write what is taken of the rest, and tell how many bytes that was.

        Raises:
            OSError: The connection is gone.
        """
        rest = push(self.sink, self.rest)
        taken = len(self.rest) - len(rest)
        if taken:
            self.rest, self._moved = rest, now
        return taken

    def stalled(self, now: float) -> bool:
        """Say whether it has taken nothing for too long, as its kernel sees it."""
        queued = unacknowledged(self.sink)
        if queued != self._queued:
            self._queued, self._moved = queued, now
        return now - self._moved >= STALLED_S or now - self._began >= TAKING_S


def unacknowledged(sink: Sink) -> int:
    """Count the bytes that lie in the kernel's send buffer, unsent or not yet acknowledged."""
    count = array("i", [0])
    ioctl(sink if isinstance(sink, int) else sink.fileno(), termios.TIOCOUTQ, count)
    return count[0]


def laggards(descriptors: Iterable[int]) -> list[int]:
    """List those of whom much is under way that was not acknowledged."""
    count, found = array("i", [0]), []
    for descriptor in descriptors:
        ioctl(descriptor, termios.TIOCOUTQ, count)
        if count[0] >= UNACKNOWLEDGED_BYTES:
            found.append(descriptor)
    return found


def rest_of(parts: Sequence[Part], whole: bytes, taken: int) -> tuple[memoryview, bool]:
    """
    Cut a joined write down to the rest of the frame that was begun.

    Returns:
        That rest, empty where a frame ended just there; and whether what was left out has to be
        made up for by a board.
    """
    ends = list(accumulate(len(part.frame) for part in parts))
    begun = bisect_left(ends, taken)  # The first frame that ends there or later.
    if taken:
        rest, unbegun = memoryview(whole)[taken : ends[begun]], parts[begun + 1 :]
    else:
        rest, unbegun = memoryview(b""), parts[:]
    return rest, not all(part.lossy for part in unbegun)
