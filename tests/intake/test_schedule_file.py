"""
A file's shape is seen from its content, packed or not, and what is no schedule is told as that.

Method: the invented files, and files of other kinds.
"""

from __future__ import annotations

import gzip

import pytest
from tests.intake.schedules import HERE, read

from tocsin.intake import schedule_file
from tocsin.intake.schedule_mapping import load_mapping
from tocsin.kernel.errors import Malformed, Refused


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("gpv.json", "gpv"),
        ("gpv-two-companies.json", "gpv"),
        ("gpv-nothing.json", "gpv"),
        ("gpv-failed.json", "gpv"),
        ("yasno.json", "yasno"),
        ("yasno-probable.json", "yasno"),
        ("table.csv", "csv"),
        ("revisions.jsonl", "revisions"),
    ],
)
def test_each_shape_is_seen_from_its_content_packed_or_not(name, shape):
    data = (HERE / name).read_bytes()

    assert read(name).format == read(data).format == read(gzip.compress(data)).format == shape


def test_a_table_with_a_mapping_is_read_by_it_and_in_its_own_zone():
    reading = read("month.csv", load_mapping(HERE / "month.toml"))

    assert (reading.format, reading.clock) == ("csv", "Africa/Johannesburg")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"  \n",
        b"<html>Service Unavailable</html>",
        b"%PDF-1.7",
        b"PK\x03\x04",
        b"{}",
        b"[]",
        b'{"a": {"b": 1}}',
        b'"fact"',
        b"hello",
        b"a,b,c\n1,2,3\n",
    ],
)
def test_what_is_no_schedule_is_told_in_a_line(data):
    with pytest.raises(Refused, match=r"schedule\.not_a_schedule"):
        read(data)


def test_what_is_packed_and_ends_in_the_middle_was_cut_off():
    packed = gzip.compress((HERE / "revisions.jsonl").read_bytes())

    for damaged in (packed[:-20], packed[:40] + b"\x00\x00\x00" + packed[43:]):
        with pytest.raises(Refused, match=r"schedule\.cut_off"):
            read(damaged)


def test_a_small_file_that_unpacks_into_a_large_one_is_refused(monkeypatch):
    monkeypatch.setattr(schedule_file, "FILE_BYTES", 100_000)

    with pytest.raises(Refused, match=r"schedule\.too_large"):
        read(gzip.compress(b"x" * 1_000_000))
    with pytest.raises(Refused, match=r"schedule\.too_large"):
        read(b"x" * 100_001)


@pytest.mark.parametrize(
    ("name", "bound"), [("gpv.json", "JSON_BYTES"), ("table.csv", "TABLE_BYTES")]
)
def test_one_edition_larger_than_any_is_refused(monkeypatch, name, bound):
    monkeypatch.setattr(schedule_file, bound, 100)

    with pytest.raises(Refused, match=r"schedule\.too_large"):
        read(name)


def test_a_file_that_cannot_be_read_is_named():
    with pytest.raises(Malformed, match=r"schedule\.file_unreadable.*nowhere\.json"):
        read("nowhere.json")
