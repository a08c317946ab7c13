"""
Whoever carries a feed is not believed: what the core has not said is never heard, nothing is
heard twice or goes back, and an edge from which something is withheld never looks fresh.

Method: a real core speaks through restarts and restores while a carrier, drawn by Hypothesis,
delivers, withholds, repeats and forges its lines. What passes the gate is folded as a hub does it,
and held against what the core had truly said. The rules that need a drawn-out history to matter
have an example each; and a gate without each rule fails the property (controls).
"""

from __future__ import annotations

import json
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.speaker import AREAS, HandClock, Heard, Speaker

from tocsin.edge.verify import LATE_S, Gate, Outcome, read_key
from tocsin.kernel.errors import Malformed
from tocsin.kernel.feed import MESSAGES, UNSIGNED, Line
from tocsin.kernel.wire import Place


class Said(NamedTuple):
    """A line, and what stood when it was said."""

    line: Line
    place: Place
    truth: dict[str, int]


class Story:
    """What a core says over its runs and epochs, with the truth at each line."""

    def __init__(self) -> None:
        self.speaker = Speaker()
        self.said: list[Said] = []
        self._listen()

    def _listen(self) -> None:
        for line in self.speaker.feed.opening():
            self._note(line)
        self.speaker.feed.subscribe(self._note)

    def _note(self, line: Line) -> None:
        self.said.append(Said(line, self.speaker.place, dict(self.speaker.truth)))

    def go_on(self, step: str) -> None:
        match step:
            case "restart":
                self.speaker = self.speaker.again()
                self._listen()
            case "restore":
                self.speaker = self.speaker.again(restored=True)
                self._listen()
            case "tick":
                self.speaker.tick()
            case "beat":
                self.speaker.beat()
            case "board":
                self.speaker.announce()
            case area:
                self.speaker.press(area)


STEPS = st.sampled_from(
    [*AREAS, *AREAS, "tick", "tick", "tick", "beat", "board", "restart", "restore"]
)
DEEDS = st.one_of(
    st.tuples(st.just("next"), st.integers(1, 4)),
    st.tuples(st.just("withhold"), st.integers(1, 2)),
    st.tuples(st.just("repeat"), st.integers(0, 10_000)),
    st.tuples(st.just("forge"), st.integers(0, 10_000)),
    st.tuples(st.just("skip to the present"), st.just(0)),
)


def carry(story, deeds, gate):
    """Let a carrier do what it likes; give each line handed over, and what became of it."""
    at = 0
    for deed, number in deeds:
        match deed:
            case "next":
                handed, at = story.said[at : at + number], at + number
            case "withhold":
                handed, at = [], at + number
            case "skip to the present":
                handed, at = [], max(at, len(story.said) - 12)
            case "repeat":
                handed = [story.said[number % max(1, min(at, len(story.said)))]]
            case _:
                said = story.said[number % len(story.said)]
                body = bytearray(said.line.body)
                body[number % len(body)] ^= 1 << (number % 7)
                handed = [said._replace(line=said.line._replace(body=bytes(body)))]
        for said in handed:
            yield said, gate.admit(said.line.encode())


def check_a_carriers_work(steps, deeds, gate_of=Gate):
    """Fail where the carrier has reached anything but silence."""
    story = Story()
    for step in steps:
        story.go_on(step)
    gate = gate_of(story.speaker.public_key, HandClock())
    gate._clock = story.speaker.clock
    hub, messages, highest = Heard(), set(), ("", -1)
    true_lines = {said.line for said in story.said}
    for said, passed in carry(story, deeds, gate):
        if passed is None:
            continue
        assert passed in true_lines, "forged"
        hub.take(passed)
        if passed.kind in MESSAGES:
            assert passed.body not in messages, "heard twice"
            messages.add(passed.body)
        if hub.place is not None:
            assert tuple(hub.place) >= highest, "went back"
            highest = tuple(hub.place)
        if passed.kind == "tick" and gate.whole:
            assert hub.standing == said.truth, "looks fresh, and is not true"
    return gate, hub, story


@given(st.lists(STEPS, max_size=25), st.lists(DEEDS, max_size=30))
@settings(max_examples=300)
def test_a_carrier_reaches_nothing_but_silence(steps, deeds):
    check_a_carriers_work(steps, deeds)


@given(st.lists(STEPS, max_size=30))
@settings(max_examples=40)
def test_an_honest_carrier_is_heard_whole_and_in_order(steps):
    story = Story()
    gate, hub = Gate(story.speaker.public_key, story.speaker.clock), Heard()
    told = 0
    for step in [*steps, "tick"]:
        story.go_on(step)
        for said in story.said[told:]:
            passed = gate.admit(said.line.encode())
            if passed is not None:
                hub.take(passed)
        told = len(story.said)

    assert gate.whole
    assert hub.standing == story.speaker.truth
    assert hub.place == story.speaker.place
    assert hub.positions == [
        json.loads(said.line.body)["position"] for said in story.said if said.line.kind in MESSAGES
    ]


class _BelievesAnybody(Gate):
    def _signed(self, _line):
        return True


class _CountsNothing(Gate):
    def _tick(self, _body):
        self._whole = True
        return Outcome.PASSED


class _TakesAnyBoard(Gate):
    def _board(self, said):
        self._position = said["position"]
        return super()._board(said)


class _TakesAnyRun(Gate):
    def _hello(self, said):
        self._run = ""
        return super()._hello(said)


@pytest.mark.parametrize(
    ("weak", "steps", "deeds"),
    [
        (_BelievesAnybody, [], [("next", 6), *(("forge", n) for n in range(60))]),
        (_CountsNothing, ["UA80", "tick"], [("next", 6), ("withhold", 1), ("next", 1)]),
        (
            _CountsNothing,
            ["UA80", "UA32", "tick"],
            [("next", 6), ("withhold", 1), ("next", 2)],
        ),
        (_TakesAnyBoard, ["UA80", "tick"], [("next", 8), ("repeat", 3)]),
        (_TakesAnyRun, ["restore", "UA80"], [("next", 20), ("repeat", 0), ("repeat", 3)]),
    ],
)
def test_a_gate_without_one_of_its_rules_is_found_out(weak, steps, deeds):
    check_a_carriers_work(steps, deeds)

    with pytest.raises(AssertionError):
        check_a_carriers_work(steps, deeds, weak)


def opened(speaker):
    """A gate that has heard an opening."""
    gate = Gate(speaker.public_key, speaker.clock)
    for line in speaker.feed.opening():
        gate.admit(line.encode())
    assert gate.whole
    return gate


def told(speaker, step):
    """The lines that one step makes a core say."""
    lines = []
    leave = speaker.feed.subscribe(lines.append)
    step()
    leave()
    return lines


def test_a_line_without_the_named_key_is_never_heard():
    speaker, stranger = Speaker(), Speaker()
    gate = opened(speaker)
    lines = told(speaker, speaker.press)
    foreign = told(stranger, stranger.press)

    assert gate.admit(lines[0]._replace(signature=UNSIGNED).encode()) is None
    assert gate.admit(lines[0]._replace(signature="").encode()) is None
    assert gate.admit(lines[0]._replace(kind="all-clear").encode()) is None
    assert gate.admit(foreign[0].encode()) is None
    assert gate.outcomes[Outcome.FORGED] == 4
    assert gate.admit(lines[0].encode()) == lines[0]


def test_an_alarm_withheld_is_found_out_by_the_next_tick_and_healed_by_a_board():
    speaker = Speaker()
    gate = opened(speaker)
    told(speaker, speaker.press)
    second = told(speaker, lambda: speaker.press("UA32"))
    (tick,) = told(speaker, speaker.tick)
    beat = told(speaker, speaker.beat)

    assert gate.admit(second[0].encode()) is not None
    assert gate.admit(tick.encode()) is None
    assert gate.wants_board
    assert gate.admit(beat[0].encode()) is None
    assert gate.outcomes[Outcome.GAP] == 2

    for line in speaker.feed.opening():
        gate.admit(line.encode())
    assert gate.whole
    assert not gate.wants_board


def test_a_day_given_out_again_is_shown_but_never_looks_fresh():
    speaker = Speaker()
    lines = [*speaker.feed.opening(), *told(speaker, speaker.press), *told(speaker, speaker.tick)]
    speaker.clock.wait(LATE_S + 1)
    gate = Gate(speaker.public_key, speaker.clock)

    passed = [line.kind for raw in lines if (line := gate.admit(raw.encode()))]

    assert "alert" in passed
    assert not gate.whole
    assert gate.outcomes[Outcome.LATE] == 1


def test_a_spooled_alarm_is_heard_once_and_not_undone_by_the_board_before_it():
    speaker = Speaker()
    gate = opened(speaker)
    board = next(line for line in speaker.feed.opening() if line.kind == "board")
    area = {"code": "UA80"}
    said = {"epoch": speaker.epoch, "position": None, "version": 1, "area": area, "standing": []}
    spooled = speaker.sign("alert", {**said, "at": "2023-01-26T06:00:01.000Z"})

    assert gate.admit(spooled.encode()) is not None
    assert gate.admit(spooled.encode()) is None
    assert gate.admit(board.encode()) is None

    drained = speaker.sign("alert", {**said, "position": 8, "at": "2023-01-26T06:00:01.000Z"})
    assert gate.admit(drained.encode()) is not None


def test_a_message_before_any_board_waits_for_one():
    speaker = Speaker()
    gate = Gate(speaker.public_key, speaker.clock)
    gate.admit(speaker.feed.opening()[0].encode())
    (line,) = told(speaker, speaker.press)

    assert gate.admit(line.encode()) is None
    assert gate.place is None
    assert gate.wants_board


def test_a_heartbeat_says_nothing_twice():
    speaker = Speaker()
    gate = opened(speaker)
    (beat,) = told(speaker, speaker.beat)

    assert gate.admit(beat.encode()) is not None
    assert gate.admit(beat.encode()) is None


def test_a_message_of_before_the_board_is_left_out():
    speaker = Speaker()
    speaker.press()
    gate = Gate(speaker.public_key, speaker.clock)
    opening = speaker.feed.opening()

    assert any(line.kind == "past" for line in opening)
    passed = [line.kind for raw in opening if (line := gate.admit(raw.encode()))]
    assert "past" not in passed
    assert gate.whole


@given(st.binary(max_size=200))
def test_whatever_comes_is_judged_and_never_raises(raw):
    gate = Gate(Speaker().public_key, HandClock())

    assert gate.admit(raw) is None


def test_a_key_is_read_as_the_server_shows_it():
    speaker = Speaker()

    assert read_key(speaker.key_text()) == speaker.public_key
    assert read_key(f" {speaker.key_text()}=\n") == speaker.public_key


@pytest.mark.parametrize("text", ["", "abc", "ключ", "A" * 44, "A" * 42])
def test_what_is_no_key_is_refused(text):
    with pytest.raises(Malformed, match=r"edge\.key_malformed"):
        read_key(text)
