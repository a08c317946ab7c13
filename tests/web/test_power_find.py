"""
Goal: a house, a point or a code leads to its group, and what is not found says what else to do.

Method: the town's own address book; every way of getting it wrong.
"""

from __future__ import annotations

import pytest
from tests.views.power_town import PowerTown

from tocsin.web.power_find import Answer, asked, candidate, choices, parts, place, way_to
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

    assert found == Answer(problem=WORDS.say(key))


def test_a_code_leads_to_its_group_and_an_unknown_one_nowhere(town):
    assert asked(town.power, {"group": " 2.1 "}, WORDS).group["zone"] == "west"
    assert "no group 9.9" in asked(town.power, {"group": "9.9"}, WORDS).problem
    assert asked(town.power, {}, WORDS) == Answer()


def test_a_zone_leads_to_what_all_of_it_shares(town):
    found = asked(town.power, {"operator": "grid", "zone": "east"}, WORDS)

    assert found.zone["regime"] == "unknown"
    assert (
        "no zone north" in asked(town.power, {"operator": "grid", "zone": "north"}, WORDS).problem
    )
    choice = candidate(town.power.grid, found.zone, WORDS)
    assert choice["href"] == "/power?operator=grid&zone=east&mine=1"
    assert choice["where"] == "The grid, no schedule is known"


class Point:
    """Answers for a point as the view does."""

    def __init__(self, *zones, group=None):
        self.answer = {"group": group, "candidates": [], "zones": list(zones)}

    def at_point(self, *_):
        return self.answer


def test_a_point_in_one_zone_leads_to_it_also_where_it_has_no_groups():
    here = {"operator": "grid", "zone": "east", "relation": "here"}
    inside = {"operator": "grid", "zone": "west", "relation": "inside"}
    spot = {"lat": "50.4", "lon": "30.5"}

    assert place(Point(here, inside), spot, WORDS).zone == here
    assert place(Point(inside), spot, WORDS) == Answer(candidates=(inside,))


def test_every_group_can_be_chosen(town):
    (company,) = choices(town.power.grid)

    assert company["name"] == "The grid"
    assert [code for code, _ in company["groups"]] == ["1.1", "1.2", "2.1"]
    (one,) = choices(town.power.grid, ("grid", "west"))
    assert one["groups"] == [("2.1", "/power?operator=grid&group=2.1&mine=1")]
    assert way_to({"operator": "grid", "group": "1.1"}) == "/power?operator=grid&group=1.1"
    assert parts("10.1") > parts("2.1")
