"""
The morning in the invented city: what keepers, officials, a sensor and phones said of its shelters.

Everything is invented, the senders too, and their names say so. It is told in the commands that
anybody else's words are, by the desk, so that the rules of the room hold for it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Final, NamedTuple

from tocsin.commands import Request
from tocsin.kernel.ids import AreaCode, CommandId, SenderId
from tocsin.kernel.time import Moment
from tocsin.kernel.words import Rank, Status
from tocsin.replay.invented_city import edition, shipped
from tocsin.replay.timeline import named
from tocsin.shelters.messages import (
    CountPeople,
    ReplaceRegister,
    ReportShelter,
    SayStatus,
    ShelterCommand,
    ShelterId,
    SourceKind,
    State,
)

PHONE: Final = "phone"

SENDERS: Final = {
    "official": SenderId("invented_city_hall"),
    "operator": SenderId("invented_keepers"),
    "sensor": SenderId("invented_sensor"),
    PHONE: SenderId("invented_phones"),
}


class Row(NamedTuple):
    """
    One thing said, as text; what is empty is not said.

    Args:
        source: `official`, `operator`, `sensor` or `phone`.
        state: How the shelter is; for a phone what it found at the door.
        inside: How many people are in it.
        came: How many came since the last count; `left` how many left.
    """

    at: Moment
    shelter: ShelterId
    source: str
    state: str = ""
    inside: str = ""
    came: str = ""
    left: str = ""
    phone: str = ""
    reason: str = ""


COLUMNS: Final = Row._fields


def morning(area: AreaCode, begins: Moment) -> Iterator[Request]:
    """
    Ask for all that is said of the city, in the order in which it was.

    Args:
        area: That the city's shelters are listed under.
        begins: When its register is read; nothing is said before.
    """
    city = edition()
    name, mark = named(SENDERS["operator"], begins, city.register)
    listed = ReplaceRegister(
        command_id=name,
        sender=SENDERS["official"],
        rank=Rank.AUTHORITY,
        area=area,
        at=begins,
        register=city.register,
        source=city.source,
        licence=city.licence,
        retrieved_at=city.retrieved_at,
        listings=city.listings,
    )
    yield Request(name, (listed,), mark)
    with shipped("_day.csv").open(newline="", encoding="utf-8") as file:
        for told in csv.DictReader(file):
            row = Row(**told)  # type: ignore[arg-type]  # The columns are checked by a test.
            name, mark = named(SENDERS["operator"], row.at, "\n".join(row))
            yield Request(name, (_command(row, name, area),), mark)


def _command(row: Row, name: CommandId, area: AreaCode) -> ShelterCommand:
    sender, shelter, at = SENDERS[row.source], row.shelter, row.at
    if row.source == PHONE:
        return ReportShelter(
            command_id=name,
            sender=sender,
            rank=Rank.OBSERVER,
            area=area,
            at=at,
            shelter=shelter,
            phone=row.phone,
            state=State(row.state),
        )
    if row.came or row.left:
        return CountPeople(
            command_id=name,
            sender=sender,
            rank=Rank.OBSERVER,
            area=area,
            at=at,
            shelter=shelter,
            status=Status.ACTUAL,
            entered=int(row.came or 0),
            left=int(row.left or 0),
        )
    source = SourceKind(row.source)
    return SayStatus(
        command_id=name,
        sender=sender,
        rank=Rank.AUTHORITY if source is SourceKind.OFFICIAL else Rank.OBSERVER,
        area=area,
        at=at,
        shelter=shelter,
        status=Status.ACTUAL,
        source=source,
        state=State(row.state) if row.state else None,
        occupancy=int(row.inside) if row.inside else None,
        reason=row.reason or None,
    )
