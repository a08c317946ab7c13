"""
A country that was turned round is recognised, and one that was not is left alone.

Method: a square about the middle of every country of the table, right and turned.
"""

from __future__ import annotations

import csv

import pytest
from tests.areas.country import encoded, japan, quiet, square

from tocsin.areas import axes, geojson, pack
from tocsin.areas.report import Report
from tocsin.areas.tree import plant

with (pack.DATA / "countries.csv").open(encoding="utf-8", newline="") as file:
    COUNTRIES = list(csv.DictReader(file))


def told(country):
    report = Report()
    drafts = geojson.read(encoded(country), report, quiet)
    axes.check(plant(drafts, report), drafts.features, report)
    return report


def lying(lat, lon, **root):
    country = japan()
    country["features"] = country["features"][:2]
    country["features"][0]["properties"].update(root)
    country["features"][1]["properties"]["parent"] = root["code"]
    ring = square(lon - 0.5, lat - 0.5)
    country["features"][1]["geometry"]["coordinates"] = [ring]
    return country


@pytest.mark.parametrize("row", COUNTRIES, ids=lambda row: row["iso"])
def test_every_country_is_recognised_where_it_lies_and_where_it_does_not(row):
    lat, lon = float(row["lat"]), float(row["lon"])
    assert told(lying(lat, lon, code=row["iso"], name=row["name"])).ok
    if abs(lat - lon) > 4 and abs(lon) < 89 and abs(lat) < 179:
        assert "look swapped" in told(lying(lon, lat, code=row["iso"])).lines()[0]


def test_a_country_is_known_by_its_name_or_by_its_units():
    assert "look swapped" in told(lying(32, 49, code="X1", name="Ukraine")).lines()[0]
    by_units = lying(32, 49, code="X1", name="Our land")
    by_units["features"][1]["properties"]["iso"] = "UA-30"
    assert "look swapped" in told(by_units).lines()[0]


def test_of_an_unknown_country_it_is_told_where_it_lies():
    country = lying(32, 49, code="X1", name="Atlantis")
    del country["features"][1]["properties"]["iso"]
    report = told(country)
    assert report.ok
    assert "32° N 49° E" in report.notices[0]


def test_without_outlines_there_is_nothing_to_tell():
    country = japan()
    for part in country["features"]:
        part["geometry"] = None
    assert told(country).lines() == []
