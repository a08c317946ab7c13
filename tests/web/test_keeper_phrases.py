"""
Goal: the keeper's page says everything in both languages, and says it of every state there is.

Method: all phrases are looked at; the states are those of the room.
"""

from __future__ import annotations

import re
import string

import pytest

from tocsin.shelters.messages import SourceKind, State
from tocsin.web.keeper_page import STATES, spoken
from tocsin.web.keeper_phrases import KEEPER, KEEPER_COUNTED
from tocsin.web.phrases import COUNTED

CYRILLIC = re.compile("[Ѐ-ӿ]")


def placeholders(phrase: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(phrase) if name)


@pytest.mark.parametrize("key", KEEPER)
def test_a_phrase_says_the_same_in_both_languages(key):
    ukrainian, english = KEEPER[key]

    assert ukrainian.strip()
    assert english.strip()
    assert placeholders(ukrainian) == placeholders(english)
    assert not CYRILLIC.search(english) or key == "other_language"


def test_no_word_promises_safety():
    said = " ".join(" ".join(pair) for pair in KEEPER.values()).lower()

    assert "safe" not in said
    assert "безпе" not in said


@pytest.mark.parametrize("state", State)
def test_every_state_can_be_said_and_has_its_sentence(state):
    assert state in STATES
    assert {f"state.{state}", f"do.{state}", f"then.{state}"} <= KEEPER.keys()


def test_every_source_is_named():
    assert {f"by.{source}" for source in SourceKind} <= KEEPER.keys()


def test_counted_words_have_all_their_forms():
    assert not KEEPER_COUNTED.keys() & COUNTED.keys()
    assert {tuple(map(len, forms)) for forms in KEEPER_COUNTED.values()} == {(3, 2)}


@pytest.mark.parametrize("language", ["uk", "en"])
def test_what_is_spoken_holds_the_ages_of_the_other_pages_too(language):
    said = spoken(language)

    assert KEEPER.keys() <= said.keys()
    assert {"age.now", "zone", "replay"} <= said.keys()
