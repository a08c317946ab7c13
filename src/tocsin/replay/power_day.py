"""
The power on 26 January 2023: one company's statement, an emergency without times in three regions.

Nobody has said when it ended, so nobody ends it here. Its hour is not known either: it is told from
the moment at which the oldest report of it that was found is marked, and its own words say so.
Source: `data/NOTICE.md`.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import Final

import msgspec

from tocsin.commands import Request
from tocsin.kernel.ids import AreaCode, SenderId
from tocsin.kernel.time import Moment
from tocsin.kernel.words import Rank, Status
from tocsin.power.messages import (
    Company,
    DeclareEmergency,
    ListCompany,
    OperatorId,
    Zone,
    ZoneCode,
)
from tocsin.replay.load import SENDER
from tocsin.replay.timeline import named

COMPANY: Final = SenderId("dtek")


class _Region(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: ZoneCode
    name: str
    area: AreaCode


class _Statement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    operator: OperatorId
    name: str
    clock: str
    at: Moment
    reason: str
    source: str
    zones: tuple[_Region, ...]


def power_day(area: AreaCode, begins: Moment) -> Iterator[Request]:
    """
    Ask for all that is said of the power, in the order in which it was.

    Which queues a region had on that day is not known, so its zones have no groups.

    Args:
        area: That the company is listed under.
        begins: When it is listed; nothing is said before.
    """
    data = files("tocsin.replay").joinpath("data", "power_2023-01-26.json").read_bytes()
    said = msgspec.json.decode(data, type=_Statement)
    zones = tuple(
        Zone(code=one.code, name=one.name, area=one.area, areas=(one.area,), groups=())
        for one in said.zones
    )
    company = Company(operator=said.operator, name=said.name, clock=said.clock, zones=zones)
    name, mark = named(SENDER, begins, said.operator)
    listed = ListCompany(
        command_id=name,
        sender=SENDER,  # Which regions it speaks of was read here, not said by the company.
        rank=Rank.AUTHORITY,
        area=area,
        at=begins,
        company=company,
    )
    yield Request(name, (listed,), mark)
    for zone in zones:
        name, mark = named(COMPANY, said.at, f"{zone.code}\n{said.reason}\n{said.source}")
        cut = DeclareEmergency(
            command_id=name,
            sender=COMPANY,
            rank=Rank.AUTHORITY,
            area=zone.area,
            at=said.at,
            operator=said.operator,
            zone=zone.code,
            status=Status.ACTUAL,
            reason=said.reason,
            source=said.source,
        )
        yield Request(name, (cut,), mark)
