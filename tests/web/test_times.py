"""
Goal: a time on a page is the right one, with its zone and its age, on every day of the year.

Method: examples people can check, and the day's slider as a property: there and back again.
"""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.kernel.errors import Malformed
from tocsin.web.times import ZONE, Times, asked_moment, minute_of, start_of
from tocsin.web.wording import Wording

NOW = datetime(2023, 1, 26, 6, 15, tzinfo=UTC)
UKRAINIAN, ENGLISH = Times(Wording("uk"), NOW), Times(Wording("en"), NOW)
TODAY = date(2023, 1, 26)


@pytest.mark.parametrize(
    ("ago", "ukrainian", "english"),
    [
        (timedelta(seconds=-30), "щойно", "just now"),
        (timedelta(seconds=59), "щойно", "just now"),
        (timedelta(minutes=3), "3 хв тому", "3 min ago"),
        (timedelta(minutes=60), "1 год тому", "1 h ago"),
        (timedelta(minutes=75), "1 год 15 хв тому", "1 h 15 min ago"),
        (timedelta(hours=47, minutes=5), "47 год 5 хв тому", "47 h 5 min ago"),
        (timedelta(days=2), "2 дні тому", "2 days ago"),
        (timedelta(days=21), "21 день тому", "21 days ago"),
        (timedelta(days=297), "297 днів тому", "297 days ago"),
    ],
)
def test_an_age_is_told_in_words(ago, ukrainian, english):
    assert (UKRAINIAN.age(NOW - ago), ENGLISH.age(NOW - ago)) == (ukrainian, english)


def test_a_time_of_another_day_has_its_date():
    raised = datetime(2022, 4, 4, 16, 45, tzinfo=UTC)

    assert UKRAINIAN.clock(NOW) == "08:15:00"
    assert UKRAINIAN.clock(raised) == "4 квітня 2022, 19:45:00"
    assert ENGLISH.clock(raised) == "4 April 2022, 19:45:00"
    assert (ENGLISH.brief(NOW), ENGLISH.brief(raised)) == ("08:15", "04.04.2022")


def test_a_span_is_never_rounded_up():
    assert [ENGLISH.span(s) for s in (15, 90, 120, 179, 180)] == [
        "15 s",
        "90 s",
        "2 min",
        "2 min",
        "3 min",
    ]


@given(st.dates(date(2022, 1, 1), date(2030, 1, 1)), st.integers(0, 1379))
def test_a_minute_of_a_day_is_found_again(day, minute):
    at = asked_moment(None, day.isoformat(), str(minute), today=TODAY)

    assert at == start_of(day) + timedelta(minutes=minute)
    assert at.astimezone(ZONE).date() == day
    assert minute_of(at) == minute


@pytest.mark.parametrize(
    "text",
    ["2023-01-26T06:15:00Z", "2023-01-26T08:15:00+02:00", "2023-01-26T08:15:00 02:00", "08:15"],
)
def test_a_moment_may_be_asked_for_in_several_ways(text):
    assert asked_moment(text, None, None, today=TODAY) == NOW


def test_nothing_asked_is_now():
    assert asked_moment(None, "2023-01-26", None, today=TODAY) is None
    assert asked_moment("", None, "", today=TODAY) is None


@pytest.mark.parametrize(
    ("at", "day", "minute"),
    [
        ("yesterday", None, None),
        ("25:00", None, None),
        (None, "2023-13-01", "5"),
        (None, "2023-01-26", "-1"),
        (None, "2023-01-26", "1501"),
        (None, None, "noon"),
        (None, "0001-01-01", "0"),
    ],
)
def test_what_is_no_moment_is_refused(at, day, minute):
    with pytest.raises(Malformed) as refused:
        asked_moment(at, day, minute, today=TODAY)

    assert refused.value.code == "time.malformed"


@given(st.text(max_size=30), st.text(max_size=12), st.text(max_size=8))
def test_any_text_is_a_moment_or_refused(at, day, minute):
    with contextlib.suppress(Malformed):
        moment = asked_moment(at, day, minute, today=TODAY)
        assert moment is None or moment.tzinfo is UTC
