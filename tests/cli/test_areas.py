"""
`tocsin areas` finds areas by whatever a person knows of them, and imports another country.

Method: examples of names, codes and points for finding; for importing a small country drawn here,
right and with a fault.
"""

import json

import pytest
from tests.cli.terminal import run, tocsin

KYIV = "UA80000000000093317"


@pytest.mark.parametrize(
    "text", ["Київ", "kyiv", "м. Київ", "UA-30", "ua-30", "31", KYIV, "50.45,30.52", "50.45, 30.52"]
)
def test_kyiv_is_found_by_whatever_it_is_called(text):
    told = tocsin("areas", "find", text, "--json")
    assert told.code == 0
    assert [a["code"] for a in told.json()["areas"]] == [KYIV]


def test_a_name_of_several_words_needs_no_quotation_marks():
    assert tocsin("areas", "find", "Kyiv", "Oblast").out.startswith(
        "Kyiv Oblast · Київська область"
    )


def test_what_lies_around_an_area_is_told():
    (found,) = tocsin("areas", "find", "Бучанський район", "--json").json()["areas"]
    assert [a["iso"] for a in found["lies_in"]] == ["UA-32", None]


def test_of_several_all_are_listed_with_what_tells_them_apart():
    told = tocsin("areas", "find", "Pervomaisk", "--json").json()["areas"]
    assert len(told) > 1
    people = tocsin("areas", "find", "Pervomaisk")
    assert f"Found {len(told)}" in people.err
    assert all(area["code"] in people.out for area in told)


@pytest.mark.parametrize("text", ["Atlantis", "0,0", "UA-99"])
def test_nothing_found_leaves_with_one(text):
    told = tocsin("areas", "find", text)
    assert (told.code, told.out) == (1, "")
    assert text in told.err
    assert tocsin("areas", "find", text, "--json").json() == {"areas": []}


def test_crimea_and_sevastopol_are_found_in_ukraine():
    for name in ("Крим", "Sevastopol"):
        (found,) = tocsin("areas", "find", name, "--json").json()["areas"]
        assert found["lies_in"][-1]["code"] == "UA"


def test_it_answers_in_the_readers_language():
    assert tocsin("areas", "find", "Kyiv", "--lang", "uk").out.startswith("Київ · Kyiv")
    assert run("areas", "find", "Kyiv", LANG="uk_UA.UTF-8").out.startswith("Київ · Kyiv")


def square(west, south, **properties):
    ring = [
        [west, south],
        [west + 1, south],
        [west + 1, south + 1],
        [west, south + 1],
        [west, south],
    ]
    shape = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": properties, "geometry": shape}


def country(tmp_path, *features):
    path = tmp_path / "country.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}))
    return path


PARTS = (
    square(20, 50, name="West", level=1, parent="XX", code="XX-W"),
    square(21, 50, name="East", level=1, parent="XX", code="XX-E"),
)
WHOLE = {
    "type": "Feature",
    "geometry": None,
    "properties": {"name": "Exland", "level": 0, "code": "XX"},
}


def test_another_country_is_imported_and_used(tmp_path):
    source = country(tmp_path, WHOLE, *PARTS)
    pack = tmp_path / "exland.areas"

    told = tocsin("areas", "import", source, "--to", pack)

    assert told.code == 0, told.out + told.err
    assert "3 areas" in told.out
    found = tocsin("areas", "find", "50.5,21.5", "--country", pack, "--json").json()["areas"]
    assert [a["code"] for a in found] == ["XX-E"]


def test_a_fault_in_the_file_is_said_and_nothing_is_written(tmp_path):
    source = country(tmp_path, WHOLE, PARTS[0], square(20.5, 50, name="East", level=1, parent="XX"))
    pack = tmp_path / "exland.areas"

    told = tocsin("areas", "import", source, "--to", pack)

    assert told.code == 1
    assert "features[2]" in told.out
    assert "Nothing was written." in told.err
    assert not pack.exists()
    report = tocsin("areas", "import", source, "--to", pack, "--json").json()
    assert report["ok"] is False
    assert {"feature", "name", "why"} == report["problems"][0].keys()
