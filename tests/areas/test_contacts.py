"""
Crossing and overlapping outlines are all found, and none that only touch as neighbours do.

Method: shapely as an oracle on polygons with few, small coordinates, so that vertices fall on
edges, edges on edges and corners on corners all the time.
"""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from shapely.geometry import LinearRing, Polygon

from tocsin.areas import contacts as module
from tocsin.areas.bands import nested
from tocsin.areas.contacts import contacts
from tocsin.areas.rings import Part, twice_area
from tocsin.kernel.errors import Malformed

points = st.tuples(st.integers(0, 6), st.integers(0, 6))
lines = st.lists(points, min_size=3, max_size=9, unique=True).map(tuple)


def left(ring):
    return ring if twice_area(ring) > 0 else ring[::-1]


simple = lines.filter(lambda ring: Polygon(ring).is_valid and Polygon(ring).area > 0).map(left)


@given(st.lists(points, min_size=3, max_size=9).map(tuple))
def test_a_ring_that_meets_itself_is_found(ring):
    assume(all(a != b for a, b in zip(ring, (*ring[1:], ring[0]), strict=True)))
    assume(len(set(ring)) > 2)
    found = contacts([Part(0, (ring,))])
    assert bool(found.selves) == (not LinearRing(ring).is_simple)


@given(simple, simple)
def test_two_outlines_overlap_exactly_when_the_oracle_says_so(one, two):
    parts = [Part(0, (one,)), Part(1, (two,))]
    found = contacts(parts).parts or list(nested(parts))
    assert bool(found) == (Polygon(one).intersection(Polygon(two)).area > 0)


@given(simple, simple)
def test_a_hole_is_well_placed_exactly_when_the_oracle_says_so(shell, hole):
    part = Part(0, (shell, hole[::-1]))
    found = contacts([part])
    outside = Polygon(hole).difference(Polygon(shell)).area > 0
    assume(Polygon(hole).intersection(Polygon(shell)).area > 0)
    assert bool(found.parts) <= outside
    if outside and not Polygon(hole).contains(Polygon(shell)):
        assert found.parts


def test_neighbours_that_share_a_border_and_a_corner_do_not_overlap():
    squares = [
        Part(n, (((x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)),))
        for n, (x, y) in enumerate([(0, 0), (1, 0), (0, 1), (1, 1)])
    ]
    assert contacts(squares).parts == {}


def test_an_outline_drawn_twice_overlaps_at_every_corner():
    ring = ((0, 0), (4, 0), (4, 4), (0, 4))
    assert len(contacts([Part(0, (ring,)), Part(1, (ring,))]).parts[0, 1]) == 4


def test_rectangles_with_edges_on_one_line_overlap_though_no_edge_crosses():
    one = ((0, 0), (10, 0), (10, 1), (0, 1))
    two = ((9, 0), (19, 0), (19, 1), (9, 1))
    assert (0, 1) in contacts([Part(0, (one,)), Part(1, (two,))]).parts


def test_a_file_made_to_be_slow_is_refused(monkeypatch):
    monkeypatch.setattr(module, "MEETING", 10)
    star = [Part(n, (((0, 0), (9, n), (9, n + 1)),)) for n in range(20)]
    with pytest.raises(Malformed, match=r"areas\.too_tangled"):
        contacts(star)


def test_thousands_of_crossing_lines_end_soon():
    combs = [
        Part(0, (tuple(p for n in range(0, 1200, 2) for p in ((n, 0), (n + 1, 1200))),)),
        Part(1, (tuple(p for n in range(0, 1200, 2) for p in ((0, n), (1200, n + 1))),)),
    ]
    with pytest.raises(Malformed, match=r"areas\.too_tangled"):
        contacts(combs)
