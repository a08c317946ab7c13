"""
A network is what was put in, less what cannot be, and the same again from the same input.

Method: random stretches, compared with a dictionary that keeps the shortest; then each refusal.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.streets import ABOUT, SOUTH, WEST, opened, places

from tocsin.kernel.errors import Malformed, Refused
from tocsin.walking import build
from tocsin.walking.build import Draft
from tocsin.walking.ground import metres


def _draft(nodes, edges):
    draft = Draft()
    for ident, (lat, lon) in enumerate(nodes):
        draft.node(ident * 10, SOUTH + lat, WEST + lon)
    for one, other, length in edges:
        draft.edge(one * 10, other * 10, length)
    return draft


@st.composite
def drawings(draw):
    nodes = draw(st.lists(places, min_size=2, max_size=12, unique=True))
    ids = st.integers(0, len(nodes) - 1)
    lengths = st.none() | st.floats(0, 99_000)
    return nodes, [(0, 1, None), *draw(st.lists(st.tuples(ids, ids, lengths), max_size=40))]


@given(drawings())
@settings(max_examples=100)
def test_the_shortest_of_several_stretches_stays_and_none_beats_the_straight_line(drawing):
    nodes, edges = drawing
    network = opened(_draft(nodes, edges))
    wanted = {}
    for one, other, length in edges:
        ends = [(SOUTH + lat, WEST + lon) for lat, lon in (nodes[one], nodes[other])]
        straight = metres(*ends[0], *ends[1])
        believed = straight if length is None or length < straight * 0.98 - 1 else length
        pair = (min(one, other), max(one, other))
        if one != other:
            made = max(1, round(believed * 10))
            wanted[pair] = min(made, wanted.get(pair, made))
    made = {
        (network.tail(arc), network.indices[arc]): network.decimetres[arc]
        for arc in range(network.arcs)
    }
    assert {pair: length for pair, length in made.items() if pair[0] < pair[1]} == wanted
    assert list(network.ident) == [10 * n for n in range(len(nodes))]


@given(drawings())
@settings(max_examples=20)
def test_the_same_input_gives_the_same_file(drawing):
    assert opened(_draft(*drawing)).digest == opened(_draft(*drawing)).digest


def test_it_is_said_what_a_network_came_to(tmp_path):
    draft = _draft(
        [(0, 0), (0, 9000), (0, 18_000), (50_000, 0), (50_000, 9000)],
        [(0, 1, 200.0), (1, 0, 150.0), (1, 1, 5.0), (1, 2, 1.0), (3, 4, None)],
    )
    draft.barrier(0, 0, 1, 1)
    path = tmp_path / "town.walk"
    built = draft.write(path, ABOUT)
    assert (built.nodes, built.edges, built.parts, built.largest) == (5, 3, 2, 3)
    assert (built.loops, built.doubled, built.lengthened, built.barriers) == (1, 1, 1, 1)
    assert built.kilometres == pytest.approx(0.35, abs=0.01)
    assert built.bytes == path.stat().st_size
    assert [p.name for p in tmp_path.iterdir()] == ["town.walk"]


def test_what_cannot_be_is_refused():
    draft = _draft([(0, 0), (0, 9000)], [])
    with pytest.raises(Malformed, match=r"walking\.node_twice"):
        draft.node(0, 0, 0)
    for ident, lat, lon in ((5, 900_000_001, 0), (5, 0, -1_800_000_001), (2**63, 0, 0)):
        with pytest.raises(Malformed, match=r"walking\.out_of_range"):
            draft.node(ident, lat, lon)
    with pytest.raises(Malformed, match=r"walking\.out_of_range"):
        draft.barrier(0, 0, 0, 1_800_000_001)
    with pytest.raises(Malformed, match=r"walking\.no_such_node.*11"):
        draft.edge(0, 11)
    for length in (-1, float("nan"), float("inf"), 100_001):
        with pytest.raises(Malformed, match=r"walking\.bad_length"):
            draft.edge(0, 10, length)
    draft.node(30, 500_000_000, 0)
    with pytest.raises(Malformed, match=r"walking\.bad_length"):
        draft.edge(0, 30, 5)
    assert draft.has(30)
    assert not draft.has(31)


def test_a_network_without_streets_is_none(tmp_path):
    with pytest.raises(Malformed, match=r"walking\.empty"):
        _draft([(0, 0)], [(0, 0, 1.0)]).write(tmp_path / "none.walk", ABOUT)
    assert not list(tmp_path.iterdir())


def test_what_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(build, "NODES_MAX", 2)
    monkeypatch.setattr(build, "ARCS_MAX", 2)
    monkeypatch.setattr(build, "BARRIERS_MAX", 1)
    draft = _draft([(0, 0), (0, 9)], [(0, 1, None)])
    draft.barrier(0, 0, 0, 0)
    for more in (
        lambda: draft.node(5, 0, 0),
        lambda: draft.edge(0, 10),
        lambda: draft.barrier(0, 0, 0, 0),
    ):
        with pytest.raises(Refused, match=r"walking\.too_large"):
            more()


def test_a_place_that_cannot_be_written_to_is_named(tmp_path):
    with pytest.raises(Refused, match=r"walking\.unwritable"):
        _draft([(0, 0), (0, 9)], [(0, 1, None)]).write(tmp_path / "no" / "a.walk", ABOUT)
