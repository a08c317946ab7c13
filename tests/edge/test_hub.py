"""
Goal: whoever listens hears of each change that concerns it, once, in order, or gets a board; and
nobody is told that the core vouches for what it shows while nobody hears the core.

Method: the hub alone, with a core that speaks the feed, readers that read at will and a clock that
the test holds. First by examples; then a random history in which the core goes away, comes back
with what was missed or with a board, and readers stall, return and resume, and after which each
must know what stands.
"""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from tests.alerts.country import GAZETTEER, areas_around
from tests.edge.hall import EDGE_TOKEN, EPOCH, LATER_EPOCH, TOKEN, Core, Hall, moment, past_of

from tocsin.areas.gazetteer import Gazetteer
from tocsin.client.standing import Standing
from tocsin.edge.returning import RECONNECT_MS, RECONNECT_WIDE_MS
from tocsin.kernel.errors import Malformed, Unavailable
from tocsin.kernel.feed import Line
from tocsin.kernel.wire import Form, Place

STREAMS = (Form.SSE, Form.WEBSOCKET, Form.NDJSON)


# --- Beginning ------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", STREAMS)
def test_a_subscriber_begins_with_one_board_at_its_place(form):
    hall = Hall()
    hall.happen()
    reader = hall.open(form=form)

    assert [(name, id_) for name, id_, _ in reader.frames()] == [("board", f"{EPOCH}:1")]
    assert reader.frames()[0][2] == hall.core.board_shape()


@pytest.mark.parametrize("form", STREAMS)
def test_each_hears_once_what_concerns_it_with_how_it_lies_to_it(form):
    hall = Hall()
    asked = {(): "inside", ("COAST",): "inside", ("PORT",): "here", ("HILLS",): None}
    readers = {areas: hall.open(*areas, form=form) for areas in asked}
    hall.happen("PORT")
    for areas, relation in asked.items():
        said = readers[areas].frames()[1:]
        assert [data["relation"] for _, _, data in said] == ([relation] if relation else [])
    hall.happen("SOUTH")
    assert readers["HILLS",].frames()[-1][2]["relation"] == "around"


def test_a_message_is_encoded_once_for_each_relation_and_form_that_somebody_uses():
    hall = Hall()
    for areas in ((), ("COAST",), ("SOUTH",), ("PORT",)):
        for _ in range(3):
            hall.open(*areas)
    hall.happen("PORT")
    *_, frames = hall.writers.broadcasts

    assert len(frames) == 4, "one group for each set of areas"
    assert len({id(frame) for frame in frames}) == 2, "here, and inside"
    assert b'"relation":"here"' in frames[0], "those in the area come first"


def test_a_device_is_known_by_its_token_and_told_to_be_one():
    hall = Hall()

    assert hall.hub.actuator(TOKEN)
    assert not hall.hub.trusts(TOKEN)
    assert hall.hub.trusts(EDGE_TOKEN)
    assert hall.open(actuator=True).actuator
    assert not hall.open().actuator


def test_before_any_board_a_subscriber_waits_and_a_board_cannot_be_shown():
    hall = Hall(began=False)
    reader = hall.open()
    answers, _ = hall.poll()
    assert not hall.hub.ready
    assert hall.hub.place is None
    with pytest.raises(Unavailable, match=r"stream\.not_ready"):
        hall.hub.board(frozenset())
    hall.hub.silent(True)
    hall.timer.run(20)
    assert reader.names() == []
    hall.hub.silent(False)
    hall.core.happen("PORT")
    hall.connect()

    assert reader.names() == ["board"]
    assert [event["event"] for event in answers[0]["events"]] == ["board"]
    assert hall.hub.ready
    assert hall.hub.place == Place(EPOCH, 1)


def test_the_time_to_come_back_is_drawn_for_each_and_from_wider_while_stale_or_in_a_storm():
    hall = Hall()
    readers = [hall.open() for _ in range(3)]
    hall.open(form=Form.NDJSON)
    assert hall.drawn == [RECONNECT_MS] * 3
    assert [reader.got.split(b"retry: ")[1].split(b"\n")[0] for reader in readers] == [
        b"501", b"502", b"503",
    ]  # fmt: skip
    for _ in range(1_000):
        hall.open()
    assert hall.drawn[-1] == RECONNECT_WIDE_MS
    hall.timer.run(1)
    hall.open()
    assert hall.drawn[-1] == RECONNECT_MS
    hall.hub.silent(True)
    hall.open()
    assert hall.drawn[-1] == RECONNECT_WIDE_MS


def test_too_many_sets_of_areas_are_refused_and_old_ones_are_still_served(monkeypatch):
    monkeypatch.setattr("tocsin.edge.subscribers.SETS_MAX", 2)
    hall = Hall()
    hall.open("PORT")
    hall.open()
    with pytest.raises(Unavailable, match=r"stream\.too_many_sets"):
        hall.open("HILLS")
    assert hall.open("PORT").names() == ["board"]


# --- Coming back ----------------------------------------------------------------------------------


@pytest.mark.parametrize("form", STREAMS)
def test_who_comes_back_gets_exactly_what_was_missed(form):
    hall = Hall()
    seen = [hall.happen("PORT") for _ in range(5)][1]
    hall.happen("HILLS")
    hall.happen("COAST")
    reader = hall.open("PORT", since=seen, form=form)

    assert [data["position"] for _, _, data in reader.frames()] == [3, 4, 5, 7]
    assert [data["relation"] for _, _, data in reader.frames()] == ["here"] * 3 + ["around"]


def test_who_comes_from_the_same_place_after_something_new_gets_that_too():
    hall = Hall()
    seen = hall.happen("PORT")
    for count in range(3):
        assert len(hall.open("PORT", since=seen).frames()) == count
        assert len(hall.open("PORT", since=seen).frames()) == count
        hall.happen("PORT")


def test_who_missed_nothing_or_only_what_concerns_others_gets_nothing():
    hall = Hall()
    seen = hall.happen()
    assert hall.open(since=seen).frames() == []
    hall.happen("HILLS")
    hall.happen("HILLS", skip=3)
    assert hall.open("PORT", since=seen).frames() == []


@pytest.mark.parametrize(
    "since",
    [
        Place(LATER_EPOCH, 3),
        Place(EPOCH, 0),
        Place(EPOCH, 9),
        Place("", 3),
        Place(EPOCH, 10**17),
        None,
    ],
)
def test_a_place_that_is_not_known_any_more_or_not_yet_is_answered_with_a_board(since):
    hall = Hall(began=False)
    hall.core.position = 1
    hall.connect()
    for _ in range(4):
        hall.happen()

    assert hall.open(since=since).names() == ["board"]


def test_after_a_board_for_everybody_nothing_before_it_can_be_resumed():
    hall = Hall()
    seen = hall.happen()
    reader = hall.open(since=seen)
    hall.say(hall.core.cover("NORTH"))

    assert reader.names() == ["board"]
    assert hall.open(since=seen).names() == ["board"]
    assert hall.open(since=hall.core.place).names() == []


def test_a_message_without_a_place_has_no_id_and_is_heard_again_by_who_comes_back_to_before_it():
    hall = Hall()
    reader = hall.open()
    seen = hall.happen("PORT")
    hall.happen("HILLS", placed=False)

    assert [id_ for _, id_, _ in reader.frames()] == [f"{EPOCH}:0", f"{EPOCH}:1", None]
    assert reader.last_place() == seen
    assert [data["position"] for _, _, data in hall.open(since=seen).frames()] == [None]
    assert len(hall.open().frames()[0][2]["alerts"]) == 2
    later = hall.happen("PORT")
    assert [data["position"] for _, _, data in hall.open(since=seen).frames()] == [None, 2]
    assert hall.open(since=later).frames() == []


# --- Readers that do not read ---------------------------------------------------------------------


@pytest.mark.parametrize("form", STREAMS)
def test_who_stopped_reading_gets_one_board_in_place_of_what_it_missed_and_the_heartbeat(form):
    hall = Hall()
    slow = hall.open("PORT", reads=False, form=form)
    hall.happen("HILLS")
    hall.say(hall.core.heartbeat())
    hall.writers.wake(slow)
    assert slow.names() == ["board"], "it has missed nothing"
    slow.reads = False
    hall.happen("PORT")
    hall.happen("PORT")
    hall.say(hall.core.heartbeat())
    hall.writers.wake(slow)

    assert slow.names() == ["board", "board", "heartbeat"]
    assert len(slow.frames()[1][2]["alerts"]) == 2
    hall.happen("PORT")
    assert slow.names()[-1] == "alert"


def test_all_who_wake_together_get_the_same_bytes():
    hall = Hall()
    hall.say(hall.core.heartbeat())
    group = hall.open().group
    assert group.catch_up() is group.catch_up()
    hall.happen()
    assert b'"position":1' in group.catch_up()


def test_who_wakes_while_the_core_is_not_heard_is_told_so_and_gets_no_heartbeat():
    hall = Hall()
    slow = hall.open(reads=False)
    hall.say(hall.core.heartbeat())
    hall.happen()
    hall.hub.silent(True)
    hall.writers.wake(slow)

    assert slow.names() == ["board", "board", "stale"]


def test_who_is_gone_is_counted_out_and_told_nothing_more():
    hall = Hall()
    readers = [hall.open(), hall.open("PORT", form=Form.NDJSON), hall.open(form=Form.FEED)]
    hall.happen()
    assert hall.hub.counts().open == {Form.SSE: 1, Form.NDJSON: 1, Form.FEED: 1}
    assert hall.hub.counts().sets == 2
    for reader in readers:
        hall.writers.lose(reader)
    before = [reader.got for reader in readers]
    hall.happen()

    assert all(reader.gone for reader in readers)
    assert [reader.got for reader in readers] == before
    assert set(hall.hub.counts().open.values()) == {0}
    assert hall.hub.counts().sets == 0
    assert hall.hub._gone == {}
    assert len(hall.hub._subscribers._homes) == 0


def test_a_successor_learns_what_each_connection_listens_to():
    hall = Hall()
    sse = hall.open("PORT")
    edge = hall.open(form=Form.FEED)

    assert hall.hub.home(sse.group) == (frozenset({"PORT"}), Form.SSE)
    assert hall.hub.home(edge.group) == (frozenset(), Form.FEED)
    assert hall.hub.home(object()) is None


# --- The core goes and comes back -----------------------------------------------------------------


def test_a_core_that_comes_back_with_what_was_missed_goes_on_as_if_nothing_had_been():
    hall = Hall()
    reader = hall.open()
    heard = [hall.core.happen("PORT") for _ in range(3)]
    hall.say(*heard[:2])
    hall.connect(*heard[1:])

    assert reader.names() == ["board"] + ["alert"] * 3


def test_one_that_comes_back_with_a_board_of_another_place_gives_it_to_everybody():
    hall = Hall()
    readers = [hall.open(), hall.open("PORT")]
    seen = hall.happen("PORT")
    hall.core.happen("HILLS")
    hall.connect()

    assert readers[0].names() == readers[1].names() == ["board", "alert", "board"]
    assert hall.open(since=seen).names() == ["board"]


def test_a_board_at_our_own_place_is_given_to_nobody_unless_it_says_something_else():
    hall = Hall()
    reader = hall.open()
    seen = hall.happen("PORT")
    before = hall.hub.board(frozenset()).etag
    hall.core.second = 60
    hall.connect()
    assert reader.names() == ["board", "alert"]
    assert hall.open(since=Place(EPOCH, 0)).names() == ["alert"], "what is kept is kept"
    assert hall.hub.board(frozenset()).as_of == moment(60)

    hall.core.cover("NORTH")
    hall.core.position -= 1
    hall.connect()
    assert reader.names() == ["board", "alert", "board"]
    assert hall.hub.board(frozenset()).etag != before
    assert hall.open(since=seen).names() == ["board"], "its place does not tell which it has seen"
    hall.happen("HILLS")
    assert hall.open(since=seen).names() == ["board"]
    assert hall.open(since=hall.core.place).names() == []


def test_messages_of_before_the_board_are_for_those_who_come_back_and_for_nobody_else():
    hall = Hall(began=False)
    reader = hall.open()
    early = [hall.core.happen("PORT") for _ in range(4)]
    hall.connect(*map(past_of, early[1:]), hall.core.board())

    assert reader.names() == ["board"]
    assert hall.open("PORT", since=Place(EPOCH, 2)).names() == ["alert", "alert"]
    assert hall.open("PORT", since=Place(EPOCH, 1)).names() == ["alert"] * 3
    assert hall.open("PORT", since=Place(EPOCH, 0)).names() == ["board"]


def test_another_life_of_the_record_begins_with_a_board():
    hall = Hall()
    hall.happen("PORT")
    reader = hall.open()
    hall.core = Core(LATER_EPOCH)
    with pytest.raises(Malformed, match=r"feed\.out_of_turn"):
        hall.happen("PORT")
    hall.core = Core(LATER_EPOCH)
    hall.connect()

    assert [data["epoch"] for _, _, data in reader.frames()] == [EPOCH, LATER_EPOCH]
    assert hall.hub.place == Place(LATER_EPOCH, 0)


def test_a_source_that_lags_behind_takes_nobody_back():
    hall = Hall()
    early = hall.core.board()
    hall.happen("PORT")
    reader = hall.open()
    hall.connect(early)

    assert reader.names() == ["board"]
    assert len(hall.open().frames()[0][2]["alerts"]) == 1
    edge = hall.open(form=Form.FEED)
    assert edge.names()[2:] == ["board", "alert"]


def test_another_tree_is_followed_by_a_board_for_everybody():
    hall = Hall()
    reader = hall.open("HILLS")
    port = GAZETTEER.get("PORT")
    areas = [area for area in GAZETTEER if area is not port]
    hall.say(hall.core.topics())
    assert reader.names() == ["board"], "the same tree again"
    hall.say(hall.core.topics(Gazetteer([*areas, replace(port, parent="HILLS")])))
    hall.happen("PORT")

    assert reader.names() == ["board", "board", "alert"]
    assert hall.hub.read_areas("port") == {"PORT"}


@pytest.mark.parametrize(
    "line",
    [
        Line("alert", b"{}"),
        Line("board", b"{}"),
        Line("past", b"{}"),
        Line("past", b'{"event":"alert","data":{}}'),
        Line("topics", b"{}"),
        Line("devices", b'{"devices":{"a":1}}'),
        Line("heartbeat", b"{}"),
        Line("tick", b'{"at":"now"}'),
        Line("other", b"{}"),
    ],
)
def test_a_line_that_cannot_be_read_is_refused_and_told_to_nobody(line):
    hall = Hall()
    reader, edge = hall.open(), hall.open(form=Form.FEED)
    before = edge.got
    with pytest.raises(Malformed, match=r"feed\.malformed"):
        hall.say(line)

    assert reader.names() == ["board"]
    assert edge.got == before


# --- Silence --------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", STREAMS)
def test_while_the_core_is_not_heard_all_are_told_at_once_and_each_five_seconds(form):
    hall = Hall()
    hall.core.second = 7
    hall.say(hall.core.tick())
    reader = hall.open(form=form)
    hall.timer.run(4)
    hall.hub.silent(True)
    hall.hub.silent(True)
    hall.timer.run(11)

    assert reader.names() == ["board", "stale", "stale", "stale"]
    assert [id_ for _, id_, _ in reader.frames()[1:]] == [None] * 3
    assert [data for _, _, data in reader.frames()[1:]] == [
        {"epoch": EPOCH, "position": 0, "at": moment(at), "since": moment(7)} for at in (11, 16, 21)
    ]
    assert hall.open(form=form).names() == ["board", "stale"]
    assert hall.open(form=form, since=hall.core.place).names() == ["stale"]
    assert hall.hub.lost


def test_no_heartbeat_is_told_until_the_source_is_back_and_then_the_last_one_is():
    hall = Hall()
    reader = hall.open()
    hall.say(hall.core.heartbeat())
    hall.hub.silent(True)
    hall.core.second = 30
    hall.say(hall.core.heartbeat())
    assert reader.names() == ["board", "heartbeat", "stale"]
    hall.hub.silent(False)
    hall.timer.run(60)

    assert reader.names() == ["board", "heartbeat", "stale", "heartbeat"]
    assert reader.frames()[-1][2]["at"] == moment(30)


def test_a_heartbeat_of_before_the_silence_is_not_told_again_after_it():
    hall = Hall()
    hall.say(hall.core.heartbeat())
    slow = hall.open(reads=False)
    hall.happen()
    hall.hub.silent(True)
    hall.hub.silent(False)
    hall.writers.wake(slow)

    assert slow.names() == ["board", "board"]


def test_what_happens_just_then_is_told_all_the_same():
    hall = Hall()
    reader = hall.open()
    hall.hub.silent(True)
    hall.happen("PORT")

    assert reader.names() == ["board", "stale", "alert"]


# --- Anything in any order ------------------------------------------------------------------------


class Listeners(RuleBasedStateMachine):
    """
    Whatever the order, whoever has read everything shows what the core says stands.

    Each reader keeps the client's own rules; one that asks by long polls is among them.
    """

    def __init__(self):
        super().__init__()
        self.hall = Hall()
        self.link = True
        self.lost = False
        self.missed = []
        self.readers = []
        self.asked, self.cancel = self.hall.poll()
        self.poller = Standing()

    @rule(area=st.sampled_from(["PORT", "HILLS", "SOUTH"]), raised=st.booleans())
    def happen(self, area, raised):
        self.tell(self.hall.core.happen(area, raised=raised))

    @rule(area=st.sampled_from(["NORTH", "HILLS"]))
    def cover(self, area):
        self.tell(self.hall.core.cover(area))

    @rule()
    def beat(self):
        self.hall.core.second += 5
        if self.link:
            self.hall.say(self.hall.core.heartbeat())

    @rule(noticed=st.booleans())
    def lose_the_core(self, noticed):
        self.link = False
        if noticed:
            self.lost = True
            self.hall.hub.silent(True)

    @rule(at_hand=st.booleans())
    def hear_the_core(self, at_hand):
        if self.link:
            return
        lines = self.missed if at_hand else [past_of(m) for m in self.missed if m.kind != "board"]
        boards = [n for n, line in enumerate(self.missed) if line.kind == "board"]
        if boards or not at_hand:
            # The core forgets at a board what was before it.
            after = boards[-1] + 1 if boards else 0
            lines = [*map(past_of, self.missed[after:]), self.hall.core.board()]
        self.hall.connect(*(lines or [self.hall.core.board()]))
        self.hall.hub.silent(False)
        self.link, self.lost, self.missed = True, False, []

    @rule(areas=st.sampled_from([(), ("PORT",), ("SOUTH",)]), form=st.sampled_from(STREAMS))
    def come(self, areas, form):
        self.readers.append([areas, self.hall.open(*areas, form=form), Standing()])

    @rule(which=st.integers(0, 20))
    def stall(self, which):
        if self.readers:
            self.readers[which % len(self.readers)][1].reads = False

    @rule(which=st.integers(0, 20))
    def wake(self, which):
        if self.readers:
            self.hall.writers.wake(self.readers[which % len(self.readers)][1])

    @rule(which=st.integers(0, 20), form=st.sampled_from(STREAMS))
    def come_back(self, which, form):
        """Lose the link, and resume with the last id that was read."""
        if not self.readers:
            return
        one = self.readers[which % len(self.readers)]
        areas, reader, standing = one
        self.learn(reader, standing)
        self.hall.writers.lose(reader)
        since = Place(standing.epoch, self.seen(reader)) if standing.known else None
        one[1] = self.hall.open(*areas, since=since, form=form)
        one[1].seen = self.seen(reader)

    @rule(seconds=st.integers(1, 30))
    def wait(self, seconds):
        self.hall.timer.run(seconds)

    def tell(self, line):
        if self.link:
            self.hall.say(line)
        else:
            self.missed.append(line)

    @staticmethod
    def seen(reader):
        place = reader.last_place()
        return place.position if place else getattr(reader, "seen", 0)

    @staticmethod
    def learn(reader, standing):
        for name, id_, data in reader.frames():
            if id_ and name != "board" and standing.known:
                assert data["position"] > standing.position, "twice, or out of order"
            standing.take(name, data)
        reader.seen = Listeners.seen(reader)
        reader.got = b"\r\n\r\n"

    def wanted(self, areas):
        """What stands by the core's own word, in what was told to the edge."""
        shape = self.hall.core.board_shape()
        return [
            alert["id"]
            for alert in shape["alerts"]
            if not areas
            or any(
                area == alert["area"]["code"]
                or area in areas_around(alert["area"]["code"])
                or alert["area"]["code"] in areas_around(area)
                for area in areas
            )
        ]

    @invariant()
    def nobody_misses_anything(self):
        for areas, reader, standing in self.readers:
            self.learn(reader, standing)
            if reader.reads and self.link:
                shown = [alert["id"] for alert in standing.board()["alerts"]]
                assert shown == self.wanted(areas)
        while self.asked:
            answer = self.asked.pop()
            for event in answer["events"]:
                self.poller.take(event["event"], event["data"])
            place = answer["place"].split(":")
            self.asked, self.cancel = self.hall.poll(since=Place(place[0], int(place[1])))
        if self.link:
            assert [a["id"] for a in self.poller.board()["alerts"]] == self.wanted(())

    @invariant()
    def nobody_believes_a_core_that_is_not_heard(self):
        if self.lost:
            assert self.hall.hub.counts().lost
            newcomer = self.hall.open()
            assert newcomer.names() == ["board", "stale"]
            self.hall.writers.lose(newcomer)

    def teardown(self):
        self.cancel()
        assert self.hall.hub.counts().polls == 0


TestListeners = Listeners.TestCase
TestListeners.settings = settings(max_examples=50, stateful_step_count=40, deadline=None)


def test_the_answer_to_a_poll_is_json_with_a_place():
    hall = Hall()
    answers, _ = hall.poll()

    assert json.dumps(answers[0]["place"]) == f'"{EPOCH}:0"'
