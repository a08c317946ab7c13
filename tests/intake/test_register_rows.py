"""
Rows are bounded, and their values are found under names in any case and spacing.

Method: names that differ by case alone, values that say nothing, and more of each than may be.
"""

import pytest

from tocsin.intake.register_rows import COLUMNS, ROWS, Row, Rows
from tocsin.kernel.errors import Refused


def test_a_value_is_found_under_the_first_name_that_says_something():
    rows = Rows("csv")
    rows.add({"Latitude ": "50", "NAME": "<Null>", "Назва": "Льох"}, number=2)

    row = rows.rows[0]
    assert row.number == 2
    assert row.first(("lat", "latitude")) == "50"
    assert row.first(("name", "назва")) == "Льох"
    assert row.first(("nothing",)) is None
    assert rows.columns == {"latitude": "Latitude ", "name": "NAME", "назва": "Назва"}


def test_of_two_columns_with_one_name_the_one_that_says_something_counts():
    rows = Rows("json")
    rows.add({"lat": None, "LAT": 50.4})
    assert rows.rows[0].first(["lat"]) == 50.4


def test_an_empty_list_says_nothing():
    assert Row(1, {"a": [], "b": ["洪水"]}).first(("a", "b")) == ["洪水"]


def test_more_rows_than_may_be_are_refused():
    rows = Rows("json")
    rows.rows = [Row(1, {})] * ROWS
    with pytest.raises(Refused, match=r"register\.too_large"):
        rows.add({})


def test_more_columns_than_may_be_are_refused():
    rows = Rows("json")
    rows.add({f"a{n}": n for n in range(COLUMNS + 50)})
    assert len(rows.rows[0].values) == COLUMNS
    rows.add({f"b{n}": n for n in range(COLUMNS)})
    with pytest.raises(Refused, match=r"register\.too_large"):
        rows.add({"one more": 1})
