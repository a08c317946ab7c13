"""
Goal: whoever asks learns how it is, since when, until when and by whose word, as known then; what
is asked is neither kept nor repeated.

Method: a town in memory behind the routers of the site.
"""

from __future__ import annotations

import asyncio

import httpx
import pytest
from tests.power.grids import TOMORROW, WEST, at, cuts, day, fails, publishes, restores
from tests.web.power_door import Door
from tests.web.test_api import problem

from tocsin.web.outages import ASKED_AT_ONCE


@pytest.fixture
def door():
    made = Door()
    made.town.say(
        publishes(
            day("y" * 11 + "nnn" + "y" * 10),
            day(group="1.2"),
            day("nn" + "y" * 22, date=TOMORROW),
            day(group="1.2", date=TOMORROW),
            published_at=at(-60),
        ),
        publishes(day(group="2.1"), code="west", area=WEST),
    )
    return made


def test_a_group_is_told_with_its_state_its_source_and_two_days_of_half_hours(door):
    answer = door.get("/groups/grid/1.1")

    assert answer.headers["cache-control"] == "public, max-age=5"
    shape = answer.json()
    assert (shape["power"], shape["since"], shape["until"], shape["next"]) == (
        "off", at(-3_600), at(7_200), "on",
    )  # fmt: skip
    assert (shape["source"], shape["published_at"], shape["age_s"]) == ("site", at(-60), 0)
    assert [one["total_off_minutes"] for one in shape["days"]] == [180, 120]
    assert shape["words"]["uk"].startswith("Світла немає з 11:00 до 14:00")


def test_what_was_known_then_is_told_as_it_was(door):
    door.town.goes_on(minutes=10)
    door.town.say(publishes(day(), day(group="1.2"), seconds=600), fails(601))

    assert door.get("/groups/grid/1.1").json()["power"] == "on"
    then = door.get("/groups/grid/1.1", params={"at": at(300)}).json()
    assert (then["power"], then["failing"], then["as_of"]) == ("off", None, at(300))
    early = door.get("/groups/grid/1.1", params={"at": at(-300)}).json()
    assert (early["power"], early["known_at"]) == ("unknown", None)
    zones = door.get(params={"at": at(-300)}).json()["zones"]
    assert {one["regime"] for one in zones} == {"unknown"}
    rows = door.get("/groups", params={"at": at(300), "operator": "grid"}).json()["groups"]
    assert [one["power"] for one in rows] == ["off", "on", "on"]


def test_all_groups_are_told_anew_once_anything_is_heard(door):
    assert [one["power"] for one in door.get("/groups").json()["groups"]] == ["off", "on", "on"]
    door.town.say(cuts(code="west", area=WEST))
    rows = door.get("/groups").json()["groups"]
    assert [one["power"] for one in rows] == ["off", "on", "emergency"]
    door.town.goes_on(hours=3)
    rows = door.get("/groups").json()["groups"]
    assert [one["power"] for one in rows] == ["on", "on", "emergency"]
    for name in ("nobody", "no-one"):
        assert door.get("/groups", params={"operator": name}).json()["groups"] == []


def test_a_zone_s_emergency_is_told_there_and_nowhere_else(door):
    door.town.say(cuts(code="west", area=WEST))
    east, west = door.get().json()["zones"]

    assert (east["regime"], east["emergency"]) == ("hourly", None)
    assert west["emergency"] == {"since": at(), "reason": "imminent danger", "source": ""}
    assert door.get("/groups/grid/1.1").json()["power"] == "off"


def test_a_house_is_found_and_neither_kept_nor_repeated(door):
    asked = {"street": "вул. Шевченка", "house": "4"}
    answer = door.get("/at", params=asked)

    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["group"]["group"] == "1.2"
    assert "Шевченка" not in answer.text
    missing = door.get("/at", params={"street": "Таємна", "house": "4"})
    problem(missing, 404, "power.address_unknown")
    assert "Таємна" not in missing.text


def test_a_point_outside_has_no_zone(door):
    found = door.get("/at", params={"lat": 50.0, "lon": 30.0}).json()

    assert (found["group"], found["candidates"], found["zones"]) == (None, [], [])


@pytest.mark.parametrize(
    ("params", "code", "where"),
    [
        ({}, "query.malformed", "query"),
        ({"lat": 50.0}, "query.malformed", "query"),
        ({"lat": "north", "lon": 30}, "query.malformed", "lat"),
        ({"street": "", "house": "4"}, "query.malformed", "street"),
        ({"street": "Зелена", "house": "x" * 121}, "query.malformed", "house"),
        ({"street": "Зелена", "house": "x"}, "power.house_malformed", "house"),
        ({"lat": 50, "lon": 30, "zoom": 3}, "query.unknown_parameter", "zoom"),
    ],
)
def test_what_is_misspelt_is_refused_with_its_name(door, params, code, where):
    problem(door.get("/at", params=params), 400, code, where)


def test_what_is_not_there_is_refused(door):
    problem(door.get("/groups/grid/9.9"), 404, "power.group_unknown")
    problem(door.get("/groups/nobody/1.1"), 404, "power.group_unknown")
    problem(door.get("/groups/grid/1.1", params={"at": "noon"}), 400, "time.malformed", "at")


def test_who_asks_too_often_for_itself_alone_is_told_to_wait_and_the_list_stays_open(door):
    async def ask(client, count):
        path = "/api/v1/outages/at?lat=50&lon=30"
        return [(await client.get(path)).status_code for _ in range(count)]

    async def often():
        transport = httpx.ASGITransport(door.app, client=("203.0.113.9", 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
            return await ask(client, ASKED_AT_ONCE + 1)

    answers = asyncio.run(often())
    assert answers == [200] * ASKED_AT_ONCE + [429]
    assert door.get("/groups", address="203.0.113.9").status_code == 200
    assert door.get("/at", params={"lat": 50, "lon": 30}).status_code == 200


def test_what_was_told_is_given_since_a_moment_and_once(door):
    assert door.get("/notices").json()["notices"] == []
    assert door.get("/notices").json()["since"] is None
    door.ring()
    first = door.get("/notices", params={"group": "1.1"}).json()
    assert [one["kind"] for one in first["notices"]] == ["schedule"]
    assert first["notices"][0]["words"]["uk"].startswith("Завтра: без світла всього 2 години")
    door.town.goes_on(hours=2)
    door.ring()
    after = {"group": "1.1", "since": first["since"]}
    (back,) = door.get("/notices", params=after).json()["notices"]
    assert (back["kind"], back["change"], back["at"]) == ("now", "on", at(7_200))
    assert back["words"]["en"] == "14:00: power is on by the schedule."
    again = {"group": "1.1", "since": back["told_at"], "operator": "grid"}
    answer = door.get("/notices", params=again).json()
    assert (answer["notices"], answer["since"]) == ([], back["told_at"])


def test_an_emergency_and_its_end_are_told_in_words(door):
    door.ring()
    door.town.goes_on(minutes=1)
    door.town.say(cuts(60))
    door.ring()
    door.town.goes_on(minutes=1)
    door.town.say(restores(120))
    door.ring()
    told = door.get("/notices", params={"group": "1.2"}).json()["notices"]
    kinds = {one["kind"]: one["words"]["en"] for one in told}
    assert kinds["emergency"] == ("Emergency shutdown since 12:01; until when has not been said.")
    assert kinds["lifted"] == (
        "The emergency shutdown ended at 12:02; power is on by the schedule."
    )
