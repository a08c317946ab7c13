"""
Small invented schedules, one of each shape that Tocsin reads; no company and no day is real.

`read` reads one of them, as it was found at 10:00 UTC on 26 January 2026.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from tocsin.intake.schedule_edition import Fetched
from tocsin.intake.schedule_file import read_schedule
from tocsin.intake.schedule_import import Whose, plan
from tocsin.kernel.ids import AreaCode, SenderId
from tocsin.power import codec
from tocsin.power.grid import Grid
from tocsin.power.messages import GroupCode, ListCompany, OperatorId, ZoneCode
from tocsin.power.zone import decide, event

HERE = Path(__file__).parent
NOW = datetime(2026, 1, 26, 10, tzinfo=UTC)
MONDAY = 1_769_378_400
"""2026-01-26 in Kyiv begins."""

WORDS = {
    "y": "yes", "n": "no", "f": "first", "s": "second",
    "m": "maybe", "g": "mfirst", "h": "msecond",
}  # fmt: skip


def read(source, mapping=None, **when):
    """Read a sample by its name, or any bytes."""
    given = HERE / source if isinstance(source, str) else source
    return read_schedule(given, Fetched(NOW, **when), mapping)


def row(letters, first=1):
    """Write 24 letters as a row of the GPV shape; `?` is left out."""
    return {str(n): WORDS[c] for n, c in enumerate(letters, first) if c != "?"}


def gpv(rows, midnight=MONDAY, **more):
    """Write a file of the GPV shape of one day; `rows` by group."""
    data = {str(midnight): {f"GPV{group}": row(letters) for group, letters in rows.items()}}
    fact = {"data": data, "update": "26.01.2026 05:55", "today": midnight}
    return packed({"fact": fact, **more})


def packed(value):
    return json.dumps(value).encode()


def letters(day):
    """Write the slots of a group's day as 48 letters."""
    short = {"on": "y", "off": "n", "maybe": "m", "unknown": "?", "emergency": "!"}
    return "".join(short[slot.power] * ((slot.end - slot.start) // 30) for slot in day.slots)


def told(reading):
    """Tell all days of a reading's only edition, by group and date."""
    (edition,) = reading.editions
    return {(day.group, day.date): day for day in edition.days}


def whose(**more):
    return Whose(sender=SenderId("operator"), root=AreaCode("UA"), **more)


def brought(*readings, grid=None, **more):
    """Import readings into a grid; tell the grid and the plan."""
    known = Grid() if grid is None else grid
    made = plan(known, readings, whose(**more))
    for command in made.commands:
        version = known.version(command.area)
        if isinstance(command, ListCompany):
            fact = codec.CompanyListed(operator=command.company.operator, company=command.company)
            known.fold(event(command, version + 1, fact))
            continue
        state = known.zone(command.operator, command.zone)
        for happened in decide(state, version, command):
            known.fold(happened)
    return known, made


def zone(grid, operator="grid", code="all"):
    return grid.zone(OperatorId(operator), ZoneCode(code))


def known(state, group, date, at):
    """Tell what was known of a group's day: its regime and its 48 letters."""
    version = state.known(GroupCode(group), date, at)
    return None if version is None else (str(version.regime), letters(version))
