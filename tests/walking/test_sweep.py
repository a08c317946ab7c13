"""
A sweep says of every node what `nearest` says to somebody who stands there.

Method: random towns, doors and profiles; every node asks.
"""

from __future__ import annotations

import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.streets import town
from tests.walking.test_nearest import questions

from tocsin.kernel.errors import Unavailable
from tocsin.walking.doors import Doors
from tocsin.walking.nearest import nearest
from tocsin.walking.profile import PROFILES
from tocsin.walking.snap import Snapper
from tocsin.walking.sweep import sweep


@given(questions(), st.sampled_from(list(PROFILES.values())), st.data())
@settings(max_examples=150)
def test_a_sweep_and_somebody_who_asks_agree(question, profile, data):
    network, doors, _ = question
    some = data.draw(st.sets(st.integers(0, network.arcs - 1), max_size=3))
    closed = frozenset(
        some | {network.arc_between(network.indices[a], network.tail(a)) for a in some}
    )
    swept = sweep(network, doors, profile, closed=closed)
    snapper = Snapper(network)
    for node in range(network.nodes):
        start = snapper.at_node(node)
        if start is None:
            continue
        asked = {"profile": profile, "closed": closed, "limit_metres": 10**6}
        ways = nearest(network, start, doors, k=9, **asked)
        if not ways:
            assert np.isinf(swept.metres[node])
            assert swept.owner[node] == -1
            continue
        assert swept.metres[node] == pytest.approx(ways[0].metres)
        equally_near = {way.target for way in ways if way.metres == ways[0].metres}
        assert swept.owner[node] in equally_near


@given(questions())
@settings(max_examples=60)
def test_whoever_follows_a_sweep_comes_to_a_door_of_its_owner(question):
    network, doors, _ = question
    swept = sweep(network, doors)
    for node in np.flatnonzero(swept.owner >= 0).tolist():
        owner, left, here = swept.owner[node], swept.metres[node], node
        while (there := int(swept.before[here])) >= 0:
            left -= network.decimetres[network.arc_between(here, there)] / 10
            here = there
        rest = [f for door, f in doors.at[here] if doors.targets[door] == owner]
        assert min(abs(left - further / 10) for further in rest) < 0.01


def test_nothing_is_told_beyond_the_limit():
    network = town([(0, 0), (0, 9000), (0, 90_000)], [(0, 1), (1, 2)])
    doors = Doors.of([(4, Snapper(network).at_node(0))])
    assert sweep(network, doors, limit_metres=500).owner.tolist() == [4, 4, -1]
    assert sweep(network, doors).owner.tolist() == [4, 4, 4]


def test_without_doors_nobody_gets_anywhere():
    network = town([(0, 0), (0, 9000)], [(0, 1)])
    swept = sweep(network, Doors.of([]))
    assert np.isinf(swept.metres).all()
    assert swept.owner.tolist() == [-1, -1]


def test_without_scipy_a_sweep_says_what_to_install(monkeypatch):
    network = town([(0, 0), (0, 9000)], [(0, 1)])
    monkeypatch.setitem(sys.modules, "scipy.sparse", None)
    with pytest.raises(Unavailable, match=r"walking\.no_geo.*tocsin\[geo\]"):
        sweep(network, Doors.of([]))
    with pytest.raises(Unavailable, match=r"walking\.no_geo"):
        network.numpy_csr(next(iter(PROFILES.values())))
