"""
A plan is kept up: what closes is repaired at once, and the next plan knows of it.

Method: a town of ten by ten blocks, one person at each crossing, five shelters; plans come from
real child processes.
"""

import asyncio

import pytest
from tests.planning.small_city import people_at, place, town

from tocsin.planning.assignment import Method
from tocsin.planning.plan import City, cell_table
from tocsin.planning.upkeep import Upkeep

DOORS = (0, 9, 44, 90, 99)


def kept(**more):
    made = town()
    places = tuple(place(f"s{node}", node, capacity=30) for node in DOORS)
    city = City(made, people_at(made, range(100), [1] * 100), places)
    return Upkeep(city, cell_table(city), **more)


def sent(plan):
    return (plan.within.load(len(DOORS)) + plan.beyond.load(len(DOORS))).tolist()


def test_what_closes_is_repaired_at_once_and_is_in_no_plan_after():
    async def night():
        upkeep = kept()
        first = await upkeep.renew()
        repaired = upkeep.limit("s44", 0)
        return upkeep, first, repaired, await upkeep.renew()

    upkeep, first, repaired, after = asyncio.run(night())

    assert (first.method, first.because) == (Method.CELLS, "")
    assert sum(move.people for move in repaired.moves if move.was == 2) == sent(first)[2] > 0
    assert sent(after)[2] == 0
    assert (after.unplaced, upkeep.unplaced, repaired.unplaced) == (0, 0, 0)


def test_what_fills_gets_no_more_than_it_holds():
    async def night():
        upkeep = kept()
        await upkeep.renew()
        upkeep.limit("s0", 5)
        return await upkeep.renew()

    plan = asyncio.run(night())

    assert sent(plan)[0] <= 5
    assert plan.unplaced == 0


def test_what_closes_while_a_plan_is_made_is_repaired_in_it():
    async def night():
        upkeep = kept()
        first = await upkeep.renew()
        async with asyncio.TaskGroup() as both:
            renewal = both.create_task(upkeep.renew())
            await asyncio.sleep(0)  # It has handed the city over by now.
            upkeep.limit("s99", 0)
        return upkeep, first, renewal.result()

    upkeep, first, second = asyncio.run(night())

    assert sent(second)[4] == sent(first)[4] > 0  # It was planned with that one still open.
    assert upkeep.limit("s99", 0).moves == ()  # And nobody is sent there any more.
    assert upkeep.unplaced == 0


def test_before_the_first_plan_a_closure_is_only_noted():
    upkeep = kept()

    assert upkeep.limit("s0", 0).moves == ()
    assert (upkeep.plan, upkeep.unplaced) == (None, 0)
    assert sent(asyncio.run(upkeep.renew()))[0] == 0


def test_a_place_that_there_is_not_cannot_close():
    with pytest.raises(KeyError):
        kept().limit("nowhere", 0)


def test_a_plan_that_takes_too_long_is_greedy_and_says_so():
    plan = asyncio.run(kept(limit_s=0.01).renew())  # No process starts in that time.

    assert (plan.method, plan.because) == (Method.GREEDY, "planning.too_slow")
    assert sum(sent(plan)) == 100


def test_a_place_whose_door_is_elsewhere_is_another_one_and_planned_with():
    async def night():
        upkeep = kept()
        await upkeep.renew()
        elsewhere = place("s99", 98, capacity=30)
        repaired = upkeep.take((*upkeep.city.places[:4], elsewhere))
        return upkeep, repaired, upkeep.due, await upkeep.renew()

    upkeep, repaired, due, plan = asyncio.run(night())

    assert {move.was for move in repaired.moves if move.was is not None} >= {4}
    assert [one.open for one in upkeep.city.places] == [True] * 4 + [False, True]
    load = plan.within.load(6).tolist()
    assert (load[4], sum(load)) == (0, 100)
    assert load[5] > 0
    assert (due, upkeep.due) == (True, False)
