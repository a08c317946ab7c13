"""
An area leaves by every door in one shape.

Method: one example against the shape that the design fixes, and what frozen means.
"""

from __future__ import annotations

import dataclasses

import pytest

from tocsin.areas.area import Area

KYIV = Area("UA80000000000093317", 1, {"uk": "Київ", "en": "Kyiv"}, "UA", "UA-30", 31)


def test_an_area_leaves_in_the_shape_of_the_design():
    assert KYIV.public() == {
        "code": "UA80000000000093317",
        "iso": "UA-30",
        "uid": 31,
        "level": 1,
        "name": {"uk": "Київ", "en": "Kyiv"},
        "parent": "UA",
    }


def test_what_left_can_be_changed_without_changing_the_area():
    KYIV.public()["name"]["en"] = "Kiev"
    assert KYIV.name["en"] == "Kyiv"


def test_an_area_does_not_change_and_can_be_a_key():
    with pytest.raises(dataclasses.FrozenInstanceError):
        KYIV.level = 2
    assert {KYIV: 1}[dataclasses.replace(KYIV)] == 1
