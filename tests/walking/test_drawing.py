"""
A drawing has every street of its box, once.

Method: the path data of random towns are read back, and compared with the stretches themselves.
"""

from __future__ import annotations

import re

from hypothesis import given, settings
from tests.streets import WEST, town, towns

from tocsin.walking import drawing
from tocsin.walking.drawing import draw
from tocsin.walking.ground import UNIT_M

BOX = (-30.0, 0.0, -29.982, 0.018)
HEIGHT = 2002


def _segments(path):
    """Read lines of whole steps back into pairs of points."""
    for line in re.findall(r"M([^M]+)", path):
        start, steps = line.split("l")
        x, y = map(int, start.split())
        numbers = list(map(int, steps.split()))
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            yield tuple(sorted([(x, y), (x + dx, y + dy)]))
            x, y = x + dx, y + dy


def _dot(network, node):
    x = round((network.lon[node] - WEST) * UNIT_M)
    return x, round((180_000 - network.lat[node]) * UNIT_M)


@given(towns())
@settings(max_examples=100)
def test_every_street_is_drawn_once(network):
    drawn = draw(network, BOX)
    for path, stairs in ((drawn.streets, False), (drawn.stairs, True)):
        wanted = []
        for arc in range(network.arcs):
            tail, head = network.tail(arc), network.indices[arc]
            ends = sorted([_dot(network, tail), _dot(network, head)])
            if tail < head and bool(network.flags[arc] & 1) == stairs and ends[0] != ends[1]:
                wanted.append(tuple(ends))
        assert sorted(_segments(path)) == sorted(wanted)
    assert (drawn.width, drawn.height, drawn.whole) == (HEIGHT, HEIGHT, True)


def test_a_street_with_bends_is_one_line():
    bends = town([(0, n * 9_000) for n in range(5)], [(n, n + 1) for n in range(4)])
    assert draw(bends, BOX).streets == "M0 2002l100 0 100 0 100 0 100 0"


def test_a_ring_is_one_line_that_closes():
    ring = town([(0, 0), (0, 9_000), (9_000, 0)], [(0, 1), (1, 2), (2, 0)])
    drawn = draw(ring, BOX).streets
    assert drawn.count("M") == 1
    assert len(list(_segments(drawn))) == 3


def test_water_is_drawn_beside_the_streets():
    riverside = town([(0, 0), (0, 9_000)], [(0, 1)], [(9_000, 0, 9_000, 9_000)])
    assert draw(riverside, BOX).barriers == "M0 1901l100 0"


def test_of_too_much_a_part_is_drawn_and_it_says_so(monkeypatch):
    monkeypatch.setattr(drawing, "STRETCHES_MAX", 2)
    bends = town([(0, n * 9_000) for n in range(5)], [(n, n + 1) for n in range(4)])
    drawn = draw(bends, BOX)
    assert not drawn.whole
    assert len(list(_segments(drawn.streets))) == 2


def test_a_box_elsewhere_is_empty():
    street = town([(0, 0), (0, 9_000)], [(0, 1)])
    drawn = draw(street, (10.0, 10.0, 10.1, 10.1))
    assert (drawn.streets, drawn.stairs, drawn.barriers, drawn.whole) == ("", "", "", True)
