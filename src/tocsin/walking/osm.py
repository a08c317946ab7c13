"""
Reads a network from OpenStreetMap: PBF, or XML plain or packed. Needs osmium (`[geo]`).

Walkable is every street and path on which nobody has said no: not motorways, not what is private,
not what leads through a locked gate. Where a tag for those on foot speaks, it overrules the general
one. Each pair of neighbouring nodes is one stretch of its own, so that bends stay where they are.
A square is walked along its edge, where its edge is all that is drawn.

What stops a straight line from a point to a street is kept as barriers: water, coast, railways,
motorways, cliffs and retaining walls. Fences are not, since houses stand behind them.

Source: wiki of OpenStreetMap, Key:highway, Key:access, Key:barrier, Key:waterway.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
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
    if find_spec("osmium") is None:  # An extra: the core starts without it.
        raise no_geo()
    _readable(path)
    draft, seen = Draft(), Seen()
    try:
        banks, squares = _outlines(path)
        _tagged(path, draft, seen)
        if banks or squares:
            _untagged(path, draft, seen, (banks, squares))
    except (RuntimeError, ValueError) as error:
        raise Malformed(
            "walking.osm_malformed",
            f"{path.name} is no file of OpenStreetMap, or is damaged: {error}.",
            where=path.name,
        ) from error
    return draft, seen


def _outlines(path: Path) -> tuple[set[int], dict[int, dict[str, str]]]:
    """Find the ways that are a bank, or the edge of a square, by their relation."""
    import osmium  # noqa: PLC0415

    banks, squares = set[int](), dict[int, dict[str, str]]()
    relations = osmium.FileProcessor(str(path), osmium.osm.osm_entity_bits.RELATION)
    for relation in relations.with_filter(osmium.filter.KeyFilter(*_KEYS)):
        if isinstance(relation, osmium.osm.Relation):
            tags = dict(relation.tags)
            ways = [member.ref for member in relation.members if member.type == "w"]
            if _one_of(tags, _WATER):
                banks.update(ways)
            elif tags.get("type") == "multipolygon" and walkable(tags) is not None:
                squares.update(dict.fromkeys(ways, tags))
    return banks, squares


def _tagged(path: Path, draft: Draft, seen: Seen) -> None:
    """Read what says itself what it is: gates, streets and barriers."""
    import osmium  # noqa: PLC0415

    both = osmium.osm.osm_entity_bits.NODE | osmium.osm.osm_entity_bits.WAY
    things = osmium.FileProcessor(str(path), both).with_locations()
    for thing in things.with_filter(osmium.filter.KeyFilter(*_KEYS)):
        if isinstance(thing, osmium.osm.Node):
            _gate(seen, thing.id, dict(thing.tags))
        elif isinstance(thing, osmium.osm.Way):
            tags = dict(thing.tags)
            _street(draft, seen, thing, tags)
            if _bars(tags):
                _barrier(draft, thing)


def _untagged(
    path: Path,
    draft: Draft,
    seen: Seen,
    outlines: tuple[set[int], dict[int, dict[str, str]]],
) -> None:
    """Read the ways that only their relation says anything of."""
    import osmium  # noqa: PLC0415

    banks, squares = outlines
    both = osmium.osm.osm_entity_bits.NODE | osmium.osm.osm_entity_bits.WAY
    things = osmium.FileProcessor(str(path), both).with_locations()
    for way in things.with_filter(osmium.filter.IdFilter(banks | squares.keys())):
        if isinstance(way, osmium.osm.Way):
            tags = dict(way.tags)
            if way.id in squares and walkable(tags) is None:
                _street(draft, seen, way, squares[way.id])
            if way.id in banks and not _bars(tags):
                _barrier(draft, way)


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
