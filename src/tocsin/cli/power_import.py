"""
`tocsin power import`: what grid companies publish, brought into a ledger.

It writes beside a stopped or running server, as `tocsin shelters import` does. All files are read
whole before anything is written, and one that is wrong as a whole writes nothing.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tocsin.cli import moments, paper, places
from tocsin.cli.options import AsJson, Country, OwnDb, SharedLedger, kept
from tocsin.cli.power import verbs
from tocsin.cli.program import EXIT_WANTING, Verb
from tocsin.cli.recording import OPERATOR
from tocsin.cli.tongue import say
from tocsin.kernel.errors import TocsinError
from tocsin.kernel.limits import COMMANDS_PER_COMMIT
from tocsin.kernel.time import SystemClock, from_milliseconds, rfc3339

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from tocsin.areas.gazetteer import Gazetteer
    from tocsin.intake.schedule_edition import Reading
    from tocsin.intake.schedule_import import Plan
    from tocsin.power.grid import Grid
    from tocsin.power.messages import PowerCommand

OUTCOMES = ("read", "changed", "unchanged", "failed", "shrunk", "empty")
WANTING = ("failed", "shrunk", "empty")


@verbs.command("import", cls=Verb, help=say("power.import"))
def import_(  # noqa: PLR0913  # An option for each thing that a schedule may not say of itself.
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help=say("o.schedule_files"))],
    *,
    db: OwnDb = None,
    ledger: SharedLedger = None,
    operator: Annotated[
        str, typer.Option("--operator", metavar="ID", help=say("o.whose_schedule"))
    ] = "",
    name: Annotated[str, typer.Option("--name", metavar="NAME", help=say("o.company_name"))] = "",
    area: Annotated[
        str | None, typer.Option("--area", metavar="AREA", help=say("o.company_area"))
    ] = None,
    zone: Annotated[str, typer.Option("--zone", metavar="ZONE", help=say("o.company_zone"))] = "",
    source: Annotated[
        str, typer.Option("--source", metavar="WORDS", help=say("o.schedule_source"))
    ] = "",
    at: Annotated[
        str | None, typer.Option("--at", metavar="T", help=say("o.schedule_fetched"))
    ] = None,
    clock: Annotated[
        str, typer.Option("--clock", metavar="ZONE", help=say("o.schedule_clock"))
    ] = "",
    mapping: Annotated[
        Path | None, typer.Option("--mapping", metavar="FILE", help=say("o.schedule_mapping"))
    ] = None,
    fewer: Annotated[bool, typer.Option("--fewer", help=say("o.fewer_groups"))] = False,
    note_failure: Annotated[
        bool, typer.Option("--note-failure", help=say("o.note_failure"))
    ] = False,
    as_json: AsJson = False,
    country: Country = "UA",
) -> None:
    """Import schedules; leave with 1 where any of it could not be taken as it is."""
    from tocsin.intake.schedule_edition import Fetched
    from tocsin.intake.schedule_file import read_schedule
    from tocsin.intake.schedule_import import Whose, plan, unread
    from tocsin.intake.schedule_mapping import load_mapping
    from tocsin.power.day import zone_of

    record = kept(db, ledger)
    gazetteer = places.load_country(country)
    whose = Whose(
        sender=OPERATOR,
        root=gazetteer.root.code,
        operator=operator,
        name=name[:200],
        area=None if area is None else places.one(gazetteer, area).code,
        zone=zone,
        source=source[:200],
        fewer=fewer,
    )
    if clock:
        zone_of(clock)
    now, said = moments.now(), None if at is None else moments.asked(at, "--at")
    how = None if mapping is None else load_mapping(mapping)
    try:
        readings = [
            read_schedule(file, Fetched(now, said, _changed_at(file)), how, clock) for file in files
        ]
        made, recorded = _record(record, gazetteer, lambda grid: plan(grid, readings, whose))
    except TocsinError as error:
        if note_failure and error.code.startswith("schedule."):
            why, moment = error.sentence[:300], rfc3339(said or now)
            _record(record, gazetteer, lambda grid: unread(grid, why, moment, whose))
        raise
    remarks = _remarks(readings)
    if as_json:
        paper.put_json(
            {
                "formats": [reading.format for reading in readings],
                "operators": made.operators,
                **{outcome: made.counts[outcome] for outcome in OUTCOMES},
                "remarks": {code: remarks[code] for code in sorted(remarks)},
                "recorded": recorded,
            }
        )
    else:
        _tell(readings, made, recorded)
    if any(made.counts[outcome] for outcome in WANTING) or remarks:
        raise typer.Exit(EXIT_WANTING)


def _changed_at(file: Path) -> datetime | None:
    try:
        return from_milliseconds(file.stat().st_mtime_ns // 1_000_000)
    except (OSError, OverflowError):
        return None  # Reading it will say what is wrong with the file.


def _record(
    record: Path | str, gazetteer: Gazetteer, planned: Callable[[Grid], Plan]
) -> tuple[Plan, int]:
    """Find out what changes anything, and have the desk record it; tell how many events it made."""
    from tocsin.app import open_desk, open_projections, open_record

    ledger = open_record(record)
    try:
        projections = open_projections(ledger)
        made = planned(projections.grid)
        desk = open_desk(ledger, gazetteer, SystemClock(), projections)
        recorded = 0
        for start in range(0, len(made.commands), COMMANDS_PER_COMMIT):
            requests = [_request(one) for one in made.commands[start : start + COMMANDS_PER_COMMIT]]
            for answer in desk.handle(requests):
                if isinstance(answer, TocsinError):
                    raise answer
                recorded += len(answer.events)
    finally:
        ledger.close()
    return made, recorded


def _request(command: PowerCommand) -> Any:
    from tocsin.commands import Request, fingerprint

    return Request(command.command_id, (command,), fingerprint(command.command_id))


def _remarks(readings: Sequence[Reading]) -> Counter[str]:
    found: Counter[str] = Counter()
    for reading in readings:
        found.update(reading.remarks.counts)
    return found


def _tell(readings: Sequence[Reading], made: Plan, recorded: int) -> None:
    counts = made.counts
    paper.put(say("power.read", n=counts["read"], companies=", ".join(made.operators)))
    for outcome in WANTING:
        if counts[outcome]:
            paper.put(say(f"power.read_{outcome}", n=counts[outcome]))
    for reading in readings:
        for code, number in sorted(reading.remarks.counts.items()):
            where = reading.remarks.first.get(code, "")
            paper.put(f"{say(f'power.at.{code}')}: {number} ({where})")
    if recorded:
        paper.put(say("power.recorded", changed=counts["changed"], events=recorded))
    else:
        paper.put(say("power.already"))
