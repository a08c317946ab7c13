"""
A register's file becomes listings and a report, or is refused as a whole and nothing is taken.

Refused is what would put a city in the wrong place or take it off the map: axes changed over, a
file that was cut off, a page of an answer in place of all of it, something that is no register.
A row that cannot be used is left out and told. The file is read whole before anything is judged,
since only the file as a whole shows which way round its axes are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from tocsin.areas.gazetteer import Gazetteer
from tocsin.areas.geometry import Outlines
from tocsin.intake import register_whole, register_words
from tocsin.intake.register_coordinates import Coordinates
from tocsin.intake.register_file import read_files
from tocsin.intake.register_listing import SAID_FIELDS, Understanding, null_words, says_anything
from tocsin.intake.register_mapping import Reader
from tocsin.intake.register_place import Judge, Point, read_point
from tocsin.intake.register_profile import NOT_STATED
from tocsin.intake.register_report import Report
from tocsin.intake.register_rows import Row, Rows
from tocsin.intake.register_whole import Wanted
from tocsin.kernel.errors import Refused
from tocsin.kernel.ids import AreaCode
from tocsin.kernel.time import Moment
from tocsin.shelters.messages import DEGREE, Entrance, Listing, Said, ShelterId

Progress: TypeAlias = Callable[[str, float], None]
"""Told what is being done, in a word, and how much of it is done, from 0 to 1."""

_ID_CHARACTERS: Final = 64
_UNUSABLE: Final = frozenset({"row_swapped", "out_of_range", "outside_bbox", "at_sea"})


@dataclass(frozen=True, slots=True)
class Reading:
    """
    A register that was read.

    Args:
        listings: In the order of the file, each id once.
        areas: By shelter, the finest area that it lies in; without those that lie in none.
        area: Where the register as a whole belongs.
        report: What was understood and what was not.
    """

    listings: tuple[Listing, ...]
    areas: dict[ShelterId, AreaCode]
    area: AreaCode
    report: Report


@dataclass(slots=True)
class _Draft:
    row: Row
    source_id: str
    key: str
    address: str
    point: Point | None = None


def read_register(
    files: Sequence[Path | bytes],
    wanted: Wanted,
    gazetteer: Gazetteer,
    outlines: Outlines,
    on_progress: Progress | None = None,
) -> Reading:
    """
    Read a register, from one file or from several that are its pages.

    Raises:
        Refused: `register.cut_off`, `register.swapped`, `register.misplaced`, `register.metres`,
            `register.not_a_register`, `register.too_large`, each with one line that says why.
        Malformed: `register.file_unreadable`, `register.format_unknown`,
            `register.name_malformed`, `area.unknown`.
    """
    progress = on_progress or _silent
    progress("reading", 0)
    rows, forced = read_files(files, wanted.format)
    reader = wanted.reader or Reader()
    profile = register_whole.profile(rows, wanted, forced)
    register_whole.must_be_a_register(rows, profile)
    report = Report(format=rows.format, profile=profile.name, rows=len(rows.rows))
    report.files = tuple(file.name for file in files if isinstance(file, Path))
    report.register = register_whole.name(wanted, reader, report.files, profile)
    report.source = wanted.source or profile.source or report.register
    report.licence = wanted.licence or profile.licence or NOT_STATED
    report.retrieved_at = wanted.retrieved_at
    register_whole.tell_columns(rows, profile, report)
    for code in rows.notices:
        report.notice(code)
    if report.licence == NOT_STATED:
        report.notice("licence_not_stated")
    for number in rows.odd:
        report.remark(number, "cells_odd")
    columns = frozenset(rows.columns)
    hazards = register_whole.hazards(rows, profile)
    understanding = Understanding(profile, reader, report, columns, hazards)
    drafts = _drafts(rows, understanding, wanted.coordinates, progress)
    points = [draft.point for draft in drafts if draft.point is not None]
    judge = Judge(points, outlines, wanted.bbox, profile.box)
    report.judge = judge.name
    if judge.unsure:
        report.notice("axes_unsure")
    if points:
        middle = (sum(p.lat for p in points), sum(p.lon for p in points))
        report.middle = (round(middle[0] / len(points)), round(middle[1] / len(points)))
    belongs = register_whole.area(wanted, profile, gazetteer)
    return _reading(drafts, understanding, judge, belongs, gazetteer, progress)


def _reading(  # The two halves of one function, cut where it is long.
    drafts: list[_Draft],
    understanding: Understanding,
    judge: Judge,
    area: AreaCode | None,
    gazetteer: Gazetteer,
    progress: Progress,
) -> Reading:
    report = understanding.report
    listings: list[Listing] = []
    areas: dict[ShelterId, AreaCode] = {}
    for number, draft in enumerate(drafts):
        if number % 1024 == 0:
            progress("understanding", number / len(drafts))
        _judge(draft, judge, report)
        if draft.point is None and not draft.address:
            report.remark(draft.row.number, "no_place")
            continue
        listing = _listing(draft, understanding)
        listings.append(listing)
        found = None if draft.point is None else judge.area(draft.point)
        if found is not None:
            areas[listing.id] = found
    if not listings:
        raise Refused(
            "register.not_a_register", f"None of its {report.rows} rows says where a shelter is."
        )
    _count(listings, report)
    if report.located and not areas:
        report.notice("in_no_area")
    whole = area or register_whole.around(areas.values(), gazetteer)
    report.area = whole
    progress("done", 1)
    return Reading(tuple(listings), areas, whole, report)


def _drafts(
    rows: Rows,
    understanding: Understanding,
    coordinates: Coordinates | None,
    progress: Progress,
) -> list[_Draft]:
    report, drafts = understanding.report, list[_Draft]()
    room = _ID_CHARACTERS - len(report.register) - 1
    strange = 0
    for place, row in enumerate(rows.rows):
        if place % 1024 == 0:
            progress("reading", place / len(rows.rows))
        report.nulls += null_words(row)
        if not says_anything(row):
            report.remark(row.number, "empty")
            continue
        excluded = understanding.value(row, "excluded")
        if excluded is not None and register_words.said(excluded) is Said.YES:
            report.remark(row.number, "excluded")
            continue
        address = understanding.address(row)
        told = understanding.identify(row, address, room)
        if told is None:
            report.remark(row.number, "repeated")
            continue
        draft = _Draft(row, *told, address)
        point = coordinates.find(row, draft.source_id, address) if coordinates else None
        if point is not None:
            report.count("located_by_file", 1)
        found = point or _point(row, understanding)
        if isinstance(found, Point):
            draft.point = found
        else:
            strange += found == "metres"
            report.remark(row.number, "out_of_range" if found == "metres" else found)
        drafts.append(draft)
    if 2 * strange > max(1, len(drafts)):
        raise Refused(
            "register.metres",
            f"{strange} of {len(drafts)} points are in metres of some grid; it needs degrees.",
        )
    if coordinates is not None:
        report.count("coordinates_unused", coordinates.unused())
        report.count("coordinates_contradicted", len(coordinates.contradicted))
    return drafts


def _point(row: Row, understanding: Understanding) -> Point | str:
    """Take a row's point: from its columns, else from where its format keeps it."""
    found = read_point(row.lat, row.lon)
    if isinstance(found, Point):
        return found
    other = read_point(understanding.value(row, "lat"), understanding.value(row, "lon"))
    return found if other == "no_coordinates" else other


def _judge(draft: _Draft, judge: Judge, report: Report) -> None:
    if draft.point is None:
        return
    verdict = judge.verdict(draft.point)
    if verdict:
        said = f"{draft.point.lat:.5f}, {draft.point.lon:.5f}"
        report.remark(draft.row.number, verdict, said)
    if verdict in _UNUSABLE:
        draft.point = None


def _listing(draft: _Draft, understanding: Understanding) -> Listing:
    row, report = draft.row, understanding.report
    kind = understanding.kind(row)
    hours, by_hours = understanding.hours(row)
    capacity, basis = understanding.capacity(row)
    point = draft.point
    entrances = (
        (Entrance(lat=round(point.lat * DEGREE), lon=round(point.lon * DEGREE)),)
        if point is not None
        else ()
    )
    said = {name: understanding.said(row, name) for name in SAID_FIELDS}
    return Listing(
        id=ShelterId(f"{report.register}.{draft.key}"),
        name=understanding.name(row, kind, draft.address, draft.source_id),
        kind=kind,
        address=draft.address,
        entrances=entrances,
        access=understanding.access(row, by_hours),
        hours=hours,
        capacity=capacity,
        capacity_basis=basis,
        step_free=understanding.step_free(row),
        fit=understanding.fit(row),
        power_group=understanding.text(row, "power_group", 40) or None,
        note=understanding.note(row),
        register=report.register,
        source_id=draft.source_id,
        source=report.source[:200],
        licence=report.licence[:200],
        retrieved_at=Moment(report.retrieved_at),
        pets=said["pets"],
        water=said["water"],
        toilet=said["toilet"],
        heating=said["heating"],
        first_aid=said["first_aid"],
        network=said["network"],
        generator=said["generator"],
    )


def _count(listings: list[Listing], report: Report) -> None:
    report.listed = len(listings)
    report.located = sum(bool(listing.entrances) for listing in listings)
    report.capacity = sum(listing.capacity or 0 for listing in listings)
    addresses = Counter(listing.address for listing in listings if listing.address)
    report.addresses = len(addresses)
    report.repeats = addresses.total() - len(addresses)
    report.buildings = sum(times > 1 for times in addresses.values())


def _silent(_what: str, _done: float) -> None:
    pass
