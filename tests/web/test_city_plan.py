"""
Goal: a closure is in the next answer, and a new plan after it, in which nobody is left out.

Method: a street of eleven corners in this process; plans come from real child processes, of which
one cannot find OR-tools.
"""

from __future__ import annotations

import asyncio

import pytest
from tests.web.small_town import PEOPLE, at_corner, write

from tocsin.planning import upkeep
from tocsin.planning.places import Place
from tocsin.planning.repair import Move
from tocsin.walking.profile import WALK
from tocsin.web.city import CityQuestion
from tocsin.web.city_child import Counter
from tocsin.web.city_plan import PLANS_KEPT, Planner, moved

ON_STREETS = 110
"""Besides 7 whom no street is near enough to and 3 across the water, whom no way leads to."""

LEFT = 3


@pytest.fixture(scope="module")
def counter(tmp_path_factory):
    return Counter(*write(tmp_path_factory.mktemp("town")))


def opened(*capacities, gone=()):
    places = zip("abc", (2, 9, 5), capacities, strict=False)
    return tuple(
        at_corner(name, at, capacity=capacity, opened=name not in gone)
        for name, at, capacity in places
    )


def asked(places, at="before", **more):
    return CityQuestion("plan", "walk", (), places, at=at, **more)


def patient(counter):
    """Make a planner that waits for a busy machine."""
    return Planner(lambda: counter._on(WALK), limit_s=60)


async def settled(planner, question):
    """Ask until there is a plan of the shelters as they are."""
    until = asyncio.get_running_loop().time() + 60
    while (told := planner.answer(question))["replanning"]:
        assert asyncio.get_running_loop().time() < until
        await asyncio.sleep(0.02)
    return told


def people(told):
    return {one["id"]: one["people"] for one in told["shelters"]}


def test_a_closure_moves_its_people_at_once_and_the_next_plan_leaves_nobody_out(counter):
    async def night():
        planner = patient(counter)
        before = planner.answer(asked(opened(60, 40, 100)))
        plan = await settled(planner, asked(opened(60, 40, 100)))
        shut = asked(opened(60, 40, 100, gone="a"), at="after")
        at_once = planner.answer(shut)
        return before, plan, at_once, await settled(planner, shut)

    before, plan, at_once, after = asyncio.run(night())

    assert (before["method"], before["made_at"], before["replanning"]) == (None, None, True)
    assert (plan["method"], plan["proven"], plan["because"]) == ("cells", True, None)
    assert (plan["made_at"], plan["repaired"], plan["moves"]) == ("before", 0, [])
    assert (plan["people"], plan["placed"], plan["off_network"]) == (PEOPLE, ON_STREETS, 7)
    assert sum(people(plan).values()) == ON_STREETS
    assert people(plan)["a"] > 0

    assert (at_once["replanning"], at_once["repaired"]) == (True, 1)
    assert at_once["made_at"] == "before"
    assert sum(one["people"] for one in at_once["moves"] if one["from"] == "a") == people(plan)["a"]
    assert "a" not in people(at_once)
    assert sum(people(at_once).values()) == at_once["placed"]
    assert all(one["room"] >= 0 for one in at_once["shelters"])

    assert (after["made_at"], after["repaired"], after["unplaced"]) == ("after", 0, LEFT)
    assert sum(people(after).values()) == ON_STREETS
    assert after["plans"] > plan["plans"]


def test_with_none_open_nobody_is_sent_anywhere_and_what_opens_again_is_used_again(counter):
    async def night():
        planner = patient(counter)
        shut = await settled(planner, asked(opened(60, 80, gone="ab")))
        return shut, await settled(planner, asked(opened(60, 80)))

    shut, again = asyncio.run(night())

    assert (shut["shelters"], shut["placed"], shut["mean_m"]) == ([], 0, None)
    assert shut["unplaced"] == ON_STREETS + LEFT
    assert people(again) == {"a": 60, "b": 50}
    assert (again["unplaced"], again["mean_m"]) == (LEFT, 145)


def test_without_a_solver_the_plan_is_greedy_and_says_why(counter, tmp_path, monkeypatch):
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['ortools'] = None\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    async def night():
        return await settled(patient(counter), asked(opened(60, 80)))

    told = asyncio.run(night())

    assert (told["method"], told["because"]) == ("greedy", "planning.no_solver")
    assert (told["proven"], told["placed"]) == (False, ON_STREETS)


def test_what_cannot_be_planned_at_all_is_said_and_not_tried_again_at_once(counter, monkeypatch):
    monkeypatch.setattr(upkeep, "TABLE_LIMIT_S", 0.01)  # No process starts in that.

    async def night():
        planner = patient(counter)
        told = await settled(planner, asked(opened(60, 80)))
        return told, planner.answer(asked(opened(60, 80)))

    told, again = asyncio.run(night())

    assert (told["failed"], told["method"], told["plans"]) == ("planning.too_slow", None, 1)
    assert again == told


def test_what_nobody_knows_the_size_of_takes_as_many_as_the_question_gives_it(counter):
    async def night():
        planner = patient(counter)
        some = await settled(planner, asked(opened(None, 10), assumed=20))
        others = [planner.answer(asked(opened(None, 10), assumed=n)) for n in (30, None, 20)]
        await planner.close()
        return some, others

    some, others = asyncio.run(night())

    assert people(some) == {"a": 20, "b": 10}
    assert some["of_unknown_capacity"] == 1
    assert [one["method"] for one in others] == [None] * 3, f"{PLANS_KEPT} are kept"


def test_whoever_is_moved_on_twice_is_told_once():
    places = tuple(Place(id=name, nodes=()) for name in "abc")
    moves = [Move(1, 0, None, 5), Move(1, None, 1, 3), Move(2, 1, 2, 2), Move(1, None, 1, 1)]

    assert moved(moves, places) == [
        {"from": "a", "to": "b", "people": 4},
        {"from": "b", "to": "c", "people": 2},
        {"from": "a", "to": None, "people": 1},
    ]
