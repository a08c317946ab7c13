"""
Goal: what is asked about power is decided on what was asked just before, and forgotten whole where
it is refused.

Method: any requests at a desk, some refused, against a grid folded from what was recorded.
"""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.alerts.country import GAZETTEER
from tests.alerts.desks import BackwardClock, UnsteadyLedger, restarted
from tests.contract.memory_ledger import Shelf
from tests.power.grids import (
    WEST,
    approves,
    company,
    cuts,
    damaged,
    day,
    fails,
    lists,
    publishes,
    restores,
    zone,
)

from tocsin.commands import Desk, Request, fingerprint
from tocsin.commands.power_draft import check_company
from tocsin.kernel.errors import Malformed, TocsinError
from tocsin.kernel.ids import CommandId
from tocsin.power.messages import OperatorId

NIGHT = "n" * 6 + "y" * 18

words = st.sampled_from(
    [
        lists(),
        lists(company(zone())),
        publishes(day(), day(group="1.2")),
        publishes(day(NIGHT), day(group="1.2"), seconds=60),
        publishes(day(NIGHT), seconds=90),
        publishes(day(NIGHT, "2.1"), code="west", area=WEST),
        cuts(),
        cuts(code="west", area=WEST),
        restores(120),
        damaged(30),
        fails(40),
        approves(day(NIGHT)),
    ]
)


@given(st.lists(st.lists(words, min_size=1, max_size=3), max_size=12))
def test_whatever_is_asked_the_desk_knows_what_was_recorded_and_nothing_else(asked):
    shelf = Shelf()
    desk = Desk(UnsteadyLedger(shelf), GAZETTEER, BackwardClock())
    requests = [
        Request(CommandId(str(UUID(int=number))), commands, fingerprint(number))
        for number, commands in enumerate(asked)
    ]
    answers = desk.handle(requests)

    assert restarted(shelf).rooms.grid.dump() == desk.rooms.grid.dump()
    recorded = sum(len(one.events) for one in answers if not isinstance(one, TocsinError))
    assert recorded == len(shelf.events)


def test_a_schedule_told_twice_in_one_request_is_one_event():
    shelf = Shelf()
    desk = Desk(UnsteadyLedger(shelf), GAZETTEER, BackwardClock())
    told = publishes(day(NIGHT), day(group="1.2"))
    desk.handle([Request(CommandId(str(UUID(int=1))), [lists(), told, told], fingerprint(1))])

    assert [event.kind for event in shelf.events] == ["CompanyListed", "SchedulePublished"]


@pytest.mark.parametrize(
    "wrong",
    [
        company(zone(), zone()),
        company(zone(groups=("1.1",)), zone("west", WEST, ("1.1",))),
        company(zone("East End")),
        company(zone(groups=("",))),
        company(clock="Nowhere/Else"),
        type(company())(operator=OperatorId("Grid!"), name="x", clock="UTC", zones=()),
        type(company())(operator=OperatorId("grid"), name="x" * 201, clock="UTC", zones=()),
    ],
)
def test_a_company_that_cannot_be_one_is_refused(wrong):
    with pytest.raises(Malformed, match=r"power\.(company_malformed|clock_unknown)"):
        check_company(wrong)
