"""
A point joins the nearest street that it can reach dry-shod.

Method: random towns, rivers and points; what the grid finds is compared with a look at every
street. Then rivers, bridges and stairs by example.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.streets import SOUTH, WEST, opened, places, town

from tocsin.kernel.errors import Malformed
from tocsin.walking.build import Draft
from tocsin.walking.ground import DEGREE, UNIT_M, foot, squeeze, stops
from tocsin.walking.profile import BRIDGE, COVERED, WALK, WHEELS
from tocsin.walking.snap import ON_BRIDGE_M, REACH_M, Snapper


@st.composite
def riversides(draw):
    nodes = draw(st.lists(places, min_size=2, max_size=12, unique=True))
    ids = st.integers(0, len(nodes) - 1)
    flags = st.sampled_from([0, 0, 1, 4, 8])
    edges = draw(st.lists(st.tuples(ids, ids, st.none(), flags), max_size=20))
    rivers = draw(st.lists(st.tuples(places, places).map(lambda p: (*p[0], *p[1])), max_size=6))
    return town(nodes, [(0, 1), *edges], rivers), rivers


def _try_all(network, rivers, y, x, avoid):
    """Measure to every street; give the distances of all that can be reached, ascending."""
    found = []
    for arc in range(network.arcs):
        tail, head = network.tail(arc), network.indices[arc]
        flags = network.flags[arc]
        if flags & avoid:
            continue
        ends = [
            f
            for node in (tail, head)
            for f in ((network.lon[node] - x) * squeeze(y), (network.lat[node] - y) * UNIT_M)
        ]
        share, distance = foot(*ends)
        lat = network.lat[tail] + round(share * (network.lat[head] - network.lat[tail]))
        lon = network.lon[tail] + round(share * (network.lon[head] - network.lon[tail]))
        wet = any(
            stops((y, x), (lat, lon), (SOUTH + r[0], WEST + r[1]), (SOUTH + r[2], WEST + r[3]))
            for r in rivers
        )
        reach = ON_BRIDGE_M if flags & (BRIDGE | COVERED) else REACH_M
        if distance <= reach and not wet:
            found.append(distance)
    return sorted(found)


@given(riversides(), places, st.sampled_from([WALK, WHEELS]))
@settings(max_examples=150)
def test_the_grid_finds_what_a_look_at_every_street_finds(riverside, place, profile):
    network, rivers = riverside
    y, x = SOUTH + place[0], WEST + place[1]
    snap = Snapper(network).snap(y / DEGREE, x / DEGREE, profile)
    wanted = _try_all(network, rivers, y, x, profile.avoid)
    if not wanted:
        assert snap is None
        return
    assert snap.metres == pytest.approx(wanted[0], abs=0.06)
    assert not network.flags[snap.arc] & profile.avoid
    assert network.tail(snap.arc) == snap.tail
    assert network.indices[snap.arc] == snap.head
    assert snap.to_tail + snap.to_head == network.decimetres[snap.arc]
    assert snap.part == network.part[snap.tail]
    assert snap.node in {node for node, _ in snap.starts}


# A street on each bank, 100 m from a river between them, and a bridge at the east end.
BANKS = [(0, 0), (0, 90_000), (18_000, 0), (18_000, 90_000)]
RIVER = [(9_000, -90_000, 9_000, 200_000)]


def _banks(flags=BRIDGE):
    return Snapper(town(BANKS, [(0, 1), (2, 3), (1, 3, None, flags)], RIVER))


def test_nobody_is_put_across_a_river():
    north = _banks().snap(0.000_91, -29.998)
    assert (north.tail, north.head) == (2, 3)
    assert north.metres == pytest.approx(99, abs=1)
    south = _banks().snap(0.000_89, -29.998)
    assert (south.tail, south.head) == (0, 1)


@pytest.mark.parametrize("slant", [0, 700, 12_345])
def test_a_promenade_along_a_river_wall_can_be_reached(slant):
    wall = [(0, 0, slant, 90_000)]
    snapper = Snapper(town([(0, 0), (slant, 90_000)], [(0, 1)], wall))
    for lon in (-29.9981, -29.9962, -29.9937):
        assert snapper.snap(0.002, lon) is not None
        assert snapper.snap(-0.001, lon) is not None


def test_a_bridge_is_entered_at_its_ends():
    beside, on_it = _banks().snap(0.000_8, -29.991_3), _banks().snap(0.000_8, -29.991_05)
    assert (beside.tail, beside.head) == (0, 1)
    assert (on_it.tail, on_it.head) == (1, 3)


def test_who_can_reach_no_street_is_put_nowhere():
    assert _banks().snap(0.004, -29.995) is not None
    assert _banks().snap(0.005, -29.995) is None
    assert _banks().snap(50, 30) is None


@pytest.mark.parametrize("lat", [90, -90, 89.99, 60])
def test_whoever_asks_from_a_pole_is_answered_at_once(lat):
    """Meridians meet there: rings of cells around such a point would have no end."""
    assert _banks().snap(lat, -29.995) is None


def test_a_street_near_the_pole_is_found():
    draft = Draft()
    for ident, lon in enumerate((0, 9_000)):
        draft.node(ident, 899_990_000, lon)
    draft.edge(0, 1)
    snap = Snapper(opened(draft)).snap(89.9985, 0)
    assert snap.metres == pytest.approx(56, abs=1)


def test_a_point_off_the_earth_is_refused():
    for lat, lon in ((91, 0), (0, 181), (float("nan"), 0)):
        with pytest.raises(Malformed, match=r"walking\.out_of_range"):
            _banks().snap(lat, lon)


def test_a_node_without_streets_is_no_start():
    assert Snapper(town([(0, 0), (0, 9), (9, 9)], [(0, 1)])).at_node(2) is None
