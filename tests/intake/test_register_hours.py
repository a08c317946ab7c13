"""
Hours are read whole or not at all, and what is not said is never open.

Method: the hours of real registers, short forms of others, and texts of which a part is left over.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.intake.register_hours import ALWAYS, understand
from tocsin.shelters.messages import Access, Span

ALL, WEEK = (1, 2, 3, 4, 5, 6, 7), (1, 2, 3, 4, 5)
PUPILS = "Впродовж навчального дня доступ надається учасникам освітнього процесу"
WORKING = "Доступ надається в робочий час з 10:00 до 18:00"


def spans(text, zone="Europe/Kyiv"):
    found = understand(text, zone)
    return None if found is None or found.hours is None else found.hours.spans


@pytest.mark.parametrize(
    "text", ["Цілодобово", "цілодобово.", "24/7", "open 24/7", "פתוח 24/7", "24時間"]
)
def test_round_the_clock_needs_no_time_zone(text):
    assert spans(text, None) == (ALWAYS,)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (WORKING, [Span(days=WEEK, start=600, end=1080)]),
        ("щоденно 08:00–20:00", [Span(days=ALL, start=480, end=1200)]),
        ("10:00-18:00", [Span(days=ALL, start=600, end=1080)]),
        ("пн-пт 9:00-18:00, сб 10.00-15.00",
         [Span(days=WEEK, start=540, end=1080), Span(days=(6,), start=600, end=900)]),
        ("Mo-Fr 08:00-18:00; Sa,Su 10:00-16:00",
         [Span(days=WEEK, start=480, end=1080), Span(days=(6, 7), start=600, end=960)]),
        ("22:00-06:00", [Span(days=ALL, start=1320, end=1800)]),
        ("א-ה 08:00-17:00", [Span(days=(1, 2, 3, 4, 7), start=480, end=1020)]),
        ("Sa-Mo 08:00-24:00", [Span(days=(1, 6, 7), start=480, end=1440)]),
    ],
)  # fmt: skip
def test_spans_are_read_with_their_days(text, meant):
    assert spans(text) == tuple(meant)


def test_working_hours_are_read_narrowly_and_that_is_told():
    assert understand(WORKING, "Europe/Kyiv").code == "hours_working_days"
    assert understand("щоденно, робочий час 10:00-18:00", "Europe/Kyiv").code == ""


def test_a_school_day_lets_pupils_and_staff_in_and_has_no_hours():
    found = understand(PUPILS, "Europe/Kyiv")
    assert (found.hours, found.access) == (None, Access.PUPILS_AND_STAFF)


def test_without_a_time_zone_clear_spans_are_told_and_not_used():
    found = understand("10:00-18:00", None)
    assert (found.hours, found.code) == (None, "hours_no_zone")


@pytest.mark.parametrize(
    "text",
    [
        "коли є двірник",
        "10-18",
        "10:00",
        "10:00-18:00, крім свят",
        "25:00-26:00",
        "10:61-11:00",
        "",
        "00:00-25:00",
        "Mo-Xx 10:00-12:00",
        "; ".join(["10:00-11:00"] * 40),
    ],
)
def test_a_text_with_anything_left_over_is_not_understood(text):
    assert understand(text, "Europe/Kyiv") is None


@given(st.text(alphabet="0123456789:.-–; мопнт-frсбto", max_size=60))
def test_whatever_is_written_spans_are_in_range(text):
    for span in spans(text) or ():
        assert 0 <= span.start < 1440
        assert span.start < span.end <= 2880
        assert span.days
        assert list(span.days) == sorted(set(span.days))
