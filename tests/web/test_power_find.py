"""
Goal: a house, a point or a code leads to its group, and what is not found says what else to do.

Method: the town's own address book; every way of getting it wrong.
"""

from __future__ import annotations

import pytest
from tests.views.power_town import PowerTown

from tocsin.web.power_find import address, candidate, choices, group_asked, parts, place
from tocsin.web.wording import Wording

WORDS = Wording("en")


@pytest.fixture(scope="module")
def town():
    return PowerTown()


def test_a_house_leads_to_its_group(town):
    found = place(town.power, {"street": "Шевченка вул.", "house": "3"}, WORDS)

    assert (found.group["operator"], found.group["group"]) == ("grid", "1.1")
    assert not found.problem


def test_a_group_that_it_may_be_is_a_choice_with_its_company(town):
    found = {"operator": "grid", "group": "1.2", "place": "Town"}

    assert candidate(town.power.grid, found, WORDS) == {
        "href": "/power?operator=grid&group=1.2&mine=1",
        "name": "Group 1.2",
        "where": "Town, The grid",
    }


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ({"street": "Невідома", "house": "1"}, "power.address_unknown"),
        ({"street": "Шевченка", "house": "abc"}, "power.house_wrong"),
        ({"lat": "x", "lon": "1"}, "power.point_unknown"),
        ({"lat": "91", "lon": "1"}, "power.point_unknown"),
        ({"lat": "1", "lon": "1"}, "power.point_unknown"),
        ({"lat": "1"}, "power.point_unknown"),
        ({"lat": "nan", "lon": "1"}, "power.point_unknown"),
    ],
)
def test_what_is_not_found_says_so_and_names_nobody(town, query, key):
    found = place(town.power, query, WORDS)

    assert (found.group, found.candidates, found.problem) == (None, [], WORDS.say(key))


def test_a_code_leads_to_its_group_and_an_unknown_one_nowhere(town):
    assert group_asked(town.power, {"group": " 2.1 "}, WORDS).group["zone"] == "west"
    assert "no group 9.9" in group_asked(town.power, {"group": "9.9"}, WORDS).problem


def test_every_group_can_be_chosen(town):
    (company,) = choices(town.power.grid)

    assert company["name"] == "The grid"
    assert [code for code, _ in company["groups"]] == ["1.1", "1.2", "2.1"]
    assert address("grid", "1.1") == "/power?operator=grid&group=1.1"
    assert parts("10.1") > parts("2.1")
