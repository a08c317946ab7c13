"""
Goal: a zone, a day, an emergency and an outage are told with all that is known, and no more.

Method: the town's own answers, put into words.
"""

from __future__ import annotations

from tests.power.grids import NOON, at, cuts, damaged, day, fails, publishes
from tests.views.power_town import PowerTown

from tocsin.power.messages import GroupCode
from tocsin.web import power_told
from tocsin.web.power_panel import Wall
from tocsin.web.power_strip import day_shown, days_of
from tocsin.web.times import Times
from tocsin.web.wording import Wording

WALL = Wall(Wording("en"), NOON, "Europe/Kyiv")


def told_of(town, number=0):
    state, group = town.power.grid.find("1.1"), town.power.group("grid", "1.1")
    which = days_of(state, NOON)[number]
    return power_told.day_told(
        day_shown(state, GroupCode("1.1"), which, NOON), group["days"][number], WALL
    )


def test_a_zone_is_told_with_what_stands_in_it():
    town = PowerTown()
    town.say(cuts(-600), damaged(-300, expected_at=at(7200)), fails(-60))
    east = power_told.zone(town.power.zones()["zones"][0], "The grid", WALL)

    assert east["told"] == "emergency shutdown, until further notice"
    assert east["emergency"] == ["since 11:50", "Reason: imminent danger"]
    (outage,) = east["outages"]
    assert outage == (
        "a line is down, since 11:55; people without power: 1000; power is expected at 14:00"
    )
    assert east["failing"].startswith("The source could not be read since 11:59.")
    assert east["known"] == ""


def test_what_does_not_stand_is_not_told():
    assert power_told.emergency(None, WALL) == []
    assert power_told.failing(None, WALL) == ""


def test_a_day_has_its_totals_and_what_changed():
    town = PowerTown()
    town.say(publishes(day("n" * 2 + "y" * 22), seconds=-600))
    town.say(publishes(day("n" * 4 + "m" + "y" * 19), seconds=-300))
    told = told_of(town)

    assert told["name"] == "Today, 26 January 2026"
    assert told["totals"] == "4 h without power in all; another 1 h may be off"
    assert told["summary"].startswith("00:00–04:00 without power; 04:00–05:00 power may be off")
    assert "added 02:00–04:00" in told["changed"]
    assert told["changed_at"] == "Changed 11:55"
    tomorrow = told_of(town, 1)
    assert (tomorrow["totals"], tomorrow["regime"]) == ("", "no schedule is known")


def test_under_an_emergency_no_sum_of_the_plan_is_told():
    town = PowerTown()
    town.say(publishes(day("n" * 20 + "y" * 4), seconds=-600), cuts())
    told = told_of(town)

    assert told["totals"] == ""
    assert told["regime"] == "emergency shutdown, until further notice"


def test_a_script_is_given_every_stretch_and_the_age_of_the_answer():
    town = PowerTown()
    town.say(publishes(day("n" * 12 + "y" * 12), seconds=-600))
    state, group = town.power.grid.find("1.1"), town.power.group("grid", "1.1")
    days = [day_shown(state, GroupCode("1.1"), one, NOON) for one in days_of(state, NOON)]
    own = power_told.own(group, days, WALL)

    assert [band["state"] for band in own["bands"]] == ["off", "on", "unknown"]
    assert power_told.own(group, None, WALL)["bands"] is None
    sources = power_told.sources(group, WALL)
    assert [text for text, _ in sources] == ["Schedule: site", "fetched 11:50"]


def test_an_emergency_is_noted_elsewhere_with_the_moment_of_the_note():
    town = PowerTown()
    town.say(cuts(-600))
    zones = town.power.zones()["zones"]
    noted = power_told.shutdowns(lambda _: zones, ["A", "B"], Times(Wording("en"), NOON))

    assert noted == [
        (
            "/power?operator=grid&zone=east",
            "Power: emergency shutdown, East, since 11:50 (as of 12:00)",
        )
    ]
    assert power_told.shutdowns(power_told.nobody_knows, ["A"], Times(Wording("en"), NOON)) == []
