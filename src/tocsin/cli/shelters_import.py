"""
`tocsin shelters import` and `locate`: registers brought in, and doors put on the map by hand.

They write to the ledger beside a stopped or running server, as `tocsin token` does. A register is
read whole and told before anything is written; a file that is wrong as a whole writes nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import uuid4

import typer

from tocsin.cli import moments, paper, places
from tocsin.cli.options import AsJson, Country, OwnDb, SharedLedger, kept
from tocsin.cli.program import Verb
from tocsin.cli.recording import OPERATOR, put
from tocsin.cli.shelters import verbs
from tocsin.cli.tongue import say
from tocsin.kernel.errors import Malformed, Refused
from tocsin.kernel.ids import CommandId
from tocsin.kernel.time import Moment, from_milliseconds, parse_rfc3339, rfc3339
from tocsin.kernel.words import Rank

if TYPE_CHECKING:
    from tocsin.areas.gazetteer import Gazetteer
    from tocsin.intake.register_reading import Reading
    from tocsin.shelters.messages import Entrance


@verbs.command("import", cls=Verb, help=say("shelters.import"))
def import_(  # noqa: PLR0913  # An option for each thing that a register may not say of itself.
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help=say("o.register_files"))],
    *,
    db: OwnDb = None,
    ledger: SharedLedger = None,
    register: Annotated[
        str, typer.Option("--register", metavar="NAME", help=say("o.register"))
    ] = "",
    source: Annotated[
        str, typer.Option("--source", metavar="WORDS", help=say("o.register_source"))
    ] = "",
    licence: Annotated[
        str, typer.Option("--licence", metavar="WORDS", help=say("o.register_licence"))
    ] = "",
    retrieved_at: Annotated[
        str | None, typer.Option("--retrieved-at", metavar="T", help=say("o.register_retrieved"))
    ] = None,
    format_: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help=say("o.register_format"))
    ] = "",
    mapping: Annotated[
        Path | None, typer.Option("--mapping", metavar="FILE", help=say("o.mapping"))
    ] = None,
    coordinates: Annotated[
        Path | None, typer.Option("--coordinates", metavar="FILE", help=say("o.coordinates"))
    ] = None,
    bbox: Annotated[str | None, typer.Option("--bbox", metavar="BOX", help=say("o.bbox"))] = None,
    area: Annotated[
        str | None, typer.Option("--area", metavar="AREA", help=say("o.register_area"))
    ] = None,
    fewer: Annotated[bool, typer.Option("--fewer", help=say("o.fewer"))] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=say("o.dry_run"))] = False,
    as_json: AsJson = False,
    country: Country = "UA",
) -> None:
    """Import a register, or say in one line why not."""
    from tocsin.areas.geometry import load_outlines
    from tocsin.cli.progress import stages
    from tocsin.intake.register_coordinates import load_coordinates
    from tocsin.intake.register_mapping import load_mapping
    from tocsin.intake.register_place import read_box
    from tocsin.intake.register_reading import read_register
    from tocsin.intake.register_whole import Wanted

    record = None if dry_run else kept(db, ledger)
    gazetteer = places.load_country(country)
    wanted = Wanted(
        retrieved_at=_retrieved(files[0], retrieved_at),
        register=register,
        source=source,
        licence=licence,
        format=format_,
        reader=None if mapping is None else load_mapping(mapping),
        coordinates=None if coordinates is None else load_coordinates(coordinates),
        bbox=None if bbox is None else read_box(bbox),
        area="" if area is None else places.one(gazetteer, area).code,
    )
    with stages(quiet=as_json) as progress:
        reading = read_register(files, wanted, gazetteer, load_outlines(gazetteer), progress)
    outcome = None if record is None else _replaced(record, gazetteer, reading, fewer=fewer)
    if as_json:
        paper.put_json({**reading.report.as_json(), "recorded": outcome})
        return
    _tell(reading, gazetteer, outcome)


@verbs.command("locate", cls=Verb, help=say("shelters.locate"))
def locate(
    shelter: Annotated[str, typer.Argument(metavar="SHELTER", help=say("o.shelter"))],
    doors: Annotated[list[str], typer.Argument(metavar="LAT,LON", help=say("o.doors"))],
    *,
    db: OwnDb = None,
    ledger: SharedLedger = None,
    step_free: Annotated[
        Literal["yes", "no", "unknown"],
        typer.Option("--step-free", metavar="yes|no", help=say("o.door_step_free")),
    ] = "unknown",
    seen: Annotated[bool, typer.Option("--seen", help=say("o.seen"))] = False,
    country: Country = "UA",
) -> None:
    """Say where a shelter's doors are."""
    from tocsin.areas.geometry import load_outlines
    from tocsin.cli.record import reading
    from tocsin.shelters.messages import LocateShelter, Said, ShelterId

    gazetteer = places.load_country(country)
    record = kept(db, ledger)
    now = rfc3339(moments.now())
    entrances = tuple(_door(door, Said(step_free), now if seen else None) for door in doors)
    with reading(record, gazetteer) as opened:
        found = opened.projections.shelters.get(ShelterId(shelter))
    if found is None:
        raise Refused("shelter.unknown", f"No shelter is listed as {shelter[:64]}.", status=404)
    outlines = load_outlines(gazetteer)
    for door in doors:
        at = outlines.at(*(places.point(door) or (0.0, 0.0)))
        line = () if at is None else (at.code, *gazetteer.lineage(at.code))
        if at is not None and found.area not in line:
            area = places.name(gazetteer.get(found.area))
            paper.note(say("register.door_elsewhere", place=door, area=area))
    command = LocateShelter(
        command_id=CommandId(str(uuid4())),
        sender=OPERATOR,
        rank=Rank.AUTHORITY,
        area=found.area,
        at=now,
        shelter=ShelterId(shelter),
        entrances=entrances,
    )
    (answer,) = put(record, gazetteer, [command])
    told = say("register.door", id=shelter, n=len(entrances))
    paper.put(told if answer.events else say("register.already"))


def _door(text: str, step_free: Any, verified_at: Moment | None) -> Entrance:
    from tocsin.shelters.messages import DEGREE, Entrance

    point = places.point(text)
    if point is None:
        raise Malformed(
            "shelter.entrance_malformed",
            f"“{text[:40]}” is not LAT,LON in degrees.",
            where="LAT,LON",
        )
    lat, lon = (round(degrees * DEGREE) for degrees in point)
    return Entrance(lat=lat, lon=lon, step_free=step_free, verified_at=verified_at)


def _retrieved(file: Path, said: str | None) -> Moment:
    if said is not None:
        return rfc3339(moments.asked(said, "--retrieved-at"))
    try:
        return rfc3339(from_milliseconds(file.stat().st_mtime_ns // 1_000_000))
    except (OSError, OverflowError):
        return rfc3339(moments.now())  # Reading it will say what is wrong with the file.


def _replaced(
    record: Path | str, gazetteer: Gazetteer, reading: Reading, *, fewer: bool
) -> dict[str, int]:
    """Put the register in place of its last edition; say what that changed."""
    from tocsin.shelters.messages import ReplaceRegister

    report = reading.report
    command = ReplaceRegister(
        command_id=CommandId(str(uuid4())),
        sender=OPERATOR,
        rank=Rank.AUTHORITY,
        area=reading.area,
        at=rfc3339(moments.now()),
        register=report.register,
        source=report.source[:200],
        licence=report.licence[:200],
        retrieved_at=Moment(report.retrieved_at),
        listings=reading.listings,
        areas=reading.areas,
        fewer=fewer,
    )
    (answer,) = put(record, gazetteer, [command])
    from tocsin.shelters.codec import decode
    from tocsin.shelters.messages import RegisterReplaced

    facts = (decode(recorded).fact for recorded in answer.events[:1])
    told = next((fact for fact in facts if isinstance(fact, RegisterReplaced)), None)
    if told is None:
        return {"listed": 0, "changed": 0, "delisted": 0}
    return {"listed": told.listed, "changed": told.changed, "delisted": told.delisted}


def _tell(reading: Reading, gazetteer: Gazetteer, outcome: dict[str, int] | None) -> None:
    from tocsin.cli.register_lines import lines

    fetched = parse_rfc3339(reading.report.retrieved_at)
    at = moments.Reading(moments.now()).full(fetched)
    for line in lines(reading.report, at, places.name(gazetteer.root)):
        paper.put(line)
    if outcome is None:
        paper.note(say("register.dry"))
    elif any(outcome.values()):
        paper.put(say("register.recorded", **outcome))
    else:
        paper.put(say("register.already"))
