"""
Text out of a register is one clean line, and nobody's telephone, mail or name is in it.

Method: numbers and names as registers write them, beside house numbers, streets and years that only
look like them; then any text at all.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.intake.register_text import clean, folded, has_phone, is_null, plain

PHONES = [
    "044 123-45-67", "+380671234567", "8 (050) 123 45 67", "234-56-78", "0886-72-1111", "<phone>",
    "(044)1234567", "050-0000000",
]  # fmt: skip


@pytest.mark.parametrize("phone", PHONES)
def test_a_telephone_number_is_taken_out_and_told(phone):
    assert has_phone(f" {phone} ")
    text, removed = clean(f"Школа № 7, тел. {phone}", 160)
    assert text == "Школа № 7"
    assert removed == ("phone_removed",)
    assert clean(f"вул. Перша, 1 ({phone})", 160, address=True).text == "вул. Перша, 1"


@pytest.mark.parametrize(
    "text",
    [
        "вул. Перша, 12-14",
        "бульв. 1905-1907 років, 3",
        "50.4501, 30.5234",
        "Школа № 123456",
        "徳島県鳴門市大津町1234-5678",
        "Shelter 975",
        "10:00-18:00",
        "11-22-33",
    ],
)
def test_other_numbers_stay(text):
    assert not has_phone(text)
    assert clean(text, 160) == (text, ())


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("ФОП Вигаданко І.І.", ""),
        ("ключ у: Вигаданко В. В., 2 поверх", "ключ у: , 2 поверх"),
        ("Вигаданко Іван Іванович", ""),
        ("<private person>", ""),
        ("пишіть на a.b@example.org", "пишіть на"),
    ],
)
def test_a_persons_name_or_mail_is_taken_out_and_told(text, left):
    found = clean(text, 160)
    assert found.text == left
    assert found.removed in {("person_removed",), ("mail_removed",)}


def test_a_street_is_called_after_a_person_and_keeps_its_name():
    for street in ("вул. Шевченка Т.Г., 5", "вул. Івана Франка, 3"):
        assert clean(street, 160) == (street, ())
    assert clean("Шевченка Т.Г., 5", 160, address=True).text == "Шевченка Т.Г., 5"


@pytest.mark.parametrize(
    "nothing", ["", " ", "<Null>", "NULL", "-", "n/a", None, "NaN", "не вказано"]
)
def test_silence_is_written_in_many_ways(nothing):
    assert is_null(nothing) or nothing is None
    assert clean(nothing, 10) == ("", ())


def test_zero_is_not_silence():
    assert not is_null("0")
    assert not is_null(0)


def test_what_is_too_long_is_cut_and_told():
    text, removed = clean("сло во" * 200, 40)
    assert len(text) <= 40
    assert text.endswith("…")
    assert removed == ("cut_short",)


def test_invisible_characters_are_taken_out_and_told():
    assert clean("22 \u200bRivka\x00 St\x1b", 80) == ("22 Rivka St", ("invisible_characters",))
    assert clean("one\ntwo\tthree", 80) == ("one two three", ())


def test_values_of_json_are_written_as_a_table_would():
    assert [plain(value) for value in (True, 5, 5.0, 5.25, None, {"a": 1}, [1], 10**400)] == [
        "yes", "5", "5", "5.25", "", "", "", "",
    ]  # fmt: skip
    assert plain(float("nan")) == "nan"
    assert folded(" ЦІЛОДОБОВО\n") == "цілодобово"


@given(st.text(max_size=300))
def test_whatever_is_written_the_result_is_one_line_without_a_telephone(text):
    found = clean(text, 60)
    assert len(found.text) <= 60
    assert found.text.isprintable()
    assert clean(found.text, 60).text == found.text or found.removed
