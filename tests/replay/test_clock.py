"""
A playing clock shows the past at its own speed.

Method: a monotonic counter that the test turns by hand; no test waits.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.kernel.errors import Malformed
from tocsin.replay.clock import FASTEST, PlayingClock

RUSH_HOUR = datetime(2023, 1, 26, 5, 40, tzinfo=UTC)


class Counter:
    """Counts seconds when it is told to."""

    def __init__(self):
        self.count = 1_234.5

    def __call__(self):
        return self.count


@given(st.floats(0, 100), st.lists(st.floats(0, 1_000), max_size=5))
def test_it_moves_as_fast_as_it_is_told_and_never_back(speed, waits):
    counter = Counter()
    clock = PlayingClock(RUSH_HOUR, speed, counter)
    shown = clock.now()
    for wait in waits:
        counter.count += wait
        assert clock.now() >= shown
        shown = clock.now()
    expected = RUSH_HOUR + timedelta(seconds=(counter.count - 1_234.5) * speed)
    assert abs(shown - expected) <= timedelta(milliseconds=2)
    assert shown.tzinfo is UTC
    assert shown.microsecond % 1000 == 0


def test_a_millisecond_is_shown_when_it_is_over():
    counter = Counter()
    clock = PlayingClock(RUSH_HOUR, 1, counter)
    counter.count += 0.0019

    assert clock.now() == RUSH_HOUR + timedelta(milliseconds=1)


def test_at_speed_0_it_stands_still():
    counter = Counter()
    clock = PlayingClock(RUSH_HOUR, 0, counter)
    counter.count += 1e6

    assert clock.now() == RUSH_HOUR
    assert clock.seconds_until(RUSH_HOUR + timedelta(seconds=1)) == math.inf
    assert clock.seconds_until(RUSH_HOUR) == 0


@given(st.floats(0.01, 1_000), st.floats(0.002, 10_000))
def test_after_the_seconds_it_tells_the_moment_is_shown(speed, ahead_s):
    counter = Counter()
    clock = PlayingClock(RUSH_HOUR, speed, counter)
    moment = RUSH_HOUR + timedelta(seconds=round(ahead_s, 3))
    counter.count += clock.seconds_until(moment)

    assert abs(clock.now() - moment) <= timedelta(milliseconds=2)


def test_what_has_been_shown_is_0_seconds_away():
    assert (
        PlayingClock(RUSH_HOUR, 60, Counter()).seconds_until(datetime(2022, 1, 1, tzinfo=UTC)) == 0
    )


def test_it_may_be_started_in_any_zone():
    kyiv = timezone(timedelta(hours=2))

    assert PlayingClock(datetime(2023, 1, 26, 7, 40, tzinfo=kyiv), 1, Counter()).now() == RUSH_HOUR


def test_at_the_end_of_the_calendar_it_stops():
    counter = Counter()
    clock = PlayingClock(RUSH_HOUR, FASTEST, counter)
    counter.count += 1e9

    assert clock.now().year == 9999


@pytest.mark.parametrize("speed", [-1, -0.001, FASTEST + 1, math.inf, math.nan])
def test_a_speed_that_makes_no_sense_is_refused(speed):
    with pytest.raises(Malformed, match=r"replay\.speed"):
        PlayingClock(RUSH_HOUR, speed)


def test_by_itself_it_counts_on_the_machines_monotonic_clock():
    assert PlayingClock(RUSH_HOUR, 1).now() >= RUSH_HOUR
