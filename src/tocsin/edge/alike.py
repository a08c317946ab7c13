"""
What the core says to everybody alike is asked of it once, and kept until something changes.

In the second after an alert thousands open the page, and the core, which makes it, has the next
alarm to take. So whoever asks in the same words waits for one request to the core, and what comes
is given to all of them and kept, as bytes, until the board is another or a second is over. Whoever
asks after a change is never given what was asked for before it; where changes come one upon the
other he waits a moment, and then gets the newest.

Nothing is shared by guessing. The core marks an answer with `tocsin-shared`: the place it is of, or
`*` where no change matters. That, and only for a request that carries nothing of its sender's own,
at an address of pages (`edge.words`), and only where the answer's own headers do not forbid it.
Everything else goes to the core for each alone. The core is asked in the words and is told nothing
else of who asks, so what it answers can be nobody's own.

Source: RFC 9111, sections 3 and 4; decision 0023.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, NamedTuple, Protocol, TypeAlias

from tocsin.edge.exchange import Asker, Exchange, unavailable
from tocsin.edge.request import Request
from tocsin.edge.upstream import Head
from tocsin.edge.words import VARIES, Key, plain
from tocsin.kernel.errors import TocsinError
from tocsin.kernel.wire import Place, parse_place

KEPT_BYTES: Final = 16_777_216
"""For a second: 400 pages of 40 kB as they are sent to browsers, or 95 of 175 kB to others."""

ANSWER_BYTES: Final = 524_288
"""The largest picture; a page of the country under alert is 175 kB."""

FETCHES_MAX: Final = 64
"""64 × 0.5 MB = 32 MB on their way at the very most; beyond that everybody asks for himself."""

PAUSE_S: Final = 0.1
"""
Between two questions in the same words: in an hour of many alerts the core makes a page ten times a
second and not after each, and nobody sees that it was a tenth of a second late.
"""

PACED_MAX: Final = 1_000
ALONE_MAX: Final = 1_000
"""1,000 × 4 kB of words that are not answered alike = 4 MB, for a second."""

ANSWERS_AT_ONCE: Final = 50
"""50 × 20 µs: a millisecond, and then a broadcast has its turn."""

FOR_ALL: Final = b"*"


class Turns(Protocol):
    """What asks the core: the relay."""

    loop: asyncio.AbstractEventLoop
    place: Callable[[], Place | None]

    def ask(self, request: Request, asker: Asker, address: str, scheme: bytes) -> Exchange:
        """Ask the core on behalf of somebody."""


class Waiting(Protocol):
    """A client's connection that waits for an answer which others wait for too."""

    def answer(self, data: bytes) -> None:
        """Send the whole answer."""

    def answered(self, *, close: bool) -> None:
        """Be told that the answer is whole."""

    def fail(self, error: TocsinError) -> None:
        """Answer with an error."""

    def ask_alone(self) -> None:
        """Ask the core itself: this is not answered alike."""


class Seat:
    """One who waits; the connection holds it as it would its own exchange with the core."""

    def __init__(self, fetch: Fetch, request: Request, waiting: Waiting) -> None:
        self.request = request
        self.waiting = waiting
        self.empty = False
        self._fetch = fetch

    def abandon(self) -> None:
        """Be told that the client is gone."""
        self.empty = True
        self._fetch.left()

    def pause(self) -> None:
        """Be told that the client does not read: nothing is written before all is here."""

    def resume(self) -> None:
        """Be told that the client reads again."""

    def send(self, data: bytes) -> None:
        """Be told what the client says before it is answered: in no tunnel, so nothing."""


class Fetch:
    """
    One question to the core for all who ask it.

    Until it `begins` there is nothing to be old: whoever comes may wait for it.
    """

    def __init__(self, answers: SharedAnswers, key: Key) -> None:
        self.key = key
        self.board: object | None = None
        self.exchange: Exchange | None = None
        self.seats: list[Seat] = []
        self.over = False
        self._answers = answers
        self._parts: list[bytes] = []

    def begins(self, exchange: Exchange, board: object | None) -> None:
        """
        Be told that the core is asked.

        Args:
            board: What stands now.
        """
        self.exchange, self.board = exchange, board

    def left(self) -> None:
        """Be told that somebody has gone; when all have, the core need not answer."""
        if not self.over and all(seat.empty for seat in self.seats):
            if self.exchange is not None:
                self.exchange.abandon()
            self._answers.over(self)

    # What the exchange with the core calls.

    def answer(self, data: bytes) -> None:
        """Take a part of the answer, unless it is not for all."""
        assert self.exchange is not None, "an answer has been asked for"
        if shareable(self.exchange.head):
            self._parts.append(data)
        else:
            self.exchange.abandon()
            self._answers.alone(self)

    def answered(self, *, close: bool) -> None:
        """Give the answer to all."""
        del close  # The core's side of it is not theirs.
        assert self.exchange is not None, "an answer has been asked for"
        assert self.exchange.head is not None, "an answer begins with its head"
        self._answers.come(self, b"".join(self._parts), self.exchange.head.shared)

    def fail(self, error: TocsinError) -> None:
        """Tell all that it went wrong."""
        self._answers.failed(self, error)

    def cut(self) -> None:
        """Be told that half an answer came; nobody was given any of it."""
        self.fail(unavailable())

    def tunnelled(self) -> None:
        """Be told of a tunnel, for which nobody has asked here."""

    def hold_back(self, *, full: bool) -> None:
        """Be told that a tunnel is full, or not any more."""


Asking: TypeAlias = Exchange | Seat
"""What a connection holds while it waits for the core: its own question, or its seat at one."""


class _Kept(NamedTuple):
    """An answer; `board` is what has to stand still, and none where no change matters."""

    whole: bytes
    board: object | None


class SharedAnswers:
    """
    Answer everybody who asks in the same words by one answer of the core.

    Args:
        board: The board of now: another object as soon as anything has changed or a second is over;
            none where nothing was heard yet.
    """

    def __init__(self, relay: Turns, board: Callable[[], object | None]) -> None:
        self._relay = relay
        self._board = board
        self._kept: dict[Key, _Kept] = {}
        self._bytes = 0
        self._fetches: dict[Key, Fetch] = {}
        self._alone: set[Key] = set()
        self._paced: dict[Key, float] = {}
        self._fetching = 0

    def forget(self) -> None:
        """Keep nothing any longer: another second has begun."""
        self._kept.clear()
        self._bytes = 0
        self._alone.clear()
        self._paced.clear()

    def kept(self, key: Key, request: Request) -> bytes:
        """Give the whole response that is at hand; empty where none is."""
        kept = self._kept.get(key)
        if kept is None or (kept.board is not None and kept.board is not self._board()):
            return b""
        return _fit(kept.whole, request)

    def ask(
        self, key: Key, request: Request, waiting: Waiting, address: str, scheme: bytes
    ) -> Seat | None:
        """
        Wait for the answer that is on its way for others, or ask for it; None: ask alone.

        Args:
            address: The client's; the core hears that of the first who asks.

        Raises:
            Unavailable: `server.busy`.
        """
        board = self._board()
        if board is None or key in self._alone:
            return None
        fetch = self._fetches.get(key)
        if fetch is None or not (fetch.exchange is None or fetch.board is board):
            if self._fetching >= FETCHES_MAX:
                return None
            fetch = Fetch(self, key)
            self._begin_in_turn(fetch, address, scheme)
            self._fetches[key] = fetch
            self._fetching += 1
        seat = Seat(fetch, request, waiting)
        fetch.seats.append(seat)
        return seat

    def _begin_in_turn(self, fetch: Fetch, address: str, scheme: bytes) -> None:
        """Ask at once, or a moment after the same was asked last."""
        loop = self._relay.loop
        due = self._paced.get(fetch.key, 0.0) + PAUSE_S
        if due <= loop.time():
            self._begin(fetch, address, scheme)
        else:
            loop.call_at(due, self._begin_late, fetch, address, scheme)

    def _begin(self, fetch: Fetch, address: str, scheme: bytes) -> None:
        board = self._board()
        fetch.begins(self._relay.ask(plain(fetch.key), fetch, address, scheme), board)
        if len(self._paced) >= PACED_MAX:
            self._paced.clear()
        self._paced[fetch.key] = self._relay.loop.time()

    def _begin_late(self, fetch: Fetch, address: str, scheme: bytes) -> None:
        if fetch.over:
            return
        try:
            self._begin(fetch, address, scheme)
        except TocsinError as error:
            self.failed(fetch, error)

    # What a fetch calls.

    def come(self, fetch: Fetch, whole: bytes, shared: bytes) -> None:
        """Keep an answer, if nothing has changed since it was asked for, and give it to all."""
        self.over(fetch)
        size = len(whole) + fetch.key.size()
        board = None if shared == FOR_ALL else fetch.board
        if board is None or (board is self._board() and self._of_now(shared)):
            if self._bytes + size > KEPT_BYTES:
                self.forget()
            self._kept[fetch.key] = _Kept(whole, board)
            self._bytes += size

        def give(seat: Seat) -> None:
            seat.waiting.answer(_fit(whole, seat.request))
            seat.waiting.answered(close=False)

        self._each(fetch.seats, give)

    def alone(self, fetch: Fetch) -> None:
        """Let everybody ask for himself, and who comes within this second as well."""
        self.over(fetch)
        if len(self._alone) < ALONE_MAX:
            self._alone.add(fetch.key)
        self._each(fetch.seats, lambda seat: seat.waiting.ask_alone())

    def failed(self, fetch: Fetch, error: TocsinError) -> None:
        """Tell everybody that it went wrong."""
        self.over(fetch)
        self._each(fetch.seats, lambda seat: seat.waiting.fail(error))

    def over(self, fetch: Fetch) -> None:
        """Let whoever comes now ask anew."""
        fetch.over = True
        self._fetching -= 1
        if self._fetches.get(fetch.key) is fetch:
            del self._fetches[fetch.key]

    def _of_now(self, shared: bytes) -> bool:
        """Say whether an answer is of no earlier place than we have heard of."""
        place, now = parse_place(shared.decode("latin-1")), self._relay.place()
        return place is not None and now is not None and place.epoch == now.epoch and place >= now

    def _each(self, seats: list[Seat], do: Callable[[Seat], None]) -> None:
        """Do something with all who still wait, some at a time."""
        for seat in seats[:ANSWERS_AT_ONCE]:
            if not seat.empty:
                do(seat)
        if seats[ANSWERS_AT_ONCE:]:
            self._relay.loop.call_soon(self._each, seats[ANSWERS_AT_ONCE:], do)


def shareable(head: Head | None) -> bool:
    """Say whether the core has given an answer to all, and nothing in it says otherwise."""
    if head is None or head.status != 200 or not head.shared:
        return False
    if head.length is None or head.length > ANSWER_BYTES:
        return False
    for name, value in head.headers:
        if name == b"set-cookie" or (name == b"cache-control" and b"no-store" in value.lower()):
            return False
        if name == b"vary":
            named = {part.strip() for part in value.lower().split(b",")}
            if not named <= VARIES:
                return False
    return True


def _fit(whole: bytes, request: Request) -> bytes:
    """Say that the connection ends, where it does."""
    if request.keep_alive:
        return whole
    return whole.replace(b"\r\n\r\n", b"\r\nconnection: close\r\n\r\n", 1)
