"""
Goal: the grid is what the ledger's events make it, whoever folds them.

Method: the same events folded at once, over a snapshot and twice; groups found with and without
their company.
"""

from __future__ import annotations

from uuid import UUID

import pytest
from tests.power.grids import at, company, cuts, damaged, day, lists, mended, publishes, zone

from tocsin.kernel.errors import Refused
from tocsin.kernel.ids import CommandId
from tocsin.ledger.event import seal
from tocsin.power import codec
from tocsin.power.grid import Grid
from tocsin.power.messages import CompanyListed, OperatorId
from tocsin.power.zone import decide, event


def recorded(*events):
    sealed, prev = [], "0" * 64
    for position, happened in enumerate(events, start=1):
        command_id = CommandId(str(UUID(int=position)))
        new = codec.encode(happened)
        sealed.append(seal(position, happened.id[-8:], command_id, new, at(), prev))
        prev = sealed[-1].hash
    return sealed


def listed(one, version=1):
    return event(lists(one), version, CompanyListed(operator=one.operator, company=one))


def a_day():
    grid = Grid()
    events = [listed(company())]
    grid.fold(events[0])
    for version, command in enumerate((publishes(day(), day(group="1.2")), cuts(60), damaged(90))):
        (happened,) = decide(grid.zone("grid", "east"), version, command)
        grid.fold(happened)
        events.append(happened)
    (outage,) = grid.zone("grid", "east").outages
    (over,) = decide(grid.zone("grid", "east"), 3, mended(outage.id, 120))
    return [*events, over]


def folded(events, grid=None):
    grid = Grid() if grid is None else grid
    for one in recorded(*events):
        grid.apply(one)
    return grid


def test_a_fold_over_a_snapshot_is_a_fold_of_all():
    whole = folded(a_day())
    for cut in range(len(a_day())):
        half = Grid.load(folded(a_day()[:cut]).dump())
        assert folded(a_day(), half).dump() == whole.dump()
    before = whole.dump()
    assert folded(a_day(), whole).dump() == before
    assert whole.zone("grid", "east").outages[0].until == at(120)
    assert whole.zone("grid", "west").emergencies == ()
    assert (whole.edition, whole.version("NORTH"), whole.version("LAND")) == (5, 4, 1)


def test_a_group_is_found_and_where_two_companies_share_one_they_have_to_be_named():
    other = company(zone("all", groups=("1.1", "7.1")))
    other = type(other)(operator=OperatorId("rail"), name="Rail", clock="UTC", zones=other.zones)
    grid = folded([listed(company()), listed(other, 2)])

    assert grid.find("7.1").operator == "rail"
    assert grid.find("1.1", "grid").zone.code == "east"
    with pytest.raises(Refused, match=r"power\.group_ambiguous.*grid, rail"):
        grid.find("1.1")
    with pytest.raises(Refused, match=r"power\.group_unknown"):
        grid.find("9.9")
    assert [(state.operator, group) for state, group in grid.groups()] == [
        ("grid", "1.1"), ("grid", "1.2"), ("grid", "2.1"), ("rail", "1.1"), ("rail", "7.1"),
    ]  # fmt: skip
    assert len(grid.zones("grid")) == 2


def test_a_company_that_is_listed_anew_keeps_what_was_known_of_the_zones_it_has():
    grid = folded([*a_day()[:2], listed(company(zone()), 2)])

    assert grid.zone("grid", "west") is None
    assert grid.zone("grid", "east").versions
