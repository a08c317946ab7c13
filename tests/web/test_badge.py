"""
Goal: a badge on a foreign page says the state in words, and as of when.

Method: one badge for each state, parsed as XML; contrast worked out by WCAG's own formula.
"""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest
from tests.web.page_source import Day, alert, ukraine

from tocsin.web import badge
from tocsin.web.face import Scene
from tocsin.web.times import Times
from tocsin.web.wording import Wording

NOW = datetime(2023, 1, 26, 6, 15, tzinfo=UTC)
KYIV = ukraine().get("UA-30").code


def drawn(*alerts, unknown=(), replay=False):
    source = Day(NOW.isoformat(), alerts=list(alerts), unknown=unknown, replay=replay)
    scene = Scene(ukraine(), source.board())
    return badge.draw(scene.face(KYIV), scene, Times(Wording("en"), NOW))


@pytest.mark.parametrize(
    ("svg", "said"),
    [
        (drawn(alert(KYIV, NOW)), "Kyiv: alert since 08:15:00"),
        (drawn(), "Kyiv: no alert as of 08:15:00"),
        (drawn(unknown=[("UA", None)]), "Kyiv: ? unknown as of 08:15:00"),
        (drawn(alert(KYIV, NOW, status="Exercise")), "Kyiv: EXERCISE since 08:15:00"),
        (drawn(replay=True), "REPLAY · 26 January 2023 · Kyiv: no alert as of 08:15:00"),
    ],
)
def test_a_badge_says_its_state_in_words(svg, said):
    assert ET.fromstring(svg).get("aria-label") == said


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("state", badge._GROUND)
def test_the_word_has_a_contrast_of_seven_to_one(state):
    light, dark = sorted((luminance(c) for c in badge._GROUND[state]), reverse=True)

    assert (light + 0.05) / (dark + 0.05) >= 7
