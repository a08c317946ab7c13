"""
What OpenStreetMap says of those on foot is what is walked, and real extracts count as they should.

Method: small maps, a tag at a time; then the two real extracts, stretch by stretch against tables
that somebody else derived from them.
"""

from __future__ import annotations

import csv
import gzip
import sys
from xml.sax.saxutils import quoteattr

import pytest
from tests.streets import opened

from tocsin.kernel.errors import Malformed, Unavailable
from tocsin.walking import osm
from tocsin.walking.osm import walkable
from tocsin.walking.profile import BRIDGE, COVERED, NOT_STEP_FREE, STAIRS


def _tags(tags):
    return "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in tags.items())


def _map(folder, ways, gates=(), relations="", missing=()):
    """Write a map of one line of nodes 1 to 9; ways are (first, last, tags)."""
    gates = dict(gates)
    nodes = "".join(
        f'<node id="{n}" version="1" lat="0" lon="{-30 + n / 1000}">'
        f"{_tags(gates.get(n, {}))}</node>"
        for n in range(1, 10)
        if n not in missing
    )
    drawn = "".join(
        f'<way id="{number}" version="1">'
        + "".join(f'<nd ref="{n}"/>' for n in range(first, last + 1))  # codespell:ignore nd
        + f"{_tags(tags)}</way>"
        for number, (first, last, tags) in enumerate(ways, 1)
    )
    path = folder / "map.osm"
    path.write_text(f'<osm version="0.6">{nodes}{drawn}{relations}</osm>', encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("tags", "answer"),
    [
        ({"highway": "residential"}, True),
        ({"highway": "steps"}, True),
        ({"highway": "motorway"}, None),
        ({"highway": "construction"}, None),
        ({"waterway": "river"}, None),
        ({"highway": "trunk"}, None),
        ({"highway": "trunk", "sidewalk": "both"}, True),
        ({"highway": "trunk", "foot": "yes"}, True),
        ({"highway": "service", "access": "private"}, False),
        ({"highway": "service", "access": "private", "foot": "yes"}, True),
        ({"highway": "cycleway", "foot": "no"}, False),
        ({"highway": "track", "access": "agricultural"}, True),
    ],
)
def test_a_way_is_walked_unless_somebody_has_said_no(tags, answer):
    assert walkable(tags) is answer


@pytest.mark.parametrize(
    ("tags", "flags"),
    [
        ({"highway": "steps"}, STAIRS),
        ({"highway": "footway", "conveying": "yes"}, STAIRS),
        ({"highway": "footway", "wheelchair": "no"}, NOT_STEP_FREE),
        ({"highway": "path", "sac_scale": "hiking"}, NOT_STEP_FREE),
        ({"highway": "footway", "bridge": "yes"}, BRIDGE),
        ({"highway": "footway", "bridge": "no", "tunnel": "no"}, 0),
        ({"highway": "steps", "tunnel": "yes"}, STAIRS | COVERED),
    ],
)
def test_an_arc_knows_its_stairs_bridges_and_tunnels(tmp_path, tags, flags):
    draft, _ = osm.read(_map(tmp_path, [(1, 2, tags)]))
    assert set(opened(draft).flags) == {flags}


def test_a_street_keeps_its_bends_and_its_name(tmp_path):
    path = _map(tmp_path, [(1, 4, {"highway": "residential", "name": "Вулиця “Довга”"})])
    draft, seen = osm.read(path)
    network = opened(draft)
    assert (network.nodes, network.arcs, seen.ways) == (4, 6, 1)
    assert list(network.ident) == [1, 2, 3, 4]
    assert network.street(0) == "Вулиця “Довга”"


def test_nobody_is_led_through_a_locked_gate(tmp_path):
    path = _map(
        tmp_path,
        [(1, 5, {"highway": "footway"}), (6, 9, {"highway": "service", "access": "no"})],
        gates={
            2: {"barrier": "gate", "access": "private"},
            4: {"barrier": "stile"},
            5: {"barrier": "gate"},
        },
    )
    draft, seen = osm.read(path)
    network = opened(draft)
    assert (seen.private, seen.locked) == (1, 2)
    assert list(network.ident) == [3, 4, 5]
    assert set(network.flags) == {NOT_STEP_FREE}


def test_a_map_that_was_cut_out_lacks_some_nodes(tmp_path):
    draft, seen = osm.read(_map(tmp_path, [(1, 5, {"highway": "footway"})], missing={3}))
    assert seen.missing == 2
    assert opened(draft).arcs == 4


@pytest.mark.parametrize(
    ("tags", "bars"),
    [
        ({"waterway": "river"}, True),
        ({"natural": "water"}, True),
        ({"natural": "coastline"}, True),
        ({"landuse": "basin"}, True),
        ({"railway": "rail"}, True),
        ({"highway": "motorway"}, True),
        ({"barrier": "retaining_wall"}, True),
        ({"waterway": "river", "tunnel": "culvert"}, False),
        ({"railway": "rail", "bridge": "viaduct"}, False),
        ({"waterway": "stream"}, False),
        ({"barrier": "fence"}, False),
    ],
)
def test_water_rails_and_walls_stop_a_straight_line(tmp_path, tags, bars):
    draft, _ = osm.read(_map(tmp_path, [(1, 2, {"highway": "path"}), (3, 6, tags)]))
    assert opened(draft).barrier_count == (3 if bars else 0)


def test_a_bank_that_is_water_by_its_relation_alone_stops_a_line(tmp_path):
    lake = (
        '<relation id="1" version="1"><member type="way" ref="2" role="outer"/>'
        '<tag k="natural" v="water"/><tag k="type" v="multipolygon"/></relation>'
    )
    path = _map(tmp_path, [(1, 2, {"highway": "path"}), (3, 6, {})], relations=lake)
    assert opened(osm.read(path)[0]).barrier_count == 3


def test_a_square_that_is_one_by_its_relation_alone_is_walked_along_its_edge(tmp_path):
    square = (
        '<relation id="1" version="1"><member type="way" ref="2" role="outer"/>'
        '<tag k="highway" v="pedestrian"/><tag k="name" v="Майдан"/>'
        '<tag k="type" v="multipolygon"/></relation>'
    )
    path = _map(tmp_path, [(1, 2, {"highway": "path"}), (3, 6, {})], relations=square)
    network = opened(osm.read(path)[0])
    assert network.arcs == 2 + 6
    assert {network.street(arc) for arc in range(network.arcs)} == {"", "Майдан"}


def test_what_is_not_openstreetmaps_is_refused(tmp_path):
    for name, data in (
        ("a.osm", b"<osm version='0.6'><node id='1'"),
        ("b.osm", b"<gpx/>"),
        ("c.pbf", b"\x00\x01\x02\x03junk"),
        ("d.osm.gz", b"no gzip"),
        ("e.osm", b'<osm version="0.6"><node id="x" lat="0" lon="0"/></osm>'),
        ("f.osm", b'<!DOCTYPE o [<!ENTITY a "aaaa">]><osm version="0.6">&a;</osm>'),
    ):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(Malformed, match=r"walking\.osm_malformed"):
            osm.read(tmp_path / name)
    with pytest.raises(Malformed, match=r"walking\.file_unreadable"):
        osm.read(tmp_path / "none.osm")


def test_a_file_that_is_too_large_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(osm, "BYTES_MAX", 100)
    with pytest.raises(Malformed, match="cut a city out"):
        osm.read(_map(tmp_path, [(1, 5, {"highway": "footway"})]))


def test_without_osmium_it_is_said_what_to_install(tmp_path, monkeypatch):
    path = _map(tmp_path, [(1, 5, {"highway": "footway"})])
    monkeypatch.setitem(sys.modules, "osmium", None)
    with pytest.raises(Unavailable, match=r"tocsin\[geo\]"):
        osm.read(path)


@pytest.mark.parametrize(
    ("raw", "derived", "more", "less"),
    [
        ("monaco.osm.gz", "monaco", 0, 0),
        # Thirteen bridleways, which the tables leave out; one locked gate, which they do not know.
        ("liechtenstein-2013-08-03.osm.pbf", "liechtenstein-2013-08-03", 153, 2),
    ],
)
def test_a_real_extract_has_the_stretches_that_others_derived(
    shared_data, raw, derived, more, less
):
    folder = shared_data / "shelters" / "osm"
    with gzip.open(folder / f"{derived}_edges.csv.gz", "rt") as file:
        theirs = {
            frozenset((int(row["u"]), int(row["v"]))): float(row["metres"])
            for row in csv.DictReader(file)
        }
    draft, _ = osm.read(folder / raw)
    network = opened(draft)
    ident, indices = network.ident, network.indices
    ours = {
        frozenset((ident[node], ident[indices[arc]])): network.decimetres[arc] / 10
        for node in range(network.nodes)
        for arc in range(network.indptr[node], network.indptr[node + 1])
    }
    assert (len(ours.keys() - theirs.keys()), len(theirs.keys() - ours.keys())) == (more, less)
    both = ours.keys() & theirs.keys()
    assert max(abs(ours[pair] - theirs[pair]) for pair in both) < 0.1
