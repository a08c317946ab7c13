"""
A real week of one grid company's schedules, revision by revision: Vinnytsia, 12 to 18 January 2026.

118 editions, the first of them from the evening before, in the order in which somebody's program
fetched them; 37 of them on one day. Nothing is known here of alerts, and nothing is told of them.
Source: `data/NOTICE.md`.

Shortly after midnight that program wrote the next day as power all day for everybody, until the
company published it in the evening: on each of the week's days, and each time cuts came. So a whole
day of power, told of a day that is still to come and of which nothing else was told before, is
nobody's word here, and stays unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from importlib.resources import files
from typing import Final

import msgspec

from tocsin.areas.gazetteer import Gazetteer
from tocsin.commands import Desk, Request
from tocsin.kernel.errors import Refused
from tocsin.kernel.ids import AreaCode, CommandId, SenderId
from tocsin.kernel.limits import COMMANDS_PER_COMMIT
from tocsin.kernel.time import parse_rfc3339, rfc3339
from tocsin.ledger.port import Ledger
from tocsin.power.day import day_of
from tocsin.power.messages import (
    DAY_MINUTES,
    OperatorId,
    Power,
    PowerCommand,
    PublishSchedule,
    Slot,
)
from tocsin.replay.load import File, ReplayClock, commit, file_named, mark
from tocsin.replay.timeline import named

BEGINS: Final = datetime(2026, 1, 11, 22, tzinfo=UTC)
ENDS: Final = datetime(2026, 1, 18, 22, tzinfo=UTC)
"""Midnight from Sunday to Monday in Kyiv, to the next."""

COMPANY: Final = OperatorId("vinnytsiaoblenerho")
COMPANY_NAME: Final = "Вінницяобленерго / Vinnytsiaoblenerho"
REGION: Final = AreaCode("UA05000000000010236")
COLLECTOR: Final = SenderId("gpv-voe-vinnytsia")
"""Who fetched it; the company itself tells Tocsin nothing."""
SOURCE: Final = "Vinnytsiaoblenerho, as gpv-voe-vinnytsia fetched it"

_CLOCK: Final = "Europe/Kyiv"
_ALL_ON: Final = (Slot(0, DAY_MINUTES, Power.ON),)
_FILE: Final = "vinnytsia_2026-01-12.jsonl.gz"


def week_file() -> File:
    """Read the week's file, which ships: a line of JSON for each edition, packed."""
    return File(_FILE, files("tocsin.replay").joinpath("data", _FILE).read_bytes())


def build_week(ledger: Ledger, gazetteer: Gazetteer, commands: Iterable[PowerCommand]) -> int:
    """
    Put the week into an empty ledger, and tell how many events it made.

    Args:
        commands: What the week's file makes known, oldest first, at least one; they are given ids
            by what they say, so that the same file makes the same chain on any machine.

    Raises:
        Refused: `replay.live_ledger`: there is something in the ledger.
        Unavailable, Corrupt: As the ledger.
    """
    requests = [_request(command) for command in _meant(commands)]
    if ledger.head().position:
        raise Refused(
            "replay.live_ledger", "There is something in this ledger; a replay needs its own."
        )
    first = requests[0].commands[0].at
    told = {
        "sources": [file_named(week_file(), COLLECTOR)],
        "covers": [{"sender": COLLECTOR, "from": rfc3339(BEGINS), "to": rfc3339(ENDS)}],
        "permanent": [],
    }
    mark(ledger, gazetteer.root.code, first, told)
    clock = ReplayClock()
    desk = Desk(ledger, gazetteer, clock, past=True)
    desk.catch_up()
    events = 1
    for start in range(0, len(requests), COMMANDS_PER_COMMIT):
        chunk = requests[start : start + COMMANDS_PER_COMMIT]
        events += sum(len(answer.events) for answer in commit(desk, clock, chunk))
    return events


def _meant(commands: Iterable[PowerCommand]) -> Iterator[PowerCommand]:
    """Leave out the days that nobody had planned yet; see the module."""
    told: set[str] = set()
    for command in commands:
        if not isinstance(command, PublishSchedule):
            yield command
            continue
        today = day_of(parse_rfc3339(command.at), _CLOCK).isoformat()
        told |= {day.date for day in command.days if day.date <= today or day.slots != _ALL_ON}
        days = tuple(day for day in command.days if day.date in told)
        yield msgspec.structs.replace(command, days=days)


def _request(command: PowerCommand) -> Request:
    unnamed = msgspec.structs.replace(command, command_id=CommandId(""))
    said = f"{type(command).__name__}\n{msgspec.json.encode(unnamed, order='sorted').decode()}"
    name, fingerprint = named(command.sender, command.at, said)
    return Request(name, (msgspec.structs.replace(command, command_id=name),), fingerprint)
