"""
A path goes along the way, from the street at its start to the door.

Method: in random towns, every point of a path is a node of the way or one of its ends, and its
stretches add up to it; then one path by example.
"""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from tests.streets import SOUTH, WEST, town
from tests.walking.test_nearest import questions

from tocsin.walking.doors import Doors
from tocsin.walking.nearest import nearest
from tocsin.walking.path import path, stretches
from tocsin.walking.snap import Snapper


@given(questions())
@settings(max_examples=80)
def test_stretches_follow_one_another_and_add_up_to_the_way(question):
    network, doors, start = question
    for way in nearest(network, start, doors, limit_metres=10**6):
        bits = stretches(network, way)
        assert sum(bit.decimetres for bit in bits) + start.off == round(way.metres * 10)
        assert all(a.end == b.start for a, b in pairwise(bits))
        points = path(network, way)
        assert points[0] == (start.street_lat / 10**7, start.street_lon / 10**7)
        assert points[-1] == (way.door.lat / 10**7, way.door.lon / 10**7)
        on_it = {(network.lat[node] / 10**7, network.lon[node] / 10**7) for node in way.nodes}
        ends = {points[0], points[-1], (way.door.street_lat / 10**7, way.door.street_lon / 10**7)}
        assert set(points) <= on_it | ends
        assert on_it <= set(points)


def test_a_path_around_a_corner():
    network = town(
        [(0, 0), (0, 9000), (9000, 9000)], [(0, 1, None, 0, "Long Street"), (1, 2, None, 1)]
    )
    snapper = Snapper(network)
    door = snapper.snap((SOUTH + 4500) / 10**7, (WEST + 9900) / 10**7)
    (way,) = nearest(network, snapper.snap(-0.0001, -29.9996), Doors.of([(0, door)]))
    assert path(network, way) == [
        (0, -29.9996),
        (0, -29.9991),
        (0.00045, -29.9991),
        (0.00045, -29.99901),
    ]
    first, second, last = stretches(network, way)
    assert (first.street, first.flags, first.decimetres) == ("Long Street", 0, 556)
    assert (second.street, second.flags, second.decimetres) == ("", 1, 500)
    assert (last.street, last.flags, last.decimetres) == ("", 0, 100)


def test_a_path_between_two_doors_of_one_street_goes_through_no_node():
    network = town([(0, 0), (0, 90_000)], [(0, 1)])
    snapper = Snapper(network)
    (way,) = nearest(
        network, snapper.snap(0, -29.998), Doors.of([(0, snapper.snap(0.0001, -29.997))])
    )
    assert way.nodes == ()
    assert path(network, way) == [(0, -29.998), (0, -29.997), (0.0001, -29.997)]
