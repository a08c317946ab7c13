"""
Goal: what could help an attacker is told to whoever has the token for it, and to nobody else.

Method: the routers of the site over a street of eleven corners, counted in this process; answers
are held to the published shapes.
"""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest
from tests.shelters.sayings import edition, says
from tests.web.shelter_door import Door
from tests.web.small_town import InThisProcess, cellar, opened, write
from tests.web.test_api import problem
from tests.web.test_api import shown as written

from tocsin.shelters.messages import State
from tocsin.views.shelter_walks import Walks
from tocsin.web.city import City
from tocsin.web.shapes_city import CoverageShape, GapsShape, LoadShape, PlanShape

READ = "shelters:read:LAND"
DOORS = {"/coverage": CoverageShape, "/load": LoadShape, "/gaps": GapsShape}
PATHS = (*DOORS, "/plan")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return write(tmp_path_factory.mktemp("town"))


@pytest.fixture
def door(files):
    return shown_by(files, InThisProcess(*files))


@pytest.fixture
def planned(files):
    city = City(*files)
    yield shown_by(files, city)
    city.close()


def shown_by(files, city):
    made = Door(Walks(opened(files[0])), city)
    one, two = cellar(1, 2, capacity=40), cellar(2, 9)
    made.town.say(edition(one, two, areas={one.id: "PORT", two.id: "PORT"}))
    made.town.say(*(says(State.OPEN, area="PORT", number=n, seconds=-9) for n in (1, 2)))
    return made


@pytest.mark.parametrize("path", DOORS)
def test_each_door_answers_in_its_published_shape(door, path):
    answer = door.get(path, token=READ)

    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    read = written(DOORS[path].model_validate(answer.json()))
    told = json.loads(answer.text.replace(".000Z", "Z"))
    assert read == ({"change": None} | told if path == "/coverage" else told)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("token", "status", "code"),
    [
        (None, 401, "token.missing"),
        ("nonsense", 401, "token.unknown"),
        ("shelters:keep:LAND", 403, "remit.outside"),
        ("shelters:sense:LAND", 403, "remit.outside"),
        ("alerts:write:LAND", 403, "remit.outside"),
    ],
)
def test_without_the_token_for_it_nothing_is_told(door, path, token, status, code):
    problem(door.get(path, token=token), status, code)


def test_a_closure_is_in_the_next_answer(door):
    before = door.get("/coverage", token=READ).json()
    assert (before["minutes"], before["whole"]["within"]) == ([5, 10], [110, 110])
    door.post("/city.2/status", token="shelters:keep:PORT", status="Actual", state="closed")
    after = door.get("/coverage?minutes=10,2,5", token=READ).json()

    assert (after["minutes"], after["whole"]["within"]) == ([2, 5, 10], [30, 70, 110])
    assert after["version"] != before["version"]
    assert after["position"] > before["position"]


def test_with_since_an_answer_waits_for_a_change_and_comes_at_once_where_there_was_one(door):
    version = door.get("/coverage", token=READ).json()["version"]
    old = door.get("/coverage?since=0.0", token=READ).json()
    assert old["version"] == version

    async def watch():
        transport = httpx.ASGITransport(door.app, client=("203.0.113.1", 1))
        headers = {"authorization": f"Bearer {READ}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
            path = f"/api/v1/shelters/coverage?since={version}"
            async with asyncio.TaskGroup() as tasks:
                waiting = tasks.create_task(client.get(path, headers=headers))
                await asyncio.sleep(0.1)
                assert not waiting.done()
                door.town.say(says(State.CLOSED, area="PORT", number=2))
            return waiting.result().json()

    assert asyncio.run(watch())["whole"]["within"] == [70, 110]


def test_load_and_gaps_are_told_up_to_as_many_as_asked_for(door):
    load = door.get("/load?limit=1", token=READ).json()
    assert [(one["id"], one["people"], one["over"]) for one in load["shelters"]] == [
        ("city.1", 60, 20)
    ]
    assert door.get("/gaps?minutes=2", token=READ).json()["minutes"] == 2


def test_who_waits_is_told_of_the_plan_and_of_a_closure_at_once_and_of_the_plan_after_it(planned):
    def since(version):
        return planned.get(f"/plan?assumed=70&since={version}", token=READ).json()

    def settled(told):
        for _ in range(20):
            if not told["replanning"]:
                return told
            told = since(told["version"])
        raise AssertionError(told)

    plan = settled(since("0.0.0"))
    planned.post("/city.2/status", token="shelters:keep:PORT", status="Actual", state="full")
    repaired = since(plan["version"])
    after = settled(repaired)

    assert {one["id"]: (one["people"], one["room"]) for one in plan["shelters"]} == {
        "city.1": (40, 0), "city.2": (70, 0),
    }  # fmt: skip
    assert {one["name"] for one in plan["shelters"]} == {"Cellar 1", "Cellar 2"}
    assert (repaired["replanning"], repaired["made_at"]) == (True, plan["made_at"])
    assert repaired["moves"] == [{"from": "city.2", "to": None, "people": 70}]
    assert (after["placed"], after["repaired"], after["moves"]) == (40, 0, [])
    assert len({told["version"] for told in (plan, repaired, after)}) == 3
    for told in (plan, repaired, after):
        assert PlanShape.model_validate(told).of_unknown_capacity <= 1
        assert set(told) == {field.alias or name for name, field in PlanShape.model_fields.items()}
    elsewhere = planned.get("/plan?assumed=70", token="shelters:read:NORTH").json()
    assert (elsewhere["shelters"], elsewhere["placed"]) == ([], 40)


@pytest.mark.parametrize("query", ["assumed=0", "assumed=x", "assumed=100001", "counted=all"])
def test_a_plan_is_asked_for_in_words_that_can_be_read(door, query):
    problem(door.get(f"/plan?{query}", token=READ), 400, "query.malformed", query.split("=")[0])


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ("minutes=0", "minutes"),
        ("minutes=121", "minutes"),
        ("minutes=1,2,3,4,5,6,7", "minutes"),
        ("minutes=x", "minutes"),
        ("speed=fly", "speed"),
        ("counted=all", "counted"),
        ("closed=" + ",".join(["a"] * 101), "closed"),
    ],
)
def test_a_question_that_cannot_be_read_is_refused_with_its_name(door, query, where):
    problem(door.get(f"/coverage?{query}", token=READ), 400, "query.malformed", where)


def test_a_server_that_cannot_count_says_what_it_lacks():
    problem(Door().get("/coverage", token=READ), 503, "shelters.no_city")


def test_no_door_is_taken_for_the_id_of_a_shelter():
    for path in PATHS:
        assert Door().get(path).status_code == 401
