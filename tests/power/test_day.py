"""
Goal: a day is as long as it is, and every half-hour of it is the one that the wall's clock shows.

Method: every day of 2023 to 2027 in four zones, against the zone's own clock; slots drawn at will.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.kernel.errors import Malformed
from tocsin.power.day import (
    HALF,
    at_minute,
    day_of,
    half_hours,
    in_half_hour,
    joined,
    minute_of,
    of_cells,
    read_date,
    stretches,
    whole,
    worst,
    zone_of,
)
from tocsin.power.messages import Power, Slot

PLAIN = (Power.ON, Power.OFF, Power.MAYBE, Power.UNKNOWN)
cells = st.lists(st.sampled_from(PLAIN), min_size=48, max_size=48)


@pytest.mark.parametrize("clock", ["Europe/Kyiv", "Africa/Johannesburg", "America/New_York", "UTC"])
def test_days_follow_one_another_without_a_gap_and_show_the_walls_time(clock):
    zone, end = ZoneInfo(clock), None
    day = date(2023, 1, 1)
    while day < date(2028, 1, 1):
        halves = half_hours(day, clock)
        assert end in (None, halves[0].start)
        end = halves[-1].start + HALF
        for start, minute in halves:
            local = start.astimezone(zone)
            assert (local.date(), local.hour * 60 + local.minute) == (day, minute)
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "count"),
    [(date(2026, 3, 29), 46), (date(2026, 10, 25), 50), (date(2026, 1, 26), 48)],
)
def test_days_of_23_and_25_hours_have_46_and_50_half_hours(day, count):
    assert len(half_hours(day, "Europe/Kyiv")) == count


def test_the_hour_that_comes_twice_is_told_twice_and_the_one_left_out_is_not():
    autumn = [minute for _, minute in half_hours(date(2026, 10, 25), "Europe/Kyiv")]
    spring = [minute for _, minute in half_hours(date(2026, 3, 29), "Europe/Kyiv")]

    assert (autumn.count(180), autumn.count(210)) == (2, 2)
    assert 180 not in spring
    assert 210 not in spring


@given(cells)
def test_cells_become_slots_and_come_back(found):
    slots = of_cells(found)

    assert whole(slots)
    assert [in_half_hour(slots, 30 * n) for n in range(48)] == found
    assert [at_minute(slots, 30 * n + 29) for n in range(48)] == found
    assert joined(slots) == slots
    off = sum(slot.end - slot.start for slot in stretches(slots, Power.OFF))
    assert off == 30 * found.count(Power.OFF)


@pytest.mark.parametrize(
    "slots",
    [
        (),
        (Slot(0, 1_439, Power.ON),),
        (Slot(1, 1_440, Power.ON),),
        (Slot(0, 600, Power.ON), Slot(601, 1_440, Power.ON)),
        (Slot(0, 700, Power.ON), Slot(600, 1_440, Power.OFF)),
        (Slot(0, 0, Power.ON), Slot(0, 1_440, Power.OFF)),
        (Slot(0, 1_440, Power.EMERGENCY),),
    ],
)
def test_what_leaves_a_gap_or_overlaps_is_no_day(slots):
    assert not whole(slots)


def test_of_a_half_hour_the_worst_is_told():
    slots = (Slot(0, 15, Power.OFF), Slot(15, 1_440, Power.ON))

    assert in_half_hour(slots, 0) is Power.OFF
    assert in_half_hour(slots, 30) is Power.ON
    assert worst([]) is Power.UNKNOWN
    assert worst([Power.ON, Power.UNKNOWN]) is Power.UNKNOWN, "what is not known is not on"


def test_a_moment_is_read_on_the_wall():
    moment = datetime(2026, 1, 25, 22, 45, tzinfo=UTC)

    assert day_of(moment, "Europe/Kyiv") == date(2026, 1, 26)
    assert minute_of(moment, "Europe/Kyiv") == 45


@pytest.mark.parametrize("text", ["", "2026-1-26", "26.01.2026", "1999-12-31", "2026-02-30", "x"])
def test_what_is_no_date_is_refused(text):
    with pytest.raises(Malformed, match=r"power\.date_malformed"):
        read_date(text)


def test_a_zone_that_nobody_knows_is_refused():
    with pytest.raises(Malformed, match=r"power\.clock_unknown"):
        zone_of("Nowhere/Else")
