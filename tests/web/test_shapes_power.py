"""
Goal: every answer about power has the published shape, and nothing beside it.

Method: a town in which all has happened that can; each answer is read strictly by its shape.
"""

from __future__ import annotations

from tests.power.grids import TOMORROW, WEST, cuts, damaged, day, fails, publishes
from tests.web.power_door import Door

from tocsin.web import shapes_power as shapes


def fields(model):
    return {one.alias or name for name, one in model.model_fields.items()}


def test_answers_have_the_published_shapes_and_nothing_beside_them():
    door = Door()
    door.town.say(publishes(day("y" * 11 + "nmm" + "y" * 10), day(date=TOMORROW), seconds=-60))
    door.town.say(damaged(), fails())
    door.town.say(publishes(day("n" * 24), seconds=-30), cuts(code="west", area=WEST))
    door.ring()
    answers = {
        shapes.OutagesShape: door.get(),
        shapes.GroupsShape: door.get("/groups"),
        shapes.GroupShape: door.get("/groups/grid/1.1"),
        shapes.FoundShape: door.get("/at", params={"street": "Шевченка вул", "house": "3"}),
        shapes.NoticesShape: door.get("/notices"),
    }
    for model, answer in answers.items():
        assert answer.status_code == 200, answer.text
        assert set(answer.json()) == fields(model)
        model.model_validate(answer.json())

    group = answers[shapes.GroupShape].json()
    (zone, _) = answers[shapes.OutagesShape].json()["zones"]
    pairs = [
        (zone, shapes.ZoneShape),
        (zone["outages"][0], shapes.DamageShape),
        (zone["failing"], shapes.FailingShape),
        (answers[shapes.GroupsShape].json()["groups"][0], shapes.GroupRowShape),
        (group["days"][0], shapes.DayShape),
        (group["days"][0]["changed"], shapes.ChangeShape),
        (group["days"][0]["slots"][0], shapes.HalfHourShape),
        (answers[shapes.FoundShape].json()["candidates"][0], shapes.CandidateShape),
        (answers[shapes.NoticesShape].json()["notices"][0], shapes.NoticeShape),
        (door.town.power.at_place("SOUTH")[0], shapes.PlaceZoneShape),
        (door.town.power.at_place("SOUTH")[0]["emergency"], shapes.EmergencyShape),
    ]
    for found, model in pairs:
        assert set(found) == fields(model), model
