"""
Simplified outlines have fewer vertices, stay where they were, and neighbours keep their border.

Method: the real raions; two areas with one wavy border.
"""

from __future__ import annotations

from shapely.geometry import Polygon

from tocsin.areas import pack, rings
from tocsin.areas.rings import Rings
from tocsin.areas.simplify import simplified

WAVE = tuple((500 + 9 * (n % 2), 10 * n) for n in range(101))
WEST = ((0, 0), *WAVE, (0, 1000))
EAST = ((1000, 0), (1000, 1000), *WAVE[::-1])


def test_two_neighbours_keep_one_border():
    done = simplified(Rings(1, {"W": (WEST,), "E": (EAST,)}), 20).areas
    assert len(done["W"][0]) < 10
    west, east = Polygon(done["W"][0]), Polygon(done["E"][0])
    assert west.intersection(east).area == 0
    assert west.union(east).area == 1_000_000


def test_small_islands_go_but_the_largest_stays():
    square = ((0, 0), (1000, 0), (1000, 1000), (0, 1000))
    islet = ((2000, 0), (2003, 0), (2003, 3), (2000, 3))
    done = simplified(Rings(1, {"A": (square, islet), "B": (islet,)}), 10).areas
    assert done["A"] == (square,)
    assert len(done["B"]) == 1
    assert len(set(done["B"][0])) >= 3


def test_the_real_country_keeps_its_areas_with_a_tenth_of_the_vertices():
    fine = rings.decode(pack.read(pack.locate("UA"), "outlines"))
    coarse = simplified(fine, fine.scale // 40)
    assert list(coarse.areas) == list(fine.areas)
    count = [sum(len(r) for o in drawn.areas.values() for r in o) for drawn in (fine, coarse)]
    assert count[1] * 8 < count[0]
    for code, outline in coarse.areas.items():
        assert outline
        before, after = (max(Polygon(r).area for r in d.areas[code]) for d in (fine, coarse))
        assert 0.7 < after / before < 1.3
