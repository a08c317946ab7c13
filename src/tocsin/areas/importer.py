"""
Another country, from one GeoJSON file: checked as a whole, then written as a pack, or not at all.

A file with any fault imports nothing, because half a country is one where somebody is not
warned. Every fault is a line in the report, in the words of the file; what the file must hold
is in `geojson.py`, how the tree must be in `tree.py`, how outlines must lie in `contacts.py`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tocsin.areas import axes, bands, geojson, grid, pack, rings, tree
from tocsin.areas.contacts import Contacts, contacts
from tocsin.areas.gazetteer import Gazetteer, tree_section
from tocsin.areas.geojson import SCALE, Draft
from tocsin.areas.report import Progress, Report
from tocsin.areas.rings import Part, Ring, Rings, Vertex
from tocsin.areas.simplify import simplified
from tocsin.kernel.errors import Malformed
from tocsin.kernel.ids import AreaCode

KEPT_SCALE: Final = 1_000_000
"""A pack keeps 11 cm; 32 bits hold twice around the Earth at that."""

TOLERATED: Final = 1e-6 * SCALE * SCALE
"""A millionth of a square degree, about a hectare: less is one border drawn twice, carelessly."""

MEASURED: Final = 20_000_000
"""Vertices of overlapping areas that are measured: every area of the largest file five times."""

OVERVIEW_STEPS: Final = 700
"""An overview map is about so many pixels wide or high, and a border may move by one."""


@dataclass(frozen=True, slots=True)
class _Country:
    gazetteer: Gazetteer
    outlines: Rings


def check(source: Path | bytes, on_progress: Progress | None = None) -> Report:
    """
    Say what is wrong with a file; nothing is written.

    Raises:
        Malformed: `areas.file_unreadable` when there is no such file.
    """
    report, _ = _examined(source, on_progress or _silent)
    return report


def build(source: Path | bytes, on_progress: Progress | None = None) -> dict[str, bytes]:
    """
    Make the sections of a country pack from a file.

    Raises:
        Malformed: `areas.file_unreadable`, or `areas.file_refused` with the first problem.
    """
    progress = on_progress or _silent
    report, country = _examined(source, progress)
    if country is None:
        first = str(report.problems[0])
        raise Malformed(
            "areas.file_refused", f"{report.count} things are wrong; the first: {first}"
        )
    return _sections(country, progress)


def import_country(source: Path, target: Path, on_progress: Progress | None = None) -> Report:
    """
    Import a country: write `target`, a pack that `load_pack` reads, if all is well with `source`.

    Returns:
        The report; nothing was written unless it is `ok`.

    Raises:
        Malformed: `areas.file_unreadable` when `source` cannot be read, `areas.pack_unwritable`
            when `target` cannot be written.
    """
    progress = on_progress or _silent
    report, country = _examined(source, progress)
    if country is not None:
        sections = _sections(country, progress)
        try:
            pack.write(target, sections)
        except OSError as error:
            said = error.strerror or "it cannot be written"
            raise Malformed("areas.pack_unwritable", f"{target.name}: {said}.") from error
    return report


def _examined(source: Path | bytes, progress: Progress) -> tuple[Report, _Country | None]:
    report = Report()
    data = source if isinstance(source, bytes) else _bytes(source)
    drafts = geojson.read(data, report, progress)
    drawn = [draft for draft in drafts.features if draft.level > 0 and draft.parts]
    gazetteer = tree.plant(drafts, report) if drafts.features else None
    if gazetteer is not None:
        axes.check(gazetteer, drawn, report)
    for level in range(1, geojson.LEVELS + 1):
        progress(f"outlines of level {level}", 0)
        _check_outlines([draft for draft in drawn if draft.level == level], report)
    report.outlines = len(drawn)
    if gazetteer is None or not report.ok:
        return report, None
    without = report.areas - 1 - report.outlines
    if without:
        report.notices.append(f"{without} areas have no outline; no point is found in them.")
    kept = {AreaCode(draft.code): _kept(draft) for draft in drawn}
    ordered = {area.code: kept[area.code] for area in gazetteer if kept.get(area.code)}
    return report, _Country(gazetteer, Rings(KEPT_SCALE, ordered))


def _check_outlines(drafts: Sequence[Draft], report: Report) -> None:
    """Check the outlines of one level: each ring, each area's parts, area against area."""
    parts = [part for draft in drafts for part in draft.parts]
    owners = {draft.number: draft for draft in drafts}
    try:
        found = contacts(parts)
    except Malformed as error:
        report.add(error.sentence)
        return
    for (number, ring), at in found.selves.items():
        _blame(owners[parts[number].area], f"ring {ring} meets itself at {_shown(at)}.", report)
    for number, part in enumerate(parts):
        if (number, number) in found.parts:
            at = found.parts[number, number][0]
            _blame(owners[part.area], f"its rings cross one another at {_shown(at)}.", report)
        for hole in bands.holes_outside(part):
            _blame(owners[part.area], f"ring {hole} is a hole outside of its polygon.", report)
    _check_overlaps(parts, owners, found, report)


def _check_overlaps(
    parts: Sequence[Part], owners: dict[int, Draft], found: Contacts, report: Report
) -> None:
    """Measure every overlap that shows, and note those that are more than a careless border."""
    meeting: dict[tuple[int, int], list[Vertex]] = {pair: [] for pair in bands.nested(parts)}
    meeting |= found.parts
    shared: dict[tuple[int, int], list[Vertex]] = {}
    for (one, two), places in meeting.items():
        first, second = parts[one], parts[two]
        if first.area != second.area:
            pair = (min(first.area, second.area), max(first.area, second.area))
            shared.setdefault(pair, []).extend(places)
        elif one != two and bands.overlap(first.rings, second.rings, places) > TOLERATED:
            _blame(owners[first.area], "its polygons overlap one another.", report)
    left = MEASURED
    for (former, latter), places in shared.items():
        draft, other = owners[latter], owners[former]
        rings_of, rings_of_other = _all_rings(draft), _all_rings(other)
        left -= sum(len(ring) for ring in (*rings_of, *rings_of_other))
        size = bands.overlap(rings_of, rings_of_other, places) if left > 0 else math.inf
        if size > TOLERATED:
            by = f" by {_square_km(size, draft)} km²" if left > 0 else ""
            _blame(draft, f"it overlaps {other.name!r}{by}.", report)


def _sections(country: _Country, progress: Progress) -> dict[str, bytes]:
    sections = {"tree": tree_section(country.gazetteer, {})}
    outlines = country.outlines.areas
    if not outlines:
        return sections
    progress("grid", 0)
    finest = sorted(outlines, key=lambda code: -country.gazetteer.get(code).level)
    sections["outlines"] = rings.encode(country.outlines)
    sections["grid"] = grid.encode(grid.lay([outlines[code] for code in finest]))
    progress("overview", 0)
    xs = [v[0] for outline in outlines.values() for ring in outline for v in ring]
    ys = [v[1] for outline in outlines.values() for ring in outline for v in ring]
    span = max(max(xs) - min(xs), max(ys) - min(ys))
    coarse = simplified(country.outlines, max(1, span // OVERVIEW_STEPS))
    sections["coarse"] = rings.encode(coarse)
    progress("done", 1)
    return sections


def _kept(draft: Draft) -> tuple[Ring, ...]:
    """Round a draft's rings to what a pack keeps; a ring that vanishes is left out."""
    factor = SCALE // KEPT_SCALE
    found = []
    for ring in _all_rings(draft):
        rounded = [((x + factor // 2) // factor, (y + factor // 2) // factor) for x, y in ring]
        around = zip(rounded, (*rounded[1:], rounded[0]), strict=True)
        fresh = tuple(a for a, b in around if a != b)
        if len(set(fresh)) > 2:
            found.append(fresh)
    return tuple(found)


def _all_rings(draft: Draft) -> list[Ring]:
    return [ring for part in draft.parts for ring in part.rings]


def _square_km(units: float, draft: Draft) -> str:
    lat = math.radians(draft.parts[0].rings[0][0][1] / SCALE)
    km2 = units / SCALE / SCALE * 111.32**2 * math.cos(lat)
    return f"{km2:.3g}" if km2 < 1000 else f"{km2:,.0f}"


def _shown(at: Vertex) -> str:
    return f"{at[1] / SCALE:.5f}, {at[0] / SCALE:.5f} (lat, lon)"


def _blame(draft: Draft, why: str, report: Report) -> None:
    report.add(why, draft.number, draft.name)


def _bytes(source: Path) -> bytes:
    try:
        with source.open("rb") as file:
            # One byte more than may be, so that too large is told from just enough.
            return file.read(geojson.FILE_BYTES + 1)
    except OSError as error:
        said = error.strerror or "it cannot be read"
        raise Malformed(
            "areas.file_unreadable", f"{source.name}: {said}.", where=source.name
        ) from error


def _silent(_what: str, _done: float) -> None:
    pass
