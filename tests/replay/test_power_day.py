"""
DTEK's statement is told as what it was: an emergency in three regions, with no end and no schedule.

Method: the demo's day is built once, and a grid is folded from what had happened by a moment, as
the demo's player does with its clock.
"""

from __future__ import annotations

import asyncio
import json
from importlib.resources import files

import pytest
from tests.contract.memory_ledger import MemoryLedger
from tests.replay.told import GAZETTEER, MIDNIGHT, Told, minute

from tocsin.alerts.codec import ROOM as ALERTS
from tocsin.kernel.time import Moment, parse_rfc3339, rfc3339
from tocsin.ledger.follow import catch_up
from tocsin.power.codec import ROOM
from tocsin.power.grid import Grid
from tocsin.power.messages import GroupCode
from tocsin.power.outlook import outlook
from tocsin.replay.day import BEGINS, ENDS, build_day, day_files
from tocsin.replay.player import Player
from tocsin.views.power_shapes import zone_shape

REGIONS = {"UA-12", "UA-30", "UA-51"}
SEVEN, NINE = (Moment(f"2023-01-26T{clock}:00.000Z") for clock in ("05:00", "07:00"))
TOLD = "2023-01-26T06:52:00.000Z"


@pytest.fixture(scope="module")
def ledger():
    built = MemoryLedger()
    build_day(built, GAZETTEER)
    return built


@pytest.fixture(scope="module")
def events(ledger):
    return [event for events in catch_up(ledger, 0) for event in events]


def at(events, moment):
    """Fold the grid from what had happened by a moment."""
    grid = Grid()
    for event in events:
        if event.happened_at <= moment:
            grid.apply(event)
    return grid


def cut(grid):
    return {GAZETTEER.get(one.zone.area).iso for one in grid.zones() if one.standing is not None}


def test_at_seven_in_the_morning_no_power_is_cut_and_none_is_said_to_be_on(events):
    grid = at(events, SEVEN)

    assert len(grid.zones("dtek")) == 3
    assert cut(grid) == set()
    for state in grid.zones():
        shape = zone_shape(state, GAZETTEER, parse_rfc3339(SEVEN))
        assert (shape["regime"], shape["emergency"]) == ("unknown", None)


def test_from_the_statement_on_it_is_cut_in_three_regions_and_no_other(events):
    assert cut(at(events, Moment("2023-01-26T06:51:59.999Z"))) == set()
    assert cut(at(events, Moment(TOLD))) == REGIONS
    areas = {GAZETTEER.get(e.area).iso for e in events if e.kind == "EmergencyDeclared"}
    assert areas == REGIONS


def test_it_has_a_reason_a_source_that_says_what_is_not_known_of_it_and_no_times(events):
    for state in at(events, NINE).zones():
        shape = zone_shape(state, GAZETTEER, parse_rfc3339(NINE))

        assert shape["regime"] == "emergency"
        assert shape["emergency"]["reason"] == "imminent danger"
        assert shape["emergency"]["source"].startswith("DTEK, statement of 26 January 2023")
        assert "hour is not known" in shape["emergency"]["source"]
        seen = outlook(state, GroupCode("1.1"), parse_rfc3339(NINE))
        assert (seen.power, seen.until, seen.next) == ("emergency", None, None)


def test_nobody_has_said_when_it_ended_so_at_the_end_of_the_day_it_stands(events):
    grid = at(events, rfc3339(ENDS))

    assert cut(grid) == REGIONS
    assert {one.standing.since for one in grid.zones()} == {TOLD}
    assert {event.kind for event in events if event.room == ROOM} == {
        *("CompanyListed", "EmergencyDeclared"),
    }


def test_the_moment_it_is_told_at_lies_within_the_alert_in_kyiv(events):
    [first, *_] = [event for event in events if event.kind == "EmergencyDeclared"]

    assert "2023-01-26T05:45:43.000Z" < first.happened_at < "2023-01-26T10:08:08.000Z"
    assert (first.sender, first.happened_at) == ("dtek", TOLD)


def test_the_alerts_are_those_of_the_day_without_it(events):
    alone = Told(*day_files(), covers=(BEGINS, ENDS), strict=True)

    def alerts(told):
        return [(e.id, e.kind, e.sender, e.happened_at, e.body) for e in told if e.room == ALERTS]

    assert alerts(events) == alerts(alone.events)


def test_the_grid_follows_the_clock_of_the_demo(ledger):
    """As the server folds it: whatever the ledger holds, only what has happened is handed on."""
    grid, clock = Grid(), _Hand(minute(7 * 60))

    async def follow(player):
        async for batch in player:
            for event in batch:
                grid.apply(event)

    async def play():
        player = Player(ledger, clock)
        async with asyncio.timeout(30), asyncio.TaskGroup() as group:
            following = group.create_task(follow(player))
            await player.caught_up.wait()
            assert (len(grid.zones()), cut(grid)) == (3, set())
            clock.moment = minute(8 * 60 + 52)
            player.caught_up.clear()
            await player.caught_up.wait()
            assert cut(grid) == REGIONS
            following.cancel()

    asyncio.run(play())


class _Hand:
    def __init__(self, moment):
        self.moment = moment

    def now(self):
        return self.moment

    def seconds_until(self, moment):
        return 0.0 if moment <= self.moment else 0.001


def test_the_notice_says_where_the_statement_and_its_hour_are_known_from():
    data = files("tocsin.replay").joinpath("data")
    said = json.loads(data.joinpath("power_2023-01-26.json").read_text("utf-8"))
    notice = data.joinpath("NOTICE.md").read_text("utf-8")

    assert "`power_2023-01-26.json`" in notice
    local = parse_rfc3339(said["at"]) - MIDNIGHT
    hour = f"{local.seconds // 3600:02}:{local.seconds % 3600 // 60:02}"
    assert hour in notice
    assert hour in said["source"]
