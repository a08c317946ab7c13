"""
Tables are read however they are separated and encoded, and a cut-off one is told.

Method: one small table in each way, then cut, ragged and hostile ones.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.intake.register_rows import COLUMNS
from tocsin.intake.register_table import read_table
from tocsin.kernel.errors import Refused

TABLE = 'Назва;Адреса;Широта\nЛьох;вул. Перша, 1;50,4\n\nСхов;"вул. ""Друга""\n2";50,5\n'


def rows(text, encoding="utf-8"):
    return read_table(text.encode(encoding) if isinstance(text, str) else text)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_a_table_is_read_in_any_encoding_and_with_any_separator(encoding, delimiter):
    found = rows(TABLE.replace(";", delimiter), encoding)
    assert [row.values["назва"] for row in found.rows] == ["Льох", "Схов"]
    assert found.rows[1].values["адреса"] == 'вул. "Друга"\n2'
    assert [row.number for row in found.rows] == [2, 4]
    assert list(found.columns) == ["назва", "адреса", "широта"]


def test_old_japanese_bytes_are_read_where_the_heading_is_a_registers():
    found = rows("施設・場所名,緯度\n架空,34.1\n", "cp932")
    assert found.rows[0].values == {"施設・場所名": "架空", "緯度": "34.1"}


@pytest.mark.parametrize(
    "text",
    [
        "a,b,c\n1,2,3\n4,5",
        "a,b\n1,2\n3",
        'a,b\n1,2\n3,"4',
        'a,b\n1,"2\n',
        "a,b\n1,2\n3,Льо".encode()[:-1],
    ],
)
def test_a_table_that_was_cut_off_is_told_as_cut_off(text):
    with pytest.raises(Refused, match=r"register\.cut_off"):
        rows(text)


def test_a_short_line_among_others_is_odd_and_no_cut():
    found = rows("a,b,c\n1,2\n3,4,5,6\n7,8,9\n")
    assert found.odd == [2, 3]
    assert found.rows[0].values == {"a": "1", "b": "2"}


def test_two_columns_of_one_name_do_not_hide_one_another():
    found = rows("a,A,,\n1,2,3,4\n")
    assert found.rows[0].values == {"a": "1", "a (2)": "2"}


def test_a_quotation_in_the_middle_of_a_cell_is_forgiven():
    assert rows('a,b\n"КП" Вигадка,2\n').rows[0].values["b"] == "2"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "It is empty"),
        ("\n \n", "It is empty"),
        ("only words\nmore words\n", "first line is one cell"),
        (",".join(f"c{n}" for n in range(COLUMNS + 1)) + "\n", "columns"),
        ('a,b\n1,"' + "x" * 200_000 + '"\n', "no table"),
        (b"a,b\n\xff\xfe\xfd,2\n", "no UTF-8 from byte 4"),
    ],
)
def test_what_is_no_table_has_its_reason(text, says):
    with pytest.raises(Refused, match=says):
        rows(text)


def outcome(data):
    try:
        read_table(data)
    except Refused as refused:
        return refused.code
    return "read"


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_random_bytes_are_read_or_refused(data):
    assert outcome(data) in {
        "read",
        "register.cut_off",
        "register.not_a_register",
        "register.too_large",
    }
