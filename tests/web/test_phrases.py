"""
Goal: every phrase is whole in both languages, promises nothing, and is what other channels say.

Method: all phrases are looked at, hazards against the words of `alerts/wording.py`.
"""

from __future__ import annotations

import re
import string

import pytest

from tocsin.alerts.messages import Hazard, Level
from tocsin.alerts.wording import standard
from tocsin.kernel.words import Status
from tocsin.web.phrases import PHRASES
from tocsin.web.wording import Wording

CYRILLIC = re.compile("[Ѐ-ӿ]")
UKRAINIAN, ENGLISH = Wording("uk"), Wording("en")


def placeholders(phrase: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(phrase) if name)


@pytest.mark.parametrize("key", PHRASES)
def test_a_phrase_says_the_same_in_both_languages(key):
    ukrainian, english = PHRASES[key]

    assert ukrainian.strip()
    assert english.strip()
    assert placeholders(ukrainian) == placeholders(english)
    assert not CYRILLIC.search(english) or key == "other_language"


def test_no_word_promises_safety():
    said = " ".join(" ".join(pair) for pair in PHRASES.values()).lower()

    # The one sentence that speaks of safety says that silence is none.
    assert len(re.findall("(?<!не)безпе[кч]", said)) == said.count("не означає безпеки")
    assert said.count("safe") == said.count("silence is not safety")


def test_no_line_of_a_large_word_is_longer_than_eight_letters():
    said = {key: pair for key, pair in PHRASES.items() if key.startswith("word.")}
    said["word.country"] = tuple(phrase.format(n=26, all=27) for phrase in said["word.country"])

    assert all(
        len(line) <= 8 for pair in said.values() for phrase in pair for line in phrase.split("|")
    )


@pytest.mark.parametrize("hazard", Hazard)
def test_the_page_says_the_words_of_every_other_channel(hazard):
    for wording in (UKRAINIAN, ENGLISH):
        for level, act in ((Level.WARNING, hazard), (Level.WATCH, "watch")):
            key = f"do.{act}" if wording.has(f"do.{act}") else "do.warning"
            said = f"{wording.named('hazard', hazard)}. {wording.say(key)}"

            assert standard(hazard, level, Status.ACTUAL).alert[wording.language] == said
