"""
Silence of the core is noted once and taken back once, whatever else arrives.

Method: the clock is moved by hand; a real core speaks, and a hub keeps what it is told.
"""

from __future__ import annotations

import pytest
from tests.speaker import Heard, Speaker

from tocsin.edge.verify import Gate
from tocsin.edge.watch import Watch
from tocsin.kernel.errors import Malformed
from tocsin.kernel.feed import FEED_LOST_AFTER_S


@pytest.fixture
def speaker():
    return Speaker()


@pytest.fixture
def hub():
    return Heard()


@pytest.fixture
def watch(speaker, hub):
    made = Watch(
        Gate(speaker.public_key, speaker.clock), hub, lambda: speaker.clock.now().timestamp()
    )
    for line in speaker.feed.opening():
        made.take(line.encode())
    speaker.feed.subscribe(lambda line: made.take(line.encode()))
    return made


def test_silence_is_noted_once_and_taken_back_with_the_next_tick(speaker, hub, watch):
    speaker.clock.wait(FEED_LOST_AFTER_S)
    watch.look()
    assert hub.silences == []

    speaker.clock.wait(0.1)
    watch.look()
    watch.look()
    assert hub.silences == [True]
    assert watch.silent

    speaker.press()
    speaker.beat()
    assert hub.silences == [True]

    speaker.tick()
    assert hub.silences == [True, False]


def test_ticks_that_vouch_for_what_never_came_do_not_end_silence(speaker, hub, watch):
    watch.gate.distrust()
    for _ in range(6):
        speaker.tick()
        watch.look()

    assert hub.silences == [True]
    assert watch.gate.wants_board


def test_a_line_that_the_hub_cannot_take_is_asked_for_anew(speaker, hub, watch, monkeypatch):
    def refuse(_line):
        raise Malformed("feed.malformed", "A line of the feed cannot be read.", where="line")

    monkeypatch.setattr(hub, "take", refuse)
    speaker.press()

    assert watch.gate.wants_board
