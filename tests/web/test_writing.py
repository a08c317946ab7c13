"""
Goal: every page is written by the same rules, whoever asks and whatever it says.

Method: a template that asks for too much, JSON with markup in it, requests as a browser sends them.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from fastapi import Response
from jinja2 import UndefinedError
from starlette.requests import Request

from tocsin.web.times import Times
from tocsin.web.wording import Wording
from tocsin.web.writing import (
    framed,
    language_of,
    remember_language,
    script_block,
    templates,
)

TIMES = Times(Wording("uk"), datetime(2023, 1, 26, 6, 15, tzinfo=UTC))


def asking(query="", cookie="", accepts=""):
    headers = [(b"cookie", cookie.encode()), (b"accept-language", accepts.encode())]
    return Request(
        {
            "type": "http",
            "method": "GET",
            "path": "/power",
            "query_string": query.encode(),
            "headers": headers,
            "server": ("127.0.0.1", 80),
            "scheme": "http",
        }
    )


def test_what_a_template_is_not_handed_is_a_fault_and_never_a_gap():
    with pytest.raises(UndefinedError):
        templates().from_string("{{ nobody_said }}").render()


def test_what_is_handed_to_a_template_cannot_be_markup():
    assert templates().from_string("{{ name }}").render(name="<b>") == "&lt;b&gt;"


def test_no_text_can_end_a_block_of_data_early_and_a_script_reads_it_as_it_was():
    said = {"name": "</script><!-- «Їжак»"}
    block = script_block(said)

    assert "<" not in block
    assert json.loads(block) == said


def test_the_other_language_of_a_page_keeps_what_was_asked_for():
    frame = framed(asking("lang=uk"), TIMES, {"lang": "uk", "near": "50.4,30.5"})

    assert frame["elsewhere"] == "/power?lang=en&near=50.4,30.5"
    assert (frame["language"], frame["other"]) == ("uk", "en")
    assert (frame["now_at"], frame["clock_told"]) == ("2023-01-26T06:15:00.000Z", "08:15:00")


@pytest.mark.parametrize(
    ("query", "cookie", "accepts", "chosen"),
    [
        ("lang=en", "lang=uk", "uk", "en"),
        ("lang=xx", "lang=en", "uk", "en"),
        ("", "", "en-GB,uk;q=0.5", "en"),
        ("", "", "", "uk"),
    ],
)
def test_the_address_goes_before_what_is_remembered_and_that_before_the_browser(
    query, cookie, accepts, chosen
):
    assert language_of(asking(query, cookie, accepts)) == chosen


@pytest.mark.parametrize(("query", "kept"), [("lang=en", True), ("", False), ("lang=xx", False)])
def test_only_a_language_that_was_asked_for_is_remembered(query, kept):
    response = Response()

    assert remember_language(response, asking(query), "en") is kept
    assert response.headers.get("set-cookie", "").startswith("lang=en") is kept
