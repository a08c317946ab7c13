"""
Server-sent events: every open page hears of a change as soon as it is on disk.

A subscriber is a transport and nothing else: no task, no queue. A message is encoded once for
each relation and written to each subscriber. One that does not read is left alone once its
buffer is full; when it has read that, it gets one board in place of all it missed, if it missed
anything. One that takes nothing at all for `STALLED_S` seconds is closed; one on a slow link is
not, however long its board takes. There is never a gap without a board.

A subscriber starts with one board, or, when it tells its place (`Last-Event-ID`, `?since=`) and
everything after that is still at hand, with just what it missed.

Source: WHATWG HTML, section 9.2; design, section 2, rule 5 and section 3, "Board and streams".
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple

from tocsin.kernel import wire
from tocsin.kernel.ids import AreaCode
from tocsin.kernel.wire import Place
from tocsin.kernel.words import Relation

MESSAGES_KEPT: Final = 1_000
"""For those who come back: 1,000 × 1 to 4 kB = 4 MB, and more than a night of one region."""

BUFFER_BYTES: Final = 65_536
"""What one subscriber may leave unread: some 40 messages; 1,000 stalled ones hold 64 MB."""

STALLED_S: Final = 20.0

RECONNECT_MS: Final = (500, 4_000)
"""Where `retry:` is drawn from, so that all who lost a server do not return in one instant."""

HEAD: Final = (
    b"HTTP/1.1 200 OK\r\n"
    b"content-type: text/event-stream; charset=utf-8\r\n"
    b"cache-control: no-store\r\n"
    b"access-control-allow-origin: *\r\n"
    b"x-content-type-options: nosniff\r\n"
    b"x-accel-buffering: no\r\n"
    b"connection: close\r\n\r\n"
)
"""No length and no chunks: the stream ends when the connection does (RFC 9112, section 6.3)."""


class Outgoing(NamedTuple):
    """One change, encoded but for the relation; `event` names it on the stream."""

    place: Place
    area: AreaCode
    event: str
    data: bytes


class Counts(NamedTuple):
    """What the hub has done: for `/metrics`."""

    subscribers: int
    delivered: int
    stalled: int
    closed: int


class Subscriber(asyncio.Protocol):
    """One open stream, from the moment its request was read."""

    __slots__ = ("_closed", "_hub", "areas", "missed", "read_at", "transport", "unread")

    def __init__(
        self,
        hub: StreamHub,
        transport: asyncio.Transport,
        areas: frozenset[AreaCode],
        closed: Callable[[], None],
    ) -> None:
        self._hub = hub
        self._closed = closed
        self.transport = transport
        self.areas = areas
        self.missed = False
        self.unread = 0
        self.read_at = 0.0

    def data_received(self, data: bytes) -> None:
        """A stream only goes out: whatever comes in is none of our business."""

    def pause_writing(self) -> None:
        """The other side does not read: it leaves the fast path."""
        self._hub.stalled(self)

    def resume_writing(self) -> None:
        """The other side reads again."""
        self._hub.woken(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """The other side is gone."""
        del exc
        self._hub.gone(self)
        self._closed()


class StreamHub:
    """
    Hold all open streams and tell each what concerns it. Not thread-safe: the event loop owns it.

    Args:
        topics: What those who asked about some areas must hear of, and how it lies to them.
        shown: The place in the stream that boards show now.
        board: The encoded board for some areas.
        retry_ms: Draws a reconnection time; given, so that no randomness hides in here.
    """

    def __init__(
        self,
        topics: Callable[[frozenset[AreaCode]], Mapping[AreaCode, Relation]],
        shown: Callable[[], Place],
        board: Callable[[frozenset[AreaCode]], bytes],
        retry_ms: Callable[[int, int], int],
    ) -> None:
        self._topics = topics
        self._shown = shown
        self._board = board
        self._retry_ms = retry_ms
        self._groups: dict[frozenset[AreaCode], set[Subscriber]] = {}
        self._stalled: set[Subscriber] = set()
        self._kept: deque[Outgoing] = deque(maxlen=MESSAGES_KEPT)
        self._complete_after: Place | None = None
        self._beat = b""
        self._delivered = self._stalls = self._closed = 0

    def counts(self) -> Counts:
        """Tell how many streams are open and what was done for them since the start."""
        open_now = sum(map(len, self._groups.values())) + len(self._stalled)
        return Counts(open_now, self._delivered, self._stalls, self._closed)

    def open(
        self,
        transport: asyncio.Transport,
        areas: frozenset[AreaCode],
        since: Place | None,
        closed: Callable[[], None],
    ) -> Subscriber:
        """
        Make a connection whose request was read into a stream.

        Args:
            areas: What it asks about; empty for everything.
            since: The place it has seen, where it tells one.
            closed: Called once, when the connection is gone.
        """
        subscriber = Subscriber(self, transport, areas, closed)
        transport.set_protocol(subscriber)
        transport.set_write_buffer_limits(high=BUFFER_BYTES)
        retry = f"retry: {self._retry_ms(*RECONNECT_MS)}\n\n".encode()
        missed = self._missed(areas, since)
        first = self._board_frame(areas) if missed is None else missed
        self._groups.setdefault(areas, set()).add(subscriber)
        transport.write(HEAD + retry + first)
        return subscriber

    def publish(self, message: Outgoing) -> None:
        """Tell everybody whom a change concerns; also remember it for those who come back."""
        if self._complete_after is None:
            self._complete_after = Place(message.place.epoch, message.place.position - 1)
        elif len(self._kept) == MESSAGES_KEPT:
            self._complete_after = self._kept[0].place
        self._kept.append(message)
        frames = {
            relation: wire.sse(message.event, wire.related(message.data, relation), message.place)
            for relation in wire.RELATIONS
        }
        for areas, subscribers in tuple(self._groups.items()):
            relation = self._topics(areas).get(message.area)
            if relation is not None:
                self._write(subscribers, frames[relation])
        for subscriber in self._stalled:
            if not subscriber.missed:
                subscriber.missed = self._topics(subscriber.areas).get(message.area) is not None

    def publish_board(self) -> None:
        """Give everybody a new board, where no single message can say what has changed."""
        self._kept.clear()
        self._complete_after = None
        for areas, subscribers in tuple(self._groups.items()):
            self._write(subscribers, self._board_frame(areas))
        for subscriber in self._stalled:
            subscriber.missed = True

    def heartbeat(self, data: bytes, now: float) -> None:
        """
        Tell everybody that the server lives, and close those who have read nothing for too long.

        Args:
            now: Of the event loop's clock, in seconds.
        """
        frame = self._beat = wire.sse("heartbeat", data)
        for subscribers in tuple(self._groups.values()):
            self._write(subscribers, frame)
        for subscriber in tuple(self._stalled):
            unread = subscriber.transport.get_write_buffer_size()
            if unread != subscriber.unread:
                subscriber.unread, subscriber.read_at = unread, now
            elif now - subscriber.read_at >= STALLED_S:
                self._closed += 1
                subscriber.transport.abort()

    def close(self) -> None:
        """Close all streams; browsers come back after their own `retry:`."""
        for subscriber in (*self._everyone(), *self._stalled):
            subscriber.transport.close()

    def stalled(self, subscriber: Subscriber) -> None:
        """Take a subscriber that does not read off the fast path."""
        subscriber.missed, subscriber.unread = False, 0
        self._drop(subscriber)
        self._stalled.add(subscriber)
        self._stalls += 1

    def woken(self, subscriber: Subscriber) -> None:
        """
        Take back a subscriber that has read all, with one board in place of what it missed.

        It gets the last heartbeat as well: those in its buffer may be half a minute old, and what
        it shows would look fresh by them until the next.
        """
        if subscriber not in self._stalled:
            return
        self._stalled.discard(subscriber)
        self._groups.setdefault(subscriber.areas, set()).add(subscriber)
        board = self._board_frame(subscriber.areas) if subscriber.missed else b""
        subscriber.transport.write(board + self._beat)

    def gone(self, subscriber: Subscriber) -> None:
        """Forget a subscriber whose connection is closed."""
        self._stalled.discard(subscriber)
        self._drop(subscriber)

    def _everyone(self) -> Iterable[Subscriber]:
        return [one for subscribers in self._groups.values() for one in subscribers]

    def _drop(self, subscriber: Subscriber) -> None:
        group = self._groups.get(subscriber.areas)
        if group is not None:
            group.discard(subscriber)
            if not group:
                del self._groups[subscriber.areas]

    def _write(self, subscribers: set[Subscriber], frame: bytes) -> None:
        # A write that fills a buffer calls `pause_writing`, which changes the set.
        for subscriber in tuple(subscribers):
            subscriber.transport.write(frame)
        self._delivered += len(subscribers)

    def _board_frame(self, areas: frozenset[AreaCode]) -> bytes:
        return wire.sse("board", self._board(areas), self._shown())

    def _missed(self, areas: frozenset[AreaCode], since: Place | None) -> bytes | None:
        """Frame what a subscriber missed; None where that is not all at hand any more."""
        if since is None:
            return None
        shown = self._shown()
        if since == shown:
            return b""
        start = self._complete_after
        if (
            start is None
            or since.epoch != start.epoch
            or not (start.position <= since.position <= shown.position)
        ):
            return None
        topics = self._topics(areas)
        frames: list[bytes] = []
        for message in self._kept:
            relation = topics.get(message.area)
            if message.place.position > since.position and relation is not None:
                data = wire.related(message.data, relation)
                frames.append(wire.sse(message.event, data, message.place))
        return b"".join(frames)
