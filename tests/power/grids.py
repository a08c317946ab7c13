"""What the tests of power say, in one line each: one company, two zones, three groups."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from tocsin.kernel.ids import AreaCode, CommandId, SenderId
from tocsin.kernel.time import rfc3339
from tocsin.kernel.words import Rank, Status
from tocsin.power import codec
from tocsin.power.day import of_cells
from tocsin.power.messages import (
    ApprovePlan,
    Company,
    DeclareEmergency,
    GroupCode,
    GroupDay,
    LiftEmergency,
    ListCompany,
    NoteFailedRead,
    OperatorId,
    OutageId,
    PlanKind,
    Power,
    PublishSchedule,
    PublishTemplate,
    Regime,
    ReportOutage,
    ReportRestoration,
    Slot,
    Zone,
    ZoneCode,
)
from tocsin.power.state import ZoneState
from tocsin.power.zone import decide, evolve

EAST, WEST, LAND = AreaCode("NORTH"), AreaCode("SOUTH"), AreaCode("LAND")
GRID, DISPATCH = OperatorId("grid"), SenderId("dispatch")
NOON = datetime(2026, 1, 26, 10, tzinfo=UTC)
"""12:00 in Kyiv."""
TODAY, TOMORROW = "2026-01-26", "2026-01-27"
LETTERS = {"y": Power.ON, "n": Power.OFF, "m": Power.MAYBE, "?": Power.UNKNOWN}


def at(seconds=0):
    return rfc3339(NOON + timedelta(seconds=seconds))


def zone(code="east", area=EAST, groups=("1.1", "1.2")):
    return Zone(
        code=ZoneCode(code), name=code.title(), area=area, areas=(area,),
        groups=tuple(GroupCode(group) for group in groups),
    )  # fmt: skip


def company(*zones, clock="Europe/Kyiv"):
    return Company(
        operator=GRID,
        name="The grid",
        clock=clock,
        zones=zones or (zone(), zone("west", WEST, ("2.1",))),
    )


def empty(clock="Europe/Kyiv"):
    return ZoneState(GRID, clock, zone())


def _common(seconds, number, area=EAST):
    return {
        "command_id": CommandId(str(UUID(int=number))),
        "sender": DISPATCH,
        "rank": Rank.AUTHORITY,
        "area": area,
        "at": at(seconds),
    }


def _zone(code):
    return {"operator": GRID, "zone": ZoneCode(code)}


def slots(hours):
    """Write 24 letters, one an hour: y power, n none, m maybe, ? unknown."""
    return of_cells(LETTERS[letter] for letter in hours for _ in (0, 1))


def day(hours="y" * 24, group="1.1", date=TODAY, regime=Regime.HOURLY):
    found = slots(hours) if regime is Regime.HOURLY else ()
    return GroupDay(group=GroupCode(group), date=date, regime=regime, slots=found)


def publishes(*days, seconds=0, code="east", area=EAST, command=1, **more):
    return PublishSchedule(
        **_common(seconds, command, area), **_zone(code), source="site", days=days, **more
    )


def usually(weeks, seconds=0):
    found = {GroupCode(group): tuple(slots(one) for one in week) for group, week in weeks.items()}
    return PublishTemplate(**_common(seconds, 2), **_zone("east"), source="site", weeks=found)


def cuts(seconds=0, *, code="east", area=EAST, status=Status.ACTUAL, reason="imminent danger"):
    return DeclareEmergency(
        **_common(seconds, 3, area), **_zone(code), status=status, reason=reason
    )


def restores(seconds=0, *, code="east", area=EAST, status=Status.ACTUAL):
    return LiftEmergency(**_common(seconds, 4, area), **_zone(code), status=status)


def damaged(seconds=0, people=1_000, **more):
    return ReportOutage(
        **_common(seconds, 5), **_zone("east"), status=more.pop("status", Status.ACTUAL),
        cause="a line is down", people=people, **more,
    )  # fmt: skip


def mended(outage, seconds=0, people_left=0):
    return ReportRestoration(
        **_common(seconds, 6), operator=GRID, outage=OutageId(outage), people_left=people_left
    )


def fails(seconds=0, reason="no answer"):
    return NoteFailedRead(**_common(seconds, 7), **_zone("east"), source="site", reason=reason)


def approves(*days, sha="ab", seconds=0):
    return ApprovePlan(
        **_common(seconds, 8), **_zone("east"), kind=PlanKind.DAY, plan_sha256=sha, megawatts=40,
        days=days,
    )  # fmt: skip


def lists(one=None, *, area=LAND):
    return ListCompany(**_common(0, 9, area), company=one or company())


def after(*commands, state=None):
    """Give a zone in which all this was said, each of it decided first."""
    known = empty() if state is None else state
    for version, command in enumerate(commands):
        for happened in decide(known, version, command):
            assert codec.encode(happened).kind
            known = evolve(known, happened)
    return known


def whole(power):
    return (Slot(0, 1_440, power),)
