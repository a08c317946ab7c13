"""
A country is imported whole or not at all, and every fault of its file is told.

Method: a good country, then each kind of fault alone, then Ukraine's own outlines as a stranger
would bring them, then random bytes.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.areas.country import encoded, feature, japan, square

from tocsin.areas.gazetteer import load_pack
from tocsin.areas.geometry import load_outlines
from tocsin.areas.importer import build, check, import_country
from tocsin.areas.lookup import find
from tocsin.kernel.errors import Malformed

SHARED = Path(os.environ.get("TOCSIN_SHARED", Path(__file__).parents[3] / "shared"))
BOUNDARIES = SHARED / "data/boundaries"


@pytest.fixture
def imported(tmp_path):
    def do(country):
        source, target = tmp_path / "in.geojson", tmp_path / "out.areas"
        source.write_bytes(encoded(country))
        target.unlink(missing_ok=True)
        report = import_country(source, target)
        assert target.exists() == report.ok
        return report, target

    return do


def moved(number, ring):
    country = japan()
    country["features"][number]["geometry"]["coordinates"] = [ring]
    return country


def test_a_good_country_is_imported_and_found_by_code_name_and_point(imported):
    report, target = imported(japan())
    assert report.lines() == []
    assert (report.code, report.areas, report.outlines) == ("JP", 5, 4)
    country = load_pack(str(target))
    outlines = load_outlines(country)
    assert country.get("JP-26") == find(country, "京都府")[0] == find(country, "kyoto")[0]
    assert outlines.at(35.25, 135.25).code == "SAKYO"
    assert outlines.at(35.75, 135.25).code == "KYOTO"
    assert outlines.at(35.75, 136.25).code == "NARA"
    assert outlines.at(35.75, 138) is None
    assert outlines.coarse("NARA")[0][0] == (136.0, 35.0)
    assert list(outlines.polygons(2)) == ["SAKYO", "UJI"]


BOW_TIE = [[135, 35], [136, 36], [136, 35], [135, 36], [135, 35]]
SPIKE = [[135, 35], [136, 35], [138, 35], [136, 35], [136, 36], [135, 36], [135, 35]]
EIGHT = [[135, 35], [135.5, 35.5], [136, 35], [136, 36], [135.5, 35.5], [135, 36], [135, 35]]


@pytest.mark.parametrize(
    ("country", "says"),
    [
        (moved(1, BOW_TIE), "features[1] 'Kyoto': ring 0 meets itself at 35.5"),
        (moved(1, SPIKE), "ring 0 meets itself"),
        (moved(1, EIGHT), "ring 0 meets itself"),
        (moved(1, square(135, 35)[:-1]), "is not closed"),
        (moved(2, square(135.9, 35)), "features[2] 'Nara': it overlaps 'Kyoto' by"),
        (moved(2, square(135, 35)), "it overlaps 'Kyoto' by"),
        (moved(2, square(135.25, 35.25, 0.5)), "it overlaps 'Kyoto' by"),
        (moved(4, square(135.25, 35.25, 0.5)), "it overlaps 'Sakyo' by"),
        (moved(1, [p[::-1] for p in square(135, 35)]), "look swapped"),
    ],
)
def test_a_fault_of_the_outlines_is_told_and_nothing_is_imported(imported, country, says):
    report, _ = imported(country)
    assert any(says in line for line in report.lines())
    with pytest.raises(Malformed, match=r"areas\.file_refused"):
        build(encoded(country))


def test_a_country_turned_round_is_told(imported):
    country = japan()
    country["features"] = [feature("Ukraine", 0, None, code="UA")]
    country["features"].append(feature("Kyiv", 1, "UA", [p[::-1] for p in square(30, 50)]))
    report, _ = imported(country)
    assert "longitude and latitude look swapped" in report.lines()[0]


def test_polygons_of_one_area_must_not_overlap(imported):
    country = japan()
    twice = {"type": "MultiPolygon", "coordinates": [[square(135, 35)], [square(135.5, 35)]]}
    country["features"][1]["geometry"] = twice
    report, _ = imported(country)
    assert any("its polygons overlap one another" in line for line in report.lines())


def test_holes_must_lie_in_their_polygon(imported):
    country = japan()
    beside, across = square(150, 40), square(135.5, 35.5)
    country["features"][2]["geometry"]["coordinates"].append(square(136.25, 35.25, 0.5))
    assert imported(country)[0].ok
    country["features"][2]["geometry"]["coordinates"][1] = beside
    assert any("a hole outside" in line for line in imported(country)[0].lines())
    country["features"][2]["geometry"]["coordinates"][1] = across
    assert any("cross one another" in line for line in imported(country)[0].lines())


def test_an_enclave_in_a_hole_is_no_overlap(imported):
    country = japan()
    country["features"][1]["geometry"]["coordinates"] = [
        square(135, 35),
        square(135.25, 35.25, 0.5),
    ]
    country["features"] = country["features"][:3]
    country["features"].append(feature("Ise", 1, "JP", square(135.25, 35.25, 0.5)))
    report, target = imported(country)
    assert report.lines() == []
    assert load_outlines(load_pack(str(target))).at(35.5, 135.5).code == "ISE"


def test_a_border_drawn_twice_within_a_hectare_is_forgiven(imported):
    assert imported(moved(2, square(135.9999995, 35)))[0].ok
    assert not imported(moved(2, square(135.999, 35)))[0].ok


def test_an_area_without_an_outline_is_told_but_imported(imported):
    country = japan()
    country["features"][4]["geometry"] = None
    report, target = imported(country)
    assert report.lines() == ["1 areas have no outline; no point is found in them."]
    assert load_outlines(load_pack(str(target))).at(35.25, 135.75).code == "KYOTO"


def test_a_country_without_any_outline_is_still_a_tree(imported):
    country = japan()
    for part in country["features"]:
        part["geometry"] = None
    report, target = imported(country)
    assert report.ok
    outlines = load_outlines(load_pack(str(target)))
    assert outlines.at(35.5, 135.5) is None
    assert outlines.polygons(1) == {}


def test_a_file_that_is_not_there_or_a_folder_that_is_not_is_told(tmp_path):
    with pytest.raises(Malformed, match=r"areas\.file_unreadable"):
        check(tmp_path / "missing.geojson")
    source = tmp_path / "in.geojson"
    source.write_bytes(encoded(japan()))
    with pytest.raises(Malformed, match=r"areas\.pack_unwritable"):
        import_country(source, tmp_path / "no" / "out.areas")


def test_a_refused_file_leaves_the_pack_that_was_there(tmp_path):
    source, target = tmp_path / "in.geojson", tmp_path / "out.areas"
    source.write_bytes(encoded(japan()))
    import_country(source, target)
    before = target.read_bytes()
    source.write_bytes(b"{}")
    assert not import_country(source, target).ok
    assert target.read_bytes() == before


def test_progress_is_told(tmp_path):
    said = []
    source = tmp_path / "in.geojson"
    source.write_bytes(encoded(japan()))
    import_country(source, tmp_path / "out.areas", lambda what, done: said.append((what, done)))
    assert said[0] == ("reading", 0)
    assert said[-1] == ("done", 1)
    assert all(0 <= done <= 1 for _, done in said)


@given(st.binary())
def test_any_bytes_are_reported_and_never_imported(data):
    assert not check(data).ok
    with pytest.raises(Malformed, match=r"areas\.file_refused"):
        build(data)


@given(st.data())
def test_a_damaged_file_is_reported_or_still_good(data):
    good = bytearray(encoded(japan()))
    for _ in range(data.draw(st.integers(1, 4))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(32, 126))
    report = check(bytes(good))
    if report.ok:
        assert build(bytes(good))["tree"]


@pytest.mark.skipif(not BOUNDARIES.is_dir(), reason="the shared boundaries are not here")
def test_ukraine_brought_by_a_stranger_gives_the_same_answers(imported):
    ours = load_pack()
    features = []
    for level in (1, 2):
        text = (BOUNDARIES / f"ua_admin{level}_coarse.geojson").read_text(encoding="utf-8")
        for part in json.loads(text)["features"]:
            said = part["properties"]
            area = ours.get(said.get("katottg") or said["iso3166_2"])
            if area.level != level:
                continue
            part["properties"] = {
                "name": area.name["uk"],
                "name_en": area.name["en"],
                "code": area.code,
                "parent": area.parent,
                "level": level,
            }
            features.append(part)
    report, target = imported({"type": "FeatureCollection", "features": features})
    assert report.lines() == []
    theirs = load_pack(str(target))
    outlines = load_outlines(theirs)
    assert outlines.at(50.4501, 30.5234).code == ours.get("31").code
    assert outlines.at(44.9521, 34.1024).code == "UA01160000000090126"
    assert len(theirs) == 1 + 27 + 136


def test_the_example_in_the_documents_is_a_good_file(tmp_path):
    page = Path(__file__).parents[2] / "docs/reference/countries.md"
    example = page.read_text(encoding="utf-8").split("```json\n")[1].split("```")[0]
    source = tmp_path / "in.geojson"
    source.write_text(example, encoding="utf-8")
    report = import_country(source, tmp_path / "out.areas")
    assert (report.lines(), report.code, report.areas) == ([], "JP", 2)
