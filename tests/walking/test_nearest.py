"""
The nearest are the nearest, in their order, and what is not connected is never found.

Method: in random towns each answer is compared with that of somebody who measures the way to every
door; then each rule by an example of its own.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.streets import distances, town, towns

from tocsin.walking.doors import Doors, along, avoided, stretch
from tocsin.walking.nearest import nearest
from tocsin.walking.profile import PROFILES, SLOW, WALK, WHEELS
from tocsin.walking.snap import Snapper


@st.composite
def questions(draw):
    """Draw a town, doors of up to six targets anywhere in it, and somebody who asks."""
    network = draw(towns())
    snapper = Snapper(network)
    spot = st.tuples(
        st.floats(0, 0.018),
        st.floats(-30, -29.982),
    ).map(lambda p: snapper.snap(*p))
    spot |= st.integers(0, network.nodes - 1).map(snapper.at_node)
    doors = draw(st.lists(st.tuples(st.integers(0, 5), spot), max_size=8))
    start = draw(spot.filter(lambda s: s is not None))
    return network, Doors.of(doors), start


def exhaustive(network, doors, start, avoid):
    """Measure the way to each door, and keep the shortest for each target."""
    found = {}
    if avoided(network, start, avoid):
        return []
    reach = distances(network, dict(start.starts), avoid)
    for target, snap in zip(doors.targets, doors.snaps, strict=True):
        if avoided(network, snap, avoid):
            continue
        ways = [reach[node] + further for node, further in snap.starts if node in reach]
        if stretch(snap) == stretch(start) and not network.flags[start.arc] & avoid:
            ways.append(along(start, snap))
        if ways:
            found[target] = min(*ways, found.get(target, ways[0]))
    return sorted((length, target) for target, length in found.items())


@given(questions(), st.integers(1, 6), st.sampled_from(list(PROFILES.values())))
@settings(max_examples=150)
def test_the_nearest_are_those_of_an_exhaustive_search(question, k, profile):
    network, doors, start = question
    ways = nearest(network, start, doors, k=k, profile=profile, limit_metres=10**6)

    wanted = exhaustive(network, doors, start, profile.avoid)[:k]
    assert [(round(way.metres * 10), way.target) for way in ways] == wanted
    assert all(way.seconds == profile.seconds(way.metres) for way in ways)


@given(questions(), st.sampled_from(list(PROFILES.values())))
@settings(max_examples=100)
def test_a_way_can_be_walked_and_is_as_long_as_it_says(question, profile):
    network, doors, start = question
    for way in nearest(network, start, doors, k=9, profile=profile, limit_metres=10**6):
        if not way.nodes:
            assert stretch(way.start) == stretch(way.door)
            assert round(way.metres * 10) == along(way.start, way.door)
            continue
        length = dict(way.start.starts)[way.nodes[0]] + dict(way.door.starts)[way.nodes[-1]]
        for one, other in zip(way.nodes, way.nodes[1:], strict=False):
            arc = network.arc_between(one, other)
            assert not network.flags[arc] & profile.avoid
            length += network.decimetres[arc]
        assert length == round(way.metres * 10)


@given(questions(), st.lists(st.sampled_from([0, 1, None]), min_size=6, max_size=6))
@settings(max_examples=100)
def test_unsure_ones_are_told_beside_the_sure_ones_and_never_in_their_place(question, tiers):
    network, doors, start = question
    asked = []

    def admit(target):
        asked.append(target)
        return tiers[target]

    ways = nearest(network, start, doors, k=2, admit=admit, limit_metres=10**6)

    everything = exhaustive(network, doors, start, 0)
    sure = [target for _, target in everything if tiers[target] == 0][:2]
    assert [way.target for way in ways if way.tier == 0] == sure
    last = max((w.metres for w in ways if w.tier == 0), default=0) if len(sure) == 2 else 10**6
    unsure = [t for length, t in everything if tiers[t] == 1 and length <= last * 10][:2]
    told = [way.target for way in ways if way.tier == 1]
    assert told == unsure[: len(told)]  # One as far as the last sure one may be cut.
    assert len(told) >= len([t for t in unsure if dict(map(reversed, everything))[t] < last * 10])
    assert len(asked) == len(set(asked))


LADDER = [(0, 0), (0, 9000), (0, 18_000), (0, 27_000), (90_000, 0), (90_000, 9000)]


def _ladder(flags=0):
    return town(LADDER, [(0, 1), (1, 2, None, flags), (2, 3), (4, 5)])


def test_a_shelter_with_two_entrances_counts_once_by_the_nearer():
    network = _ladder()
    snapper = Snapper(network)
    doors = Doors.of([(7, snapper.at_node(3)), (7, snapper.at_node(1)), (8, snapper.at_node(2))])
    ways = nearest(network, snapper.at_node(0), doors)
    assert [(way.target, way.nodes) for way in ways] == [(7, (0, 1)), (8, (0, 1, 2))]


def test_there_is_no_way_on_foot_to_another_part():
    network = _ladder()
    snapper = Snapper(network)
    doors = Doors.of([(0, snapper.at_node(4))])
    assert nearest(network, snapper.at_node(0), doors) == []
    assert nearest(network, snapper.at_node(5), doors)[0].target == 0


def test_nobody_on_wheels_is_sent_over_stairs():
    network = _ladder(flags=1)
    snapper = Snapper(network)
    doors = Doors.of([(0, snapper.at_node(3))])
    assert nearest(network, snapper.at_node(0), doors, profile=WALK)
    assert nearest(network, snapper.at_node(0), doors, profile=WHEELS) == []


def test_a_closed_bridge_is_walked_around_or_not_at_all():
    network = _ladder()
    snapper = Snapper(network)
    doors = Doors.of([(0, snapper.at_node(3))])
    closed = frozenset({network.arc_between(1, 2), network.arc_between(2, 1)})
    assert nearest(network, snapper.at_node(0), doors, closed=closed) == []
    assert nearest(network, snapper.at_node(2), doors, closed=closed)[0].nodes == (2, 3)


def test_nobody_is_sent_farther_than_the_limit():
    network = _ladder()
    snapper = Snapper(network)
    doors = Doors.of([(0, snapper.at_node(1)), (1, snapper.at_node(3))])
    assert [w.target for w in nearest(network, snapper.at_node(0), doors, limit_metres=200)] == [0]


@pytest.mark.parametrize(("profile", "seconds"), [(WALK, 75), (SLOW, 120)])
def test_a_hundred_metres_take_a_minute_and_more(profile, seconds):
    assert profile.seconds(100) == seconds
