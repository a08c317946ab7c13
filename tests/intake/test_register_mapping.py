"""
A mapping file says how to read an unknown register, and a misspelt one is refused.

Method: the sample city's mapping, the same in JSON, then each mistake alone.
"""

import json
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.intake.registers import HERE

from tocsin.intake.register_mapping import MAPPING_BYTES, load_mapping
from tocsin.intake.register_place import Box
from tocsin.kernel.errors import Malformed
from tocsin.shelters.messages import Access, Kind, Said


def test_toml_and_json_say_the_same():
    toml = load_mapping(HERE / "city.toml")
    same = json.dumps(tomllib.loads((HERE / "city.toml").read_text())).encode()

    assert load_mapping(same) == toml
    assert toml.register == "city"
    assert toml.profile.joined == ("вулиця", "будинок")
    assert toml.profile.columns["lat"] == ("широта",)
    assert toml.profile.fit == {"air_raid": Said.YES}
    assert toml.profile.zone == "Europe/Kyiv"
    assert toml.kinds == {"льох": Kind.BASEMENT}
    assert toml.access["своїм"] is Access.RESIDENTS
    assert toml.said["нема пандуса"] is Said.NO
    assert toml.hours == {"завжди": "24/7"}


def test_what_holds_for_the_whole_register_is_said_once():
    mapping = load_mapping(
        b'access = "public"\nhours_admit = true\nsquare_metres_a_person = 0.6\n'
        b'bbox = [22, 44, 41, 53]\narea = "UA-46"\n'
        b'[hazards]\n"\xe6\xb4\xaa\xe6\xb0\xb4" = "flood"\n'
    )
    assert mapping.profile.access is Access.PUBLIC
    assert mapping.profile.hours_admit
    assert mapping.profile.squares == 0.6
    assert mapping.profile.box == Box(22, 44, 41, 53)
    assert mapping.profile.area == "UA-46"
    assert mapping.profile.hazards == {"洪水": "flood"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("colour = 1", "“colour”, which is no key"),
        ("[columns]\nlatitude = 'a'", "“columns.latitude” is no field"),
        ("[columns]\nlat = 5", "should be text"),
        ("columns = 5", "“columns” is no table"),
        ("[words.kinds]\na = 'b'", "“words.kinds” is none of"),
        ("[words.kind]\na = 'cellar'", "“cellar” is no word for kind"),
        ("access = 'all'", "“all” is no word for access"),
        ("zone = 'Kyiv'", "“Kyiv” is no time zone"),
        ("zone = '/etc/passwd'", "is no time zone"),
        ("fit = 'air_raid'", "“fit” is not a list"),
        ("fit = ['Air raid']", "is no hazard"),
        ("square_metres_a_person = 0", "is not a number from 0 to 100"),
        ("bbox = [1, 2, 3]", "WEST,SOUTH,EAST,NORTH"),
        ("not toml", "Expected"),
        ('{"columns": ', "Expecting value"),
        ("x = " + "[" * 5000, "nested too deeply"),
        ('{"a":' * 20_000, "nested too deeply"),
        ("a" * (MAPPING_BYTES + 1), "more than"),
        ("source = '" + "x" * 400 + "'", "too long"),
    ],
)
def test_a_mistake_in_a_mapping_is_named(text, says):
    with pytest.raises(Malformed, match=says) as refused:
        load_mapping(text.encode())
    assert refused.value.code == "register.mapping_malformed"
    assert refused.value.where == "--mapping"


def test_a_mapping_that_is_not_there_is_told(tmp_path):
    with pytest.raises(Malformed, match="No such file"):
        load_mapping(tmp_path / "none.toml")


def outcome(data):
    try:
        load_mapping(data)
    except Malformed as refused:
        return refused.code
    return "read"


@given(st.binary(max_size=120))
def test_random_bytes_are_read_or_refused(data):
    assert outcome(data) in {"read", "register.mapping_malformed"}
