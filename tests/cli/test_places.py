"""
An area is meant by a code, a name, a name within a region, or a point; two are never one.

Method: examples of each; points drawn at random for what is a point at all.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.cli import places
from tocsin.cli.tongue import speak
from tocsin.kernel.errors import Malformed

GAZETTEER = places.load_country("UA")


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_a_point_is_read_as_it_was_written(lat, lon):
    lat, lon = round(lat, 5), round(lon, 5)
    assert places.point(f"{lat:.5f},{lon:.5f}") == (lat, lon)


@pytest.mark.parametrize("text", ["91,0", "0,181", "50", "50,", ",30", "a,b", "50.4 30.5", ""])
def test_what_is_no_point_is_none(text):
    assert places.point(text) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("UA-30", "UA80000000000093317"),
        ("київ", "UA80000000000093317"),
        ("50.45,30.52", "UA80000000000093317"),
        ("Первомайський район, Миколаївська область", "UA48080000000084471"),
        ("Mykolaiv Oblast, Pervomaisk Raion", "UA48080000000084471"),
    ],
)
def test_one_area_is_found_by_what_means_only_it(text, code):
    found = places.one(GAZETTEER, text)
    assert found.code == code or found.level == 2
    assert found in places.candidates(GAZETTEER, text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Первомайськ", "area.ambiguous_name"),
        ("Атлантида", "area.unknown_name"),
        ("0,0", "area.unknown_name"),
        ("Київ, Атлантида", "area.unknown_name"),
    ],
)
def test_what_means_several_or_none_is_refused(text, code):
    with pytest.raises(Malformed, match=code):
        places.one(GAZETTEER, text)


def test_names_are_told_in_the_language_spoken():
    bucha = places.one(GAZETTEER, "Buchanskyi Raion")
    assert (places.name(bucha), places.lies_in(GAZETTEER, bucha)) == ("Bucha Raion", "Kyiv Oblast")
    assert places.level(bucha) == "district"
    speak("uk")
    assert places.name(bucha) == "Бучанський район"
    assert places.lies_in(GAZETTEER, bucha) == "Київська область"
    assert places.level(bucha) == "район"
