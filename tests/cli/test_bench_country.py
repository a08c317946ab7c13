"""
`tocsin bench country` prints what three places need, as words, as JSON and as a picture.

Method: the verb with smaller places, since the real ones take ten seconds.
"""

from __future__ import annotations

import json

import pytest
from tests.cli.terminal import tocsin

from tocsin.ops import country_figures


@pytest.fixture(autouse=True)
def small(monkeypatch):
    places = tuple(place._replace(phones=2_000) for place in country_figures.PLACES)
    monkeypatch.setattr(country_figures, "PLACES", places)


def test_needs_and_scenes_are_printed():
    told = tocsin("bench", "country")

    assert told.code == 0
    assert "village" in told.out
    assert "alert while all come back" in told.out


def test_json_names_the_figures_and_their_sources(tmp_path):
    told = tocsin("bench", "country", "--json", "--picture", str(tmp_path / "country.svg"))
    shape = json.loads(told.out)

    assert [one["place"] for one in shape["needs"]] == ["village", "city", "country"]
    assert shape["figures"]["delivery_plain"]["source"]
    assert (tmp_path / "country.svg").read_text(encoding="utf-8").startswith("<svg")
