"""
Whoever unpacks an excerpt has the streets around the point, and the same ways on foot.

Method: random towns are cut, sent as JSON and unpacked by a reader written here from the module's
own words; then its bounds.
"""

from __future__ import annotations

import json
from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.streets import ABOUT, SOUTH, WEST, distances, places, town, towns

from tocsin.kernel.errors import Malformed
from tocsin.walking import excerpt as module
from tocsin.walking.excerpt import excerpt
from tocsin.walking.ground import DEGREE, metres
from tocsin.walking.profile import BRIDGE, COVERED, NOT_STEP_FREE, STAIRS
from tocsin.walking.snap import Snapper


def _cut(network, lat, lon, reach):
    cut = excerpt(network, lat, lon, reach)
    return cut, json.loads(json.dumps(cut.shape))


def _unpacked(shape):
    """Give points, edges as (lower, higher, decimetres), and the street of each edge."""
    lat = list(accumulate(shape["points"][::2], initial=(shape["origin"] or [0])[0]))[1:]
    lon = list(accumulate(shape["points"][1::2], initial=(shape["origin"] or [0, 0])[1]))[1:]
    lower = list(accumulate(shape["edges"][::3]))
    edges = [
        (low, low + more, length)
        for low, more, length in zip(lower, shape["edges"][1::3], shape["edges"][2::3], strict=True)
    ]
    runs = zip(shape["streets"][::2], shape["streets"][1::2], strict=True)
    streets = [shape["names"][name] for name, times in runs for _ in range(times)]
    return list(zip(lat, lon, strict=True)), edges, streets


@given(towns(), places, st.floats(50, 2500))
@settings(max_examples=100)
def test_an_excerpt_has_every_street_between_two_near_nodes(network, centre, reach):
    y, x = SOUTH + centre[0], WEST + centre[1]
    cut, shape = _cut(network, y / DEGREE, x / DEGREE, reach)
    points, edges, streets = _unpacked(shape)
    near = [
        node
        for node in range(network.nodes)
        if network.indptr[node] < network.indptr[node + 1]
        and metres(y, x, network.lat[node], network.lon[node]) <= reach
    ]
    assert abs(len(near) - len(points)) <= 1  # One may stand on the rim, by another measure.
    if len(near) != len(points):
        return
    assert points == [(network.lat[n] // 100, network.lon[n] // 100) for n in near]
    wanted = {
        (near.index(node), near.index(network.indices[arc]), network.decimetres[arc])
        for node in near
        for arc in range(network.indptr[node], network.indptr[node + 1])
        if network.indices[arc] in near and network.indices[arc] > node
    }
    assert set(edges) == wanted
    assert len(streets) == len(edges)
    assert len(cut.edges) == len(edges)
    for kind, flag in (
        ("stairs", STAIRS),
        ("rough", NOT_STEP_FREE),
        ("bridges", BRIDGE),
        ("covered", COVERED),
    ):
        assert {edges[n][:2] for n in accumulate(shape[kind])} == {
            (near.index(n), near.index(network.indices[a]))
            for n in near
            for a in range(network.indptr[n], network.indptr[n + 1])
            if network.indices[a] in near and network.indices[a] > n and network.flags[a] & flag
        }


@given(towns(), places)
@settings(max_examples=50)
def test_ways_in_a_whole_excerpt_are_those_in_the_network(network, spot):
    door = Snapper(network).snap((SOUTH + spot[0]) / DEGREE, (WEST + spot[1]) / DEGREE)
    cut, shape = _cut(network, 0.009, -29.991, 5000)
    _, edges, _ = _unpacked(shape)
    if door is None:
        return
    edge, lower, higher, off = cut.place(door)
    low, high, _ = edges[edge]
    reach = {low: off + lower, high: off + higher}
    for _ in edges:
        for one, other, length in edges:
            for a, b in ((one, other), (other, one)):
                if a in reach and reach[a] + length < reach.get(b, 10**9):
                    reach[b] = reach[a] + length
    assert sorted(reach.values()) == sorted(distances(network, dict(door.starts)).values())


RIVERSIDE = town(
    [(0, 0), (0, 9000), (0, 18_000), (0, 90_000)],
    [(0, 1, None, 0, "A"), (1, 2, None, 4, "A"), (2, 3)],
    [(9_000, -9_000, 9_000, 18_000)],
)


def test_an_excerpt_says_whose_it_is_and_where_water_is():
    _, shape = _cut(RIVERSIDE, 0, -30, 300)
    assert (shape["licence"], shape["attribution"]) == (ABOUT.licence, ABOUT.attribution)
    assert shape["invented"] is True
    assert shape["metres"] == 300
    assert shape["barriers"] == [90, -90, 0, 270]
    assert shape["bridges"] == [1]
    assert (shape["names"], shape["streets"]) == (["", "A"], [1, 2])


def test_a_door_whose_street_is_not_in_it_has_no_place():
    cut, _ = _cut(RIVERSIDE, 0, -30, 300)
    snapper = Snapper(RIVERSIDE)
    assert cut.place(snapper.snap(0, -29.9995)) == [0, 556, 445, 0]
    assert cut.place(snapper.snap(0, -29.995)) is None


def test_an_excerpt_of_the_open_sea_is_empty():
    cut, shape = _cut(RIVERSIDE, 10, 10, 300)
    assert (shape["points"], shape["edges"], shape["barriers"], cut.edges) == ([], [], [], {})


def test_where_streets_are_too_dense_an_excerpt_reaches_less_far(monkeypatch):
    monkeypatch.setattr(module, "NODES_MAX", 3)
    _, shape = _cut(RIVERSIDE, 0, -30, 5000)
    assert shape["metres"] == 200
    assert len(shape["points"]) == 4


@pytest.mark.parametrize(
    ("lat", "lon", "reach"),
    [(91, 0, 100), (0, 181, 100), (0, 0, 0), (0, 0, 5001), (0, 0, float("nan"))],
)
def test_what_cannot_be_cut_is_refused(lat, lon, reach):
    with pytest.raises(Malformed, match=r"walking\.out_of_range"):
        excerpt(RIVERSIDE, lat, lon, reach)
