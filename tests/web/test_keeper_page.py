"""
Goal: the keeper's page is the same for everybody, carries nothing of anybody, and is never blank.

Method: asked for like a browser does; what its scripts say is looked up in what it hands them.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from tests.web.page_source import Day

from tocsin.web.keeper_page import MODULES

STATIC = Path(__file__).parents[2] / "src/tocsin/web/static"
REPLAY = Day("2023-01-26T06:15:00+00:00")
LIVE = Day("2023-01-26T06:15:00+00:00", alerts=[], replay=False)


def block(page) -> dict:
    found = re.search(r'<script type="application/json" id="data">(.+?)</script>', page.text)
    return json.loads(found[1])


@pytest.mark.parametrize("language", ["uk", "en"])
def test_the_page_is_asked_for_in_a_language_which_is_remembered(ask, language):
    page = ask(LIVE, f"/keeper?lang={language}")

    assert page.status_code == 200
    assert f'<html lang="{language}"' in page.text
    assert page.headers["set-cookie"].startswith(f"lang={language};")
    assert block(page)["language"] == language


def test_without_a_script_it_says_that_it_needs_one(ask):
    page = ask(LIVE, "/keeper?lang=en").text

    assert "This page needs a script" in page.split("<noscript>")[1].split("</noscript>")[0]
    assert page.count("<main ") == len(re.findall(r"<main [^>]*hidden>", page)) == 2


def test_nothing_of_what_is_asked_for_comes_back(ask):
    page = ask(LIVE, "/keeper?lang=en&token=tcs_secret&shelter=kyiv.1")

    assert "secret" not in page.text
    assert "kyiv.1" not in page.text
    assert page.text == ask(LIVE, "/keeper?lang=en").text


def test_a_replay_says_so(ask):
    assert "REPLAY" in ask(REPLAY, "/keeper?lang=en").text
    assert block(ask(REPLAY, "/keeper"))["replay"] is True
    assert "<aside" not in ask(LIVE, "/keeper?lang=en").text


def test_every_phrase_that_the_scripts_say_is_handed_to_them(ask):
    handed = block(ask(LIVE, "/keeper?lang=en"))
    scripts = [STATIC / "keeper.js", *(STATIC / f"{name}.js" for name in MODULES if "-" in name)]
    said = {
        key
        for script in scripts
        for key in re.findall(r'\b(?:say|wrong)\(\s*"([a-z_.]+)"', script.read_text())
    }
    counted = {
        key for script in scripts for key in re.findall(r'\bcount\("(\w+)"', script.read_text())
    }

    assert len(said) > 30
    assert said <= handed["words"].keys()
    assert counted <= handed["forms"].keys()


def test_a_token_is_named_in_no_address_that_the_scripts_ask_for():
    for script in STATIC.glob("keeper*.js"):
        asked = re.findall(r"(?:fetch|ask)\(\s*`([^`]*)`", script.read_text())
        assert not [address for address in asked if "token" in address]
