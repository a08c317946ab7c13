"""
Goal: what is written here is an iCalendar to whoever else reads one.

Method: a line over any text, read back by an independent library; the time zone over every change
of the clock of several years, against the machine's own zones.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
from hypothesis import given
from hypothesis import strategies as st

from tocsin.channels.calendar_lines import calendar, folded, text, when, zone_lines

KYIV = "Europe/Kyiv"


def written(*lines):
    return calendar("Назва черги", lines, refresh="PT30M")


def event(*lines):
    head = ("BEGIN:VEVENT", "UID:a@b", "DTSTAMP:20260101T000000Z", "DTSTART:20260101T000000Z")
    return (*head, *lines, "END:VEVENT")


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=200))
def test_any_text_comes_back_as_it_was_in_lines_of_75_octets(value):
    body = written(*event(f"SUMMARY:{text(value)}"))
    (read,) = icalendar.Calendar.from_ical(body).walk("VEVENT")

    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    kept = "".join(one for one in value if one >= " " or one == "\n")
    assert str(read.get("SUMMARY", "")) == kept


def test_a_line_is_folded_between_characters_and_not_inside_one():
    line = "SUMMARY:" + "ї" * 60
    body = folded(line)

    assert [len(part) for part in body.split(b"\r\n")][:2] == [74, 55]
    assert body.replace(b"\r\n ", b"").decode() == line + "\r\n"


def test_the_calendar_says_its_name_and_when_to_read_it_again():
    read = icalendar.Calendar.from_ical(written(*event()))

    assert str(read["NAME"]) == "Назва черги"
    assert read["REFRESH-INTERVAL"].dt == timedelta(minutes=30)
    assert "METHOD" not in read, "it would need an organizer (RFC 5546, section 3.2.1)"


@given(st.sampled_from([KYIV, "America/New_York", "Asia/Tokyo", "Australia/Lord_Howe"]))
def test_a_zone_reads_as_the_machine_has_it_at_every_hour_around_its_changes(clock):
    body = written(*zone_lines(clock, 2025, 2027), *event())
    (component,) = icalendar.Calendar.from_ical(body).walk("VTIMEZONE")
    read, real = component.to_tz(lookup_tzid=False), ZoneInfo(clock)
    moment = datetime(2025, 2, 1)  # noqa: DTZ001  # On the wall.
    while moment.year < 2027:
        # Where an hour is missing or comes twice nobody agrees on what a wall's clock means.
        if real.utcoffset(moment) == real.utcoffset(moment.replace(fold=1)):
            assert moment.replace(tzinfo=read).utcoffset() == real.utcoffset(moment), moment
        moment += timedelta(hours=7)


def test_the_second_of_two_hours_is_written_in_utc():
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)

    assert when("DTSTART", first, KYIV) == "DTSTART;TZID=Europe/Kyiv:20261025T033000"
    assert when("DTSTART", first + timedelta(hours=1), KYIV) == "DTSTART:20261025T013000Z"
