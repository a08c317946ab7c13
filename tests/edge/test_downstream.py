"""
Goal: an edge that feeds from another one knows what that one knows, by the core's own lines.

Method: the bytes that a hub hands on, taken by a second hub; after each thing that happens the two
show the same, and every line is one that the core has said.
"""

from __future__ import annotations

import json

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from tests.edge.hall import EPOCH, Core, Hall, past_of

from tocsin.edge import downstream as module
from tocsin.kernel.errors import Unavailable
from tocsin.kernel.feed import UNSIGNED
from tocsin.kernel.wire import Form, Place


def test_a_feed_begins_as_the_cores_does_and_goes_on_with_its_lines_as_they_came():
    hall = Hall(began=False)
    core = hall.core
    early = core.happen()
    said = [core.hello(), core.topics(), core.devices(), past_of(early), core.board(), core.tick()]
    said.append(core.heartbeat())
    hall.say(*said)
    edge = hall.open(form=Form.FEED, actuator=True)
    assert edge.lines() == said
    later = [core.tick(), core.happen(), core.heartbeat(), core.cover("NORTH"), core.devices()]
    hall.say(*later)

    assert edge.lines() == [*said, *later[:-1]], "devices as they were"


def test_one_that_tells_its_place_gets_the_lines_it_missed():
    hall = Hall()
    lines = [hall.core.happen() for _ in range(4)]
    hall.say(*lines)
    edge = hall.open(form=Form.FEED, since=Place(EPOCH, 2))

    assert edge.lines()[2:] == lines[2:]


def test_whatever_areas_it_asks_for_it_gets_everything():
    hall = Hall()
    edge = hall.open("PORT", form=Form.FEED)
    hall.happen("HILLS")

    assert edge.names()[-1] == "alert"


def test_one_that_has_fallen_behind_is_closed_and_comes_back_with_its_place():
    hall = Hall()
    edge = hall.open(form=Form.FEED, reads=False)
    hall.say(hall.core.tick())
    hall.writers.wake(edge)
    assert not edge.closed
    edge.reads = False
    line = hall.core.happen()
    hall.say(line)
    hall.writers.wake(edge)
    hall.timer.run(0)

    assert edge.closed
    assert edge.gone
    assert hall.open(form=Form.FEED, since=Place(EPOCH, 0)).lines()[-1] == line


def test_which_tokens_are_those_of_devices_is_told_to_edges_that_are_trusted_and_nobody_else():
    hall = Hall(began=False)
    hall.say(hall.core.hello(), hall.core.topics(), hall.core.devices(), hall.core.board())
    trusted, other = hall.open(form=Form.FEED, actuator=True), hall.open(form=Form.FEED)
    more = hall.core.devices(devices=("0" * 12, "1" * 12))
    hall.say(more)
    hall.happen()

    assert trusted.names() == ["hello", "topics", "devices", "board", "devices", "alert"]
    assert trusted.lines()[4] == more
    assert trusted.actuator, "sirens may hang on it"
    assert other.names() == ["hello", "topics", "board", "alert"]
    assert not other.actuator
    assert hall.hub.opening()[2] == more, "a successor on this machine knows all"


def test_when_other_edges_are_trusted_than_before_those_show_their_tokens_again():
    hall = Hall()
    trusted, other = hall.open(form=Form.FEED, actuator=True), hall.open(form=Form.FEED)
    hall.say(hall.core.devices(devices=()))
    assert not trusted.closed
    hall.say(hall.core.devices(devices=(), edges=("0" * 12,)))

    assert trusted.closed
    assert not other.closed
    assert trusted.names().count("devices") == 2


def test_where_the_cores_board_is_too_long_ago_one_is_written_without_a_signature(monkeypatch):
    monkeypatch.setattr("tocsin.edge.kept.LINES_KEPT", 4)
    hall = Hall()
    assert not hall.hub.needs_board
    for _ in range(4):
        hall.happen("PORT")
    hall.happen("HILLS")
    assert not hall.hub.needs_board, "nobody feeds from here"
    edge = hall.open(form=Form.FEED)
    assert hall.hub.needs_board, "so that the source asks for one"
    assert edge.lines()[-1].signature == UNSIGNED
    assert json.loads(edge.lines()[-1].body) == hall.core.board_shape()
    board = hall.core.board()
    hall.say(board)
    assert not hall.hub.needs_board
    assert hall.open(form=Form.FEED).lines()[-1] == board


def test_more_edges_than_may_feed_are_refused(monkeypatch):
    monkeypatch.setattr(module, "EDGES_MAX", 1)
    hall = Hall()
    hall.open(form=Form.FEED)
    with pytest.raises(Unavailable, match=r"stream\.too_many_edges"):
        hall.open(form=Form.FEED)
    assert hall.hub.counts().open[Form.FEED] == 1
    assert len(hall.hub._gone) == 1


def test_a_silent_source_is_noticed_further_down_by_the_silence():
    hall = Hall()
    hall.say(hall.core.heartbeat())
    edge = hall.open(form=Form.FEED)
    before = edge.got
    hall.hub.silent(True)
    hall.timer.run(20)

    assert edge.got == before
    assert "heartbeat" not in hall.open(form=Form.FEED).names()


class Tree(RuleBasedStateMachine):
    """A core, an edge, and an edge that feeds from it, whose links break and come back."""

    def __init__(self):
        super().__init__()
        self.upper = Hall()
        self.lower = Hall(began=False)
        self.link = None
        self.spooled = False
        self.connect(knows=False)

    @rule(area=st.sampled_from(["PORT", "HILLS"]), raised=st.booleans())
    def happen(self, area, raised):
        self.upper.happen(area, raised=raised)

    @rule()
    def spool(self):
        self.spooled = True
        self.upper.happen("NORTH", placed=False)

    @rule()
    def cover(self):
        self.upper.say(self.upper.core.cover("HILLS"))

    @rule(board=st.booleans())
    def core_comes_back(self, board):
        if board:
            self.upper.core.happen("PORT")
        self.upper.connect()

    @rule()
    def break_off(self):
        if self.link is None:
            return
        self.upper.writers.lose(self.link)
        self.flow(self.link.lines()[:-1])  # The last line was cut off.
        self.link = None

    @rule(knows=st.booleans())
    def connect(self, knows):
        if self.link is None:
            since = self.lower.hub.place if knows else None
            self.link = self.upper.open(form=Form.FEED, since=since)

    def flow(self, lines):
        for line in lines:
            assert line.signature != UNSIGNED
            self.lower.hub.take(line)

    @invariant()
    def the_lower_edge_shows_what_the_upper_one_does(self):
        if self.link is not None:
            self.flow(self.link.lines())
            self.link.got = b"\r\n\r\n"
            one, other = (json.loads(h.hub.board(frozenset()).plain) for h in self.both())
            assert one | {"as_of": 0} == other | {"as_of": 0}
            assert self.lower.hub.read_areas("port") == {"PORT"}

    @invariant()
    def whoever_comes_back_to_the_one_can_come_back_to_the_other(self):
        if self.link is None or self.spooled:
            return  # What has no place cannot be asked for by it.
        last = self.upper.core.position
        for position in {*range(last, max(-1, last - 4), -1), 0}:
            since = Place(EPOCH, position)
            shown = []
            for hall in self.both():
                reader = hall.open(since=since)
                shown.append([data["position"] for n, _, data in reader.frames() if n != "board"])
                hall.writers.lose(reader)
            if all(shown):
                assert shown[0] == shown[1]

    def both(self):
        return self.upper, self.lower


TestTree = Tree.TestCase
TestTree.settings = settings(max_examples=30, stateful_step_count=20, deadline=None)


def test_a_core_of_another_life_is_handed_on():
    hall = Hall()
    edge = hall.open(form=Form.FEED)
    hall.core = Core("fedcba9876543210")
    hall.connect()

    assert edge.names()[3:] == ["hello", "board"]
