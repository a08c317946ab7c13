"""
Answers of map servers become rows, know whether they are whole, and errors are no registers.

Method: small answers of each kind, then each thing that may be wrong with one.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.intake.register_answers import answer_format, read_answer
from tocsin.kernel.errors import Refused


def feature(lon=30.5, lat=50.4, **properties):
    shape = {"type": "Point", "coordinates": [lon, lat]}
    return {"type": "Feature", "id": 7, "geometry": shape, "properties": properties}


def collection(*features, **members):
    return {"type": "FeatureCollection", "features": list(features), **members}


def arcgis(reference=None, **members):
    found = [{"attributes": {"objectid": 1}, "geometry": {"x": 30.5, "y": 50.4}}]
    return {"features": found, "spatialReference": reference, "geometryType": "x", **members}


def ckan(**result):
    return {"success": True, "result": {"records": [{"_id": 1, "lat": 1}], **result}}


DSNS = {"data": {"items": [{"id": 1, "shyrota": 50.4, "VydSporudy": {"id": 2, "imya": "Сховище"}}]}}


@pytest.mark.parametrize(
    ("answer", "format_"),
    [
        (collection(feature()), "geojson"),
        (arcgis(), "arcgis"),
        (ckan(), "ckan"),
        (DSNS, "dsns"),
        (DSNS["data"]["items"], "dsns"),
        ([{"lat": 1, "lon": 2}], "json"),
        ({"items": []}, "json"),
    ],
)
def test_each_kind_is_told_by_its_shape(answer, format_):
    assert answer_format(answer) == format_
    assert read_answer(format_, answer).format == format_


def test_a_feature_has_its_point_latitude_first_and_its_number():
    row = read_answer("geojson", collection(feature(name="A"))).rows[0]
    assert (row.lat, row.lon, row.ident, row.values) == (50.4, 30.5, 7, {"name": "A"})


@pytest.mark.parametrize(
    "shape",
    [
        None,
        {},
        {"type": "Polygon", "coordinates": [[[1, 2]]]},
        {"type": "Point"},
        5,
        {"type": "Point", "coordinates": [1]},
        {"type": "Point", "coordinates": "1,2"},
    ],
)
def test_a_feature_without_a_point_is_a_row_without_one(shape):
    row = read_answer("geojson", collection({"geometry": shape, "properties": None})).rows[0]
    assert (row.lat, row.lon, row.values) == (None, None, {})


def test_metres_of_the_webs_map_become_degrees():
    # A degree from 0, 0 is 111,319.491 m eastward and 111,325.143 m northward on that map.
    found = [{"attributes": {}, "geometry": {"x": 111_319.491, "y": 111_325.143}}]
    answer = {"features": found, "spatialReference": {"wkid": 102100, "latestWkid": 3857}}
    row = read_answer("arcgis", answer).rows[0]
    assert (row.lat, row.lon) == (pytest.approx(1, abs=1e-7), pytest.approx(1, abs=1e-7))


def test_whether_there_is_more_is_kept():
    assert read_answer("geojson", collection(feature(), numberMatched=9)).total == 9
    assert read_answer("geojson", collection(properties={"exceededTransferLimit": True})).more
    assert read_answer("arcgis", arcgis(exceededTransferLimit=True)).more
    assert not read_answer("arcgis", arcgis()).more
    assert read_answer("ckan", ckan(total=300)).total == 300
    assert read_answer("dsns", {"data": {"items": [], "total": 5}}).total == 5


def test_words_are_taken_out_of_the_state_registers_objects():
    values = read_answer("dsns", DSNS).rows[0].values
    assert values["vydsporudy"] == "Сховище"
    assert values["shyrota"] == 50.4


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ({"error": {"code": 400, "message": "Invalid query"}}, "a server's error.*Invalid query"),
        ({"success": False}, "a server's error"),
        ({"a": 1}, "holds no list"),
        (5, "holds no list"),
        (None, "holds no list"),
        (["a"], None),
    ],
)
def test_an_error_or_something_else_is_no_register(answer, says):
    if says is None:
        assert answer_format(answer) == "json"
        return
    with pytest.raises(Refused, match=says) as refused:
        answer_format(answer)
    assert refused.value.code == "register.not_a_register"


@pytest.mark.parametrize(
    ("format_", "answer"),
    [
        ("geojson", collection(feature(), crs={"properties": {"name": "EPSG:2039"}})),
        ("geojson", collection(feature(), crs=5)),
        ("arcgis", arcgis({"wkid": 2039})),
    ],
)
def test_coordinates_of_another_grid_are_refused(format_, answer):
    with pytest.raises(Refused, match=r"register\.metres"):
        read_answer(format_, answer)


def test_a_forced_format_must_fit():
    for format_ in ("geojson", "arcgis", "ckan"):
        with pytest.raises(Refused, match=rf"shape of {format_}"):
            read_answer(format_, [{"a": 1}])
    with pytest.raises(Refused, match="which is not csv"):
        read_answer("csv", {})


def outcome(format_, answer):
    try:
        return read_answer(format_, answer).format
    except Refused as refused:
        return refused.code


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["type", "features", "attributes", "geometry", "result", "records", "data"]
            )
            | st.sampled_from(
                ["items", "coordinates", "properties", "crs", "spatialReference", "x"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(json_values)
def test_any_json_is_read_or_refused(answer):
    for format_ in ("geojson", "arcgis", "ckan", "dsns", "json"):
        assert outcome(format_, answer) in {format_, "register.not_a_register", "register.metres"}
