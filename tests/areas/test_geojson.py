"""
Whatever a GeoJSON file holds, it is read or its faults are told, each in one line.

Method: a good file spoiled in one way at a time; then random JSON and random bytes.
"""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.areas.country import encoded, feature, japan, quiet, square

from tocsin.areas import geojson
from tocsin.areas.geojson import SCALE, read
from tocsin.areas.report import Report
from tocsin.areas.rings import twice_area


def faults(data):
    report = Report()
    read(data if isinstance(data, bytes) else encoded(data), report, quiet)
    return report.lines()


def one(ring, kind="Polygon"):
    country = japan()
    country["features"][1]["geometry"] = {"type": kind, "coordinates": [ring]}
    return country


def with_property(**said):
    country = japan()
    country["features"][1]["properties"].update(said)
    return country


def test_a_good_file_is_read_whole():
    report = Report()
    drafts = read(encoded(japan()), report, quiet)
    assert report.ok
    kyoto = drafts.features[1]
    assert (kyoto.code, kyoto.level, kyoto.parent, kyoto.iso) == ("KYOTO", 1, "JP", "JP-26")
    assert kyoto.names == {"": "Kyoto", "ja": "京都府"}
    assert kyoto.parts[0].rings[0][0] == (135 * SCALE, 35 * SCALE)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe\xfa", "not JSON"),
        (b'{"a": NaN}', "not JSON: NaN"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' + b"9" * 5000 + b"}", "not JSON"),
        (b"[]", "not a FeatureCollection"),
        (b'{"type": "Feature"}', "not a FeatureCollection"),
        (b'{"type": "FeatureCollection"}', "no features"),
        (b'{"type": "FeatureCollection", "features": []}', "no features"),
        (b'{"type": "FeatureCollection", "features": [7]}', "features[0]: it is not a Feature"),
    ],
)
def test_a_file_that_is_no_collection_of_features_is_told(data, says):
    assert any(says in line for line in faults(data))


@pytest.mark.parametrize(
    ("ring", "says"),
    [
        (square(135, 35)[:-1], "ring 0 is not closed"),
        ([[135, 35], [136, 35], [135, 35]], "ring 0 has 3 positions"),
        ([[135, 35]] * 5, "encloses nothing"),
        ([[135, 35], [136, 35], [137, 35], [135, 35]], "encloses nothing"),
        ([[35, 135], [36, 135], [36, 136], [35, 135]], "look swapped"),
        ([[500_000, 4_000_000]] * 4, "no longitude and latitude"),
        ([[1e300, 3], *square(135, 35)], "a huge number"),
        ([["135", "35"]] * 4, "not two numbers"),
        ([[True, False]] * 4, "not two numbers"),
        ([[135]] * 4, "not [longitude, latitude]"),
        ("square", "not a list of positions"),
    ],
)
def test_an_invalid_ring_is_told_with_its_feature(ring, says):
    lines = faults(one(ring))
    assert len(lines) == 1
    assert lines[0].startswith("features[1] 'Kyoto': ")
    assert says in lines[0]


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"name": ""}, None),
        ({"name": None, "name_ja": None}, "it has no name"),
        ({"name": "Kyo\nto"}, None),
        ({"name": "Kyo\x00to"}, "control characters"),
        ({"name": "x" * 300}, "too long"),
        ({"level": None}, "it has no level"),
        ({"level": 7}, "not a whole number from 0 to 3"),
        ({"level": True}, "not a whole number"),
        ({"level": "prefecture"}, "not a whole number"),
        ({"level": "1"}, None),
        ({"level": 1.0}, None),
        ({"code": "two words"}, "its code is not"),
        ({"code": "x" * 25}, "its code is not"),
        ({"iso": "Kyoto"}, "ISO 3166-2"),
        ({"uid": "29"}, "positive whole number"),
        ({"uid": -1}, "positive whole number"),
    ],
)
def test_properties_are_checked(said, says):
    lines = faults(with_property(**said))
    assert (says is None and lines == []) or (len(lines) == 1 and says in lines[0])


def test_only_polygons_are_outlines():
    country = japan()
    country["features"][1]["geometry"] = {"type": "Point", "coordinates": [135, 35]}
    assert any("it is Point" in line or "is Point" in line for line in faults(country))
    for broken in ([], {"type": "Polygon"}, {"type": "MultiPolygon", "coordinates": [[]]}):
        country["features"][1]["geometry"] = broken
        assert faults(country)


def test_another_reference_system_is_told():
    country = japan()
    country["crs"] = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}
    assert "another reference" in faults(country)[0]
    country["crs"]["properties"]["name"] = "urn:ogc:def:crs:OGC:1.3:CRS84"
    assert faults(country) == []


def test_a_ring_may_run_either_way():
    for ring in (square(135, 35), square(135, 35)[::-1]):
        drafts = read(encoded(one(ring)), Report(), quiet)
        assert twice_area(drafts.features[1].parts[0].rings[0]) == 2 * SCALE * SCALE


def test_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(geojson, "FILE_BYTES", 100)
    assert "at most 100" in faults(japan())[0]
    monkeypatch.undo()
    monkeypatch.setattr(geojson, "VERTICES", 5)
    assert any("more than 5 vertices" in line for line in faults(japan()))
    monkeypatch.undo()
    monkeypatch.setattr(geojson, "FEATURES", 2)
    assert "at most 2" in faults(japan())[0]


def test_many_invalid_rings_of_one_area_are_counted():
    country = japan()
    country["features"][1]["geometry"]["coordinates"] = [[[0, 0]]] * 50
    lines = faults(country)
    assert len(lines) == 6
    assert "45 more of its rings" in lines[-1]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
words = st.sampled_from(["name", "level", "parent", "code", "iso", "uid", "name_uk", "id"])
features = st.fixed_dictionaries(
    {"type": st.just("Feature")},
    optional={
        "id": json_values,
        "properties": st.dictionaries(words, json_values) | json_values,
        "geometry": json_values
        | st.fixed_dictionaries(
            {"type": st.sampled_from(["Polygon", "MultiPolygon", "x"])},
            optional={"coordinates": json_values},
        ),
    },
)


@given(st.lists(features | json_values, max_size=4), json_values)
def test_any_features_are_read_or_told(given_features, crs):
    country = {"type": "FeatureCollection", "features": given_features, "crs": crs}
    for line in faults(json.dumps(country).encode()):
        assert line == line.strip()
        assert "\n" not in line


@given(st.binary())
def test_any_bytes_are_told(data):
    assert faults(data)


def test_the_fixture_itself_is_good():
    assert feature("A", 1, None)["geometry"] is None
    assert faults(japan()) == []
