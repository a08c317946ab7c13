"""
The ways of a whole city say what somebody finds who walks each of them.

Method: towns with missing streets are drawn at random; a sweep is compared with a search that
tries every way again and again.
"""

import numpy as np
from hypothesis import given, settings
from tests.planning.small_city import BLOCK_M, missing_ways, some_nodes, town
from tests.streets import town as walked_town

from tocsin.planning.streets import nearest, on_foot
from tocsin.walking.profile import BRIDGE, STAIRS, WALK, WHEELS


def tried(made, doors):
    """Walk every way until nothing gets shorter."""
    metres = np.full(made.nodes, np.inf)
    metres[doors] = 0
    tails = made.tails()
    while True:
        before = metres.copy()
        np.minimum.at(metres, made.indices, metres[tails] + made.metres)
        if np.array_equal(metres, before):
            return metres


@settings(max_examples=40)
@given(missing_ways, some_nodes)
def test_a_sweep_finds_the_nearest_door_of_everybody(missing, doors):
    made = town(missing)

    metres, owner = nearest(made, np.array(doors, np.int32))

    assert np.array_equal(metres, tried(made, doors))
    alone = {door: tried(made, [door]) for door in doors}
    for node, door in enumerate(owner.tolist()):
        assert metres[node] == (alone[door][node] if door >= 0 else np.inf)


def test_without_any_door_nobody_has_a_way():
    metres, owner = nearest(town(), np.empty(0, np.int32))

    assert np.isinf(metres).all()
    assert (owner == -1).all()


@settings(max_examples=40)
@given(missing_ways, missing_ways)
def test_ways_taken_out_are_those_of_a_town_that_never_had_them(missing, more):
    whole, less = town(missing), town(missing | more)
    kept = {(a, b) for a, b in zip(less.tails().tolist(), less.indices.tolist(), strict=True)}
    ways = list(zip(whole.tails().tolist(), whole.indices.tolist(), strict=True))
    # One arc of each way is enough to take both out.
    gone = np.array([way not in kept and way[0] < way[1] for way in ways], np.bool_)

    left = whole.without(gone)

    assert np.array_equal(left.indptr, less.indptr)
    assert np.array_equal(left.indices, less.indices)


def test_nodes_lie_on_a_plane_as_far_apart_as_they_are():
    x, y = town().plane()

    assert np.allclose(np.diff(x[:10]), BLOCK_M, rtol=1e-3)
    assert np.allclose(np.diff(y[::10]), BLOCK_M, rtol=1e-3)


def test_streets_from_a_network_leave_out_what_wheels_cannot_pass_and_know_bridges():
    corners = [(0, 0), (0, 9_000), (9_000, 9_000)]
    network = walked_town(corners, [(0, 1, 100, BRIDGE), (1, 2, 120.5, STAIRS), (0, 2, 300, 0)])

    walked, bridges = on_foot(network, WALK)
    rolled, _ = on_foot(network, WHEELS)

    assert sorted(walked.metres[bridges]) == [100, 100]
    assert nearest(walked, np.array([2], np.int32))[0].tolist() == [220.5, 120.5, 0]
    assert nearest(rolled, np.array([2], np.int32))[0].tolist() == [300, 400, 0]
