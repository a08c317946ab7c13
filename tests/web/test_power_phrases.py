"""
Goal: every phrase about power is whole in both languages, and only one word says that it is on.

Method: all phrases are looked at; the words of the wire against the room's own.
"""

from __future__ import annotations

import re
import string

import pytest

from tocsin.power.messages import Power, Regime
from tocsin.web.phrases import PHRASES
from tocsin.web.power_phrases import POWER_PHRASES
from tocsin.web.shelter_phrases import SHELTER_PHRASES


def placeholders(phrase):
    return sorted(name for _, name, _, _ in string.Formatter().parse(phrase) if name)


@pytest.mark.parametrize("key", POWER_PHRASES)
def test_a_phrase_says_the_same_in_both_languages(key):
    ukrainian, english = POWER_PHRASES[key]

    assert ukrainian.strip()
    assert english.strip()
    assert placeholders(ukrainian) == placeholders(english)
    assert not re.search("[Ѐ-ӿ]", english)


@pytest.mark.parametrize(
    ("groups", "words"),
    [(("lit", "litsize", "litsaid", "litmark", "litthen"), Power), (("regime",), Regime)],
)
def test_every_word_of_the_wire_has_its_phrase(groups, words):
    assert {f"{group}.{word}" for group in groups for word in words} <= set(POWER_PHRASES)


def test_no_phrase_stands_twice():
    assert not set(POWER_PHRASES) & (set(PHRASES) | set(SHELTER_PHRASES))


def test_no_two_states_look_alike_by_word_or_by_mark():
    for group in ("lit", "litsaid", "litmark"):
        for column in (0, 1):
            said = [POWER_PHRASES[f"{group}.{power}"][column] for power in Power]
            assert len(set(said)) == len(said)


def test_nothing_is_promised_to_be_safe():
    said = " ".join(" ".join(pair) for pair in POWER_PHRASES.values()).casefold()

    assert not re.search(r"\bsafe(ly|ty)?\b|безпечн|guarantee|гарант", said)
