"""
Goal: each notice comes within a second of its boundary and once, also across starts, and with the
network gone: nothing but the plan that is known here and the clock is asked.

Method: a simulated day. The bell is rung when it says that it has to be, as its own loop does it;
plans, emergencies and starts (a new bell on the same file) come in between at any moment. A last
test lets the loop itself run.
"""

from __future__ import annotations

import asyncio
import socket
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.power.grids import (
    GRID,
    NOON,
    TOMORROW,
    WEST,
    after,
    at,
    cuts,
    day,
    publishes,
    restores,
    zone,
)

from tocsin.delivery.power_bell import STEP_S, Bell
from tocsin.delivery.power_notices import Kind
from tocsin.delivery.power_told import ToldFile
from tocsin.kernel.time import SystemClock, parse_rfc3339
from tocsin.power.grid import Grid
from tocsin.power.messages import Power
from tocsin.power.outlook import outlook
from tocsin.power.state import ZoneState

SECOND = timedelta(seconds=1)
plans = st.text("ynm?", min_size=24, max_size=24)


class Town:
    """A grid that a test changes, a clock that it sets, and a bell that may be started anew."""

    def __init__(self, folder, minutes=15):
        self.path, self.minutes = Path(folder) / "n", minutes
        self.time = NOON
        self.grid = Grid()
        self.put(after())
        self.heard = []
        self.starts()

    def now(self):
        return self.time

    def put(self, state):
        self.state = state
        self.grid._zones = {(GRID, "east"): state}

    def starts(self):
        """End, and start again: all that is left is the ledger and the file."""
        told = ToldFile(self.path)
        self.bell = Bell(self.grid, self, told, self.minutes, hear=[self.heard.extend])

    async def passes(self, until):
        """Let time pass as the bell's own loop would, ringing whenever it says."""
        while True:
            await self.bell.ring()
            if self.time >= until:
                return
            following = self.bell.next_due()
            self.time = min(until, max(following or until, self.time + timedelta(milliseconds=1)))

    def told(self, *kinds):
        return [one for one in self.heard if one.notice.kind in kinds]


happening = st.one_of(
    st.tuples(st.just("plan"), plans),
    st.tuples(st.just("cut")),
    st.tuples(st.just("lift")),
    st.tuples(st.just("start")),
)


async def lives(town, happenings):
    """Let everything happen, each at its minute."""
    offset = 0
    for minutes, (kind, *more) in happenings:
        offset += 60 * minutes
        await town.passes(NOON + timedelta(seconds=offset))
        seconds = offset
        match kind:
            case "plan":
                days = (day(more[0]), day(more[0][::-1], date=TOMORROW))
                town.put(after(publishes(*days, seconds=seconds), state=town.state))
            case "cut":
                town.put(after(cuts(seconds), state=town.state))
            case "lift":
                town.put(after(restores(seconds), state=town.state))
            case _:
                town.starts()
    await town.passes(NOON + timedelta(hours=20))


def test_a_cut_beyond_what_is_worked_out_at_once_is_told_although_nothing_more_is_heard(tmp_path):
    town = Town(tmp_path)
    town.put(after(publishes(day(), day("y" * 20 + "nn" + "yy", date=TOMORROW), seconds=-60)))
    for hours in range(34):
        asyncio.run(town.passes(NOON + timedelta(hours=hours)))

    assert [one.notice.at for one in town.told(Kind.NOW)] == [at(32 * 3_600)]


@settings(max_examples=20)
@given(plans, st.lists(st.tuples(st.integers(0, 200), happening), max_size=6))
def test_each_notice_comes_within_a_second_of_when_it_is_due_and_once(plan, happenings):
    with TemporaryDirectory() as folder:
        town = Town(folder)
        town.put(after(publishes(day(plan), day(plan, date=TOMORROW), seconds=-7_200)))
        asyncio.run(lives(town, happenings))

        ids = [one.notice.id for one in town.heard]
        assert len(ids) == len(set(ids)), "once"
        for one in town.told(Kind.NOW):
            at_boundary = parse_rfc3339(one.notice.at)
            seen = outlook(town.state, "1.1", at_boundary, one.told_at)
            late = parse_rfc3339(one.told_at) - at_boundary
            published = [
                version.known_at for told in town.state.versions.values() for version in told
            ]
            ends = [e.until for e in town.state.emergencies if e.until]
            news = max((m for m in [*published, *ends] if m <= one.told_at), default=at(0))
            # Within a second of the boundary, or of the word that there is one.
            assert (
                late <= SECOND
                or parse_rfc3339(one.told_at) - parse_rfc3339(news) <= SECOND
                or (one.told_at == at(0))
            )
            # A plan of the very same moment may have come just after it was told.
            if one.notice.group == "1.1" and one.told_at not in published:
                assert seen.power in {one.notice.change, Power.EMERGENCY}
        for one in town.told(Kind.SOON):
            assert one.told_at < one.notice.at, "beforehand is never afterwards"
        late_told = asyncio.run(town.bell.ring())
        assert late_told == []


def test_every_boundary_of_a_day_is_told_with_the_network_gone_and_starts_in_between(
    tmp_path, monkeypatch
):
    def gone(*_, **__):
        raise OSError("The network is gone.")

    monkeypatch.setattr(socket.socket, "connect", gone)
    monkeypatch.setattr(socket, "getaddrinfo", gone)
    town = Town(tmp_path)
    town.put(after(publishes(day("y" * 13 + "nynynynynyn"), seconds=-60)))

    async def through():
        for hour in range(1, 11):
            await town.passes(NOON + timedelta(hours=hour, minutes=-5))
            town.starts()
            await town.passes(NOON + timedelta(hours=hour, minutes=-2))
            town.starts()
            await town.passes(NOON + timedelta(hours=hour, minutes=2))
            town.starts()

    asyncio.run(through())
    now = [one for one in town.told(Kind.NOW) if one.notice.group == "1.1"]
    assert [one.told_at for one in now] == [at(3_600 * hour) for hour in range(1, 11)]
    assert [one.notice.change for one in now] == [Power.OFF, Power.ON] * 5
    soon = [one for one in town.told(Kind.SOON) if one.notice.group == "1.1"]
    assert [one.told_at for one in soon] == [at(3_600 * hour - 900) for hour in range(1, 11)]


def test_who_was_down_at_a_boundary_tells_it_late_while_it_is_news_and_then_not_at_all(tmp_path):
    plan = publishes(day("y" * 13 + "n" + "y" * 10), seconds=-60)
    for minutes, expected in ((5, [at(3_900)]), (11, [])):
        town = Town(tmp_path / str(minutes))
        (tmp_path / str(minutes)).mkdir()
        town.put(after(plan))
        asyncio.run(town.passes(NOON + timedelta(minutes=30)))
        town.time = NOON + timedelta(minutes=60 + minutes)
        town.starts()
        asyncio.run(town.passes(town.time))
        assert [one.told_at for one in town.told(Kind.NOW)] == expected


def test_an_emergency_in_one_zone_is_told_to_its_groups_and_to_no_others(tmp_path):
    town = Town(tmp_path)
    west = ZoneState(GRID, "Europe/Kyiv", zone("west", WEST, ("2.1",)))
    town.grid._zones[GRID, "west"] = west
    town.grid._zones[GRID, "east"] = after(cuts())
    asyncio.run(town.passes(NOON + timedelta(hours=1)))

    assert {one.notice.group for one in town.told(Kind.EMERGENCY)} == {"1.1", "1.2"}
    assert {one.told_at for one in town.heard} == {at(0)}


class Soon:
    """The machine's clock, shifted so that a boundary is a moment ahead."""

    def __init__(self):
        self.shift = NOON + timedelta(minutes=60, seconds=-0.3) - SystemClock().now()

    def now(self):
        return SystemClock().now() + self.shift


def test_the_loop_itself_sleeps_up_to_a_boundary_and_tells_it(tmp_path):
    grid = Grid()
    grid._zones = {(GRID, "east"): after(publishes(day("y" * 13 + "n" + "y" * 10), seconds=-60))}

    async def run():
        told: asyncio.Queue = asyncio.Queue()

        def hear(batch):
            for one in batch:
                told.put_nowait(one)

        bell = Bell(grid, Soon(), ToldFile(tmp_path / "n"), 0, hear=[hear])
        running = asyncio.get_running_loop().create_task(bell.run())
        try:
            return await asyncio.wait_for(told.get(), 30)
        finally:
            running.cancel()

    one = asyncio.run(run())
    assert (one.notice.kind, one.notice.at) == (Kind.NOW, at(3_600))
    assert one.told_at >= one.notice.at, "never before it is so"
    assert STEP_S <= 1
