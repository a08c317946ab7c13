"""
Goal: the streams of a real server are what browsers, scripts and witnesses take them for.

Method: a server as it is started, real connections, and what only those can show: signatures,
resuming after a kill, a thousand readers at once, readers that stop reading or go away.
"""

from __future__ import annotations

import socket
import time
from base64 import urlsafe_b64decode
from contextlib import ExitStack
from uuid import uuid4

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from tests.serving import Listener, started
from tests.web.test_api import problem

from tocsin.edge.returning import RECONNECT_MS
from tocsin.kernel.limits import HEARTBEAT_S
from tocsin.kernel.wire import parse_place

KYIV = "UA80000000000093317"
OBLAST = "UA32000000000030281"
RAION = "UA32080000000084076"


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
        answers = [server.raise_alert("UA-30"), server.raise_alert("UA-30", hazard="chemical")]
        raid, fumes = (answer.json()["accepted"][0]["id"] for answer in answers)
        body = {"command_id": str(uuid4()), "threat": "missiles"}
        answers.append(server.post(f"/api/v1/alerts/{raid}/update", body))
        answers.append(server.clear(raid))
        body = {"command_id": str(uuid4()), "reason": "A smell of paint."}
        answers.append(server.post(f"/api/v1/alerts/{fumes}/correction", body))
        assert [answer.status_code for answer in answers] == [201, 201, 200, 200, 200]
        positions = [answer.json()["position"] for answer in answers]
        assert positions == list(range(positions[0], positions[0] + 5)), start.data
        assert parse_place(start.id).position < positions[0]
        heard = []
        while not heard or parse_place(heard[-1].id).position < positions[-1]:
            heard.append(stream.next_change())

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
    said = problem(server.get("/api/v1/stream?areas=UA-99"), 404, "area.unknown", "UA-99")

    assert "UA-99" in said["detail"]


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

    def reach(wanted):
        until = time.monotonic() + 30
        while subscribers() != wanted and time.monotonic() < until:
            time.sleep(0.02)
        return subscribers() == wanted

    assert reach(0)
    with server.listening() as stream:
        stream.next("board")
        assert reach(1), "an edge reports once a second"
    assert reach(0)
