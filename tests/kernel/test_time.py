"""
A moment is the same moment in every spelling, and has one spelling where it's recorded.

Method: properties over all moments and offsets that Python knows; examples for what is refused.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.kernel.errors import Malformed
from tocsin.kernel.time import (
    SystemClock,
    from_milliseconds,
    milliseconds,
    parse_rfc3339,
    rfc3339,
)

offsets = st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))
moments = st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=offsets)  # noqa: DTZ001


def to_the_millisecond(moment):
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


@given(moments)
def test_a_moment_is_recorded_in_one_way_and_read_back_to_the_millisecond(moment):
    text = rfc3339(moment)
    assert (len(text), text[-1], text[-5]) == (24, "Z", ".")
    assert parse_rfc3339(text) == to_the_millisecond(moment)
    assert parse_rfc3339(text).tzinfo is UTC
    assert rfc3339(parse_rfc3339(text)) == text


@given(moments)
def test_every_offset_means_the_same_moment(moment):
    assert parse_rfc3339(moment.isoformat()) == to_the_millisecond(moment)


@given(moments, moments)
def test_recorded_moments_compare_like_the_moments(one, other):
    one, other = to_the_millisecond(one), to_the_millisecond(other)
    assert (rfc3339(one) < rfc3339(other)) == (one < other)


@given(moments)
def test_milliseconds_count_and_come_back(moment):
    assert from_milliseconds(milliseconds(moment)) == to_the_millisecond(moment)


def test_the_alarm_in_kyiv_is_read_in_either_zone():
    kyiv = parse_rfc3339("2023-01-26T07:45:43+02:00")
    assert rfc3339(kyiv) == "2023-01-26T05:45:43.000Z"
    assert milliseconds(kyiv) == 1_674_711_943_000
    assert parse_rfc3339("2023-01-26T05:45Z") < kyiv


@pytest.mark.parametrize(
    "text",
    [
        "", "Z", "now", "2023-01-26", "2023-01-26T05:45:43", "07:45", "2023-01-26T25:00:00Z",
        "2023-02-29T00:00:00Z", "2023-01-26T05:45:43+25:00", "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00", "1674711943", "2023-01-26T05:45:43Zulu",
    ],
)  # fmt: skip
def test_what_is_no_moment_is_refused_with_its_place(text):
    with pytest.raises(Malformed, match=r"time\.malformed") as refusal:
        parse_rfc3339(text, where="at")
    assert refusal.value.where == "at"


@given(st.text(max_size=30))
def test_whatever_comes_in_nothing_else_than_malformed_comes_out(text):
    with suppress(Malformed):
        assert parse_rfc3339(text).tzinfo is UTC


def test_the_machines_clock_tells_utc_to_the_millisecond():
    now = SystemClock().now()
    assert now.tzinfo is UTC
    assert now.microsecond % 1000 == 0
    assert abs(now - datetime.fromtimestamp(milliseconds(now) / 1000, UTC)) < timedelta(seconds=1)
