"""
Goal: whatever the pages say, they say whole and right in both languages.

Method: every phrase is looked at, plural forms against the rules people learn at school, the
choice of a language against headers of any shape; hazards against the words of other channels.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.web.phrases import COUNTED
from tocsin.web.wording import LANGUAGES, Wording, choose, plural

UKRAINIAN, ENGLISH = Wording("uk"), Wording("en")


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "0 областей"),
        (1, "1 область"),
        (2, "2 області"),
        (4, "4 області"),
        (5, "5 областей"),
        (11, "11 областей"),
        (12, "12 областей"),
        (21, "21 область"),
        (24, "24 області"),
        (25, "25 областей"),
        (111, "111 областей"),
        (122, "122 області"),
    ],
)
def test_ukrainian_counts_as_people_do(number, said):
    assert UKRAINIAN.count("oblast", number) == said


def test_english_counts_as_people_do():
    assert [ENGLISH.count("day", n) for n in (0, 1, 2, 21)] == [
        "0 days",
        "1 day",
        "2 days",
        "21 days",
    ]


@given(st.integers(0, 10_000))
def test_every_number_has_a_form(number):
    for language in LANGUAGES:
        column = LANGUAGES.index(language)
        assert all(0 <= plural(language, number) < len(pair[column]) for pair in COUNTED.values())


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "uk"),
        ("", "uk"),
        ("uk-UA,uk;q=0.9,en;q=0.5", "uk"),
        ("en-GB,en;q=0.9,uk;q=0.8", "en"),
        ("de,uk;q=0.3,en;q=0.7", "en"),
        ("ru,uk;q=0.9", "uk"),
        ("pl,de;q=0.5", "en"),
        ("en;q=0,uk;q=0.1", "uk"),
    ],
)
def test_the_browser_chooses_the_language(header, language):
    assert choose(None, None, header) == language


def test_what_is_asked_for_wins_over_what_is_remembered_and_that_over_the_browser():
    assert choose("en", "uk", "uk") == "en"
    assert choose(None, "en", "uk") == "en"
    assert choose("xx", None, "en") == "en"


@given(st.text(max_size=500))
def test_any_header_chooses_some_language(header):
    assert choose(None, None, header) in LANGUAGES


def test_an_unknown_wire_word_is_shown_as_it_came():
    assert UKRAINIAN.named("hazard", "meteor") == "meteor"
    assert UKRAINIAN.named("threat", None) == ""
