"""
Goal: at a point, at a house and by name the same group is told, and a doubt is told as one.

Method: a town with one company of two zones, everything decided by the desk.
"""

from __future__ import annotations

import pytest
from tests.power.grids import WEST, cuts, damaged, day, publishes
from tests.views.power_town import PowerTown

from tocsin.areas.area import Area
from tocsin.kernel.errors import Refused
from tocsin.kernel.ids import AreaCode
from tocsin.views.power import PowerView


class Outlines:
    """Every point lies in one area."""

    def __init__(self, area):
        self.area = area

    def at(self, _lat, _lon):
        return self.area


def at_point(town, code):
    area = town.live.gazetteer.get(code) if code else None
    assert area is None or isinstance(area, Area)
    town.live.outlines = Outlines(area)
    return town.power.at_point(50.0, 30.0)


@pytest.fixture
def town():
    made = PowerTown()
    made.say(
        publishes(day("y" * 11 + "nnn" + "y" * 10), day(group="1.2")),
        publishes(day(group="2.1"), code="west", area=WEST),
    )
    return made


def test_all_zones_and_all_groups_are_shown_by_company_and_code(town):
    shape = town.power.zones()

    assert [one["zone"] for one in shape["zones"]] == ["east", "west"]
    assert shape["position"] == town.projections.grid.position
    rows = town.power.rows(None, None)()["groups"]
    assert [(one["group"], one["power"]) for one in rows] == [
        ("1.1", "off"), ("1.2", "on"), ("2.1", "on"),
    ]  # fmt: skip
    assert town.power.rows("another", None)()["groups"] == []


def test_a_group_is_told_as_it_was_known_then(town):
    before = town.clock.now()
    town.goes_on(minutes=5)
    town.say(publishes(day("y" * 24), day(group="1.2"), seconds=300))

    assert town.power.group("grid", "1.1")["power"] == "on"
    assert town.power.group("grid", "1.1", before)["power"] == "off"
    assert town.power.group("grid", "1.1", before)["as_of"] < town.power.zones()["as_of"]


def test_an_emergency_in_one_zone_is_told_there_and_nowhere_else(town):
    town.say(cuts(code="west", area=WEST))

    assert town.power.group("grid", "2.1")["power"] == "emergency"
    assert town.power.group("grid", "1.2")["power"] == "on"
    assert [one["regime"] for one in town.power.at_place(AreaCode("SOUTH"))] == ["emergency"]
    assert [one["regime"] for one in town.power.at_place(AreaCode("NORTH"))] == ["hourly"]


def test_a_point_tells_its_zone_and_the_group_where_there_is_one(town):
    west = at_point(town, "PORT")
    assert [(one["zone"], one["relation"]) for one in west["zones"]] == [("west", "around")]
    assert west["group"]["group"] == "2.1"
    east = at_point(town, "NORTH")
    assert east["group"] is None
    assert [one["group"] for one in east["candidates"]] == ["1.1", "1.2"]
    assert at_point(town, None)["zones"] == []


def test_a_zone_that_lies_somewhere_inside_the_area_answers_for_no_point_alone(town):
    found = at_point(town, "LAND")

    assert {one["relation"] for one in found["zones"]} == {"inside"}
    assert found["group"] is None
    assert len(found["candidates"]) == 3


def test_a_house_tells_its_group_and_one_of_a_group_that_is_gone_tells_none(town):
    found = town.power.at_address("вул. Шевченка", "3")
    assert found["group"]["group"] == "1.1"
    assert found["candidates"] == [{"operator": "grid", "group": "1.1", "place": None}]
    with pytest.raises(Refused, match=r"power\.no_addresses"):
        PowerView(town.projections.grid, town.live).at_address("Шевченка", "3")


def test_what_is_not_there_is_refused(town):
    with pytest.raises(Refused, match=r"power\.zone_unknown"):
        town.power.zone("grid", "north")
    with pytest.raises(Refused, match=r"power\.group_unknown"):
        town.power.group("grid", "9.9")
    with pytest.raises(Refused, match=r"power\.outage_unknown"):
        town.power.hit(town.power.zone("grid", "east"), "none")
    town.say(damaged())
    outage = town.power.zone("grid", "east").outages[0].id
    assert town.power.hit(town.power.zone("grid", "east"), outage) == outage
    with pytest.raises(Refused, match=r"power\.outage_unknown"):
        town.power.hit(town.power.zone("grid", "west"), outage)
    assert town.power.at_place(AreaCode("LAND")) is not None
