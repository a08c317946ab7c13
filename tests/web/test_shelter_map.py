"""
Goal: on the small map everything is where it is, north up, and the nearest lies on top.

Method: points at known distances around one; the picture read as text.
"""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st
from tests.web.shelter_town import streets as town_streets

from tocsin.web.shelter_map import LEAST_M, MARGIN, MOST_M, Plane, draw, streets
from tocsin.web.wording import Wording

KYIV = (50.45, 30.52)
METRE = 1 / 111_195
EAST = METRE / 0.63676  # One metre east, in degrees at that latitude.


def at(north, east):
    return (KYIV[0] + north * METRE, KYIV[1] + east * EAST)


def shelter(north, east, state="open"):
    lat, lon = at(north, east)
    return {"state": state, "entrance": {"lat": lat, "lon": lon}}


def spots(picture):
    return [
        (int(number), int(x), int(y))
        for x, y, number in re.findall(r"translate\((-?\d+) (-?\d+)\).*?>(\d+)</text>", picture)
    ]


def test_north_is_up_and_east_is_to_the_right():
    plane = Plane(KYIV, [at(200, 0), at(0, 100)])

    assert plane.dot(at(200, 0)) == (0, -200)
    assert plane.dot(at(0, 100)) == (100, 0)


@given(st.lists(st.tuples(st.integers(-9_000, 9_000), st.integers(-9_000, 9_000)), max_size=5))
def test_it_reaches_as_far_as_what_is_shown_within_bounds(points):
    plane = Plane(KYIV, [at(*point) for point in points])
    far = max((abs(part) for point in points for part in point), default=0)

    assert LEAST_M <= plane.reach <= MOST_M
    assert abs(plane.reach - min(MOST_M, max(LEAST_M, far * MARGIN))) <= 3


def test_shelters_are_their_numbers_and_the_nearest_lies_on_top():
    plane = Plane(KYIV, [at(200, 0), at(0, -300)])
    picture = draw(plane, None, [shelter(200, 0), shelter(0, -300)], Wording("en"))

    assert spots(picture) == [(2, -300, 0), (1, 0, -200)]


def test_what_lies_beyond_the_edge_is_left_out():
    plane = Plane(KYIV, [])

    assert spots(draw(plane, None, [shelter(5_000, 0)], Wording("en"))) == []


def test_the_way_is_a_line_and_one_point_is_none():
    plane = Plane(KYIV, [])

    assert plane.line([at(0, 0), at(0, 50), at(50, 50)]) == "M0 0L50 0L50 -50"
    assert plane.line([at(0, 0)]) == ""


def test_what_a_register_writes_cannot_leave_its_place():
    picture = draw(Plane(KYIV, []), None, [shelter(0, 0, '"><script>')], Wording("en"))

    assert "<script" not in picture


def test_streets_are_drawn_where_they_are():
    plane = Plane(KYIV, [])
    picture = draw(
        plane, streets(town_streets(rows=3, columns=3).network, plane), [], Wording("en")
    )
    (corner,) = re.findall(r'<g transform="translate\((-?\d+) (-?\d+)\)"><path', picture)
    points = re.findall(r"M(\d+) (\d+)l", picture)

    assert corner == (str(-plane.reach), str(-plane.reach))
    assert {(int(x) - plane.reach, int(y) - plane.reach) for x, y in points} <= {
        (x, y) for x in (-100, 0, 100) for y in (-100, 0, 100)
    }


def test_where_there_are_no_streets_none_are_drawn():
    assert streets(None, Plane(KYIV, [])) is None
    assert '<path class="lines"' not in draw(
        Plane((0.0, 0.0), []),
        streets(town_streets().network, Plane((0.0, 0.0), [])),
        [],
        Wording("en"),
    )
