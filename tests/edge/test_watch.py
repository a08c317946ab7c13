"""
Silence of the core is noted once and taken back once, whatever else arrives.

Method: the clock is moved by hand; a real core speaks, and a hub keeps what it is told.
"""

from __future__ import annotations

import pytest
from tests.speaker import Heard, Speaker

from tocsin.edge.verify import Gate, Outcome
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
    assert watch.counts()["silences"] == 1


def test_what_became_of_each_line_is_counted_also_where_nothing_has_yet(speaker, watch):
    before = watch.counts()["lines"]
    assert before.keys() == set(Outcome)
    speaker.press()
    speaker.feed.tick()
    line = speaker.feed.recent()[0]
    watch.take(line.encode())
    watch.take(line._replace(body=line.body + b" ").encode())
    after = watch.counts()["lines"]

    grown = {name: after[name] - before[name] for name in after if after[name] != before[name]}
    assert grown == {"passed": 2, "old": 1, "forged": 1}
    assert watch.counts()["untaken"] == 0


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
    assert watch.counts()["untaken"] == 1
