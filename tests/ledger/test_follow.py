"""
A follower never misses, never repeats, and says so where a ledger has a hole.

Method: the contract suite follows real engines; here a ten-line ledger grows, wakes and breaks
at random while it is followed.
"""

from __future__ import annotations

import asyncio
import threading
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.kernel.errors import Corrupt, Unavailable
from tocsin.ledger.follow import Follower, catch_up


class Growing:
    """A ledger of positions alone; it grows by a step each time it is read to its end."""

    def __init__(self, steps, missing=()):
        self.steps, self.size, self.missing = list(steps), 0, missing
        self.asked = threading.Event()

    def read(self, after, limit=2000):
        places = [n for n in range(after + 1, self.size + 1) if n not in self.missing][:limit]
        if not places and self.steps:
            self.size += self.steps.pop(0)
        self.asked.set()
        return [SimpleNamespace(position=n) for n in places]


async def take(follower, count):
    got = []
    async for events in follower:
        got += [event.position for event in events]
        if len(got) >= count:
            break
    return got


@given(st.lists(st.integers(0, 600), max_size=5), st.integers(0, 50))
def test_every_position_comes_once_and_in_order(steps, after):
    total = sum(steps)
    ledger = Growing(steps)
    got = (
        asyncio.run(take(Follower(ledger, after, poll_s=0), total - after)) if total > after else []
    )
    assert got == list(range(after + 1, total + 1))


@given(st.integers(1, 100), st.integers(1, 30), st.integers(1, 100))
def test_a_hole_is_never_stepped_over(size, limit, hole):
    ledger = Growing([], missing={hole})
    ledger.size, seen = size, []
    if hole < size:
        with pytest.raises(Corrupt, match=r"ledger\.gap"):
            seen.extend(e.position for events in catch_up(ledger, 0, limit) for e in events)
    else:
        seen.extend(e.position for events in catch_up(ledger, 0, limit) for e in events)
    assert seen == list(range(1, len(seen) + 1))
    assert hole not in seen


def test_a_wake_up_from_another_thread_is_followed_at_once():
    ledger = Growing([])

    async def scene():
        follower = Follower(ledger, 0, poll_s=3600)
        follower.wake()  # Before anybody listens: lost, and harmless.
        async with asyncio.timeout(60):
            listener = asyncio.get_running_loop().create_task(take(follower, 3))

            def write():
                ledger.asked.wait()
                ledger.size = 3
                follower.wake()
                follower.wake()

            thread = threading.Thread(target=write)
            thread.start()
            got = await listener
        thread.join()
        return follower, got

    follower, got = asyncio.run(scene())
    assert got == [1, 2, 3]
    follower.wake()  # After the loop has ended.


class OutOfReach(Growing):
    """A ledger on another machine, where every second question gets no answer."""

    def __init__(self, steps, code):
        super().__init__(steps)
        self.code, self.count = code, 0
        self.threads = set()

    def read(self, after, limit=2000):
        self.threads.add(threading.get_ident())
        self.count += 1
        if self.count % 2 == 0:
            raise Unavailable(self.code, "Not now.")
        return super().read(after, limit)


def test_a_ledger_far_away_is_followed_through_its_absences_without_holding_up_the_loop():
    ledger = OutOfReach([3, 4, 300], "ledger.unreachable")
    got = asyncio.run(take(Follower(ledger, 0, poll_s=0.001, far=True), 307))
    assert got == list(range(1, 308))
    assert threading.get_ident() not in ledger.threads


def test_any_other_failure_of_a_ledger_far_away_is_said():
    with pytest.raises(Unavailable, match=r"ledger\.closed"):
        asyncio.run(take(Follower(OutOfReach([3, 4], "ledger.closed"), 0, far=True), 7))
