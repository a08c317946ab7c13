"""
Goal: every open page hears of each change that concerns it, once, in order, or gets a board.

Method: the hub alone with readers that read at will and a clock that the test holds, first by
examples, then by a random history in which readers stall, return and resume, and after which each
must know what stands.
"""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tests.channels.hall import BUFFER_BYTES, EPOCH, Hall

from tocsin.channels.sse import MESSAGES_KEPT, RECONNECT_MS, STALLED_S
from tocsin.kernel.limits import HEARTBEAT_S
from tocsin.kernel.wire import Place


def test_a_subscriber_begins_with_one_board_at_its_place():
    hall = Hall()
    hall.publish()
    reader = hall.open()

    assert reader.got.startswith(b"HTTP/1.1 200 OK\r\n")
    assert [(name, id_) for name, id_, _ in reader.frames()] == [("board", f"{EPOCH}:1")]


def test_each_hears_once_what_concerns_it_with_how_it_lies_to_it():
    hall = Hall()
    everywhere, kyiv, beside = hall.open(), hall.open("UA-30"), hall.open("UA-46")
    hall.publish("UA-30")
    hall.publish("UA")

    def heard(reader):
        return [(data["position"], data["relation"]) for _, _, data in reader.frames()[1:]]

    assert heard(everywhere) == [(1, "inside")]
    assert heard(kyiv) == [(1, "here"), (2, "around")]
    assert heard(beside) == [(2, "around")]


def test_the_time_to_come_back_is_drawn_anew_for_each_subscriber():
    hall = Hall()
    readers = [hall.open() for _ in range(3)]

    assert hall.drawn == [RECONNECT_MS] * 3
    assert [reader.got.split(b"retry: ")[1].split(b"\n")[0] for reader in readers] == [
        b"501", b"502", b"503",
    ]  # fmt: skip


def test_a_heartbeat_has_no_place_so_that_the_last_one_stays():
    hall = Hall()
    reader = hall.open()
    hall.hub.heartbeat(b'{"status":"ok"}', 5.0)

    assert reader.frames()[1:] == [("heartbeat", None, {"status": "ok"})]


def test_who_comes_back_gets_exactly_what_was_missed():
    hall = Hall()
    seen = [hall.publish("UA-30") for _ in range(5)][1]
    hall.publish("UA-46")
    hall.publish("UA-30")
    reader = hall.open("UA-30", since=seen)

    assert [data["position"] for _, _, data in reader.frames()] == [3, 4, 5, 7]
    assert hall.boards == 0, "a storm of those who come back builds no boards"


def test_who_missed_nothing_gets_nothing():
    hall = Hall()
    seen = hall.publish()

    assert hall.open(since=seen).frames() == []


def test_who_missed_only_what_concerns_others_gets_nothing():
    hall = Hall()
    seen = hall.publish("UA-30")
    hall.publish("UA-46")
    hall.skip()

    assert hall.open("UA-30", since=seen).frames() == []


@pytest.mark.parametrize(
    "since",
    [
        Place("fedcba9876543210", 3),
        Place(EPOCH, 0),
        Place(EPOCH, 9),
        Place("", 3),
        Place(EPOCH, 10**17),
    ],
)
def test_a_place_that_is_not_known_any_more_or_not_yet_is_answered_with_a_board(since):
    hall = Hall()
    hall.skip()
    for _ in range(4):
        hall.publish()

    assert hall.open(since=since).names() == ["board"]


def test_the_place_before_the_first_message_kept_is_known_and_the_one_before_is_not():
    hall = Hall()
    for _ in range(MESSAGES_KEPT + 10):
        hall.publish()

    assert hall.open(since=Place(EPOCH, 9)).names() == ["board"]
    assert hall.open(since=Place(EPOCH, 10)).names() == ["alert"] * MESSAGES_KEPT


def test_after_a_board_for_everybody_nothing_before_it_can_be_resumed():
    hall = Hall()
    seen = hall.publish()
    reader = hall.open(since=seen)
    hall.skip()
    hall.hub.publish_board()

    assert reader.names() == ["board"]
    assert hall.open(since=seen).names() == ["board"]


def test_who_stops_reading_gets_one_board_in_place_of_what_it_missed():
    hall = Hall()
    slow, other = hall.open(reads=False), hall.open()
    for _ in range(4):
        hall.publish(size=BUFFER_BYTES // 2)
    hall.publish()
    hall.publish()
    slow.reads = True
    slow.read()

    names = slow.names()
    assert names[0] == names[-1] == "board"
    assert names.count("board") == 2
    assert slow.frames()[-1][2]["position"] == 6
    assert other.names() == ["board"] + ["alert"] * 6

    hall.publish()
    assert slow.names()[-1] == "alert", "back among the others"


def test_who_missed_nothing_while_not_reading_gets_no_second_board():
    """Else a board that is longer than the buffer would be sent for ever, one after the other."""
    hall = Hall(size=3 * BUFFER_BYTES)
    slow = hall.open("UA-30", reads=False)
    hall.publish("UA-46")
    hall.hub.heartbeat(b"{}", 5.0)
    slow.reads = True
    slow.read()

    assert slow.names() == ["board", "heartbeat"]
    assert hall.boards == 1


def test_who_reads_again_hears_the_latest_heartbeat_after_its_board():
    """What lay in its buffer is old, and would look fresh."""
    hall = Hall()
    slow = hall.open(reads=False)
    hall.publish(size=2 * BUFFER_BYTES)
    hall.publish()
    hall.hub.heartbeat(b'{"at":1}', 5.0)
    hall.hub.heartbeat(b'{"at":2}', 10.0)
    slow.reads = True
    slow.read()

    assert slow.names() == ["board", "alert", "board", "heartbeat"]
    assert slow.frames()[-1][2] == {"at": 2}


def test_a_stalled_subscriber_keeps_no_more_than_its_buffer_and_one_message():
    hall = Hall()
    slow = hall.open(reads=False)
    for _ in range(200):
        hall.publish(size=2_000)

    assert len(slow.buffer) < BUFFER_BYTES + 4_000


def test_who_does_not_read_at_all_is_closed_after_20_seconds_of_it():
    hall = Hall(size=2 * BUFFER_BYTES)
    slow, other = hall.open(reads=False), hall.open()
    for beat in range(int(STALLED_S / HEARTBEAT_S)):
        hall.hub.heartbeat(b"{}", 100.0 + beat * HEARTBEAT_S)
        assert not slow.aborted
    hall.hub.heartbeat(b"{}", 100.0 + STALLED_S)

    assert slow.aborted
    assert slow.gone, "and is counted out"
    assert not other.aborted
    assert hall.hub.counts()._replace(delivered=0) == (1, 0, 1, 1)


def test_who_reads_slowly_is_not_closed_however_long_it_takes():
    hall = Hall(size=4 * BUFFER_BYTES)
    slow = hall.open(reads=False)
    for beat in range(100):
        slow.read(1_000)
        hall.hub.heartbeat(b"{}", 100.0 + beat * HEARTBEAT_S)

    assert not slow.aborted


def test_a_closed_subscriber_is_written_to_no_more():
    hall = Hall()
    readers = [hall.open(), hall.open("UA-30"), hall.open(reads=False)]
    hall.publish(size=2 * BUFFER_BYTES)
    for reader in readers:
        reader.lost()
    hall.publish()
    hall.hub.heartbeat(b"{}", 1.0)

    assert all(reader.gone for reader in readers)
    assert hall.hub.counts().subscribers == 0


def test_closing_the_hub_closes_everybody_the_stalled_too():
    hall = Hall()
    readers = [hall.open(), hall.open("UA-30"), hall.open(reads=False)]
    hall.publish(size=2 * BUFFER_BYTES)
    hall.hub.close()

    assert all(reader.closing for reader in readers)


class Readers(RuleBasedStateMachine):
    """
    Whatever the order, whoever has read everything knows what stands.

    What a reader must know is the positions that concern it; a board tells all up to its place.
    """

    @initialize(kept=st.just(None))
    def begin(self, kept):
        del kept
        self.hall = Hall()
        self.told = []
        self.readers = []
        self.now = 0.0

    @rule(area=st.sampled_from(["UA-30", "UA-46"]), size=st.sampled_from([0, 40_000]))
    def happen(self, area, size):
        place = self.hall.publish(area, size=size)
        self.told.append((place.position, area))

    @rule()
    def cover(self):
        self.hall.skip()
        self.hall.hub.publish_board()

    @rule(area=st.sampled_from([(), ("UA-30",), ("UA-46",)]), reads=st.booleans())
    def come(self, area, reads):
        reader = self.hall.open(*area, reads=reads)
        self.readers.append([area, reader, 0, set()])

    @rule(which=st.integers(0, 20), count=st.sampled_from([None, 1_000, 50_000]))
    def read(self, which, count):
        if self.readers:
            self.readers[which % len(self.readers)][1].read(count)

    @rule(which=st.integers(0, 20), reads=st.booleans())
    def come_back(self, which, reads):
        """Lose the link wherever it is, and resume with the last id that was read."""
        if not self.readers:
            return
        one = self.readers[which % len(self.readers)]
        area, reader = one[:2]
        self.learn(one)
        if not reader.gone:
            reader.lost()
        ids = [id_ for _, id_, _ in reader.frames() if id_]
        since = Place(EPOCH, int(ids[-1].split(":")[1])) if ids else None
        if since is None:
            one[2], one[3] = 0, set()
        one[1] = self.hall.open(*area, since=since, reads=reads)

    @rule()
    def beat(self):
        self.now += HEARTBEAT_S
        self.hall.hub.heartbeat(b"{}", self.now)

    def learn(self, one):
        """Take what a reader has read into what it knows: all up to a board, and single ones."""
        _, reader, board, single = one
        for name, id_, data in reader.frames():
            if name == "board":
                board = max(board, data["position"])
            elif id_:
                assert data["position"] not in single or data["position"] <= board, "twice"
                single = single | {data["position"]}
        one[2], one[3] = board, single
        reader.got = b""

    @invariant()
    def nobody_misses_anything(self):
        for one in getattr(self, "readers", ()):
            area, reader, _, _ = one
            if reader.buffer or reader.gone:
                continue
            board = max((d["position"] for n, _, d in reader.frames() if n == "board"), default=0)
            single = {d["position"] for n, i, d in reader.frames() if n != "board" and i}
            board, single = max(board, one[2]), single | one[3]
            for position, where in self.told:
                concerned = not area or where in area
                assert not concerned or position <= board or position in single, one


TestReaders = Readers.TestCase
TestReaders.settings = settings(max_examples=60, stateful_step_count=40)
