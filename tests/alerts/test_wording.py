"""
Goal: no alert can be raised whose all-clear and correction have no words yet, in any language.

Method: every hazard, level and status, each with all its words.
"""

from __future__ import annotations

from itertools import product

import pytest

from tocsin.alerts.messages import AlertRaised, Hazard, Level
from tocsin.alerts.wording import EDITION, LANGUAGES, standard
from tocsin.kernel.words import Rank, Status

EVERYTHING = list(product(Hazard, Level, Status))


@pytest.mark.parametrize(("hazard", "level", "status"), EVERYTHING)
def test_alert_all_clear_and_correction_have_words_in_every_language(hazard, level, status):
    words = standard(hazard, level, status)
    for texts in words:
        assert tuple(texts) == LANGUAGES
        assert all(text.strip() == text and text.endswith(".") for text in texts.values())


@pytest.mark.parametrize("hazard", Hazard)
def test_the_words_of_hazards_levels_and_endings_all_differ(hazard):
    for language in LANGUAGES:
        said = [
            texts[language]
            for level in Level
            for texts in standard(hazard, level, Status.ACTUAL)[
                : 3 if level is Level.WARNING else 1
            ]
        ]
        assert len(set(said)) == len(said)


@pytest.mark.parametrize(("hazard", "level"), list(product(Hazard, Level)))
@pytest.mark.parametrize("status", [Status.EXERCISE, Status.TEST])
def test_a_drill_says_so_first_and_an_actual_alert_never(hazard, level, status):
    marks = {"uk": "НАВЧАННЯ", "en": "EXERCISE"}
    for drilled, actual in zip(
        standard(hazard, level, status), standard(hazard, level, Status.ACTUAL), strict=True
    ):
        for language, mark in marks.items():
            assert drilled[language].startswith(mark)
            assert mark not in actual[language].upper()


def test_an_alert_is_raised_with_the_words_of_today():
    raised = AlertRaised(hazard=Hazard.AIR_RAID, level=Level.WARNING, rank=Rank.AUTHORITY)
    assert raised.wording == EDITION
