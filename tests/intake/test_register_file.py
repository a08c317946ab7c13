"""
A file's format is seen from its content, its pages are put together, and all must be there.

Method: the sample registers, then pages that are missing, mixed or no register at all.
"""

import json

import pytest
from tests.intake.registers import HERE

from tocsin.intake.register_file import ANSWERS, TABLES, read_files
from tocsin.intake.register_rows import FILE_BYTES
from tocsin.kernel.errors import Malformed, Refused

SAMPLES = {
    "kyiv.csv": "csv", "gsi.csv": "csv", "gsi-older.csv": "csv", "city.csv": "csv",
    "kyiv-layer.geojson": "geojson", "kyiv-layer.json": "arcgis", "tel-aviv.json": "arcgis",
    "jerusalem-ckan.json": "ckan",
}  # fmt: skip


@pytest.mark.parametrize("name", SAMPLES)
def test_the_format_is_seen_from_the_content(name):
    assert read_files([HERE / name])[0].format == SAMPLES[name]
    assert read_files([(HERE / name).read_bytes()])[0].format == SAMPLES[name]


def test_pages_are_one_register_with_rows_numbered_on():
    rows, _ = read_files([HERE / "dsns-1.json", HERE / "dsns-2.json"])
    assert [row.number for row in rows.rows] == [1, 2, 3, 4, 5]
    assert rows.total == 5


def test_a_page_alone_is_no_register():
    with pytest.raises(Refused, match=r"register\.cut_off: It has 3 of 5 rows"):
        read_files([HERE / "dsns-1.json"])


def test_an_answer_that_says_that_more_follows_is_no_register():
    page = json.dumps({"features": [{"attributes": {"a": 1}}], "exceededTransferLimit": True})
    last = json.dumps({"features": [{"attributes": {"a": 2}}]})
    with pytest.raises(Refused, match=r"register\.cut_off: Its maker says that more rows follow"):
        read_files([page.encode()])
    assert len(read_files([page.encode(), page.encode(), last.encode()])[0].rows) == 3


def test_pages_of_two_kinds_are_refused():
    with pytest.raises(Refused, match="two kinds"):
        read_files([HERE / "gsi.csv", HERE / "tel-aviv.json"])


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "It is empty"),
        (b"  \n", "It is empty"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b"%PDF-1.7", "a document"),
        (b"PK\x03\x04...", "a spreadsheet"),
        (b"\x1f\x8b\x08...", "packed"),
        (b'{"a": 1}', "holds no list"),
    ],
)
def test_what_is_no_register_is_told_in_one_line(data, says):
    with pytest.raises(Refused, match=says) as refused:
        read_files([data])
    assert refused.value.code == "register.not_a_register"
    assert "\n" not in refused.value.sentence


def test_a_file_larger_than_may_be_is_refused(tmp_path):
    large = tmp_path / "large.csv"
    with large.open("wb") as file:
        file.write(b"a,b\n")
        file.truncate(FILE_BYTES + 1)  # A hole: nothing of it is on the disk.
    with pytest.raises(Refused, match=r"register\.too_large"):
        read_files([large])


def test_a_format_may_be_forced_and_must_fit():
    assert read_files([HERE / "gsi.csv"], "gsi")[1] == "gsi"
    assert read_files([HERE / "gsi.csv"], "csv")[1] == ""
    with pytest.raises(Refused, match="columns of kyiv"):
        read_files([HERE / "gsi.csv"], "kyiv")
    with pytest.raises(Refused, match="shape of ckan"):
        read_files([HERE / "tel-aviv.json"], "ckan")
    with pytest.raises(Malformed, match=r"register\.format_unknown"):
        read_files([HERE / "gsi.csv"], "shapefile")
    assert {*ANSWERS, *TABLES} == {
        "geojson",
        "arcgis",
        "ckan",
        "dsns",
        "json",
        "csv",
        "gsi",
        "kyiv",
    }


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(Malformed, match=r"register\.file_unreadable: none.csv"):
        read_files([tmp_path / "none.csv"])
    with pytest.raises(Refused, match=r"register\.too_large"):
        read_files([])
