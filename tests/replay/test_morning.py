"""
The invented city's shelters open, fill, are full and empty again as the morning goes on.

Method: the demo's day is built, and the room's own map is folded up to a moment and asked how each
shelter is then; the alerts beside it are those of the day without the city.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from tests.contract.memory_ledger import MemoryLedger
from tests.replay.told import GAZETTEER, KYIV, Told

from tocsin.alerts.codec import ROOM as ALERTS
from tocsin.kernel.time import Moment, parse_rfc3339
from tocsin.ledger.follow import catch_up
from tocsin.replay.day import BEGINS, ENDS, build_day, day_files
from tocsin.replay.morning import SENDERS
from tocsin.shelters.codec import ROOM
from tocsin.shelters.map import ShelterMap

MARKET, LANTERN, OBSERVATORY = 1, 2, 4
ON_ORDER, SENSED, DAMAGED, POST_OFFICE = 11, 13, 14, 26
SILENT = (28, 33, 38, 40, 41)


class Day:
    """The demo's day, and how its shelters are at any moment of it."""

    def __init__(self):
        self.ledger = MemoryLedger()
        self.report = build_day(self.ledger, GAZETTEER)
        self.events = [event for events in catch_up(self.ledger, 0) for event in events]

    def at(self, clock):
        """Give how each shelter is, by its number in the register, at a time in UTC."""
        moment = Moment(f"2023-01-26T{clock}.000Z")
        shelters = ShelterMap()
        for event in self.events:
            if event.happened_at <= moment:
                shelters.apply(event)
        return {int(s.listing.source_id): s.effective(moment) for s in shelters.all()}

    def states(self, clock):
        """Count the shelters of each state."""
        return Counter(str(now.state or "unknown") for now in self.at(clock).values())


@pytest.fixture(scope="module")
def day():
    return Day()


def test_before_the_alarm_the_stations_are_open_and_of_the_others_nobody_knows(day):
    assert day.states("05:40:00") == {"open": 5, "unknown": 36, "damaged": 1}


def test_ten_minutes_after_it_the_first_keepers_have_opened(day):
    before, after = day.states("05:45:43"), day.states("05:55:00")

    assert before["open"] < after["open"] < day.states("06:10:00")["open"]
    assert "full" not in after
    assert "filling" not in after


def test_by_nine_in_kyiv_stations_are_filling_and_full(day):
    now = day.at("07:00:00")

    assert {now[MARKET].state, now[LANTERN].state} == {"full"}
    assert now[OBSERVATORY].state == "open"
    states = day.states("07:00:00")
    assert states["full"] >= 3
    assert states["filling"] >= 5
    assert states["unknown"] == len(SILENT)


def test_a_station_goes_from_open_by_filling_to_full_and_back(day):
    clocks = ("06:00:00", "06:30:00", "07:00:00", "10:00:00", "10:30:00")

    assert [day.at(clock)[LANTERN].state for clock in clocks] == [
        *("open", "filling", "full", "full", "open")
    ]


def test_half_an_hour_after_the_all_clear_people_have_left_and_keepers_close(day):
    states = day.states("10:30:00")

    assert "full" not in states
    assert states["closed"] >= 5
    assert day.at("10:30:00")[MARKET].occupancy == 0
    assert day.states("11:00:00")["closed"] > 20


def test_a_door_that_two_phones_report_closed_stays_open_until_the_city_says_closed(day):
    reported, confirmed = day.at("06:20:00")[POST_OFFICE], day.at("06:42:00")[POST_OFFICE]

    assert (reported.state, reported.closed_reports, reported.doubted) == ("open", 2, False)
    assert (confirmed.state, confirmed.source, confirmed.closed_reports) == (
        *("closed", "official", 0),
    )


def test_one_opens_by_order_one_is_damaged_and_one_is_known_by_its_sensor_alone(day):
    assert day.at("06:03:00")[ON_ORDER].state is None
    assert day.at("06:05:00")[ON_ORDER].source == "official"
    assert {day.at(clock)[DAMAGED].state for clock in ("05:40:00", "07:00:00")} == {"damaged"}
    assert day.at("07:00:00")[SENSED].source == "sensor"
    assert day.at("11:00:00")[SENSED].state is None


def test_of_those_that_nobody_speaks_of_nothing_is_known_all_morning(day):
    for clock in ("05:40:00", "07:00:00", "10:30:00"):
        assert {day.at(clock)[number].state for number in SILENT} == {None}


def test_nobody_who_speaks_of_it_is_real(day):
    said = [event for event in day.events if event.room == ROOM]

    assert {event.sender for event in said} == set(SENDERS.values())
    assert all(sender.startswith("invented_") for sender in SENDERS.values())
    assert {event.area for event in said} == {GAZETTEER.root.code}


def test_everything_is_told_in_the_order_in_which_it_happened(day):
    times = [event.happened_at for event in day.events]

    assert all(earlier <= later for earlier, later in pairwise(times))


def test_the_alerts_are_those_of_the_day_without_the_city(day):
    alone = Told(*day_files(), covers=(BEGINS, ENDS), strict=True)

    def alerts(events):
        return [
            (event.id, event.kind, event.sender, event.happened_at, event.body)
            for event in events
            if event.room in {ALERTS, "ledger"}
        ]

    assert alerts(day.events) == alerts(alone.events)
    assert (day.report.alerts, day.report.permanent) == (
        alone.report.alerts,
        alone.report.permanent,
    )
    assert KYIV in alone.areas_at(parse_rfc3339("2023-01-26T06:00:00Z"))
