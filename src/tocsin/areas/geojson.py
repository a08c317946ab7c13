"""
Reading a GeoJSON file of areas: each feature becomes a draft, each fault a line of the report.

Takes a FeatureCollection of polygons with `name`, `level`, `parent` and `code` (and `iso`,
`uid`, `name_uk`, `name_en` where there are any). Nothing in the file is believed: sizes are
bounded, types checked, numbers kept as whole numbers of 1e-7 degree, about a centimetre.

Source: RFC 7946, sections 3 and 4; its advice on orientation is not demanded, since most files
do not follow it.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

from tocsin.areas.report import Progress, Report
from tocsin.areas.rings import Part, Ring, Vertex, twice_area
from tocsin.kernel.errors import Malformed

FILE_BYTES: Final = 50_000_000
"""2 million vertices of 24 characters; read and checked, they take about 1.2 GB of memory."""

VERTICES: Final = 2_000_000
"""Checked in about half a minute. Ukraine at full detail has 528,679."""

FEATURES: Final = 10_000
"""France has 36,000 communes, but 101 departments and 1,254 cantons: warn by those."""

LEVELS: Final = 3
SCALE: Final = 10_000_000

CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,23}")
"""24 characters; KATOTTH has 19. Every alert's id begins with one."""

_LANGUAGE: Final = re.compile(r"[a-z]{2,3}")
_ISO: Final = re.compile(r"[A-Za-z]{2}-[A-Za-z0-9]{1,3}")
_NAME_CHARACTERS: Final = 200
_UID_MAX: Final = 999_999_999
_FAULTS_PER_FEATURE: Final = 5


@dataclass(slots=True)
class Draft:
    """
    One feature, as far as it could be read.

    Args:
        number: Its place in the file, from 0.
        names: By language; `""` is the name without a language.
        level: 0 for the country, then 1 to 3; -1 where it is not said.
        code: As said, or empty; likewise `parent`, `iso`.
        parts: Its polygons.
    """

    number: int
    names: dict[str, str] = field(default_factory=dict)
    level: int = -1
    code: str = ""
    parent: str = ""
    iso: str = ""
    uid: int | None = None
    parts: list[Part] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Give the name to call the feature by in a report."""
        return self.names.get("") or self.names.get("en") or next(iter(self.names.values()), "")


@dataclass(slots=True)
class Drafts:
    """
    The whole file, as far as it could be read.

    Args:
        features: All features that are objects at all.
        code: A member `code` of the collection itself, the country's; likewise `names`.
    """

    features: list[Draft] = field(default_factory=list)
    code: str = ""
    names: dict[str, str] = field(default_factory=dict)


def read(data: bytes, report: Report, progress: Progress) -> Drafts:
    """Read a file; whatever the bytes are, faults go into the report and nothing is raised."""
    drafts = Drafts()
    if len(data) > FILE_BYTES:
        report.add(f"The file has {len(data):,} bytes; at most {FILE_BYTES:,} can be imported.")
        return drafts
    try:
        parsed: Any = json.loads(data, parse_constant=_constant)
    except RecursionError:
        report.add("The file is nested too deeply to be GeoJSON.")
        return drafts
    except ValueError as error:
        report.add(f"The file is not JSON: {error}.")
        return drafts
    try:
        features = _features(parsed)
    except Malformed as fault:
        report.add(fault.sentence)
        return drafts
    drafts.code = _text(parsed.get("code"))
    drafts.names = {k: v for k, v in _names(parsed).items() if _nameable(v)}
    for number, feature in enumerate(features):
        if number % 256 == 0:
            progress("reading", number / len(features))
        drafts.features.append(_draft(number, feature, report))
        report.vertices += sum(len(ring) for p in drafts.features[-1].parts for ring in p.rings)
        if report.vertices > VERTICES:
            report.add(f"The outlines have more than {VERTICES:,} vertices; simplify them.")
            break
    return drafts


def _features(parsed: object) -> list[Any]:
    if not isinstance(parsed, dict) or parsed.get("type") != "FeatureCollection":
        raise _fault("The file is not a FeatureCollection.")
    features = parsed.get("features")
    if not isinstance(features, list) or not features:
        raise _fault("The FeatureCollection has no features.")
    if len(features) > FEATURES:
        raise _fault(f"The file has {len(features):,} features; at most {FEATURES:,} are areas.")
    crs = parsed.get("crs")
    said = crs.get("properties") if isinstance(crs, dict) else None
    reference = _text(said.get("name")) if isinstance(said, dict) else ""
    # Older files name their reference; only that of RFC 7946 has degrees.
    if crs is not None and not re.search(r"CRS84$|EPSG:{1,2}4326$", reference):
        raise _fault("The coordinates are not WGS 84 degrees; the file names another reference.")
    return features


def _draft(number: int, feature: object, report: Report) -> Draft:
    draft = Draft(number)
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        report.add("it is not a Feature.", number)
        return draft
    said = feature.get("properties")
    said = said if isinstance(said, dict) else {}
    draft.names = _names(said)
    if not draft.names:
        report.add("it has no name; give a property `name`.", number)
    if not all(map(_nameable, draft.names.values())):
        draft.names = {"": f"feature {number}"}
        report.add("its name is too long, or holds control characters.", number)
    steps = (_level, _codes, _outline)
    for step in steps:
        try:
            step(draft, feature, said)
        except Malformed as fault:
            report.add(fault.sentence, number, draft.name)
    for why in _rings(draft, feature):
        report.add(why, number, draft.name)
    return draft


def _names(said: dict[str, Any]) -> dict[str, str]:
    """Collect names: `name` as text or by language, `name_xx`, `name:xx`."""
    found: dict[str, str] = {}
    name = said.get("name")
    if isinstance(name, dict):
        found = {k: _text(v) for k, v in name.items() if _LANGUAGE.fullmatch(k)}
    elif _text(name):
        found = {"": _text(name)}
    for key, value in said.items():
        language = key[5:] if key.startswith(("name_", "name:")) else ""
        if _LANGUAGE.fullmatch(language):
            found[language] = _text(value)
    spaced = {language: " ".join(name.split()) for language, name in found.items()}
    return {language: name for language, name in spaced.items() if name}


def _nameable(name: str) -> bool:
    return name.isprintable() and len(name) <= _NAME_CHARACTERS


def _level(draft: Draft, _: dict[str, Any], said: dict[str, Any]) -> None:
    level = said.get("level")
    if isinstance(level, str) and level.strip() in {"0", "1", "2", "3"}:
        level = int(level)
    if isinstance(level, float) and level.is_integer():
        level = int(level)
    if level is None:
        raise _fault(f"it has no level; give a property `level` from 0 (country) to {LEVELS}.")
    if not isinstance(level, int) or isinstance(level, bool) or not 0 <= level <= LEVELS:
        raise _fault(f"its level is not a whole number from 0 to {LEVELS}.")
    draft.level = level


def _codes(draft: Draft, feature: dict[str, Any], said: dict[str, Any]) -> None:
    draft.parent = _text(said.get("parent"))
    draft.iso = _text(said.get("iso")).upper() if draft.level == 1 else ""
    code = _text(said.get("code"))
    if code and not CODE.fullmatch(code):
        raise _fault("its code is not 1 to 24 letters, digits, dots, dashes and underscores.")
    # Many programs number the features of a file anew each time; such an id is no code.
    id_ = _text(feature.get("id"))
    draft.code = code or (id_ if CODE.fullmatch(id_) and not id_.isdigit() else "")
    if draft.iso and not _ISO.fullmatch(draft.iso):
        draft.iso = ""
        raise _fault("its `iso` is not an ISO 3166-2 code such as UA-30.")
    uid = said.get("uid")
    if uid is not None:
        if not isinstance(uid, int) or isinstance(uid, bool) or not 0 < uid <= _UID_MAX:
            raise _fault("its `uid` is not a positive whole number.")
        draft.uid = uid


def _outline(_: Draft, feature: dict[str, Any], __: dict[str, Any]) -> None:
    shape = feature.get("geometry")
    if shape is None:
        return
    kind = shape.get("type") if isinstance(shape, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        said = kind if isinstance(kind, str) and len(kind) <= 20 else "something else"
        raise _fault(f"its outline is {said}; it must be a Polygon or MultiPolygon.")


def _rings(draft: Draft, feature: dict[str, Any]) -> Iterator[str]:
    """Read the outline into the draft; yield what is wrong with its rings."""
    shape = feature.get("geometry")
    if not isinstance(shape, dict) or shape.get("type") not in ("Polygon", "MultiPolygon"):
        return
    polygons = shape.get("coordinates")
    if shape["type"] == "Polygon":
        polygons = [polygons]
    if not isinstance(polygons, list) or not all(isinstance(p, list) and p for p in polygons):
        yield "its coordinates are not lists of rings."
        return
    faults: list[str] = []
    for place, polygon in enumerate(polygons):
        rings, wrong = _polygon(polygon)
        faults += (f"polygon {place}, {why}" if place else why for why in wrong)
        if not wrong:
            draft.parts.append(Part(draft.number, rings))
    yield from faults[:_FAULTS_PER_FEATURE]
    if len(faults) > _FAULTS_PER_FEATURE:
        yield f"{len(faults) - _FAULTS_PER_FEATURE} more of its rings are invalid."


def _polygon(polygon: list[Any]) -> tuple[tuple[Ring, ...], list[str]]:
    """Read one polygon: its rings, and what is wrong with them."""
    rings, wrong = list[Ring](), list[str]()
    for number, positions in enumerate(polygon):
        try:
            ring = _ring(positions)
        except Malformed as fault:
            wrong.append(f"ring {number} {fault.sentence}")
        else:
            # The shell runs counter-clockwise, holes clockwise, whatever the file does.
            forward = (twice_area(ring) > 0) == (number == 0)
            rings.append(ring if forward else ring[::-1])
    return tuple(rings), wrong


def _ring(positions: object) -> Ring:
    if not isinstance(positions, list):
        raise _fault("is not a list of positions.")
    if len(positions) < 4:
        raise _fault(f"has {len(positions)} positions; a closed ring has at least 4.")
    vertices = [_vertex(position) for position in positions]
    if vertices[0] != vertices[-1]:
        raise _fault("is not closed: its last position is not its first.")
    ring = tuple(a for a, b in pairwise(vertices) if a != b)
    # A ring that crosses itself may have no area either; that is said elsewhere, and better.
    if not ring or all(_in_line(ring[0], ring[1], vertex) for vertex in ring):
        raise _fault("encloses nothing.")
    return ring


def _in_line(a: Vertex, b: Vertex, c: Vertex) -> bool:
    return (b[0] - a[0]) * (c[1] - a[1]) == (b[1] - a[1]) * (c[0] - a[0])


def _vertex(position: object) -> Vertex:
    if not isinstance(position, list) or not 2 <= len(position) <= 4:
        raise _fault("has a position that is not [longitude, latitude].")
    lon, lat = position[0], position[1]
    numbers = (int, float)
    if type(lon) not in numbers or type(lat) not in numbers:
        raise _fault("has a position that is not two numbers.")
    if abs(lon) > 180 or abs(lat) > 90 or math.isnan(lon) or math.isnan(lat):
        said = f"[{_shown(lon)}, {_shown(lat)}]"
        if abs(lon) <= 90 and abs(lat) <= 180:
            raise _fault(f"has {said}: longitude and latitude look swapped; longitude is first.")
        raise _fault(f"has {said}, which is no longitude and latitude in degrees.")
    return (round(lon * SCALE), round(lat * SCALE))


def _text(value: object) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**18:
        return str(value)
    return ""


def _shown(number: float) -> str:
    return f"{number:.6g}" if abs(number) < 1e9 else "a huge number"


def _constant(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _fault(why: str) -> Malformed:
    return Malformed("areas.file_malformed", why)
