"""
Goal: a company's word is recorded once, from whoever may say it and in its own zone; nothing that
could help an attacker has a field to stand in.

Method: a town in memory behind the routers of the site; what was accepted is looked for in what is
shown, what was refused must have left it as it was.
"""

from __future__ import annotations

from uuid import uuid4

import pytest
from tests.power.grids import TODAY, at
from tests.web.power_door import Door
from tests.web.test_api import problem


@pytest.fixture
def door():
    return Door()


def group(door, name="1.1"):
    return door.get(f"/groups/grid/{name}").json()


def schedule(door, *slots, command_id=None, token="power:write:LAND", zone="east", **more):
    days = [
        {
            "group": "1.1",
            "date": TODAY,
            "regime": "hourly",
            "slots": [{"from": a, "to": b, "state": state} for a, b, state in slots],
        }
    ]
    more |= {} if command_id is None else {"command_id": command_id}
    return door.post(f"/grid/{zone}/schedule", token=token, source="push", days=days, **more)


ALL_DAY = (("00:00", "11:00", "on"), ("11:00", "14:30", "off"), ("14:30", "24:00", "on"))


def test_a_schedule_is_put_in_once_and_a_second_time_changes_nothing(door):
    name = str(uuid4())
    first = schedule(door, *ALL_DAY, command_id=name, published_at=at(-60))

    assert first.status_code == 200, first.text
    assert first.json() == {"id": "grid/east", "position": door.town.projections.grid.position}
    assert first.headers["cache-control"] == "no-store"
    assert schedule(door, *ALL_DAY, command_id=name, published_at=at(-60)).json() == first.json()
    shown = group(door)
    assert (shown["power"], shown["until"], shown["source"]) == ("off", at(9_000), "push")
    count = door.town.projections.position
    assert schedule(door, *ALL_DAY).status_code == 200
    assert door.town.projections.position == count, "what is as known is no event"
    (event,) = [one for one in door.town.ledger.read(0) if one.kind == "SchedulePublished"]
    assert '"payload":"' in event.body
    assert "11:00" in event.body


def test_a_day_with_a_gap_is_refused_whole(door):
    problem(
        schedule(door, ("00:00", "11:00", "on"), ("12:00", "24:00", "on")),
        400, "power.schedule_malformed", "days",
    )  # fmt: skip
    assert group(door)["power"] == "unknown"


def test_an_emergency_stands_in_its_zone_until_it_is_lifted(door):
    said = {"status": "Actual", "reason": "imminent danger", "source": "grid.example"}
    schedule(door, *ALL_DAY)
    answer = door.post("/grid/east/emergency", **said)

    assert answer.status_code == 200, answer.text
    assert group(door)["power"] == "emergency"
    assert group(door)["emergency"]["source"] == "grid.example"
    assert group(door, "2.1")["power"] == "unknown"
    door.town.goes_on(minutes=5)
    assert door.post("/grid/east/emergency/lift", status="Actual").status_code == 200
    assert group(door)["power"] == "off"


def test_an_exercise_is_recorded_and_shows_nowhere(door):
    answer = door.post("/grid/east/emergency", status="Exercise", reason="a drill")

    assert answer.status_code == 200
    assert group(door)["power"] == "unknown"
    problem(door.post("/grid/east/emergency", reason="a drill"), 400, "request.malformed", "status")


def test_damage_is_told_with_its_people_until_power_is_back(door):
    answer = door.post(
        "/grid/east/outages", status="Actual", cause="a line is down", people=1_200,
        expected_at=at(7_200),
    )  # fmt: skip
    outage = answer.json()["id"]
    (shown,) = group(door)["outages"]
    assert (shown["id"], shown["people"], shown["expected_at"]) == (outage, 1_200, at(7_200))

    door.post(f"/grid/east/outages/{outage}/restored", people_left=300)
    assert [one["people"] for one in group(door)["outages"]] == [300]
    door.town.goes_on(minutes=1)
    assert door.post(f"/grid/east/outages/{outage}/restored").json()["id"] == outage
    assert group(door)["outages"] == []
    problem(door.post("/grid/east/outages/none/restored"), 404, "power.outage_unknown")
    problem(door.post(f"/grid/west/outages/{outage}/restored"), 404, "power.outage_unknown")


def test_an_approved_plan_is_recorded_by_its_hash_and_who_approved_it(door):
    answer = door.post(
        "/grid/east/plans", kind="day", plan_sha256="ab" * 32, megawatts=40, bound_percent=3
    )

    assert answer.status_code == 200, answer.text
    (approved,) = door.town.power.zone("grid", "east").approved
    assert (approved.sender, approved.fact.megawatts) == ("grid-company", 40)


@pytest.mark.parametrize(
    ("token", "code", "answered"),
    [
        (None, "token.missing", 401),
        ("nonsense", "token.unknown", 401),
        ("power:read:LAND", "remit.outside", 403),
        ("alerts:write:LAND", "remit.outside", 403),
        ("power:write:SOUTH", "remit.outside", 403),
    ],
)
def test_who_may_not_is_told_why_and_changes_nothing(door, token, code, answered):
    said = {"status": "Actual", "reason": "danger"}
    problem(door.post("/grid/east/emergency", token=token, **said), answered, code)
    problem(schedule(door, *ALL_DAY, token=token), answered, code)

    assert group(door)["power"] == "unknown"


def test_a_zone_that_is_not_there_and_a_time_long_ago_are_refused(door):
    said = {"status": "Actual", "reason": "danger"}
    problem(door.post("/grid/north/emergency", **said), 404, "power.zone_unknown")
    old = door.post("/grid/east/emergency", at="2020-01-01T00:00:00Z", **said)
    problem(old, 400, "command.time_unlikely", "at")
