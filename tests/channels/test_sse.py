"""
Goal: every open page hears of each change that concerns it, once, in order, or gets a board.

Method: the hub alone with readers that read at will and a clock that the test holds, first by
examples, then by a random history in which readers stall, return and resume, and after which each
must know what stands; then a real server with real connections, for what only those can show:
signatures, resuming after a kill, a thousand readers at once.
"""

from __future__ import annotations

import socket
import time
from base64 import urlsafe_b64decode
from contextlib import ExitStack

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tests.channels.hall import BUFFER_BYTES, EPOCH, Hall
from tests.serving import Listener, started
from tests.web.test_api import problem

from tocsin.channels.sse import MESSAGES_KEPT, RECONNECT_MS, STALLED_S
from tocsin.kernel.limits import HEARTBEAT_S
from tocsin.kernel.wire import Place

KYIV = "UA80000000000093317"
OBLAST = "UA32000000000030281"
RAION = "UA32080000000084076"


# --- The hub alone --------------------------------------------------------------------------------


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


# --- A real server --------------------------------------------------------------------------------


def test_the_stream_is_what_a_browser_takes_for_one(server):
    with server.listening() as stream:
        assert stream.status == 200
        assert stream.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert stream.headers["cache-control"] == "no-store"
        assert stream.headers["access-control-allow-origin"] == "*"
        assert stream.headers["connection"] == "close"
        first = stream.next()
        low, high = RECONNECT_MS
        assert low <= stream.retry_ms[0] <= high
        board = server.get("/api/v1/board").json()
        assert first.event == "board"
        assert first.data | {"as_of": 0} == board | {"as_of": 0}
        assert first.id == f"{board['epoch']}:{board['position']}"


def test_whoever_comes_is_told_another_time_to_come_back(server):
    drawn = set()
    for _ in range(8):
        with server.listening() as stream:
            stream.next()
            drawn |= set(stream.retry_ms)

    assert len(drawn) > 1


def test_the_life_of_an_alert_is_heard_step_by_step_with_all_that_stands(server):
    with server.listening("areas=31") as stream:
        start = stream.next("board")
        raid = server.raise_alert("UA-30").json()["accepted"][0]["id"]
        fumes = server.raise_alert("UA-30", hazard="chemical").json()["accepted"][0]["id"]
        body = {"command_id": "00000000-0000-0000-0000-000000000001", "threat": "missiles"}
        server.post(f"/api/v1/alerts/{raid}/update", body)
        server.clear(raid)
        body = {"command_id": "00000000-0000-0000-0000-000000000002", "reason": "A smell of paint."}
        server.post(f"/api/v1/alerts/{fumes}/correction", body)
        heard = [stream.next_change() for _ in range(5)]

    assert [one.event for one in heard] == ["alert", "alert", "update", "all-clear", "correction"]
    assert [one.data["alert"]["id"] for one in heard] == [raid, fumes, raid, raid, fumes]
    assert [[a["id"] for a in one.data["standing"]] for one in heard] == [
        [raid], [raid, fumes], [raid, fumes], [fumes], [],
    ]  # fmt: skip
    version = heard[0].data["version"]
    assert [one.data["version"] for one in heard] == list(range(version, version + 5))
    position = start.data["position"]
    assert [one.data["position"] for one in heard] == list(range(position + 1, position + 6))
    assert [one.id for one in heard] == [
        f"{start.data['epoch']}:{position + n}" for n in range(1, 6)
    ]
    for one in heard:
        assert one.data["relation"] == "here"
        assert one.data["area"]["code"] == KYIV
        assert one.data["replay"] is False
        assert set(one.data["alert"]["text"]) == {"uk", "en"}
    assert heard[2].data["alert"]["threat"] == "missiles"
    assert heard[3].data["alert"]["ended_at"] == heard[3].data["at"]
    assert heard[4].data["alert"]["reason"] == "A smell of paint."


def test_each_subscriber_hears_how_the_area_lies_to_its_own(server):
    asked = {"": "inside", "areas=UA-32": "inside", f"areas={RAION}": "here",
             f"areas=UA-30,{RAION}": "here", "areas=UA-46": None}  # fmt: skip
    with ExitStack() as stack:
        streams = {query: stack.enter_context(server.listening(query)) for query in asked}
        for stream in streams.values():
            stream.next("board")
        server.raise_alert(RAION)
        server.raise_alert("UA")
        for query, relation in asked.items():
            if relation is not None:
                assert streams[query].next_change().data["relation"] == relation, query
            last = streams[query].next_change().data
            assert last["area"]["code"] == "UA"
            assert last["relation"] == ("around" if query else "here")


def test_an_observers_word_is_heard_as_an_update(server):
    observer = server.speaker("volunteers", rank="observer")
    with server.listening() as stream:
        stream.next("board")
        server.raise_alert("UA-30")
        server.raise_alert("UA-30", token=observer)
        heard = [stream.next_change() for _ in range(2)]

    assert [one.event for one in heard] == ["alert", "update"]
    assert heard[1].data["alert"]["confirmations"][0]["sender"] == "volunteers"
    assert heard[1].data["sender"] == "volunteers"


def test_a_drill_that_gave_way_is_heard_to_be_over(server):
    with server.listening() as stream:
        stream.next("board")
        server.raise_alert("UA-30", status="Exercise")
        server.raise_alert("UA-30")
        heard = [stream.next_change() for _ in range(3)]

    assert [(one.event, one.data["status"]) for one in heard] == [
        ("alert", "Exercise"), ("all-clear", "Exercise"), ("alert", "Actual"),
    ]  # fmt: skip


def test_a_new_source_is_heard_as_a_board(server):
    with server.listening() as stream:
        stream.next("board")
        server.speakers.pop("newsdesk", None)
        server.speaker("newsdesk", "alerts:write:UA-46", "observer")

        assert stream.next_change().event == "board"


# --- Heartbeats -----------------------------------------------------------------------------------


def test_a_heartbeat_is_signed_with_the_key_that_the_server_publishes(server):
    (key,) = server.get("/.well-known/tocsin.json").json()["keys"]
    public = Ed25519PublicKey.from_public_bytes(_raw(key["public_key"]))
    with server.listening() as stream:
        server.raise_alert("UA-30")
        beat, following = (stream.next("heartbeat") for _ in range(2))

    assert set(beat.data) == {
        "epoch", "position", "tree_head", "at", "status", "replay", "key_id", "signature",
    }  # fmt: skip
    assert beat.id == ""
    assert key["algorithm"] == "Ed25519"
    assert beat.data["key_id"] == key["key_id"]
    assert beat.data["status"] == "ok"
    assert beat.data["replay"] is False
    assert len(beat.data["tree_head"]) == 64
    signed = {name: value for name, value in beat.data.items() if name != "signature"}
    public.verify(_raw(beat.data["signature"]), rfc8785.dumps(signed))
    apart_s = _second(following.data["at"]) - _second(beat.data["at"])
    assert apart_s % 3600 >= HEARTBEAT_S - 0.1


def _second(at):
    return int(at[14:16]) * 60 + float(at[17:23])


def _raw(text):
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_a_replays_heartbeat_says_so_and_shows_its_clock(morning):
    with morning.listening() as stream:
        assert stream.next("board").data["replay"] is True
        beat = stream.next("heartbeat").data

    assert beat["replay"] is True
    assert beat["at"] == "2023-01-26T06:30:00.000Z"


# --- Coming back ----------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["header", "query", "both"])
def test_who_comes_back_hears_exactly_what_was_missed(server, by):
    with server.listening("areas=UA-30") as stream:
        place = stream.next("board").id
    raid = server.raise_alert("UA-30").json()["accepted"][0]["id"]
    server.raise_alert("UA-46")
    server.clear(raid)
    query = f"areas=UA-30&since={place}" if by == "query" else "areas=UA-30"
    query += "&since=0123456789abcdef:1" if by == "both" else ""
    headers = {} if by == "query" else {"Last-Event-ID": place}
    with server.listening(query, headers) as stream:
        heard = [stream.next_change() for _ in range(2)]
        fumes = server.raise_alert("UA-30", hazard="chemical")
        heard.append(stream.next_change())

    assert [one.event for one in heard] == ["alert", "all-clear", "alert"]
    assert heard[-1].data["position"] == fumes.json()["position"]


@pytest.mark.parametrize(
    "place", ["0123456789abcdef:{position}", "{epoch}:999999", "{epoch}:0", "{epoch}", ":", "x:y",
              "{epoch}:-1", "{epoch}:" + "9" * 40, "%00", "{epoch}:1:1"]
)  # fmt: skip
def test_a_place_of_another_life_or_none_at_all_is_answered_with_a_board(server, place):
    board = server.get("/api/v1/board").json()
    query = "since=" + place.format(**board)
    with server.listening(query) as stream:
        if "%00" in place:
            assert stream.status == 400
        else:
            assert stream.next().event == "board"


def test_who_comes_back_at_the_same_place_is_told_nothing_twice(server):
    with server.listening() as stream:
        place = stream.next("board").id
    with server.listening(headers={"last-event-id": place}) as stream:
        assert stream.next().event == "heartbeat"


def test_after_a_restart_the_same_place_is_known_and_an_older_one_gets_a_board(tmp_path):
    db = tmp_path / "tocsin.db"
    with started(db) as server:
        with server.listening() as stream:
            before = stream.next("board").id
            server.raise_alert("UA-30")
            after = stream.next("alert").id
            server.kill()
            assert stream_ended(stream)
        token = server.token
    with started(db, token=token) as server:
        with server.listening(f"since={after}") as stream:
            assert stream.next().event == "heartbeat"
        with server.listening(f"since={before}") as stream:
            assert [a["area"]["code"] for a in stream.next("board").data["alerts"]] == [KYIV]


def stream_ended(stream):
    try:
        while True:
            stream.next()
    except EOFError:
        return True


def test_a_server_that_is_asked_to_stop_closes_its_streams_and_ends_well(tmp_path):
    with started(tmp_path / "tocsin.db") as server, server.listening() as stream:
        stream.next("board")

        assert server.stop() == 0
        assert stream_ended(stream)


# --- What is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT", "DELETE", "PATCH"])
def test_a_stream_is_only_got(server, method):
    answer = server.send(
        f"{method} /api/v1/stream HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n"
        "connection: close\r\n\r\n".encode()
    )

    assert answer.startswith(b"HTTP/1.1 405")
    assert b"allow: GET" in answer
    assert b"application/problem+json" in answer


def test_another_origin_may_ask_how_it_may_listen(server):
    answer = server.send(
        b"OPTIONS /api/v1/stream HTTP/1.1\r\nhost: x\r\norigin: https://news.example\r\n"
        b"access-control-request-method: GET\r\naccess-control-request-headers: last-event-id\r\n"
        b"connection: close\r\n\r\n"
    )

    assert answer.startswith(b"HTTP/1.1 204")
    assert b"access-control-allow-origin: *" in answer
    assert b"last-event-id" in answer


def test_an_area_that_is_unknown_opens_no_stream(server):
    problem(server.get("/api/v1/stream?areas=UA-99"), 404, "area.unknown", "UA-99")


# --- Many, and hostile ----------------------------------------------------------------------------


def test_a_thousand_open_pages_all_hear_of_an_alert(server):
    with ExitStack() as stack:
        links = [stack.enter_context(server.connect()) for _ in range(1_000)]
        for number, link in enumerate(links):
            query = ("", "?areas=31", "?areas=UA-30")[number % 3]
            link.sendall(f"GET /api/v1/stream{query} HTTP/1.1\r\nhost: x\r\n\r\n".encode())
        streams = [Listener(link) for link in links]
        for stream in streams:
            assert stream.next().event == "board"
        raid = server.raise_alert("UA-30").json()["accepted"][0]["id"]
        heard = {stream.next("alert").data["alert"]["id"] for stream in streams}

    assert heard == {raid}


def test_a_reader_that_stops_reading_holds_nobody_up_and_ends_with_a_board(server):
    """A real connection whose buffers are full: the kernel's here and there, and the server's."""
    slow = socket.socket()
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    slow.settimeout(30)
    with slow, server.listening() as other:
        slow.connect(("127.0.0.1", server.port))
        slow.sendall(b"GET /api/v1/stream HTTP/1.1\r\nhost: x\r\n\r\n")
        other.next("board")
        text = dict.fromkeys(("uk", "en", "pl", "ro", "hu", "bg", "de", "fr"), "х" * 1000)
        alert = server.raise_alert("UA-30", text=text).json()["accepted"][0]["id"]
        other.next("alert")
        levels = ("watch", "warning")
        for turn in range(400):
            body = {
                "command_id": f"00000000-0000-4000-8000-{turn:012}",
                "level": levels[turn % 2],
            }
            assert server.post(f"/api/v1/alerts/{alert}/update", body).status_code == 200
            assert other.next_change().event == "update"
        stream = Listener(slow)
        seen = [stream.next() for _ in range(2)]
        while len([one for one in seen if one.event == "board"]) < 2:
            seen.append(stream.next())
        positions = [one.data["position"] for one in seen if one.event != "heartbeat"]
        assert positions == sorted(positions)
        assert len([one for one in seen if one.event == "update"]) < 400, "some were left out"
        assert seen[-1].data["alerts"][0]["level"] == "warning"
        server.clear(alert)
        assert stream.next("all-clear").data["standing"] == []


def test_readers_that_go_away_in_the_middle_hurt_nobody(server):
    with server.listening() as stays:
        stays.next("board")
        for _ in range(50):
            with server.listening() as leaves:
                leaves.next("board")
                leaves.link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        server.raise_alert("UA-30")

        assert stays.next_change().event == "alert"


def test_what_a_subscriber_sends_after_its_request_is_not_read(server):
    with server.listening() as stream:
        stream.next("board")
        stream.link.sendall(b"POST /api/v1/alerts HTTP/1.1\r\nhost: x\r\n\r\n" * 10)
        server.raise_alert("UA-30")

        assert stream.next_change().event == "alert"


def test_a_subscriber_that_is_gone_is_counted_out(server):
    def subscribers():
        text = server.get_metrics()
        return float(text.split("\ntocsin_stream_subscribers ")[1].split("\n")[0])

    before = subscribers()
    with server.listening() as stream:
        stream.next("board")
        assert subscribers() == before + 1
    until = time.monotonic() + 30
    while subscribers() != before and time.monotonic() < until:
        pass
    assert subscribers() == before
