"""
Groups: who gets the same bytes, as flat arrays of descriptors.

A group's fast rows are what the write loop goes through. A descriptor's row, its index there and
the first broadcast it is to have stand in tables indexed by descriptor, since those are small and
dense: an idle subscriber has no object of its own, and costs about 30 bytes.

`since` answers every question that comes up while a broadcast is being written to a copy of a
row. A descriptor that was closed, or is slow, has `NEVER`; one that the kernel has given to
somebody new, or that has just had a board, has the number of the next broadcast. So nobody misses
a frame, has it twice, or gets one that is another's.
"""

from __future__ import annotations

import ssl
from array import array
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from tocsin.edge.slow import Behind
from tocsin.edge.writes import Sink

NEVER: Final = 1 << 62


class Counts(NamedTuple):
    """
    For metrics: of a whole fan-out, or of one group.

    Args:
        subscribers: Open now, the slow ones included.
        delivered: Frames taken whole on the fast path since the start.
        slow: On the slow path now.
        closed: Closed since the start because they took nothing for too long.
        sent_bytes: Since the start.
        lag_ms: From the last broadcast's call to its last write; 0 for a group.
    """

    subscribers: int
    delivered: int
    slow: int
    closed: int
    sent_bytes: int
    lag_ms: float = 0.0


class Row:
    """The sinks of one group and rank that are on the fast path; those with TLS by themselves."""

    __slots__ = ("group", "plain", "tls", "unlooked")

    def __init__(self, group: Group) -> None:
        self.group = group
        self.unlooked = 0  # Bytes told since it was last looked at who acknowledges them.
        # Four bytes each, and nothing else: a copy of 20,000 is a copy of 80 kB, and the loop that
        # goes through them meets no object that the kernel has pushed out of the cache meanwhile.
        self.plain = array("i")
        self.tls = array("i")


class Group:
    """
    Those who get the same bytes: of one form, about the same areas. `Fanout.group` makes it.

    Args:
        catch_up: Gives what a slow one gets in place of what it missed: the newest board.
    """

    __slots__ = (
        "behind", "catch_up", "closed", "delivered", "last", "rows", "sent_bytes", "subscribers",
    )  # fmt: skip

    def __init__(self, catch_up: Callable[[], bytes]) -> None:
        self.catch_up = catch_up
        self.rows = (Row(self), Row(self))  # Actuators, then the others.
        self.behind: dict[int, Behind] = {}
        self.last = 0  # The number of the last broadcast that whoever misses it needs a board for.
        self.subscribers = self.delivered = self.closed = self.sent_bytes = 0

    def counts(self) -> Counts:
        """Tell what was done for this group."""
        return Counts(
            self.subscribers, self.delivered, len(self.behind), self.closed, self.sent_bytes
        )


class Held(NamedTuple):
    """
    A sink with what it must still be told, for whoever takes it over.

    Args:
        rest: What must go out first; empty but for a slow one.
        missed: Whether it needs a board after that.
    """

    group: Group
    sink: Sink
    actuator: bool
    rest: bytes
    missed: bool


class Roster:
    """
    Which row each descriptor is in, where there, and since when.

    Attributes:
        since: By descriptor, the number of the first broadcast it is to have, or `NEVER`.
        latest: The largest such number that was ever given.
        removals: How often one was taken off the fast path, for whatever reason.
    """

    def __init__(self) -> None:
        self.latest = self.removals = 0
        self.since: list[int] = []
        self.sockets: dict[int, ssl.SSLSocket] = {}  # Of those with TLS.
        self._rows: list[Row | None] = []
        self._at = array("i")

    def enter(self, row: Row, sink: Sink) -> int:
        """Take in a sink, not yet on the fast path, and give its descriptor."""
        if isinstance(sink, int):
            descriptor = sink
        else:
            descriptor = sink.fileno()
            self.sockets[descriptor] = sink
        if descriptor >= len(self._rows):
            more = descriptor + 1 - len(self._rows)
            self._rows += [None] * more
            self.since += [NEVER] * more
            self._at.extend([-1] * more)
        if self._rows[descriptor] is not None:
            raise ValueError(f"Descriptor {descriptor} is a member already.")
        self._rows[descriptor] = row
        return descriptor

    def leave(self, descriptor: int) -> None:
        """Forget a sink."""
        self.slow_down(descriptor)
        self._rows[descriptor] = None
        self.sockets.pop(descriptor, None)

    def speed_up(self, descriptor: int, since: int) -> None:
        """Put a member on the fast path, from a broadcast's number on."""
        fast = self._fast(descriptor)
        self._at[descriptor] = len(fast)
        fast.append(descriptor)
        self.since[descriptor] = since
        self.latest = max(self.latest, since)

    def slow_down(self, descriptor: int) -> None:
        """Take a member off the fast path, where it is on it."""
        at = self._at[descriptor]
        if at >= 0:
            fast = self._fast(descriptor)
            last = fast.pop()
            if last != descriptor:
                fast[at] = last
                self._at[last] = at
            self._at[descriptor] = -1
            self.removals += 1
        self.since[descriptor] = NEVER

    def is_fast(self, descriptor: int, row: Row) -> bool:
        """Say whether a member of this row is on the fast path."""
        return self._rows[descriptor] is row and self._at[descriptor] >= 0

    def row(self, descriptor: int) -> Row | None:
        """Give the row of a member; None for whoever is none, or none any more."""
        return self._rows[descriptor] if 0 <= descriptor < len(self._rows) else None

    def sink(self, descriptor: int) -> Sink:
        """Give the sink that a descriptor stands for."""
        return self.sockets.get(descriptor, descriptor)

    def all(self) -> Iterator[tuple[int, Row]]:
        """Go through all members, the slow ones included."""
        return ((descriptor, row) for descriptor, row in enumerate(self._rows) if row is not None)

    def _fast(self, descriptor: int) -> array[int]:
        row = self._rows[descriptor]
        assert row is not None
        return row.tls if descriptor in self.sockets else row.plain
