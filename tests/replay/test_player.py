"""
The player hands on every event once, in order, when its clock reaches it, and none before.

Method: a clock that the test sets by hand and an event loop that never really sleeps, so that a
day is played in milliseconds; random days against what the clock says should have come.
"""

from __future__ import annotations

import asyncio
import math
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.contract.memory_ledger import MemoryLedger
from tests.replay.told import GAZETTEER, KYIV, ODESA, Told, day_file, minute, official

from tocsin.kernel.errors import Corrupt
from tocsin.kernel.time import rfc3339
from tocsin.ledger.event import NewEvent
from tocsin.ledger.port import Batch
from tocsin.replay.day import build_day
from tocsin.replay.player import Player


class Hand:
    """A clock that shows what the test sets; it asks to be looked at again soon."""

    def __init__(self, moment):
        self.moment = moment

    def now(self):
        return self.moment

    def seconds_until(self, moment):
        return 0.0 if moment <= self.moment else 0.001


class Reader:
    """Reads a player on a task of its own."""

    def __init__(self, player):
        self.player = player
        self.batches = []

    async def __aenter__(self):
        self._group = asyncio.TaskGroup()
        await self._group.__aenter__()
        self._task = self._group.create_task(self._read())
        return self

    async def __aexit__(self, *failure):
        self._task.cancel()
        return await self._group.__aexit__(*failure)

    async def _read(self):
        async for events in self.player:
            self.batches.append(events)

    async def settle(self):
        """Let the player do all that is due."""
        for _ in range(3):
            await asyncio.sleep(0.002)

    @property
    def positions(self):
        return [event.position for events in self.batches for event in events]


def due(ledger, moment):
    return [e.position for e in ledger.read(0) if e.happened_at <= rfc3339(moment)]


def test_the_day_comes_as_its_clock_comes_to_it():
    ledger = MemoryLedger()
    build_day(ledger, GAZETTEER)

    async def play():
        clock = Hand(minute(465))
        async with Reader(Player(ledger, clock)) as reader:
            for count in (465, 466, 495, 495, 728, 729, 10_000):
                clock.moment = minute(count)
                await reader.settle()
                assert reader.positions == due(ledger, minute(count))
                assert reader.player.position == len(reader.positions)
                assert reader.player.caught_up.is_set()

    asyncio.run(play())


@given(
    st.lists(st.tuples(st.sampled_from([KYIV, ODESA]), st.integers(0, 20)), max_size=8),
    st.lists(st.integers(0, 25), min_size=1, max_size=4).map(sorted),
    st.integers(0, 9),
)
def test_nothing_is_missed_or_repeated_or_early(rows, moments, after):
    ledger = Told(official(*[(area, start, start + 3) for area, start in rows])).ledger
    after = min(after, ledger.head().position)

    async def play():
        clock = Hand(minute(moments[0]))
        async with Reader(Player(ledger, clock, after)) as reader:
            for count in moments:
                clock.moment = minute(count)
                await reader.settle()
                assert reader.positions == [p for p in due(ledger, minute(count)) if p > after]
                assert all(reader.batches)

    asyncio.run(play())


def test_what_has_happened_comes_at_once_in_batches_that_leave_the_loop_room():
    rows = [(KYIV, 2 * count, 2 * count + 1) for count in range(1_200)]
    told = Told(official(*rows))

    async def play():
        async with Reader(Player(told.ledger, Hand(minute(10_000)))) as reader:
            await reader.settle()
            assert reader.positions == list(range(1, len(told.events) + 1))
            assert max(map(len, reader.batches)) == 250

    asyncio.run(play())


class Still(Hand):
    """A clock that stands still."""

    def seconds_until(self, moment):
        return 0.0 if moment <= self.moment else math.inf


@pytest.mark.parametrize("at", [minute(466), minute(100_000)])
def test_on_a_clock_that_stands_still_and_at_the_end_it_waits_until_it_is_stopped(at):
    told = Told(day_file("official_data_en"))

    async def play():
        async with Reader(Player(told.ledger, Still(at))) as reader:
            await reader.settle()
            assert reader.positions == due(told.ledger, at)

    asyncio.run(play())


def test_a_token_made_today_does_not_hold_the_day_up():
    told = Told(official((KYIV, 0, 5)))
    later = rfc3339(minute(5) + timedelta(days=1_000))
    made = NewEvent("authority", "UA", 1, "TokenIssued", "Actual", "tocsin", later, "{}")
    told.ledger.append(
        [Batch("f3b6a1de-0000-4000-8000-000000000001", "0" * 16, [made], "{}")], later
    )

    async def play():
        async with Reader(Player(told.ledger, Hand(minute(5)))) as reader:
            await reader.settle()
            assert reader.positions == list(range(1, told.ledger.head().position + 1))

    asyncio.run(play())


class Gap(MemoryLedger):
    """Loses its second event."""

    def read(self, after, limit=2_000):
        return [event for event in super().read(after, limit) if event.position != 2]


def test_a_gap_stops_it():
    ledger = Gap(Told(official((KYIV, 0, 5))).ledger.shelf)

    async def play():
        async for _ in Player(ledger, Hand(minute(0)), after=1):
            raise AssertionError("Nothing may come after a gap.")

    with pytest.raises(Corrupt, match=r"ledger\.gap"):
        asyncio.run(play())
