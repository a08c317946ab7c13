"""
`tocsin shelters assign` sends everybody somewhere, nobody beyond capacity, and says how it did.

Method: the street of `test_shelters_city`: an open shelter for a hundred people, another of which
nobody has said how many it holds, and a hundred people at the two ends.
"""

import csv

import pytest
from tests.cli.test_shelters_city import furnished, plan


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return furnished(tmp_path_factory.mktemp("assign"))


def test_nobody_is_sent_where_it_is_not_known_how_many_fit(folder):
    told = plan(folder, "assign", "--json").json()

    assert (told["plan"]["method"], told["plan"]["because"]) == ("cells", None)
    assert (told["plan"]["placed"], told["plan"]["capacity_unknown"]) == (100, 1)
    assert (told["plan"]["people"], told["plan"]["off_network"]) == (105, 5)
    assert told["load"]["shelters"] == [{"id": "city.1", "people": 100, "capacity": 100, "over": 0}]


def test_with_a_capacity_to_reckon_with_each_goes_to_the_nearer(folder):
    told = plan(folder, "assign", "--capacity", "50", "--exact", "--json").json()

    assert (told["plan"]["method"], told["plan"]["proven"]) == ("exact", True)
    assert {one["id"]: one["people"] for one in told["load"]["shelters"]} == {
        "city.1": 60,
        "city.2": 40,
    }


def test_whoever_has_no_place_is_counted(folder):
    told = plan(folder, "assign", "--closed", "city.1", "--capacity", "30", "--json").json()

    assert (told["plan"]["placed"], told["plan"]["unplaced"]) == (30, 70)


def test_the_plan_is_written_crossing_by_crossing(folder, tmp_path):
    file = tmp_path / "plan.csv"

    said = plan(folder, "assign", "--capacity", "50", "--to", file).out

    assert f"Wrote {file}." in said
    with file.open() as lines:
        rows = list(csv.DictReader(lines))
    assert [(row["shelter"], row["people"], row["in_reach"]) for row in rows] == [
        ("city.1", "60", "yes"),
        ("city.2", "40", "yes"),
    ]


def test_a_person_reads_how_it_was_made_and_what_is_not_known(folder):
    said = plan(folder, "assign").out.splitlines()

    assert "The capacity of 1 open ones is not known; nobody is sent there (--capacity)." in said
    assert "105 people, 100 places." in said
    assert "5 live too far from every street." in said
    assert "  city.1: 100 of 100" in said
    assert any(line.startswith("Planned in cells of 200 m") for line in said)
    proven = plan(folder, "assign", "--exact").out
    assert "it is proven that there is no better one" in proven
