"""
Doors are ordered by whose they are, and known by node and by stretch.

Method: by example, on one street with two doors.
"""

from __future__ import annotations

from tests.streets import town

from tocsin.walking.doors import Doors, along, avoided, stretch
from tocsin.walking.snap import Snapper

STREET = town([(0, 0), (0, 9000)], [(0, 1, 100.0, 1)])


def test_doors_are_found_from_both_ends_of_their_street():
    snapper = Snapper(STREET)
    near, far = snapper.snap(0, -29.9999), snapper.snap(0.0001, -29.9992)
    doors = Doors.of([(5, far), (3, None), (2, near)])
    assert doors.targets == (2, 5)
    assert doors.snaps == (near, far)
    assert doors.at == {0: ((0, 111), (1, 1000)), 1: ((0, 889), (1, 222))}
    assert doors.along == {(0, 1): (0, 1)}
    assert stretch(near) == stretch(far) == (0, 1)
    assert along(near, far) == along(far, near) == (889 - 111) + 111


def test_half_a_staircase_is_stairs_and_its_end_is_not():
    snapper = Snapper(STREET)
    assert avoided(STREET, snapper.snap(0, -29.9995), 1)
    assert not avoided(STREET, snapper.snap(0, -29.9995), 2)
    assert not avoided(STREET, snapper.at_node(0), 1)
