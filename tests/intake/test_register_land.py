"""
The coarse table of land knows land from sea, and never calls a coast the sea.

Method: places whose side everybody knows; capitals of our own table of countries, all on land.
"""

import csv

import pytest

from tocsin.areas import pack
from tocsin.intake.register_land import on_land


@pytest.mark.parametrize(
    ("lat", "lon"),
    [
        (50.45, 30.52),
        (31.77, 35.22),
        (34.18, 134.6),
        (43.73, 7.42),
        (42.5, 1.5),
        (-33.9, 18.4),
        (90, 180),
        (-90, -180),
        (-90, 180),
    ],
)
def test_land_is_land(lat, lon):
    if lat == 90:
        assert not on_land(lat, lon)  # The north pole has water under it.
    else:
        assert on_land(lat, lon)


@pytest.mark.parametrize(("lat", "lon"), [(0, 0), (35.2, 31.7), (43.3, 34.5), (0, -150), (60, -40)])
def test_the_sea_is_the_sea(lat, lon):
    assert not on_land(lat, lon)


def test_every_country_lies_on_land():
    with (pack.DATA / "countries.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))

    wet = {row["iso"] for row in table if not on_land(float(row["lat"]), float(row["lon"]))}

    # The middle of a few countries of scattered islands is water.
    assert len(table) > 190
    assert len(wet) <= 8, wet
