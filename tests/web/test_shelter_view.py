"""
Goal: the frame of the shelter pages is whole, and hands scripts what they need and no more.

Method: the block of data is read as a script reads it.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from tests.web.page_source import Day

from tocsin.web.files import Files
from tocsin.web.shelter_phrases import SHELTER_PHRASES
from tocsin.web.shelter_view import SPOKEN, TAKEN, script_data, take_words
from tocsin.web.wording import LANGUAGES

STATIC = Path(__file__).parents[2] / "src/tocsin/web/static"
SOURCE = Day("2023-01-26T06:15:00+00:00")


@pytest.mark.parametrize("language", LANGUAGES)
def test_scripts_are_given_every_phrase_that_they_say(language):
    data = json.loads(script_data(SOURCE, Files(), language))
    scripts = "".join(path.read_text(encoding="utf-8") for path in STATIC.glob("shelter*.js"))
    said = set(re.findall(r'"([a-z]+\.[a-z_]+)"', scripts)) & set(SHELTER_PHRASES)

    assert len(said) > 20
    assert said <= set(data["words"])
    assert data["static"] == Files().address("shelter.js").removesuffix("shelter.js")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_block_of_the_public_page_is_given_what_a_card_says(language):
    words = json.loads(take_words(language))
    script = "".join(
        (STATIC / name).read_text(encoding="utf-8")
        for name in ("shelter-take.js", "shelter-card.js", "shelter-ask.js")
    )
    said = set(re.findall(r'"([a-z]+\.[a-z_]+)"', script)) & set(SHELTER_PHRASES)

    assert said <= set(words)
    assert TAKEN < SPOKEN


def test_a_script_hears_of_map_tiles_only_where_there_are_some():
    told = {"address": "/tiles/map.pmtiles"}

    assert "tiles" not in json.loads(script_data(SOURCE, Files(), "en"))
    assert json.loads(script_data(SOURCE, Files(), "en", told))["tiles"] == told


def test_no_phrase_can_end_the_block_early():
    assert "<" not in script_data(SOURCE, Files(), "uk")


def test_the_public_page_of_an_area_has_the_block_and_no_other_page_has(ask):
    assert 'class="take"' in ask(SOURCE, "/?area=UA-30").text
    for path in ("/?area=", "/?area=UA-30&at=2023-01-26T06:15:00Z", "/wall?area=UA-30"):
        assert 'class="take"' not in ask(SOURCE, path).text, path


def test_the_style_of_these_pages_knows_no_left_or_right_either():
    style = (STATIC / "shelter.css").read_text(encoding="utf-8")

    assert not re.search(r"\b(margin|padding|border)-(left|right)\b|\b(left|right)\s*:", style)
    assert not re.search(r"text-align:\s*(left|right)", style)
