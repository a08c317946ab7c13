"""
`tocsin shelters network` makes a file that can be opened, says what it is, or makes nothing.

Method: small tables written here, right and wrong, in both languages; and a real town.
"""

from __future__ import annotations

import pytest
from tests.cli.terminal import tocsin

from tocsin.walking.network import Network

NODES = "node_id,lon,lat\n7,-30.0,0.0\n8,-29.999,0.0\n9,-29.998,0.0\n"


def _make(folder, edges, *options):
    (folder / "nodes.csv").write_text(NODES)
    (folder / "edges.csv").write_text(edges)
    to = folder / "town.walk"
    files = (str(folder / "nodes.csv"), str(folder / "edges.csv"))
    return to, tocsin("shelters", "network", *files, "--to", str(to), *options)


def test_it_says_what_the_network_came_to(tmp_path):
    to, told = _make(tmp_path, "u,v,metres,highway\n7,8,120,path\n8,9,1,path\n7,7,3,path\n")
    assert told.code == 0
    assert Network.open(to).nodes == 3
    for line in (
        "3 nodes, 2 stretches, 0 km in all.",
        "Left out 1 stretches to themselves.",
        "1 stretches were shorter than the straight line, and are as long as it now.",
        "Licence ODbL-1.0. Source: © OpenStreetMap contributors.",
    ):
        assert line in told.out
    assert told.err == ""


def test_it_says_when_nobody_has_said_whose_the_streets_are(tmp_path):
    edges = "u,v,metres\n7,8,120\n"
    assert "--attribution" in _make(tmp_path, edges)[1].err
    to, told = _make(
        tmp_path, edges, "--licence", "CC0-1.0", "--attribution", "Us", "--invented", "--json"
    )
    assert told.err == ""
    assert told.json()["invented"] is True
    assert (told.json()["nodes"], told.json()["edges"], told.json()["file"]) == (3, 1, str(to))
    assert Network.open(to).about.attribution == "Us"


def test_a_wrong_line_is_named_and_nothing_is_made(tmp_path):
    to, told = _make(tmp_path, "u,v,metres\n7,8,120\n8,99,5\n", "--lang", "uk")
    assert told.code == 2
    assert "edges.csv:3" in told.err
    assert "[walking.table_malformed]" in told.err
    assert not to.exists()


@pytest.mark.parametrize("raw", ["monaco.osm.gz"])
def test_a_real_town_is_made_from_its_raw_map(shared_data, tmp_path, raw):
    to = tmp_path / "town.walk"
    told = tocsin(
        "shelters", "network", str(shared_data / "shelters" / "osm" / raw), "--to", str(to)
    )
    assert told.code == 0
    assert "4717" in told.out
    assert "Left out 8 private ways." in told.out
    assert "© OpenStreetMap contributors" in told.out
