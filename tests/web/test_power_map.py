"""
Goal: the map says of each outline what its zones are under, and never more than they say.

Method: zones over real areas; the outlines of the real country.
"""

from __future__ import annotations

import pytest
from tests.web.page_source import outlines, ukraine

from tocsin.web.map import Drawing
from tocsin.web.power_map import PowerMap, kind_of, regimes
from tocsin.web.wording import Wording

WORDS = Wording("en")


def zone(name, regime, *areas):
    return {
        "name": name,
        "regime": regime,
        "areas": [{"code": ukraine().get(area).code} for area in areas],
    }


@pytest.fixture(scope="module")
def drawing():
    return Drawing(ukraine(), outlines())


def test_each_region_has_the_pattern_of_its_regime(drawing):
    zones = [zone("Kyiv", "hourly", "UA-30"), zone("Odesa", "emergency", "UA-51")]
    drawn, kinds = PowerMap(drawing).draw(zones, WORDS)

    assert kinds == ["emergency", "hourly"]
    assert drawn.count('class="q-hourly"') == 1
    assert drawn.count('class="q-emergency"') == len(
        ukraine().children(ukraine().get("UA-51").code)
    )
    assert "Odesa: emergency shutdown, until further notice" in drawn
    assert "q-none" not in drawn


def test_zones_that_do_not_agree_are_shown_as_such(drawing):
    zones = [zone("One", "none", "UA-30"), zone("Two", "emergency", "UA-30")]
    drawn, kinds = PowerMap(drawing).draw(zones, WORDS)

    assert kinds == ["mixed"]
    assert "One: the company says: no cuts; Two: emergency shutdown" in drawn


def test_a_zone_smaller_than_an_outline_does_not_speak_for_all_of_it(drawing):
    region = ukraine().get("UA-51").code
    district = ukraine().children(region)[0]
    town = ukraine().children(district)[0]
    found = regimes([zone("Town", "none", town)], ukraine(), drawing.shapes)

    assert kind_of(found[district].values()) == "mixed"


def test_the_rest_of_a_region_is_drawn_empty(drawing):
    district = ukraine().children(ukraine().get("UA-51").code)[0]
    drawn, kinds = PowerMap(drawing).draw([zone("A", "waiting", district)], WORDS)

    assert kinds == ["waiting"]
    assert 'class="q-empty"' in drawn
    assert "nothing is known here" in drawn


def test_without_zones_there_is_no_map(drawing):
    assert PowerMap(drawing).draw([], WORDS) == ("", [])
