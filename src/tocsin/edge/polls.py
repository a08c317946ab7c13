"""
Long polls: questions that wait for an answer until something happens, or 25 s.

A poll is for those who can do nothing but ask: a microcontroller, a script, a proxy that holds
back streams. It is told its place with every answer and comes back with it, so that between two
polls nothing is missed. Source: design, section 3, "Board and streams".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, Protocol

from tocsin.edge.subscribers import Handle, Listeners, Poll
from tocsin.kernel.wire import Place

WAIT_S: Final = 25.0
"""Shorter than the 30 s after which proxies and phone networks give a silent connection up."""

POLLS_MAX: Final = 10_000
"""Waiting at once: 10,000 × 1 kB with what the door holds for each = 10 MB."""

AT_ONCE: Final = 500
"""Answers written before others have their turn: 500 × 20 µs = 10 ms."""


class Timer(Protocol):
    """The two things the hub asks of an event loop; asyncio's has them."""

    def time(self) -> float:
        """Tell the seconds of a clock that only goes on."""
        ...

    def call_later(self, delay: float, callback: Callable[..., object], *args: object) -> Handle:
        """Call something after so many seconds."""
        ...


class Polls:
    """
    All that wait. Not thread-safe.

    Args:
        expired: Told of a poll for which nothing has happened.
        left: Told of a set of areas for which one poll fewer waits.
    """

    def __init__(
        self, timer: Timer, expired: Callable[[Poll], None], left: Callable[[Listeners], None]
    ) -> None:
        self._timer = timer
        self._expired = expired
        self._left = left
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def wait(self, listeners: Listeners, answer: Callable[[bytes], None]) -> Poll:
        """Let a question wait."""
        poll = Poll(listeners, answer)
        poll.timeout = self._timer.call_later(WAIT_S, self._expired, poll)
        listeners.polls.add(poll)
        self._count += 1
        return poll

    def cancel(self, poll: Poll) -> None:
        """Forget a question: whoever asked is gone. It may be called at any time, and twice."""
        poll.answer = None
        self._end(poll)

    def answer(self, answers: Iterable[tuple[Poll, bytes]]) -> None:
        """Answer some questions, `AT_ONCE` at a time, so that a stream need not wait for all."""
        due = list(answers)
        for poll, _ in due:
            self._end(poll)
        self._say(due)

    def _say(self, due: list[tuple[Poll, bytes]]) -> None:
        for poll, body in due[:AT_ONCE]:
            if poll.answer is not None:
                poll.answer(body)
        if len(due) > AT_ONCE:
            self._timer.call_later(0, self._say, due[AT_ONCE:])

    def _end(self, poll: Poll) -> None:
        if poll in poll.listeners.polls:
            poll.listeners.polls.discard(poll)
            self._count -= 1
            if poll.timeout is not None:
                poll.timeout.cancel()
            self._left(poll.listeners)


def poll_body(place: Place | None, events: Iterable[bytes]) -> bytes:
    """Write the answer to a long poll: the place to come back with, and enclosed events."""
    named = b"null" if place is None else b'"%s"' % str(place).encode()
    return b'{"place":%s,"events":[%s]}' % (named, b",".join(events))
