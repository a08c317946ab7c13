"""
A file of coordinates locates by number, line or address, and never by likeness.

Method: small files of each kind, rows that are and are not in them.
"""

import pytest

from tocsin.intake.register_coordinates import names_a_place, read_coordinates
from tocsin.intake.register_place import Point
from tocsin.intake.register_rows import Row
from tocsin.kernel.errors import Malformed

HERE, THERE = Point(50.45, 30.52), Point(50.46, 30.53)


def found(text, *, number=2, source_id="", address=""):
    return read_coordinates(text.encode()).find(Row(number, {}), source_id, address)


def test_an_address_is_the_same_in_any_case_and_spacing_and_never_a_similar_one():
    table = 'address,lat,lon\n"вул. Перша, 1",50.45,30.52\n'
    assert found(table, address="ВУЛ.  Перша, 1") == HERE
    assert found(table, address="вул. Перша, 1-А") is None
    assert found(table, address="вул. Перша, 11") is None


def test_a_number_or_a_line_locates_one_row():
    assert found("id,LAT,LNG\nM12ab,50.45,30.52\n", source_id="m12ab") == HERE
    assert found("row;широта;довгота\n7;50,45;30,52\n", number=7) == HERE
    assert found("row,lat,lon\n7,50.45,30.52\n", number=8) is None


def test_an_address_that_names_no_place_is_not_looked_up():
    table = "address,lat,lon\nВхід до станції метро,50.45,30.52\n"
    assert found(table, address="Вхід до станції метро") is None
    assert not names_a_place("Інформаційна позначка")
    assert not names_a_place("")
    assert names_a_place("Станція метро «Вигадана»")


def test_two_points_for_one_address_locate_nothing_and_are_counted():
    coordinates = read_coordinates(
        b"address,lat,lon\nA 1,50.45,30.52\nA 1,50.46,30.53\nB 2,50.46,30.53\nC 3,50.46,30.53\n"
    )
    assert coordinates.find(Row(2, {}), "", "A 1") is None
    assert coordinates.find(Row(3, {}), "", "B 2") == THERE
    assert coordinates.contradicted == {"a 1"}
    assert coordinates.unused() == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("lat,lon\n1,2\n", "none of the columns id, row and address"),
        ("id,lat,lon\n1,50.45,\n", "Row 2 has no latitude"),
        ("id,lat,lon\n1,50.45,30.52\n2,134,34\n", "Row 3 has no latitude"),
        ("", "It is empty"),
        ("id,lat,lon\n1,50.4", "cut off"),
    ],
)
def test_a_mistake_in_the_file_is_named(text, says):
    with pytest.raises(Malformed, match=says) as refused:
        read_coordinates(text.encode())
    assert refused.value.code == "register.coordinates_malformed"
