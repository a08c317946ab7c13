"""
Goal: what is asked is read as it was meant, or refused with the parameter's name and no more.

Method: drawn values are written into a query and read back; then what is no such value.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.alerts.country import GAZETTEER

from tocsin.kernel.errors import Malformed
from tocsin.shelters.messages import Kind, Said
from tocsin.views.shelter_near import NEAREST_MOST
from tocsin.views.shelter_roll import LIMIT_MOST, Box, Wanted
from tocsin.walking.profile import PROFILES
from tocsin.web import shelter_questions as questions

lats, lons = st.floats(-90, 90), st.floats(-180, 180)


@given(lats, lats, lons, lons)
def test_a_box_is_read_as_west_south_east_north(south, north, west, east):
    south, north = min(south, north), max(south, north)

    assert questions.box(f"{west},{south},{east},{north}") == Box(west, south, east, north)


@given(
    lats,
    lons,
    st.integers(1, NEAREST_MOST),
    st.booleans(),
    st.booleans(),
    st.sampled_from(sorted(PROFILES)),
)
def test_what_is_asked_at_a_point_is_read_whole(lat, lon, k, step_free, pets, speed):
    asked = questions.near(
        {
            "lat": str(lat),
            "lon": str(lon),
            "k": str(k),
            "hazard": "air_raid",
            "step_free": "true" if step_free else "false",
            "pets": "1" if pets else "0",
            "speed": speed,
        }
    )

    assert (asked.lat, asked.lon, asked.k) == (lat, lon, k)
    assert (asked.step_free, asked.pets, asked.hazard) == (step_free, pets, "air_raid")
    assert asked.profile is PROFILES[speed]


def test_nothing_said_asks_for_the_usual():
    asked = questions.near({"lat": "1", "lon": "2"})

    assert (asked.k, asked.hazard, asked.step_free, asked.pets) == (5, None, False, False)
    assert asked.profile.name == "walk"
    assert questions.wanted({}, GAZETTEER) == Wanted()
    assert questions.page({}) == (questions.LIMIT_USUAL, 0)


def test_what_is_asked_of_the_roll_is_read_whole():
    text = {"bbox": "1,2,3,4", "area": "port", "kind": "metro", "q": "мет", "step_free": "unknown"}

    assert questions.wanted(text, GAZETTEER) == Wanted(
        Box(1, 2, 3, 4), "PORT", Kind.METRO, "мет", Said.UNKNOWN
    )


@given(st.integers(1, 10**9 - 1), st.integers(0, 10**9 - 1))
def test_a_page_is_as_long_as_asked_for_up_to_what_it_may_hold(limit, offset):
    read = questions.page({"limit": str(limit), "offset": str(offset)})

    assert read == (min(limit, LIMIT_MOST), offset)


@given(st.text(max_size=20))
def test_whatever_is_written_as_a_number_is_read_or_refused_by_its_name(text):
    try:
        assert 1 <= questions.whole(text, "k", 1, 10, 5) <= 10
    except Malformed as refused:
        assert (refused.code, refused.where) == ("query.malformed", "k")  # noqa: PT017


@pytest.mark.parametrize("text", ["1,2,3", "1,2,3,4,5", "", "1,2,3,inf", "1;2;3;4", "a,b,c,d"])
def test_what_is_no_box_is_refused(text):
    with pytest.raises(Malformed) as refused:
        questions.box(text)
    assert refused.value.where == "bbox"


def test_a_coordinate_that_cannot_be_read_is_not_repeated():
    with pytest.raises(Malformed) as refused:
        questions.near({"lat": "50.4501x", "lon": "30.5234"})
    assert "50.4501" not in refused.value.sentence


def test_every_parameter_that_is_read_is_described_once():
    for described in (questions.LIST, questions.NEAREST):
        assert len(questions.names(described)) == len(described)
        assert all(one["in"] == "query" and one["description"] for one in described)
