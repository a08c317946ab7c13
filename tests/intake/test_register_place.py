"""
Axes are judged for the file as a whole, single rows are told, and nothing is turned by guess.

Method: points in and around Ukraine, Jerusalem and Somalia, straight and turned, with each judge.
"""

import math
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.intake.registers import ukraine

from tocsin.intake.register_place import Box, Judge, Point, read_box, read_point
from tocsin.kernel.errors import Malformed, Refused

KYIV = [Point(50.45, 30.52), Point(50.40, 30.60), Point(50.50, 30.45)]
JERUSALEM = [Point(31.77, 35.22), Point(31.75, 35.21), Point(31.80, 35.20)]
ANDORRA = [Point(42.51, 1.52), Point(42.55, 1.58)]
ISRAEL = Box(34.2, 29.4, 35.9, 33.4)


def judge(points, box=None, country=None):
    return Judge(points, ukraine()[1], box, country)


def turned(points):
    return [point.turned for point in points]


@pytest.mark.parametrize(
    ("lat", "lon", "found"),
    [
        (50.4, 30.5, Point(50.4, 30.5)),
        ("50.4501, ", " 30,5234", Point(50.4501, 30.5234)),
        ("+50°", "-30", Point(50, -30)),
        (134.5, 34.1, Point(134.5, 34.1)),
        (None, None, "no_coordinates"),
        ("", "<Null>", "no_coordinates"),
        (math.nan, math.nan, "not_numbers"),
        ("NaN", "30.5", "not_numbers"),
        (50.4, None, "not_numbers"),
        ("50° 27' N", "30° 31' E", "not_numbers"),
        (True, 5, "not_numbers"),
        ([50], {"a": 1}, "no_coordinates"),
        ("9" * 100, "1", "not_numbers"),
        (math.inf, 5, "not_numbers"),
        (0, 0, "at_zero"),
        ("0.0", "0", "at_zero"),
        (95, 120, "out_of_range"),
        (50, 190, "out_of_range"),
        (631_571, 220_529, "metres"),
    ],
)
def test_a_pair_of_coordinates_is_a_point_or_has_a_reason(lat, lon, found):
    assert read_point(lat, lon) == found


@pytest.mark.parametrize(
    ("points", "box", "country", "name"),
    [
        (KYIV, None, None, "areas"),
        (KYIV, ISRAEL, None, "areas"),
        (JERUSALEM, ISRAEL, None, "bbox"),
        (JERUSALEM, None, ISRAEL, "country"),
        (JERUSALEM, None, None, "land"),
        ([], None, None, "nobody"),
    ],
)
def test_the_area_tree_judges_where_it_covers_the_points_then_the_box_then_land(
    points, box, country, name
):
    assert judge(points, box, country).name == name


@pytest.mark.parametrize(
    ("points", "box", "country"),
    [
        (KYIV, None, None),
        (JERUSALEM, ISRAEL, None),
        (JERUSALEM, None, ISRAEL),
        (JERUSALEM, None, None),
        ([Point(34.1, 134.5), Point(34.2, 134.6)], None, None),
    ],
)
def test_a_file_with_its_axes_changed_over_is_refused_with_that_reason(points, box, country):
    judge(points, box, country)
    with pytest.raises(Refused, match=r"^register\.swapped: Latitude and longitude are swapped"):
        judge(turned(points), box, country)


def test_a_few_turned_rows_do_not_condemn_the_others_and_are_told():
    found = judge([*KYIV, Point(30.52, 50.45)])
    assert found.verdict(Point(50.45, 30.52)) == ""
    assert found.verdict(Point(30.52, 50.45)) == "row_swapped"


def test_where_both_orders_are_on_land_the_table_says_that_it_cannot_tell():
    assert judge(ANDORRA).unsure
    assert judge(turned(ANDORRA)).unsure
    assert not judge(JERUSALEM).unsure
    assert not judge(ANDORRA, country=Box(1.3, 42.4, 1.8, 42.7)).unsure


@pytest.mark.parametrize(
    "points", [[Point(0.5, -150)] * 3, [Point(50.4, 30.5)] + [Point(-45, -40)] * 4]
)
def test_a_file_most_of_which_lies_at_sea_is_refused(points):
    with pytest.raises(Refused, match=r"register\.misplaced: .* at sea"):
        judge(points)


def test_a_file_that_lies_elsewhere_than_its_box_is_refused():
    with pytest.raises(
        Refused, match=r"register\.misplaced: 2 of 2 points lie outside of the given"
    ):
        judge(ANDORRA, ISRAEL)


@pytest.mark.parametrize(
    ("point", "says"),
    [
        (Point(50.45, 30.52), ""),
        (Point(43.3, 34.5), "at_sea"),
        (Point(48.85, 2.35), "outside_areas"),
        (Point(134.5, 34.1), "out_of_range"),
    ],
)
def test_single_points_among_good_ones_have_their_verdict(point, says):
    assert judge([*KYIV, point]).verdict(point) == says


def test_a_box_that_is_given_holds_also_where_the_tree_judges():
    found = judge(KYIV, Box(30.5, 50.3, 31, 50.6))
    assert found.name == "areas"
    assert [found.verdict(point) for point in KYIV] == ["", "", "outside_bbox"]


def test_a_point_knows_its_area():
    assert judge(KYIV).area(KYIV[0]) == "UA80000000000093317"
    assert judge(KYIV).area(Point(0, 0)) is None


def test_a_box_is_read_west_first_and_may_cross_the_date_line():
    assert read_box("22.1, 44.3,40.3,52.4") == Box(22.1, 44.3, 40.3, 52.4)
    pacific = read_box("170,-20,-170,20")
    assert pacific.holds(Point(0, 175))
    assert pacific.holds(Point(0, -175))
    assert not pacific.holds(Point(0, 0))


@pytest.mark.parametrize("text", ["", "1,2,3", "1,2,3,x", "0,50,10,40", "0,0,200,10", "nan,0,1,1"])
def test_what_is_no_box_is_refused(text):
    with pytest.raises(Malformed, match=r"register\.bbox_malformed"):
        read_box(text)


@given(st.lists(st.builds(Point, st.floats(-180, 180), st.floats(-90, 90)), min_size=1, max_size=6))
def test_any_points_are_judged_or_refused(points):
    with suppress(Refused):
        found = judge(points)
        for point in points:
            assert found.verdict(point) in {
                "",
                "row_swapped",
                "out_of_range",
                "at_sea",
                "outside_areas",
            }


def test_around_an_island_that_the_table_of_land_lacks_the_given_box_is_believed():
    island = [Point(0.010, -29.99), Point(0.013, -29.98), Point(0.011, -29.97)]
    box = Box(-31, -1, -29, 1)

    assert [judge(island, box).verdict(point) for point in island] == ["", "", ""]
    strayed = [*KYIV, Point(45.0, 31.0)]
    assert judge(strayed, Box(22, 44, 41, 53)).verdict(strayed[-1]) in {"at_sea", "outside_areas"}
    with pytest.raises(Refused, match=r"register\.misplaced"):
        judge(island)
