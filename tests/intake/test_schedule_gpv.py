"""
The GPV shape is read hour by hour of the wall's clock, and what it does not say is unknown.

Method: invented files; cells, hours, days and stamps one by one, and any JSON at all.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.intake.schedules import HERE, MONDAY, gpv, letters, packed, read, row, told

from tocsin.intake.schedule_gpv import day_of_key, stamp
from tocsin.kernel.errors import Malformed, Refused

KYIV = "Europe/Kyiv"


def only(data):
    """Tell the 48 letters of the only day of a file, and what was remarked."""
    reading = read(data)
    (day,) = told(reading).values()
    return letters(day), dict(reading.remarks.counts)


def test_all_seven_words_of_a_cell_are_understood():
    cells, remarks = only(gpv({"1.1": "ynfsmgh" + "y" * 17}))

    assert cells == "yynnnyynmmmyym" + "y" * 34
    assert remarks == {}


def test_a_cell_that_is_missing_or_a_word_that_nobody_knows_is_unknown():
    cells, remarks = only(gpv({"1.1": "y" * 23 + "?"}))
    assert cells == "y" * 46 + "??"
    assert remarks == {}

    strange = packed({"fact": {"data": {str(MONDAY): {"GPV1.1": {**row("y" * 24), "3": "on"}}}}})
    cells, remarks = only(strange)
    assert cells == "yyyy??" + "y" * 42
    assert remarks == {"cell_unknown": 1}


def test_hours_are_counted_from_one_or_from_zero_alike_in_a_whole_file():
    from_one = {str(MONDAY): {"GPV1.1": row("n" + "y" * 23), "GPV1.2": row("?" + "y" * 22 + "?")}}
    from_zero = {
        str(MONDAY): {"GPV1.1": row("n" + "y" * 23, 0), "GPV1.2": row("?" + "y" * 22 + "?", 0)}
    }

    for data in (from_one, from_zero):
        days = told(read(packed({"fact": {"data": data}})))
        assert letters(days["1.1", "2026-01-26"]) == "nn" + "y" * 46
        assert letters(days["1.2", "2026-01-26"]) == "??" + "y" * 44 + "??"


def test_an_hour_zero_and_an_hour_24_in_one_file_are_refused():
    data = {str(MONDAY): {"GPV1.1": row("y" * 24), "GPV1.2": row("y" * 24, 0)}}

    with pytest.raises(Refused, match=r"schedule\.not_a_schedule"):
        read(packed({"fact": {"data": data}}))


@pytest.mark.parametrize("data", [[], {}, None])
def test_nothing_planned_tells_of_no_day(data):
    reading = read(packed({"fact": {"data": data, "update": "", "today": MONDAY}}))

    assert told(reading) == {}


@pytest.mark.parametrize("data", [7, "yes", True])
def test_days_that_are_no_days_are_refused(data):
    with pytest.raises(Refused, match=r"schedule\.not_a_schedule"):
        read(packed({"fact": {"data": data}}))


def test_a_row_that_says_nothing_is_left_out():
    data = {str(MONDAY): {"GPV1.1": {}, "GPV1.2": [], "=x": row("y" * 24)}}
    reading = read(packed({"fact": {"data": data}}))

    assert told(reading) == {}
    assert reading.remarks.counts == {"group_malformed": 1}


@pytest.mark.parametrize(
    ("key", "day"),
    [
        ("1769378400", date(2026, 1, 26)),
        ("1769378400000", date(2026, 1, 26)),
        ("1769382000", date(2026, 1, 26)),
        ("1769374800", date(2026, 1, 26)),
        ("1774735200", date(2026, 3, 29)),
        ("1774818000", date(2026, 3, 30)),
        ("1792875600", date(2026, 10, 25)),
        ("1792965600", date(2026, 10, 26)),
        ("today", None),
        ("126230400", None),
        ("99999999999", None),
    ],
)
def test_a_day_is_the_one_whose_midnight_is_nearest_whichever_season_it_was_reckoned_in(key, day):
    assert day_of_key(key, KYIV) == day


def test_the_companys_stamp_is_the_clock_on_its_own_wall():
    assert stamp("29.10.2025 13:51", KYIV).astimezone(UTC) == datetime(
        2025, 10, 29, 11, 51, tzinfo=UTC
    )
    assert stamp("29.07.2025 13:51", KYIV).astimezone(UTC) == datetime(
        2025, 7, 29, 10, 51, tzinfo=UTC
    )
    for wrong in ("", "2025-10-29", "99.99.9999 99:99", "x" * 99, None, 7):
        assert stamp(wrong, KYIV) is None


def test_a_sample_says_whose_it_is_from_when_and_what_usually_holds():
    reading = read("gpv.json")
    (edition,) = reading.editions

    assert (reading.format, reading.operator, reading.name) == (
        "gpv", "rivne-demo", "Вигадане обленерго",
    )  # fmt: skip
    assert edition.known_at == "2026-01-26T04:00:00.000Z"
    assert edition.published_at == "2026-01-26T03:55:00.000Z"
    assert edition.payload == (HERE / "gpv.json").read_text()
    assert [len(week) for week in edition.weeks.values()] == [7]
    assert letters(told(reading)["1.1", "2026-01-26"]).startswith("n" * 8 + "y" * 8 + "ny")


def test_a_copy_whose_last_reading_failed_says_so_and_nothing_else():
    (edition,) = read("gpv-failed.json").editions

    assert edition.failed == "The copy says that its last reading failed: Service Unavailable."
    assert (edition.days, edition.weeks) == ((), {})
    assert edition.known_at == "2026-01-26T06:00:00.000Z"


def test_a_week_of_six_days_is_none():
    days = {str(n): row("y" * 24) for n in range(1, 7)}
    reading = read(packed({"preset": {"data": {"GPV1.1": days}}}))
    (edition,) = reading.editions

    assert (edition.weeks, edition.planned) == ({}, False)
    assert reading.remarks.counts == {"week_malformed": 1}


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=6)
    | st.sampled_from(["yes", "no"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["1", "24", "0", "GPV1.1", str(MONDAY), "data", "x"]), inner, max_size=3
        )
    ),
    max_leaves=12,
)


@settings(max_examples=60)
@given(JSON, JSON, JSON)
def test_any_json_in_this_shape_is_read_or_refused(data, preset, status):
    shaped = {"fact": {"data": data}, "preset": preset, "lastUpdateStatus": status}
    try:
        reading = read(json.dumps(shaped).encode())
    except (Refused, Malformed):
        return
    for edition in reading.editions:
        assert all(sum(s.end - s.start for s in day.slots) == 1_440 for day in edition.days)
