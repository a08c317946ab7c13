"""
The features of a file become one tree, or the report says which of them do not fit.

Method: a good file spoiled in one way at a time.
"""

from __future__ import annotations

import pytest
from tests.areas.country import encoded, feature, japan, quiet

from tocsin.areas import geojson
from tocsin.areas.report import Report
from tocsin.areas.tree import NOWHERE, plant


def planted(country):
    report = Report()
    drafts = geojson.read(encoded(country), report, quiet)
    return plant(drafts, report), report


def spoiled(number, **said):
    country = japan()
    country["features"][number]["properties"].update(said)
    return country


def test_a_good_file_becomes_a_tree():
    gazetteer, report = planted(japan())
    assert report.ok
    assert [a.code for a in gazetteer] == ["JP", "KYOTO", "SAKYO", "UJI", "NARA"]
    assert gazetteer.lineage("UJI") == ("KYOTO", "JP")
    kyoto = gazetteer.get("jp-26")
    assert kyoto.name == {"uk": "Kyoto", "en": "Kyoto", "ja": "京都府"}
    assert gazetteer.get("29").code == "NARA"


@pytest.mark.parametrize(
    ("country", "says"),
    [
        (spoiled(2, code="KYOTO"), "features[2] 'Nara': its code 'KYOTO' is that of 'Kyoto' too"),
        (spoiled(2, code="kyoto"), "its code 'KYOTO' is that of 'Kyoto' too"),
        (spoiled(2, code="JP-26"), "its code 'JP-26' is that of 'Kyoto' too"),
        (spoiled(3, parent="OSAKA"), "features[3] 'Sakyo': its parent 'OSAKA' is not in the file"),
        (spoiled(3, parent=None), "it has no parent"),
        (spoiled(3, parent="UJI"), "its parent 'Uji' is of level 2"),
        (spoiled(3, level=3), "of level 3, but its parent 'Kyoto' is of level 1"),
        (spoiled(3, parent="SAKYO"), "its parents lead back to itself"),
        (spoiled(1, parent="UJI"), "its parents lead back to itself"),
        (spoiled(1, level=0, parent=None), "a second area of level 0"),
    ],
)
def test_what_does_not_fit_is_told(country, says):
    gazetteer, report = planted(country)
    assert gazetteer is None
    assert any(says in line for line in report.lines())


def test_a_parent_may_be_named_by_its_name():
    gazetteer, report = planted(spoiled(3, parent="Kyoto"))
    assert report.ok
    assert gazetteer.get("SAKYO").parent == "KYOTO"


def test_a_parent_named_like_two_areas_is_not_guessed():
    country = spoiled(3, parent="Twin")
    for number in (1, 2):
        country["features"][number]["properties"]["name"] = "Twin"
    gazetteer, report = planted(country)
    assert gazetteer is None
    assert any("'Twin' names several areas" in line for line in report.lines())


def test_areas_without_codes_are_named_after_themselves():
    country = japan()
    for part in country["features"][1:]:
        del part["properties"]["code"]
    for part in country["features"][3:]:
        part["properties"]["parent"] = "Kyoto"
    gazetteer, report = planted(country)
    assert report.ok
    assert [a.code for a in gazetteer] == ["JP", "JP-KYOTO", "JP-SAKYO", "JP-UJI", "JP-NARA"]
    assert "4 areas have no code" in report.notices[0]


def test_a_code_that_cannot_be_made_is_asked_for():
    country = japan()
    del country["features"][2]["properties"]["code"]
    country["features"][2]["properties"]["name"] = "奈良県"
    assert "none can be made" in planted(country)[1].lines()[0]


@pytest.mark.parametrize(
    ("collection", "root"),
    [({"code": "JP"}, "JP"), ({"code": "JP", "name": "Japan"}, "JP"), ({}, "JP")],
)
def test_the_country_need_not_be_a_feature(collection, root):
    country = japan() | collection
    country["features"] = country["features"][1:]
    gazetteer, report = planted(country)
    assert report.ok
    assert gazetteer.root.code == root
    assert gazetteer.root.name["en"] == collection.get("name", root)


def test_a_country_that_is_not_said_is_nowhere_and_that_is_told():
    country = {"type": "FeatureCollection", "features": [feature("Kyoto", 1, None)]}
    gazetteer, report = planted(country)
    assert gazetteer.root.code == NOWHERE
    assert "does not say which country" in report.notices[0]


def test_a_country_with_an_unusable_code_is_told():
    country = japan() | {"code": "not a code"}
    country["features"] = country["features"][1:3]
    assert "cannot be used" in planted(country)[1].lines()[0]
