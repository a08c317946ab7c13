"""
A file is what was put into it, or it is refused; it never leads anybody out of itself.

Method: random towns are written and read again; then their bytes are cut, changed, and changed
with a digest that fits again, as somebody would who means harm.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.streets import ABOUT, SOUTH, WEST, town, towns

from tocsin.kernel.errors import Malformed
from tocsin.walking.build import Draft
from tocsin.walking.network import MAGIC, SECTIONS, WIDTH, Network, aligned, length_of
from tocsin.walking.profile import WALK, WHEELS


@pytest.fixture
def corner(tmp_path):
    """The bytes of a small network with a name, stairs and a river."""
    draft = Draft()
    for ident, (lat, lon) in enumerate(
        [(0, 0), (0, 9000), (9000, 9000), (50_000, 0), (50_000, 50)]
    ):
        draft.node(ident, SOUTH + lat, WEST + lon)
    draft.edge(0, 1, name="Дворова")
    draft.edge(1, 2, flags=1)
    draft.edge(3, 4)
    draft.barrier(SOUTH, WEST, SOUTH + 60_000, WEST)
    path = tmp_path / "corner.walk"
    draft.write(path, ABOUT)
    return path


@given(towns())
@settings(max_examples=50)
def test_every_street_leads_both_ways_and_stays_in_its_part(network):
    for node in range(network.nodes):
        for arc in range(network.indptr[node], network.indptr[node + 1]):
            assert network.tail(arc) == node
            back = network.arc_between(network.indices[arc], node)
            assert network.decimetres[back] == network.decimetres[arc]
            assert network.flags[back] == network.flags[arc]
            assert network.part[network.indices[arc]] == network.part[node]


def test_a_file_tells_what_it_was_told(corner):
    network = Network.open(corner)
    assert (network.nodes, network.arcs, network.parts, network.barrier_count) == (5, 6, 2, 1)
    assert network.about == ABOUT
    assert list(network.ident) == [0, 1, 2, 3, 4]
    assert list(network.part) == [0, 0, 0, 1, 1]
    assert network.street(network.arc_between(0, 1)) == "Дворова"
    assert network.street(network.arc_between(2, 1)) == ""
    assert network.arc_between(0, 2) is None
    assert network.box == (-30.0, 0.0, -29.9991, 0.005)
    assert list(network.barriers) == [0, WEST, 60_000, WEST]


def test_nobody_can_write_into_a_network(corner):
    with pytest.raises(TypeError):
        Network.open(corner).decimetres[0] = 1


@given(towns())
@settings(max_examples=30)
def test_the_graph_for_scipy_has_what_the_profile_walks(network):
    for profile in (WALK, WHEELS):
        graph = network.numpy_csr(profile).tocoo()
        arcs = {
            (network.tail(arc), network.indices[arc]): network.decimetres[arc]
            for arc in range(network.arcs)
            if not network.flags[arc] & profile.avoid
        }
        made = zip(graph.row.tolist(), graph.col.tolist(), graph.data.tolist(), strict=True)
        assert {(tail, head): length for tail, head, length in made} == arcs
    assert network.numpy_csr(WALK) is network.numpy_csr(WALK)
    assert np.shares_memory(
        network.numpy_csr(WALK).indices, np.frombuffer(network.indices, np.int32)
    )


def test_what_is_no_file_is_unreadable(tmp_path):
    empty = tmp_path / "empty.walk"
    empty.write_bytes(b"")
    for path in (tmp_path / "none.walk", tmp_path, empty):
        with pytest.raises(Malformed, match=r"walking\.file_unreadable"):
            Network.open(path)


def test_every_file_that_is_cut_off_is_refused(corner):
    whole = corner.read_bytes()
    for length in range(1, len(whole), 7):
        corner.write_bytes(whole[:length])
        with pytest.raises(Malformed, match=r"walking\.file_malformed"):
            Network.open(corner)
    corner.write_bytes(whole + b"\0" * 8)
    with pytest.raises(Malformed, match="longer than it says"):
        Network.open(corner)


def test_every_changed_byte_is_noticed(corner):
    whole = corner.read_bytes()
    start = aligned(whole.index(b"\n", len(MAGIC)))
    for place in range(start, len(whole), 5):
        changed = bytearray(whole)
        changed[place] ^= 0x10
        corner.write_bytes(changed)
        with pytest.raises(Malformed, match="not those that were written"):
            Network.open(corner)


def _forged(path, change):
    """Change a file's header and sections, and make its digest fit again."""
    whole = path.read_bytes()
    end = whole.index(b"\n", len(MAGIC))
    header = json.loads(whole[len(MAGIC) : end])
    offset, sections = aligned(end + 1), {}
    for name, form, counted in SECTIONS:
        size = WIDTH[form] * length_of(counted, header["counts"])
        sections[name] = bytearray(whole[offset : offset + size])
        offset = aligned(offset + size)
    change(header, sections)
    body = b"".join(bytes(s).ljust(aligned(len(s)), b"\0") for s in sections.values())
    header["sha256"] = hashlib.sha256(body).hexdigest()
    head = MAGIC + json.dumps(header).encode()
    head += b" " * (aligned(len(head) + 1) - len(head) - 1) + b"\n"
    path.write_bytes(head + body)


def _number(section, place, value):
    def change(header, sections):
        sections[section][4 * place : 4 * place + 4] = (value % 2**32).to_bytes(4, "little")

    return change


def _said(*keys, value):
    def change(header, sections):
        held = header
        for key in keys[:-1]:
            held = held[key]
        held[keys[-1]] = value

    return change


def test_a_forged_file_that_adds_up_is_opened(corner):
    """Without this the test below would show nothing."""
    _forged(corner, _number("indptr", 0, 0))
    assert Network.open(corner).nodes == 5


@pytest.mark.parametrize(
    "change",
    [
        _number("indptr", 0, 1),
        _number("indptr", 1, 5),
        _number("indptr", 5, 7),
        _number("indices", 0, 5),
        _number("name", 0, 2),
        _number("name_ptr", 1, 99),
        _number("lat", 0, 900_000_001),
        _number("lon", 0, -(2**31)),
        _number("cell_arcs", 0, 6),
        _number("cell_arcs_ptr", 1, 2**31),
        _number("cell_barriers", 0, 1),
        _said("counts", "nodes", value=4),
        _said("counts", "nodes", value=-1),
        _said("counts", "nodes", value=5.0),
        _said("counts", "nodes", value=2**60),
        _said("counts", "more", value=1),
        _said("counts", value=[]),
        _said("cells", "width", value=0),
        _said("cells", "rows", value=10**6),
        _said("cells", "rows", value="6"),
        _said("cells", value=None),
        _said("about", "licence", value=3),
        _said("about", "invented", value="no"),
        _said("about", "extra", value="x"),
        _said("about", value="x"),
        _said("parts", value=None),
        _said("byte_order", value="big"),
    ],
)
def test_a_file_that_means_harm_is_refused(corner, change):
    _forged(corner, change)
    with pytest.raises(Malformed, match=r"walking\.file_malformed"):
        Network.open(corner)


@given(st.binary(max_size=300))
def test_any_bytes_after_the_first_line_are_refused(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("any", numbered=True) / "any.walk"
    path.write_bytes(MAGIC + data)
    with pytest.raises(Malformed, match=r"walking\.file_malformed"):
        Network.open(path)


def test_a_name_cannot_break_the_line_it_is_told_in():
    named = town([(0, 0), (0, 100)], [(0, 1, None, 0, "Long\n\u202eStreet")])
    assert named.street(0) == "LongStreet"


def test_one_person_is_answered_without_any_package_for_cities():
    absent = "import sys; [sys.modules.__setitem__(n, None) for n in ('numpy', 'scipy', 'osmium')]"
    rooms = "nearest, directions, excerpt, drawing, source, snap"
    subprocess.run(
        [sys.executable, "-c", f"{absent}; from tocsin.walking import {rooms}"], check=True
    )


def test_a_town_without_a_river_has_no_barrier():
    assert town([(0, 0), (0, 100)], [(0, 1)]).barrier_count == 0
