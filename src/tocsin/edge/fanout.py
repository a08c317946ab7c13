"""
The fan-out: the same bytes to everybody in a group, in order, while the loop goes on.

A broadcast is queued and written in slices of a few milliseconds, so that connections are
accepted, and slow links drained, while it runs. Actuators of all groups come first, then the
groups in the order given, each from another start. Broadcasts that wait are written together.

All descriptors hang in one epoll, edge-triggered, which is one reader in the event loop. Who does
not take a frame whole goes to the slow path (`tocsin.edge.slow`) and comes back with a board.
Not thread-safe, and alone in its process: a busy second thread would have the interpreter's lock
for 5 ms after each write (11 ms for 1,000 subscribers became 5,108 ms when that was measured).

Time is taken from the machine: uvloop's own clock stands still within a callback.

Source: decision 0016; epoll(7), "Edge-triggered and level-triggered".
"""

from __future__ import annotations

import asyncio
import select
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from time import monotonic
from typing import Final

from tocsin.edge.groups import Counts, Group, Held, Roster, Row
from tocsin.edge.loudness import Loudness
from tocsin.edge.slow import CHECK_S, LOOK_BYTES, Behind, Part, laggards, rest_of
from tocsin.edge.waiting import Waiting
from tocsin.edge.writes import Sink, end, pull, push, write_plain, write_tls

SLICE_S: Final = 0.010
"""About 1,000 writes, after which the event loop has its turn."""

SLICE_MAX_S: Final = 0.100
"""A slice is as long as the loop's other work just was, within these two: a storm of newcomers
doubles a broadcast's time at most, and they are still let in."""

CHUNK: Final = 1_000
"""Writes between two looks at the clock: some 5 to 10 ms."""

STRIDE: Final = 7_919
"""A prime: the start moves round a row, and nobody is last twice in a row."""

EVENTS: Final = 512
READ_BYTES: Final = 4_096

WATCHED: Final = select.EPOLLIN | select.EPOLLOUT | select.EPOLLRDHUP | select.EPOLLET
ENDED: Final = select.EPOLLRDHUP | select.EPOLLHUP | select.EPOLLERR


class Fanout:
    """
    Own descriptors, and tell them things.

    No callback is called from within `add`, `broadcast`, `send` or `close`. `gone` is called once
    for each sink, whatever its end was, before its descriptor is closed.

    Args:
        received: What a sink said; a WebSocket does.
        gone: A sink is about to be closed; forget it.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        *,
        received: Callable[[Group, Sink, bytes], None],
        gone: Callable[[Group, Sink], None],
    ) -> None:
        self._loop = loop
        self._received = received
        self._gone = gone
        self._roster = Roster()
        self._epoll = select.epoll()
        loop.add_reader(self._epoll.fileno(), self._on_events)
        self._waiting = Waiting()
        self._writing: Iterator[None] | None = None
        self._yielded_at = monotonic()
        self._in_turn = 0  # Written since the clock was looked at.
        self._next = 1  # The number of the next broadcast.
        self._done = 0  # The number of the last one written.
        self._behind: dict[int, Behind] = {}
        self._due: list[Row] = []  # Rows to be looked at for who acknowledges nothing.
        self._checking = False
        self._loudness = Loudness()
        self._leaving: list[tuple[Group, Sink]] = []
        self._subscribers = self._closed = 0
        self._delivered = self._sent_bytes = 0
        self._lag_ms = 0.0

    def group(self, catch_up: Callable[[], bytes]) -> Group:
        """Make a group; it has no end, and is to be forgotten once nobody is in it."""
        return Group(catch_up)

    def add(self, group: Group, sink: Sink, first: bytes, *, actuator: bool = False) -> None:
        """
        Own a sink from now on, and write its first bytes.

        It gets the broadcasts that are queued after this call: whatever was queued before must be
        in `first`, which therefore is made of the newest state.
        """
        row = group.rows[0 if actuator else 1]
        descriptor = self._roster.enter(row, sink)
        self._subscribers += 1
        group.subscribers += 1
        try:
            self._epoll.register(descriptor, WATCHED)
            rest = push(sink, memoryview(first))
        except OSError:
            self._drop(descriptor, row)
            return
        self._count_bytes(group, len(first) - len(rest))
        if rest:
            self._fall_behind(descriptor, row, rest, missed=False)
        else:
            self._roster.speed_up(descriptor, self._next)
        if not isinstance(sink, int) and sink.pending():
            # What OpenSSL has read already makes no event.
            self._loop.call_soon(self._hear, descriptor, sink, 0)

    def broadcast(self, work: Sequence[tuple[Group, bytes]], *, lossy: bool = False) -> None:
        """
        Tell each group its bytes, after all that was asked for before.

        Args:
            lossy: A slow sink that misses it needs no board for that: a heartbeat.
        """
        number, self._next = self._next, self._next + 1
        if not lossy:
            for group, _ in work:
                group.last = number
                for behind in group.behind.values():
                    behind.missed = True
        self._waiting.put(number, monotonic(), work, lossy=lossy)
        if self._writing is None:
            self._writing = self._write_waiting()
            self._yielded_at = monotonic()
            self._loop.call_soon(self._write_slice)

    def send(self, group: Group, sink: Sink, data: bytes) -> None:
        """Write to one; a slow one is not sent it."""
        descriptor = sink if isinstance(sink, int) else sink.fileno()
        row = self._roster.row(descriptor)
        if row is None or row.group is not group or descriptor in self._behind:
            return
        try:
            rest = push(sink, memoryview(data))
        except OSError:
            self._drop(descriptor, row)
            return
        self._count_bytes(group, len(data) - len(rest))
        if rest:
            # It may or may not have had the broadcast that is being written: so a board.
            self._fall_behind(descriptor, row, rest, missed=group.last > self._done)

    def close(self, group: Group, sink: Sink) -> None:
        """Close one; whoever is gone already stays so."""
        descriptor = sink if isinstance(sink, int) else sink.fileno()
        row = self._roster.row(descriptor)
        if row is not None and row.group is group:
            self._drop(descriptor, row)

    def counts(self) -> Counts:
        """Tell what was done since the start; a group's own `counts` tells what was for it."""
        return Counts(
            self._subscribers, self._delivered, len(self._behind), self._closed,
            self._sent_bytes, self._lag_ms,
        )  # fmt: skip

    def held(self) -> list[Held]:
        """
        Write all that waits, then list all sinks and what each must still be told.

        It is true until the loop comes round: who hands sinks over to a successor closes them here
        before that. Closing ends no connection that somebody else has a descriptor of.
        """
        while self._writing is not None and next(self._writing, self) is None:
            pass
        self._writing = None
        self._bury()
        held = []
        for descriptor, row in self._roster.all():
            behind = self._behind.get(descriptor)
            rest, missed = (b"", False) if behind is None else (bytes(behind.rest), behind.missed)
            sink, actuator = self._roster.sink(descriptor), row is row.group.rows[0]
            held.append(Held(row.group, sink, actuator, rest, missed))
        return held

    def release(self) -> list[Held]:
        """
        Own nothing any more: the sinks stay open, for whoever goes on with what `held` says.

        `gone` is not called for them, and this object is of no more use.
        """
        held = self.held()
        for descriptor, row in list(self._roster.all()):
            self._epoll.unregister(descriptor)
            self._roster.leave(descriptor)
            row.group.behind.pop(descriptor, None)
            row.group.subscribers -= 1
        self._behind.clear()
        self._subscribers = 0
        self._loop.remove_reader(self._epoll.fileno())
        self._epoll.close()
        return held

    # --- Writing to all -------------------------------------------------------------------------

    def _write_slice(self) -> None:
        if self._writing is None:
            return
        now = monotonic()
        until = now + min(max(SLICE_S, now - self._yielded_at), SLICE_MAX_S)
        for _ in self._writing:
            self._yielded_at = monotonic()
            if self._yielded_at >= until:
                self._loop.call_soon(self._write_slice)
                return
        self._writing = None

    def _write_waiting(self) -> Iterator[None]:
        """Write everything in the queue, yielding now and then, also what comes in meanwhile."""
        while self._waiting.queue:
            last, asked_at, parts_of = self._waiting.take()
            for rank in (0, 1):
                for group, parts in parts_of.items():
                    row = group.rows[rank]
                    if row.plain or row.tls:
                        yield from self._write_row(row, parts)
            self._done = last
            self._lag_ms = (monotonic() - asked_at) * 1e3
            while self._due:
                yield from self._set_aside(self._due.pop())

    def _write_row(self, row: Row, parts: list[Part]) -> Iterator[None]:
        roster, since = self._roster, self._roster.since
        first, last = parts[0].number, parts[-1].number
        whole = parts[0].frame if len(parts) == 1 else b"".join(part.frame for part in parts)
        row.unlooked += len(whole)
        if row.unlooked >= LOOK_BYTES:
            self._due.append(row)
        for descriptors in (row.plain, row.tls):
            if not descriptors:
                continue
            start = first * STRIDE % len(descriptors)
            turned = descriptors[start:]
            turned += descriptors[:start]
            # Nobody came in since the first part was asked for; nobody leaves while this holds.
            settled, removals = roster.latest <= first, roster.removals
            for begin in range(0, len(turned), CHUNK):
                ready: Sequence[int] = turned[begin : begin + CHUNK]
                if self._in_turn + len(ready) > CHUNK:
                    self._in_turn = 0
                    yield
                self._in_turn += len(ready)
                if not settled or roster.removals != removals:
                    for one in [one for one in ready if first < since[one] <= last]:
                        rest = [part for part in parts if part.number >= since[one]]
                        self._write_parts(row, [one], rest, b"".join(part.frame for part in rest))
                    ready = [one for one in ready if since[one] <= first]
                self._write_parts(row, ready, parts, whole)

    def _set_aside(self, row: Row) -> Iterator[None]:
        """Take off the fast path who acknowledges nothing, before the kernel refuses anything."""
        row.unlooked = 0
        members = row.plain + row.tls
        for begin in range(0, len(members), CHUNK):
            mine = [d for d in members[begin : begin + CHUNK] if self._roster.is_fast(d, row)]
            for descriptor in laggards(mine):
                later = row.group.last > self._done
                self._fall_behind(descriptor, row, memoryview(b""), missed=later)
                # Ask for the event that comes once it has room; the kernel has refused nothing yet.
                self._epoll.modify(descriptor, WATCHED)
            yield

    def _write_parts(
        self, row: Row, descriptors: Sequence[int], parts: list[Part], whole: bytes
    ) -> None:
        sockets = self._roster.sockets
        if len(descriptors) and descriptors[0] in sockets:
            untaken = write_tls([sockets[one] for one in descriptors], whole)
        else:
            untaken = write_plain(descriptors, whole)
        group, later = row.group, row.group.last > parts[-1].number
        for descriptor, taken in untaken.short:
            if descriptor in sockets:
                rest, missed = memoryview(whole)[taken:], False  # Begun by having been tried.
            else:
                rest, missed = rest_of(parts, whole, taken)
            self._fall_behind(descriptor, row, rest, missed=missed or later)
            self._count_bytes(group, taken)
        for descriptor in untaken.broken:
            self._drop(descriptor, row)
        whole_ones = len(descriptors) - len(untaken.short) - len(untaken.broken)
        group.delivered += whole_ones * len(parts)
        self._delivered += whole_ones * len(parts)
        self._count_bytes(group, whole_ones * len(whole))

    def _count_bytes(self, group: Group, count: int) -> None:
        group.sent_bytes += count
        self._sent_bytes += count

    # --- One at a time --------------------------------------------------------------------------

    def _on_events(self) -> None:
        for descriptor, mask in self._epoll.poll(0, EVENTS):
            row = self._roster.row(descriptor)
            if row is None:
                continue
            if mask & (select.EPOLLIN | ENDED):
                self._hear(descriptor, self._roster.sink(descriptor), mask)
            if mask & select.EPOLLOUT and descriptor in self._behind:
                self._go_on(descriptor, row)

    def _hear(self, descriptor: int, sink: Sink, mask: int) -> None:
        """Read what a sink says until nothing is left, and see whether it is gone."""
        row = self._roster.row(descriptor)
        while row is not None and self._roster.sink(descriptor) == sink:
            try:
                data = pull(sink, READ_BYTES)
            except OSError:
                data = b""
            if data is None:
                break
            if not data or self._loudness.exceeds(descriptor, len(data)):
                self._drop(descriptor, row)
                return
            self._received(row.group, sink, data)
            row = self._roster.row(descriptor)
        if row is not None and mask & ENDED:
            self._drop(descriptor, row)

    def _fall_behind(self, descriptor: int, row: Row, rest: memoryview, *, missed: bool) -> None:
        """Take a sink off the fast path, with the rest of what it was being told."""
        self._roster.slow_down(descriptor)
        sink, now = self._roster.sink(descriptor), monotonic()
        behind = Behind(sink, rest, missed=missed, now=now)
        self._behind[descriptor] = row.group.behind[descriptor] = behind
        if not self._checking:
            self._checking = True
            self._loop.call_later(CHECK_S, self._check_stalled)

    def _go_on(self, descriptor: int, row: Row) -> None:
        """Write the rest, then a board if one was missed, then take it back to the fast path."""
        behind, group, now = self._behind[descriptor], row.group, monotonic()
        while True:
            try:
                self._count_bytes(group, behind.write(now))
            except OSError:
                self._drop(descriptor, row)
                return
            if behind.rest:
                return
            if not behind.missed:
                break
            behind.missed = False
            behind.begin(group.catch_up(), now)
        # What is queued by now it has as a board, or it would have been missed.
        self._roster.speed_up(descriptor, self._next)
        del self._behind[descriptor], group.behind[descriptor]

    def _check_stalled(self) -> None:
        now = monotonic()
        for descriptor, behind in list(self._behind.items()):
            row = self._roster.row(descriptor)
            if row is not None and behind.stalled(now):
                row.group.closed += 1
                self._closed += 1
                self._drop(descriptor, row)
        self._checking = bool(self._behind)
        if self._checking:
            self._loop.call_later(CHECK_S, self._check_stalled)

    def _drop(self, descriptor: int, row: Row) -> None:
        """Let a sink go: it hears nothing from now on, and is closed when the loop comes round."""
        sink = self._roster.sink(descriptor)
        self._roster.leave(descriptor)
        self._behind.pop(descriptor, None)
        row.group.behind.pop(descriptor, None)
        row.group.subscribers -= 1
        self._subscribers -= 1
        self._loudness.forget(descriptor)
        with suppress(OSError):  # It may be what could not be registered.
            self._epoll.unregister(descriptor)
        if not self._leaving:
            self._loop.call_soon(self._bury)
        self._leaving.append((row.group, sink))

    def _bury(self) -> None:
        # Told before it is closed: a closed descriptor's number may be somebody else's at once.
        leaving, self._leaving = self._leaving, []
        for group, sink in leaving:
            self._gone(group, sink)
            end(sink)
