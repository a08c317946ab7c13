"""
Goal: each room's commands reach that room, are settled by one commit, and are answered with what
they are about.

Method: requests at a desk on a ledger in memory, some of them for both rooms at once.
"""

from __future__ import annotations

import json
from uuid import UUID

import msgspec
import pytest
from tests.alerts.country import GAZETTEER
from tests.alerts.desks import BackwardClock, UnsteadyLedger, restarted
from tests.contract.memory_ledger import Shelf
from tests.power import grids
from tests.power.grids import cuts, damaged, day, fails, lists, mended, publishes
from tests.shelters.sayings import edition, listing

from tocsin.authority.remit import ALERTS_WRITE, POWER_WRITE, Grant, Remit
from tocsin.commands import Desk, Request, fingerprint
from tocsin.commands.rooms import Rooms, more_areas
from tocsin.kernel.errors import Malformed, Refused, TocsinError
from tocsin.kernel.ids import CommandId
from tocsin.kernel.words import Rank


@pytest.fixture
def shelf():
    return Shelf()


@pytest.fixture
def desk(shelf):
    return Desk(UnsteadyLedger(shelf), GAZETTEER, BackwardClock())


def ask(desk, *commands, number=1, grant=None):
    command_id = CommandId(str(UUID(int=number)))
    commands = [msgspec.structs.replace(one, command_id=command_id) for one in commands]
    (answer,) = desk.handle([Request(command_id, commands, fingerprint(repr(commands)), grant)])
    if isinstance(answer, TocsinError):
        raise answer
    return json.loads(answer.body)


def test_one_request_may_be_about_two_rooms_and_is_recorded_whole(desk, shelf):
    ask(desk, lists(), edition(listing()), publishes(day(), day(group="1.2")))

    assert [event.room for event in shelf.events] == ["power", "shelters", "shelters", "power"]
    again = restarted(shelf).rooms
    assert again.grid.dump() == desk.rooms.grid.dump()
    assert again.shelters.dump() == desk.rooms.shelters.dump()
    assert again.position == 4
    assert again.copy().grid.dump() == again.grid.dump()


def test_where_one_room_refuses_the_other_records_nothing(desk, shelf):
    with pytest.raises(Refused, match=r"power\.zone_unknown"):
        ask(desk, edition(listing()), cuts())
    assert not shelf.events
    assert Rooms().position == desk.rooms.shelters.position


def test_an_answer_names_what_was_made_or_meant(desk):
    assert ask(desk, lists(), number=1)["id"] == "grid"
    assert ask(desk, publishes(day(), day(group="1.2")), number=2)["id"] == "grid/east"
    outage = ask(desk, damaged(), number=3)["id"]
    assert desk.rooms.grid.zone("grid", "east").outages[0].id == outage
    assert ask(desk, mended(outage, 60), number=4)["id"] == outage
    assert ask(desk, fails(), number=5)["id"] == "grid/east"


def test_only_a_grid_company_speaks_of_power(desk):
    ask(desk, lists())
    sounding = Grant(grids.DISPATCH, Rank.AUTHORITY, Remit(ALERTS_WRITE, GAZETTEER.root.code))

    with pytest.raises(Refused, match=r"remit\.outside"):
        ask(desk, cuts(), number=2, grant=sounding)
    speaking = Grant(grids.DISPATCH, Rank.AUTHORITY, Remit(POWER_WRITE, grids.EAST))
    ask(desk, cuts(), number=3, grant=speaking)
    assert desk.rooms.grid.zone("grid", "east").standing is not None


def test_a_zone_in_an_area_that_does_not_exist_is_refused(desk):
    nowhere = grids.company(grids.zone(area="ATLANTIS"))

    with pytest.raises(Malformed, match=r"area\.unknown"):
        ask(desk, lists(nowhere))
    assert more_areas(lists(nowhere)) == {"ATLANTIS"}
    assert more_areas(cuts()) == frozenset()
