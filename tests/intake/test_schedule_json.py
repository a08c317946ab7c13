"""
JSON from a stranger is read within bounds, and a file that ends in the middle is told as one.

Method: texts, whole, cut at every place, and hostile.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from tocsin.intake.schedule_json import epoch, moment, parse, table, words
from tocsin.kernel.errors import Refused

TEXT = '{"fact": {"data": [], "day": 1769378400, "ok": true, "words": "так"}}'


def test_a_text_is_read_also_with_a_mark_of_its_encoding():
    assert parse(TEXT.encode("utf-8-sig"))["fact"]["day"] == 1_769_378_400


def test_a_text_cut_at_any_place_is_never_taken_for_a_whole_one():
    data = TEXT.encode()
    for end in range(1, len(data)):
        with pytest.raises(Refused, match=r"schedule\.(cut_off|not_a_schedule)"):
            parse(data[:end])


@pytest.mark.parametrize("text", ['{"a": [1, 2', '{"a": "b', '{"a": tr', '{"a": 12', "[1,"])
def test_what_ends_in_the_middle_is_told_as_cut_off(text):
    with pytest.raises(Refused, match=r"schedule\.cut_off"):
        parse(text.encode())


@pytest.mark.parametrize(
    "data", [b"{'a': 1}", b"[" * 100_000, b"\xff\xff{}", b'{"a": 1} {"b": 2}', b"not json"]
)
def test_what_is_no_json_is_told_as_that(data):
    with pytest.raises(Refused, match=r"schedule\.(not_a_schedule|cut_off)"):
        parse(data)


def test_a_number_of_a_million_digits_costs_nothing():
    assert parse(b'{"a": ' + b"9" * 1_000_000 + b"}") == {"a": float("inf")}


def test_moments_are_read_as_companies_write_them_and_nothing_else_is():
    begins = datetime(2026, 1, 25, 22, tzinfo=UTC)

    assert epoch("1769378400") == epoch(1_769_378_400) == epoch(1_769_378_400_000) == begins
    assert moment("2026-01-26T00:00:00+02:00") == begins
    for wrong in (None, True, "", "12", "1769378400.5", -1_769_378_400, 1e300, "٣" * 10, [], {}):
        assert epoch(wrong) is None
        assert moment(wrong) is None


def test_what_is_no_table_is_an_empty_one_and_text_is_one_short_line():
    assert table([]) == table(None) == table("x") == {}
    assert words(json.loads('"a\\u0000b\\n c"'), 5) == "a b c"
    assert words("x" * 1_000, 10) == "x" * 10
    assert words(7, 10) == ""
