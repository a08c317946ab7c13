"""
Reads a network from OpenStreetMap: PBF, or XML plain or packed. Needs osmium (`[geo]`).

Walkable is every street and path on which nobody has said no: not motorways, not what is private,
not what leads through a locked gate. Where a tag for those on foot speaks, it overrules the general
one. Each pair of neighbouring nodes is one stretch of its own, so that bends stay where they are.

What stops a straight line from a point to a street is kept as barriers: water, coast, railways,
motorways, cliffs and retaining walls. Fences are not, since houses stand behind them.

Source: wiki of OpenStreetMap, Key:highway, Key:access, Key:barrier, Key:waterway.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tocsin.kernel.errors import Malformed
from tocsin.walking.build import Draft
from tocsin.walking.network import no_geo
from tocsin.walking.profile import BRIDGE, COVERED, NOT_STEP_FREE, STAIRS

if TYPE_CHECKING:
    from osmium.osm import Way

BYTES_MAX: Final = 1_000_000_000
"""All of Ukraine packed is 0.8 GB, and 2 GB of places of nodes while it is read."""

SUFFIXES: Final = (".pbf", ".osm", ".osm.gz", ".osm.bz2")

LICENCE: Final = "ODbL-1.0"
ATTRIBUTION: Final = "© OpenStreetMap contributors"

WALKABLE: Final = frozenset(
    {
        "primary", "primary_link", "secondary", "secondary_link", "tertiary", "tertiary_link",
        "unclassified", "residential", "living_street", "service", "road", "pedestrian", "track",
        "footway", "cycleway", "bridleway", "path", "steps",
    }
)  # fmt: skip
IF_SAID: Final = frozenset({"trunk", "trunk_link"})
"""Walked only where somebody has said so, or has drawn a sidewalk."""

_NO: Final = frozenset({"no", "private"})
_SIDEWALKS: Final = frozenset({"both", "left", "right", "yes"})
_STEPS_AT_NODE: Final = frozenset(
    {"cycle_barrier", "full-height_turnstile", "kissing_gate", "log", "step", "stile", "turnstile"}
)
_WATER: Final = (
    ("natural", frozenset({"water", "coastline"})),
    ("waterway", frozenset({"river", "riverbank", "canal", "dock"})),
    ("landuse", frozenset({"reservoir", "basin"})),
)
_OTHER: Final = (
    ("railway", frozenset({"rail", "light_rail"})),
    ("highway", frozenset({"motorway", "motorway_link"})),
    ("natural", frozenset({"cliff"})),
    ("barrier", frozenset({"retaining_wall", "city_wall"})),
)
_KEYS: Final = ("highway", "natural", "waterway", "landuse", "railway", "barrier")

_LOCKED: Final = 128
"""Beside the flags of arcs, for a node that nobody passes; never written into a network."""


@dataclass(slots=True)
class Seen:
    """
    What was read, and what was left out.

    Args:
        ways: Streets and paths taken; `private` ones were left out.
        locked: Stretches left out since they end at a locked gate.
        missing: Stretches left out since the file lacks a node of theirs.
        gates: What stands at a node: flags, or that nobody passes.
    """

    ways: int = 0
    private: int = 0
    locked: int = 0
    missing: int = 0
    gates: dict[int, int] = field(default_factory=dict)


def is_osm(path: Path) -> bool:
    """Say whether a file is named as OpenStreetMap's are."""
    return path.name.lower().endswith(SUFFIXES)


def read(path: Path) -> tuple[Draft, Seen]:
    """
    Read a file into a network.

    Raises:
        Malformed: `walking.file_unreadable`; `walking.osm_malformed` when it is not OpenStreetMap's
            or is damaged.
        Refused: `walking.too_large`.
        Unavailable: `walking.no_geo` where osmium is not installed.
    """
    try:
        import osmium  # noqa: PLC0415  # An extra: the core starts without it.
    except ImportError as error:
        raise no_geo() from error
    _readable(path)
    draft, seen = Draft(), Seen()
    entities = osmium.osm.osm_entity_bits
    wanted = osmium.filter.KeyFilter(*_KEYS)
    try:
        relations = osmium.FileProcessor(str(path), entities.RELATION).with_filter(wanted)
        banks = {
            member.ref
            for relation in relations
            if isinstance(relation, osmium.osm.Relation)
            if _one_of(dict(relation.tags), _WATER)
            for member in relation.members
            if member.type == "w"
        }
        rest = osmium.FileProcessor(str(path), entities.NODE | entities.WAY).with_locations()
        for thing in rest.with_filter(wanted):
            if isinstance(thing, osmium.osm.Node):
                _gate(seen, thing.id, dict(thing.tags))
            elif isinstance(thing, osmium.osm.Way):
                _way(draft, seen, thing, dict(thing.tags))
        if banks:  # They may have no tag of their own, and would have been passed over.
            again = osmium.FileProcessor(str(path), entities.WAY | entities.NODE).with_locations()
            for way in again.with_filter(osmium.filter.IdFilter(banks)):
                if isinstance(way, osmium.osm.Way) and not _bars(dict(way.tags)):
                    _barrier(draft, way)
    except (RuntimeError, ValueError) as error:
        raise Malformed(
            "walking.osm_malformed",
            f"{path.name} is no file of OpenStreetMap, or is damaged: {error}.",
            where=path.name,
        ) from error
    return draft, seen


def _readable(path: Path) -> None:
    try:
        size = path.stat().st_size
        with path.open("rb"):
            pass
    except OSError as error:
        raise Malformed(
            "walking.file_unreadable", f"{path.name} cannot be read.", where=path.name
        ) from error
    if size > BYTES_MAX:
        raise Malformed(
            "walking.osm_malformed",
            f"{path.name} is larger than {BYTES_MAX:,} bytes; cut a city out of it first.",
            where=path.name,
        )


def walkable(tags: Mapping[str, str]) -> bool | None:
    """Say whether a way may be walked; None for what is no street at all."""
    highway = tags.get("highway")
    if highway in IF_SAID:
        said = tags.get("foot", "no") not in _NO or tags.get("sidewalk") in _SIDEWALKS
        return True if said else None
    if highway not in WALKABLE:
        return None
    return tags.get("foot", tags.get("access", "yes")) not in _NO


def _way(draft: Draft, seen: Seen, way: Way, tags: Mapping[str, str]) -> None:
    _street(draft, seen, way, tags)
    if _bars(tags):
        _barrier(draft, way)


def _street(draft: Draft, seen: Seen, way: Way, tags: Mapping[str, str]) -> None:
    may = walkable(tags)
    if may is None:
        return
    if not may:
        seen.private += 1
        return
    seen.ways += 1
    flags, name = _flags(tags), tags.get("name", "")
    for one, other in _pairs(way):
        if one is None or other is None:
            seen.missing += 1
            continue
        gates = seen.gates.get(one[0], 0) | seen.gates.get(other[0], 0)
        if gates & _LOCKED:
            seen.locked += 1
            continue
        for ident, lat, lon in (one, other):
            if not draft.has(ident):
                draft.node(ident, lat, lon)
        draft.edge(one[0], other[0], None, flags | gates, name)


_Node = tuple[int, int, int]


def _pairs(way: Way) -> Iterator[tuple[_Node | None, _Node | None]]:
    """Give neighbouring nodes of a way with their places; None for one the file does not have."""
    before: _Node | None = None
    for place, node in enumerate(way.nodes):
        here = (node.ref, node.y, node.x) if node.location.valid() else None
        if place:
            yield before, here
        before = here


def _flags(tags: Mapping[str, str]) -> int:
    flags = 0
    if tags["highway"] == "steps" or "conveying" in tags:
        flags |= STAIRS
    if tags.get("wheelchair") == "no" or "sac_scale" in tags:
        flags |= NOT_STEP_FREE
    if tags.get("bridge", "no") != "no":
        flags |= BRIDGE
    if tags.get("tunnel", "no") != "no":
        flags |= COVERED
    return flags


def _gate(seen: Seen, ident: int, tags: Mapping[str, str]) -> None:
    barrier = tags.get("barrier")
    if barrier is None:
        return
    said = tags.get("foot", tags.get("access", "yes"))
    if said in _NO or tags.get("locked") == "yes":
        seen.gates[ident] = _LOCKED
    elif barrier in _STEPS_AT_NODE or tags.get("wheelchair") == "no":
        seen.gates[ident] = NOT_STEP_FREE


def _bars(tags: Mapping[str, str]) -> bool:
    """Say whether a way stops a straight line; what runs above or below the ground does not."""
    if tags.get("tunnel", "no") != "no" or tags.get("bridge", "no") != "no":
        return False
    return _one_of(tags, _WATER) or _one_of(tags, _OTHER)


def _one_of(tags: Mapping[str, str], kinds: tuple[tuple[str, frozenset[str]], ...]) -> bool:
    return any(tags.get(key) in values for key, values in kinds)


def _barrier(draft: Draft, way: Way) -> None:
    for one, other in _pairs(way):
        if one is not None and other is not None:
            draft.barrier(*one[1:], *other[1:])
