"""
From files to a first answer, for real towns; and every network says whose its streets are.

Method: the real towns beside the checkout, a thousand pairs checked against a library that shares
no code with ours; then what is said of files by example.
"""

from __future__ import annotations

import csv
import gzip
from random import Random

import pytest
import rustworkx
from tests.walking.test_table import EDGES, NODES

from tocsin.kernel.errors import Malformed
from tocsin.walking.doors import Doors
from tocsin.walking.nearest import nearest
from tocsin.walking.network import About, Network
from tocsin.walking.path import stretches
from tocsin.walking.snap import Snapper
from tocsin.walking.source import make

OSM = ("ODbL-1.0", "© OpenStreetMap contributors")


@pytest.fixture(scope="session")
def andorra(shared_data, tmp_path_factory):
    """Andorra from its tables: the network, and what making it came to."""
    folder = shared_data / "shelters" / "osm"
    to = tmp_path_factory.mktemp("andorra") / "andorra.walk"
    made = make([folder / "andorra_edges.csv.gz", folder / "andorra_nodes.csv.gz"], to)
    return Network.open(to), made


def test_andorra_has_what_its_tables_say(andorra):
    network, made = andorra
    assert (made.built.nodes, made.built.edges, made.built.lengthened) == (37_187, 37_515, 0)
    assert made.built.kilometres == pytest.approx(806, abs=1)
    assert made.built.largest / made.built.nodes == pytest.approx(0.819, abs=0.001)
    assert (network.about.licence, network.about.attribution) == OSM


def test_a_thousand_ways_are_those_of_another_library(andorra, shared_data):
    network, _ = andorra
    graph, place = _in_another_library(shared_data / "shelters" / "osm")
    snapper, chance = Snapper(network), Random(7)
    for _ in range(10):
        source = chance.randrange(network.nodes)
        wanted = [chance.randrange(network.nodes) for _ in range(100)]
        doors = Doors.of((n, snapper.at_node(node)) for n, node in enumerate(wanted))
        ways = nearest(network, snapper.at_node(source), doors, k=100, limit_metres=10**6)
        lengths = rustworkx.dijkstra_shortest_path_lengths(
            graph, place[network.ident[source]], float
        )
        theirs = {
            n: 0.0 if node == source else lengths[place[network.ident[node]]]
            for n, node in enumerate(wanted)
            if node == source or place[network.ident[node]] in lengths
        }
        assert {way.target for way in ways} == theirs.keys()  # Isolated parts: no way on foot.
        for way in ways:
            # Each stretch is rounded to a decimetre, a tiny one up to it.
            assert way.metres == pytest.approx(theirs[way.target], abs=0.06 * len(way.nodes) + 0.5)
        for way in ways[::20]:
            assert sum(bit.decimetres for bit in stretches(network, way)) == way.metres * 10


def _in_another_library(folder):
    graph, place = rustworkx.PyGraph(multigraph=False), {}
    with gzip.open(folder / "andorra_edges.csv.gz", "rt") as file:
        for row in csv.DictReader(file):
            ends = [place.setdefault(int(row[end]), len(place)) for end in "uv"]
            while graph.num_nodes() < len(place):
                graph.add_node(None)
            graph.add_edge(*ends, float(row["metres"]))
    return graph, place


@pytest.mark.parametrize("raw", ["monaco.osm.gz", "liechtenstein-2013-08-03.osm.pbf"])
def test_a_real_town_answers_from_its_raw_map(shared_data, tmp_path, raw):
    to = tmp_path / "town.walk"
    made = make([shared_data / "shelters" / "osm" / raw], to)
    network = Network.open(to)
    assert made.built.largest / made.built.nodes > 0.97
    assert (network.about.licence, network.about.attribution) == OSM
    assert made.ways > 800
    snapper, chance = Snapper(network), Random(raw)
    inside = [node for node in range(network.nodes) if network.part[node] == 0]
    outside = [node for node in range(network.nodes) if network.part[node] != 0]
    doors = Doors.of((n, snapper.at_node(chance.choice(inside))) for n in range(20))
    ways = nearest(network, snapper.at_node(inside[0]), doors, limit_metres=10**5)
    assert len(ways) == 5
    assert nearest(network, snapper.at_node(outside[0]), doors, limit_metres=10**5) == []


def _tables(folder, edges=EDGES):
    (folder / "nodes.csv").write_text(NODES)
    (folder / "edges.csv").write_text(edges)
    return [folder / "nodes.csv", folder / "edges.csv"]


def test_tables_that_speak_openstreetmaps_language_are_its_data(tmp_path):
    made = make(_tables(tmp_path), tmp_path / "a.walk")
    assert made.about == About("nodes.csv, edges.csv", *OSM)
    assert made.stated
    assert made.public()["attribution"] == OSM[1]
    assert made.public()["edges"] == 2


def test_streets_of_which_nobody_has_said_whose_they_are_say_so(tmp_path):
    files = _tables(tmp_path, "u,v,metres\n7,8,120\n")
    unsaid = make(files, tmp_path / "a.walk")
    assert not unsaid.stated
    assert unsaid.about.licence == "not stated"
    said = make(files, tmp_path / "b.walk", licence="CC0-1.0", attribution="X", invented=True)
    assert Network.open(tmp_path / "b.walk").about == said.about
    assert said.about == About("nodes.csv, edges.csv", "CC0-1.0", "X", invented=True)


def test_files_that_do_not_go_together_are_refused(tmp_path):
    osm = tmp_path / "a.osm.pbf"
    for files in ([], [osm, osm], [*_tables(tmp_path), osm]):
        with pytest.raises(Malformed, match=r"walking\.mixed_files"):
            make(files, tmp_path / "a.walk")
    with pytest.raises(Malformed, match=r"walking\.table_malformed"):
        make(_tables(tmp_path, "a,b\n1,2\n"), tmp_path / "a.walk")
