"""
Goal: a house finds its group however its street is written, and a doubt is told as one.

Method: over any spelling of a street; houses with letters and fractions by table; what cannot be
read is refused with the number of its row and never with what stood there.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.views.power_town import book

from tocsin.kernel.errors import Malformed, Refused
from tocsin.views.power_addresses import (
    House,
    open_addresses,
    read_house,
    read_street,
)

HEAD = "operator,street,house_from,house_to,parity,group\n"


def groups(found):
    return [one.group for one in found]


@given(
    st.sampled_from(["вул. ", "ВУЛИЦЯ ", "вул.", "", "Вул "]),
    st.permutations(["Олени", "П’ятої"]),
    st.sampled_from(["’", "'", "ʼ", ""]),
    st.sampled_from([str.upper, str.lower, str.title]),
)
def test_a_street_is_found_however_it_is_written(kind, names, apostrophe, case):
    rows = book(("grid", "вул. Олени П'ятої", "1", "9", "", "1.1"))
    written = kind + case(" ".join(names)).replace("’", apostrophe)

    assert groups(rows.find(written, "3")) == ["1.1"]


@pytest.mark.parametrize(
    ("text", "house"),
    [
        ("12", House(12)),
        ("12а", House(12, "а")),
        ("12-А", House(12, "а")),
        ("12 a", House(12, "а")),
        ("12/3", House(12, "", 3)),
        ("12А/3б", House(12, "а", 3, "б")),
        ("12 корп. 2", House(12, "", 2)),
    ],
)
def test_a_house_has_a_number_a_letter_and_a_part(text, house):
    assert read_house(text) == house


@pytest.mark.parametrize("text", ["", "а", "12аб", "-1", "123456", "1;2", "12//3"])
def test_what_is_no_house_is_refused(text):
    with pytest.raises(Malformed, match=r"power\.house_malformed"):
        read_house(text)


@pytest.mark.parametrize(
    ("street", "house", "found"),
    [
        ("вулиця Шевченка", "3", ["1.1"]),
        ("вулиця Шевченка", "19б", ["1.1"]),
        ("Шевченка вул.", "4", ["1.2"]),
        ("вул. Шевченка", "4/2", ["1.2"]),
        ("провулок Шевченка", "400", ["2.1"]),
        ("вул. Шевченка", "7А", ["2.1"]),
        ("вул. Шевченка", "7б", ["1.1"]),
        ("Шевченка", "3", ["1.1"]),
        ("Шевченка", "99", ["2.1"]),
    ],
)
def test_the_row_that_is_most_particular_about_a_house_tells_its_group(street, house, found):
    assert groups(book().find(street, house)) == found


def test_where_two_towns_have_the_street_both_groups_are_told():
    rows = book(
        ("grid", "вул. Лісова", "1", "50", "", "1.1"),
        ("other", "вул. Лісова", "1", "50", "", "3.2"),
    )
    assert groups(rows.find("Лісова", "8")) == ["1.1", "3.2"]


@pytest.mark.parametrize(
    ("street", "house"), [("вул. Шевченка", "22"), ("бульвар Шевченка", "3"), ("Зелена", "1")]
)
def test_a_house_in_no_row_is_unknown_and_not_repeated(street, house):
    with pytest.raises(Refused, match=r"power\.address_unknown") as caught:
        book().find(street, house)
    assert "Зелена" not in caught.value.sentence
    assert caught.value.status == 404


def test_a_street_may_be_called_its_kind_and_a_numeral_has_many_endings():
    assert read_street("Набережна") == read_street("набережна ")
    assert read_street("1-го Травня, вул.") == read_street("вулиця 1 Травня")
    assert read_street("вул. ім. Франка") == read_street("Франка вул")


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("operator,street\n", "row 1"),
        (HEAD + "grid,,1,2,,1.1\n", "row 2"),
        (HEAD + "grid,Зелена,1,2,often,1.1\n", "row 2"),
        (HEAD + "grid,Зелена,1,2,,1.1\ngrid,Зелена,x,2,,1.1\n", "row 3"),
        (HEAD + "grid,Зелена,,2,,1.1\n", "row 2"),
        (HEAD + "grid,Зелена,9,2,,1.1\n", "row 2"),
        (b"\xff\xfe", "power_addresses"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_row_and_without_its_words(
    tmp_path, text, where
):
    path = tmp_path / "addresses.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())

    with pytest.raises(Malformed, match=r"power\.addresses_malformed") as caught:
        open_addresses(path)
    assert caught.value.where == where
    assert "Зелена" not in caught.value.sentence


def test_a_file_is_read_once_and_none_is_none(tmp_path):
    path = tmp_path / "addresses.csv"
    path.write_text("\ufeff" + HEAD + "grid,Зелена,1,9,odd,1.1\n", encoding="utf-8")
    read = open_addresses(path)

    assert read is not None
    assert len(read) == 1
    assert groups(read.find("зелена", "5")) == ["1.1"]
    assert open_addresses(None) is None
    with pytest.raises(Malformed):
        open_addresses(tmp_path / "none.csv")
