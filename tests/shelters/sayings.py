"""What the tests of shelters say, in one line each; two areas, one shelter `city.1` by default."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from tocsin.kernel.ids import AreaCode, CommandId, SenderId
from tocsin.kernel.time import rfc3339
from tocsin.kernel.words import Rank, Status
from tocsin.ledger.event import seal
from tocsin.shelters import codec
from tocsin.shelters.messages import (
    DEGREE,
    Access,
    CountPeople,
    Entrance,
    Listing,
    LocateShelter,
    ReplaceRegister,
    ReportShelter,
    SayStatus,
    SetTimeToShelter,
    ShelterId,
    ShelterListed,
    ShowShelters,
    SourceKind,
    State,
)
from tocsin.shelters.shelter import Shelter, decide, event, evolve

TOWN, LAND = AreaCode("TOWN"), AreaCode("LAND")
NOON = datetime(2023, 1, 26, 12, tzinfo=UTC)
MAYOR, KEEPER, BEAM = SenderId("mayor"), SenderId("keeper"), SenderId("beam")
SENDERS = {SourceKind.OFFICIAL: MAYOR, SourceKind.OPERATOR: KEEPER, SourceKind.SENSOR: BEAM}


def at(seconds=0):
    return rfc3339(NOON + timedelta(seconds=seconds))


def _common(seconds, sender, number, area):
    return {
        "command_id": CommandId(str(UUID(int=number))),
        "sender": sender,
        "rank": Rank.AUTHORITY,
        "area": area,
        "at": at(seconds),
    }


def door(lat=50.45, lon=30.52, **more):
    return Entrance(lat=round(lat * DEGREE), lon=round(lon * DEGREE), **more)


def listing(number=1, *, register="city", **more):
    facts = {
        "name": f"Cellar {number}",
        "entrances": (door(),),
        "access": Access.PUBLIC,
        "register": register,
        "source_id": str(number),
        "source": "The city",
        "licence": "CC BY 4.0",
        "retrieved_at": at(-86_400),
    }
    return Listing(id=ShelterId(f"{register}.{number}"), **facts | more)


def cellar(number=1, *, area=TOWN, **more):
    return Shelter(listing(number, **more), area)


def says(state=State.OPEN, source=SourceKind.OPERATOR, seconds=0, *, number=1, area=TOWN, **more):
    return SayStatus(
        **_common(seconds, more.pop("sender", SENDERS[source]), more.pop("command", 7), area),
        shelter=ShelterId(f"city.{number}"),
        source=source,
        state=state,
        status=more.pop("status", Status.ACTUAL),
        **more,
    )


def counts(entered, left=0, seconds=0, *, status=Status.ACTUAL, command=8):
    return CountPeople(
        **_common(seconds, KEEPER, command, TOWN),
        shelter=ShelterId("city.1"),
        status=status,
        entered=entered,
        left=left,
    )


def reports(phone, seconds=0, state=State.CLOSED, *, command=9):
    return ReportShelter(
        **_common(seconds, SenderId("public"), command, TOWN),
        shelter=ShelterId("city.1"),
        phone=f"{phone:016x}",
        state=state,
    )


def locates(*entrances, number=1, command=10):
    return LocateShelter(
        **_common(0, MAYOR, command, TOWN),
        shelter=ShelterId(f"city.{number}"),
        entrances=entrances,
    )


def edition(*listings, register="city", areas=None, fewer=False, seconds=0, command=11, area=LAND):
    return ReplaceRegister(
        **_common(seconds, MAYOR, command, area),
        register=register,
        source="The city",
        licence="CC BY 4.0",
        retrieved_at=at(seconds),
        listings=listings,
        areas=areas or {},
        fewer=fewer,
    )


def shows(shown, *, area=TOWN, command=12):
    return ShowShelters(**_common(0, MAYOR, command, area), shown=shown)


def allows(within_s, *, area=TOWN, command=13):
    return SetTimeToShelter(**_common(0, MAYOR, command, area), within_s=within_s)


def told(*commands, shelter=None):
    """Give a shelter to which all this was said, each of it decided first."""
    known = cellar(capacity=100) if shelter is None else shelter
    for version, command in enumerate(commands):
        for happened in decide(known, version, command):
            known = evolve(known, happened)
    return known


def listed(version=1, number=1, *, area=TOWN, **more):
    return event(
        edition(), version, ShelterListed(listing=listing(number, **more)), Status.ACTUAL, area
    )


def recorded(*events):
    """Seal events as a ledger would, from position 1."""
    sealed, prev = [], "0" * 64
    for position, happened in enumerate(events, start=1):
        command_id = CommandId(str(UUID(int=position)))
        new = codec.encode(happened)
        sealed.append(seal(position, f"{position:08x}", command_id, new, at(), prev))
        prev = sealed[-1].hash
    return sealed
