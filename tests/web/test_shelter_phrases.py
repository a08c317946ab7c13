"""
Goal: every phrase about shelters is whole in both languages, and none promises an open door.

Method: all phrases are looked at; the words of the wire against the room's own.
"""

from __future__ import annotations

import re
import string

import pytest

from tocsin.shelters.messages import Access, Kind, Said, SourceKind, State
from tocsin.web.phrases import COUNTED, PHRASES
from tocsin.web.shelter_phrases import SHELTER_COUNTED, SHELTER_PHRASES

CYRILLIC = re.compile("[Ѐ-ӿ]")


def placeholders(phrase):
    return sorted(name for _, name, _, _ in string.Formatter().parse(phrase) if name)


@pytest.mark.parametrize("key", SHELTER_PHRASES)
def test_a_phrase_says_the_same_in_both_languages(key):
    ukrainian, english = SHELTER_PHRASES[key]

    assert ukrainian.strip()
    assert english.strip()
    assert placeholders(ukrainian) == placeholders(english)
    assert not CYRILLIC.search(english)


@pytest.mark.parametrize(
    ("group", "words"),
    [
        ("door", [*State, "unknown"]),
        ("kind", Kind),
        ("access", Access),
        ("by", SourceKind),
        ("said", Said),
    ],
)
def test_every_word_of_the_wire_has_its_phrase(group, words):
    assert {f"{group}.{word}" for word in words} <= set(SHELTER_PHRASES)


def test_no_phrase_stands_twice():
    assert not set(SHELTER_PHRASES) & set(PHRASES)
    assert not set(SHELTER_COUNTED) & set(COUNTED)


def test_nothing_is_promised_to_be_safe():
    said = " ".join(" ".join(pair) for pair in SHELTER_PHRASES.values()).casefold()

    assert not re.search(r"\bsafe(ly|ty)?\b|безпечн|guarantee|гарант", said)
