"""
Goal: hours say when a door is shut, on the clock of its own wall, over midnight and on days when
the clock changes.

Method: moments on both sides of each edge.
"""

from __future__ import annotations

import pytest

from tocsin.kernel.time import Moment
from tocsin.shelters.hours import always, within
from tocsin.shelters.messages import Hours, Span

WEEKDAYS = Hours(zone="Europe/Kyiv", spans=(Span(days=(1, 2, 3, 4, 5), start=600, end=1_080),))
FRIDAY_NIGHT = Hours(zone="Europe/Kyiv", spans=(Span(days=(5,), start=1_320, end=1_800),))


@pytest.mark.parametrize(
    ("moment", "open_then"),
    [
        ("2023-01-26T07:59:59.000Z", False),  # Thursday, 09:59:59 in Kyiv.
        ("2023-01-26T08:00:00.000Z", True),
        ("2023-01-26T15:59:59.000Z", True),
        ("2023-01-26T16:00:00.000Z", False),
        ("2023-01-28T10:00:00.000Z", False),  # Saturday.
        ("2023-07-27T07:00:00.000Z", True),  # Summer: 10:00 in Kyiv.
    ],
)
def test_hours_are_read_on_the_clock_of_the_place(moment, open_then):
    assert within(WEEKDAYS, Moment(moment)) is open_then


@pytest.mark.parametrize(
    ("moment", "open_then"),
    [
        ("2023-01-27T20:00:00.000Z", True),  # Friday 22:00.
        ("2023-01-28T03:59:00.000Z", True),  # Saturday 05:59.
        ("2023-01-28T04:00:00.000Z", False),
        ("2023-01-27T03:59:00.000Z", False),  # Friday morning.
    ],
)
def test_a_night_runs_into_the_next_day(moment, open_then):
    assert within(FRIDAY_NIGHT, Moment(moment)) is open_then


def test_on_the_night_the_clock_goes_back_the_wall_counts():
    nights = Hours(zone="Europe/Kyiv", spans=(Span(days=(7,), start=180, end=240),))

    for moment in ("2023-10-29T00:30:00.000Z", "2023-10-29T01:30:00.000Z"):  # 03:30, twice.
        assert within(nights, Moment(moment))
    assert not within(nights, Moment("2023-10-29T02:00:00.000Z"))


def test_always_is_always():
    for hour in range(24):
        assert within(always("Europe/Kyiv"), Moment(f"2023-01-26T{hour:02}:30:00.000Z"))


def test_a_zone_that_nobody_knows_shuts_nobody_out():
    assert within(Hours(zone="Nowhere/Else", spans=()), Moment("2023-01-26T10:00:00.000Z"))
    assert within(Hours(zone="../etc", spans=()), Moment("2023-01-26T10:00:00.000Z"))
    assert not within(Hours(zone="UTC", spans=()), Moment("2023-01-26T10:00:00.000Z"))
