"""
A table is read line by line, by the wall's clock; a time in no line is unknown, unless somebody
answers for it.

Method: the invented tables, and tables with one oddity each.
"""

from __future__ import annotations

import json

import pytest
from tests.intake.schedules import HERE, letters, read, told

from tocsin.intake import schedule_csv
from tocsin.intake.schedule_mapping import load_mapping
from tocsin.kernel.errors import Refused
from tocsin.power.messages import Power, Slot

HEAD = "group,date,start,end,state\n"


def days(text, **mapping):
    how = load_mapping(json.dumps(mapping).encode()) if mapping else None
    reading = read(text.encode(), how)
    return told(reading), dict(reading.remarks.counts)


def test_a_table_as_tocsin_writes_it_is_read_back():
    reading = read("table.csv")
    found = told(reading)

    assert reading.operator == "rivne-demo"
    assert letters(found["1.1", "2026-01-26"]) == "n" * 8 + "y" * 32 + "m" * 8
    assert str(found["1.1", "2026-01-27"].regime) == "waiting"
    assert str(found["1.2", "2026-01-26"].regime) == "none"
    (edition,) = reading.editions
    assert (edition.known_at, edition.published_at) == (
        "2026-01-26T04:00:00.000Z", "2026-01-26T03:55:00.000Z",
    )  # fmt: skip
    assert edition.weeks["1.2"][0][1] == Slot(480, 720, Power.MAYBE)
    assert edition.weeks["1.2"][1] == (Slot(0, 1_440, Power.UNKNOWN),)


def test_a_time_in_no_line_of_a_day_is_unknown():
    found, _ = days(HEAD + "1.1,2026-01-26,08:00,12:00,off\n")

    assert letters(found["1.1", "2026-01-26"]) == "?" * 16 + "n" * 8 + "?" * 24


def test_a_line_that_ends_before_it_starts_ends_on_the_next_day():
    found, _ = days(HEAD + "1.1,2026-01-26,22:00,00:30,off\n1.1,2026-01-26,00:00,00:00,maybe\n")

    assert letters(found["1.1", "2026-01-26"]) == "m" * 44 + "n" * 4
    assert letters(found["1.1", "2026-01-27"]) == "n" + "?" * 47


def test_a_half_hour_of_an_emergency_is_none_of_the_plan():
    found, _ = days(HEAD + "1.1,2026-01-26,00:00,12:00,on\n1.1,2026-01-26,12:00,24:00,emergency\n")

    assert letters(found["1.1", "2026-01-26"]) == "y" * 24 + "?" * 24


def test_a_month_is_read_at_its_stage_and_only_its_own_days_have_power():
    reading = read("month.csv", load_mapping(HERE / "month.toml"))
    found = {date: letters(day) for (_, date), day in told(reading).items()}

    assert found == {
        "2026-02-01": "n" * 6 + "y" * 42,
        "2026-02-03": "y" * 18 + "n" * 6 + "y" * 20 + "n" * 4,
        "2026-02-04": "n" + "?" * 47,
        "2026-02-05": "y" * 48,
    }
    assert reading.remarks.counts == {}


def test_moments_in_a_table_are_put_on_the_wall_of_its_zone():
    text = "area,start,finish\nx,2026-01-26T06:00:00+00:00,2026-01-26T08:30:00Z\n"
    found, _ = days(text, columns={"group": "area", "start": "start", "end": "finish"})

    assert letters(found["x", "2026-01-26"]) == "?" * 16 + "n" * 5 + "?" * 27


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("=1,2026-01-26,00:00,01:00,off", "group_malformed"),
        ("1.1,26.01.2026,00:00,01:00,off", "day_malformed"),
        ("1.1,2026-01-26,24:00,01:00,off", "time_malformed"),
        ("1.1,2026-01-26,00:00,25:00,off", "time_malformed"),
        ("1.1,2026-01-26,0:0,01:00,off", "time_malformed"),
        ("1.1,2026-01-26,00:61,01:00,off", "time_malformed"),
        ("1.1,2026-01-26,,01:00,off", "time_malformed"),
        ("1.1,2026-01-26,00:00,01:00,none", "state_unknown"),
        ("1.1,2026-01-26,,,on", "state_unknown"),
        ("1.1,2026-01-26", "state_unknown"),
    ],
)
def test_a_line_that_is_not_understood_is_left_out_and_told(line, code):
    found, remarks = days(HEAD + line + "\n2.1,2026-01-26,00:00,24:00,on\n")

    assert list(found) == [("2.1", "2026-01-26")]
    assert remarks == {code: 1}


def test_words_and_columns_of_others_are_translated_and_any_separator_will_do():
    text = "Черга;День;З;До;Світло\n1.1;2026-01-26;08:00:00;12:00:00;Немає\n"
    found, _ = days(
        text,
        columns={"group": "черга", "date": "день", "start": "з", "end": "до", "state": "світло"},
        words={"немає": "off"},
    )

    assert "n" * 8 in letters(found["1.1", "2026-01-26"])


def test_editions_of_different_moments_are_parts_of_one_table():
    text = "group,date,start,end,state,known_at\n" + "".join(
        f"1.{n},2026-01-26,00:00,24:00,on,2026-01-26T0{n}:00:00Z\n" for n in range(1, 5)
    )
    reading = read(text.encode())

    assert [edition.part for edition in reading.editions] == [True] * 4


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (HEAD.encode() + b'1.1,2026-01-26,"00:00', "cut_off"),
        (HEAD.encode() + b"1.1,2026-01-26,00:00,24:00,on\xff\n", "not_a_schedule"),
        (HEAD.encode(), "not_a_schedule"),
        (b"group,date,start,end\n", "not_a_schedule"),
        (HEAD.encode() + b'"a"b,c\n', "not_a_schedule"),
        ((HEAD + "," * 100 + "\n").encode(), "too_large"),
        (
            b"operator,group,date,start,end,state\na,1,2026-01-26,,,none\nb,1,2026-01-26,,,none\n",
            "not_a_schedule",
        ),
    ],
)
def test_a_table_that_is_wrong_as_a_whole_is_refused(data, code):
    with pytest.raises(Refused, match=rf"schedule\.{code}"):
        read(data)


def test_a_table_longer_than_any_schedule_is_refused(monkeypatch):
    monkeypatch.setattr(schedule_csv, "LINES", 3)

    with pytest.raises(Refused, match=r"schedule\.too_large"):
        read("table.csv")


def test_a_column_that_a_mapping_names_must_be_there():
    with pytest.raises(Refused, match=r"no column “to”"):
        days(HEAD, columns={"group": "group", "date": "date", "start": "start", "end": "To"})


def test_utf_16_is_read_as_spreadsheets_write_it():
    reading = read((HEAD + "1.1,2026-01-26,00:00,24:00,on\n").encode("utf-16"))

    assert len(told(reading)) == 1
