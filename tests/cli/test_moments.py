"""
Times are told on the reader's clock, with its zone named, and read back as they are written.

Method: one moment in several zones; spans and ages by example; moments drawn at random are read
back to themselves.
"""

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.cli import moments
from tocsin.cli.tongue import speak
from tocsin.kernel.errors import Malformed
from tocsin.kernel.time import rfc3339

ALARM = datetime(2023, 1, 26, 5, 45, 43, tzinfo=UTC)
LATER = ALARM + timedelta(minutes=29)

moments_drawn = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001
    lambda at: at.replace(microsecond=at.microsecond // 1000 * 1000, tzinfo=UTC)
)


@pytest.fixture
def zone(monkeypatch):
    """Put the reader into a zone."""

    def put(name):
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield put
    monkeypatch.undo()
    time.tzset()


@pytest.fixture(params=["uk", "en"])
def tongue(request):
    speak(request.param)
    yield request.param
    speak("en")


@pytest.mark.parametrize(
    ("zone_name", "clock", "named"),
    [
        ("Europe/Kyiv", "07:45:43", "Kyiv time"),
        ("UTC", "05:45:43", "UTC"),
        ("Europe/Warsaw", "06:45:43", "CET (UTC+1)"),
        ("Asia/Kathmandu", "11:30:43", "UTC+5:45"),
        ("America/St_Johns", "02:15:43", "NST (UTC-3:30)"),
    ],
)
def test_a_time_is_told_on_the_readers_clock_with_its_zone(zone, zone_name, clock, named):
    zone(zone_name)
    assert moments.Reading(LATER).clock(ALARM) == clock
    assert moments.zone(ALARM) == named


def test_another_days_time_has_its_date(zone, tongue):
    zone("Europe/Kyiv")
    told = moments.Reading(ALARM + timedelta(days=1)).clock(ALARM)
    assert told == {"uk": "26 січня 2023, 07:45:43", "en": "26 January 2023, 07:45:43"}[tongue]


def test_a_column_of_times_keeps_its_date_short(zone):
    zone("Europe/Kyiv")
    assert moments.Reading(LATER).short(ALARM) == "07:45:43"
    assert moments.Reading(LATER + timedelta(days=300)).short(ALARM) == "2023-01-26 07:45"


def test_ages_are_in_words(tongue):
    told = moments.Reading(LATER).age(ALARM)
    assert told == {"uk": "29 хв тому", "en": "29 min ago"}[tongue]


@pytest.mark.parametrize(
    ("span", "told"),
    [
        (timedelta(seconds=40), "40 s"),
        (timedelta(minutes=7, seconds=59), "7 min"),
        (timedelta(hours=4, minutes=22), "4 h 22 min"),
        (timedelta(hours=3), "3 h"),
        (timedelta(days=297), "297 days"),
    ],
)
def test_how_long_it_lasted_is_told_to_the_minute(span, told):
    assert moments.lasted(span) == told


@given(moments_drawn)
def test_a_moment_is_read_back_as_it_was_written(at):
    assert moments.asked(rfc3339(at), "--at") == at


@given(moments_drawn, moments_drawn)
def test_a_span_is_read_back_unless_it_ends_before_it_starts(a, b):
    text = f"{rfc3339(a)}/{rfc3339(b)}"
    if a < b:
        assert moments.asked_span(text, "--covers") == (a, b)
    else:
        with pytest.raises(Malformed, match=r"time\.span_malformed"):
            moments.asked_span(text, "--covers")


@pytest.mark.parametrize("text", ["", "/", "yesterday/today", "2023-01-26T06:15:00Z"])
def test_what_is_no_span_is_refused(text):
    with pytest.raises(Malformed):
        moments.asked_span(text, "--covers")


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("07:40", "2023-01-26T05:40:00.000Z"),
        ("7:40", "2023-01-26T05:40:00.000Z"),
        ("00:00", "2023-01-25T22:00:00.000Z"),
        ("2023-01-26T06:15:00Z", "2023-01-26T06:15:00.000Z"),
    ],
)
def test_a_clock_time_is_of_that_day_in_kyiv(text, at):
    assert rfc3339(moments.asked_in_kyiv(text, ALARM, "--at")) == at


@pytest.mark.parametrize("text", ["24:00", "07:60", "7", "noon", "07:40 "])
def test_what_is_no_clock_time_is_refused(text):
    with pytest.raises(Malformed, match=r"time\.malformed"):
        moments.asked_in_kyiv(text, ALARM, "--at")
