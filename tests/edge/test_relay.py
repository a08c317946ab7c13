"""
Goal: what the core says arrives as it said it, nothing is done twice, and nobody waits for others.

Method: an edge with one or two small cores on Unix sockets; cores are stopped, held, and made to
stand by. What each was asked is counted.
"""

from __future__ import annotations

import base64
import os
import time

import pytest
from tests.edge.doorstep import OddCore, open_doorstep, read_all, read_until, within

from tocsin.edge import cores, exchange, relay
from tocsin.kernel.wire import Place

CLOSE = b" HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
GET = b"GET /a HTTP/1.1\r\nhost: x\r\n\r\n"


def get(step, path, headers=b""):
    return step.send(b"GET " + path + CLOSE[:-2] + headers + b"\r\n")


def post(size=0):
    return (
        b"POST /p HTTP/1.1\r\nconnection: close\r\ncontent-length: %d\r\n\r\n" % size + b"x" * size
    )


# --- As it was said -------------------------------------------------------------------------------


def test_an_answer_in_chunks_arrives_as_the_core_said_it_also_at_an_old_client(step):
    said = b'["GET", "/chunks", 0]'
    modern = get(step, b"/chunks").partition(b"\r\n\r\n")[2]
    old = step.send(b"GET /chunks HTTP/1.0\r\nhost: x\r\n\r\n")

    assert b"".join(modern.split(b"\r\n")[1::2]) == said
    assert b"chunked" not in old
    assert old.partition(b"\r\n\r\n")[2] == said


@pytest.mark.parametrize(
    ("line", "status"), [(b"HEAD /a", b"200"), (b"HEAD /chunks", b"200"), (b"GET /304", b"304")]
)
def test_an_answer_without_a_body_is_whole_and_the_next_follows(step, line, status):
    with step.connect() as link:
        link.sendall(line + b" HTTP/1.1\r\nhost: x\r\n\r\n")
        head = read_until(link, b"\r\n\r\n")
        link.sendall(GET)
        rest = read_until(link, b'["GET", "/a", 0]')

    assert head.startswith(b"HTTP/1.1 " + status)
    assert rest.startswith(b"HTTP/1.1 200")
    assert head.count(b"\r\n\r\n") == 1


def test_a_large_answer_arrives_whole(step):
    answer = get(step, b"/large")

    assert answer.partition(b"\r\n\r\n")[2] == b"x" * 3_000_000


def test_an_answer_that_the_core_does_not_finish_is_cut_off_and_not_made_whole(step):
    answer = get(step, b"/half")

    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b'\r\n\r\n["G')


def test_what_goes_on_for_ever_is_handed_on_as_it_comes_and_ends_with_its_reader(step):
    step.core.disconnected.clear()
    with step.connect() as link:
        link.sendall(b"GET /endless HTTP/1.1\r\nhost: x\r\n\r\n")
        answer = b""
        while answer.count(b"tick") < 3:
            answer += link.recv(65_536)
    assert step.core.disconnected.wait(30)


def test_a_websocket_of_the_core_becomes_a_tunnel(step):
    step.core.disconnected.clear()
    key = base64.b64encode(os.urandom(16))
    with step.connect() as link:
        link.sendall(
            b"GET /socket HTTP/1.1\r\nhost: x\r\nconnection: keep-alive, Upgrade\r\n"
            b"upgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: "
            + key
            + b"\r\n\r\n"
        )
        head = read_until(link, b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 101")
        assert b"upgrade: websocket" in head.lower()
        link.sendall(b"\x81\x82\0\0\0\0hi")
        assert read_until(link, b"hi") == b"\x81\x02hi"
    assert step.core.disconnected.wait(30)
    assert within(30, lambda: step.relay.writes == step.relay.reads == 0)


# --- Who asks -------------------------------------------------------------------------------------


def test_the_core_hears_who_asks_and_what_is_the_hops_stays_with_the_hop(step):
    step.core.heads.clear()
    get(
        step,
        b"/a",
        b"Connection: x-secret, te\r\nX-Secret: 1\r\nTE: trailers\r\nKeep-Alive: 5\r\n"
        b"Forwarded: for=9.9.9.9\r\nX-Real-IP: 9.9.9.9\r\nAccept: a\r\nAccept: b\r\n",
    )

    (head,) = step.core.heads
    assert head["client"] == head["x-forwarded-for"] == "127.0.0.1"
    assert head["scheme"] == "http"
    assert head["accept"] == "b"
    absent = {"connection", "x-secret", "te", "keep-alive", "forwarded", "x-real-ip"}
    assert not absent & set(head)


def test_a_body_in_chunks_reaches_the_core_with_its_length(step):
    step.send(
        b"POST /p HTTP/1.1\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n"
        b"2\r\n{}\r\n0\r\nauthorization: Bearer x\r\n\r\n"
    )

    assert step.core.requests == [("POST", "/p", b"{}")]
    assert step.core.heads[0]["content-length"] == "2"
    assert not {"transfer-encoding", "authorization"} & set(step.core.heads[0])


# --- Once -----------------------------------------------------------------------------------------


def test_a_core_that_is_away_is_named_and_who_asks_how_the_server_is_hears_the_truth():
    with open_doorstep(started=False) as step:
        for request in (b"GET /a" + CLOSE, post(2), b"GET /api/v1/board?at=now" + CLOSE):
            answer = step.send(request)
            assert answer.startswith(b"HTTP/1.1 503")
            assert b'"code": "core.unavailable"' in answer
            assert b"retry-after: 2" in answer
        alive, ready = get(step, b"/healthz"), get(step, b"/readyz")
        assert alive.startswith(b"HTTP/1.1 200")
        assert alive.endswith(b'{"status": "stale"}')
        assert ready.startswith(b"HTTP/1.1 503")
        assert b'"status": "unready", "position": 0' in ready
        assert get(step, b"/api/v1/board").startswith(b"HTTP/1.1 200")

        step.core.start()
        assert get(step, b"/a").startswith(b"HTTP/1.1 200")
        assert step.front.counts().core_failures == 5


def test_only_what_reads_is_asked_again_where_the_first_may_have_reached_the_core():
    with open_doorstep(started=False) as step:
        heard = []
        core = OddCore(step.core.path, lambda link: heard.append(link.recv(65_536).split()[0]))
        answer = step.send(post(2))
        assert answer.startswith(b"HTTP/1.1 503")
        assert b'"code": "core.unanswered"' in answer
        assert heard == [b"POST"]
        assert b'"code": "core.unavailable"' in get(step, b"/a")
        assert heard == [b"POST", b"GET", b"GET", b"GET"]
        core.close()


def test_a_core_that_was_started_anew_is_asked_on_a_new_connection():
    with open_doorstep() as step, step.connect() as link:
        link.sendall(GET)
        read_until(link, b'["GET", "/a", 0]')
        step.core.stop()
        step.core.start()
        link.sendall(GET)
        read_until(link, b'["GET", "/a", 0]')
        link.sendall(post(2))
        assert read_all(link).endswith(b'["POST", "/p", 2]')


def test_who_changes_something_does_not_depend_on_an_old_connection(step):
    """An old one may be closed by the core in the same moment, and nobody could ask again."""
    before = len(step.relay._kept)
    for _ in range(3):
        step.send(post(2))

    assert len(step.core.requests) == 3
    assert len(step.relay._kept) >= before


@pytest.mark.parametrize("why", ["ledger.standby", "ledger.unreachable", "core.unavailable"])
def test_a_core_that_stands_by_is_left_for_the_one_that_does_not(why):
    with open_doorstep(cores=2) as step:
        first, second = step.cores
        first.standby = why
        assert step.send(post(2)).endswith(b'["POST", "/p", 2]')
        assert len(first.requests) == len(second.requests) == 1

        get(step, b"/a")
        assert len(first.requests) == 1, "The other is known now."

        first.standby, second.standby = "", why
        assert step.send(post(2)).endswith(b'["POST", "/p", 2]')
        assert len(first.requests) == 2

        second.standby = first.standby = why
        answer = step.send(post(2))
        assert answer.startswith(b"HTTP/1.1 503")
        assert why.encode() in answer

        first.standby = second.standby = ""
        assert b"ledger.busy" in get(step, b"/full"), "It is busy, and does not stand by."
        first.stop()
        assert step.send(post(2)).endswith(b'["POST", "/p", 2]')
        assert get(step, b"/a").endswith(b'["GET", "/a", 0]')


def left_unanswered(step, core, monkeypatch):
    """Ask a core that says nothing, and give up; it is doubted for as long as the test takes."""
    monkeypatch.setattr(exchange, "DOUBTED_AFTER_S", 0.05)
    monkeypatch.setattr(cores, "DOUBTED_FOR_S", 600)
    core.hold.clear()
    with step.connect() as link:
        link.sendall(post(2))
        assert within(20, lambda: core.requests)
        time.sleep(0.1)
    assert within(20, lambda: step.relay.cores.first == 1)


def test_a_core_that_says_nothing_is_not_asked_first_by_who_asks_again(monkeypatch):
    with open_doorstep(cores=2) as step:
        first, second = step.cores
        left_unanswered(step, first, monkeypatch)
        assert step.send(post(2)).endswith(b'["POST", "/p", 2]')
        assert len(second.requests) == 1
        first.hold.set()


def test_while_one_is_gone_and_the_other_stands_by_people_hear_at_once_to_ask_again(monkeypatch):
    with open_doorstep(cores=2) as step:
        gone, other = step.cores
        other.standby = "ledger.standby"
        left_unanswered(step, gone, monkeypatch)
        assert b"ledger.standby" in step.send(post(2))
        assert len(gone.requests) == 1, "Nobody waits for the one that is gone."
        gone.hold.set()


def test_who_leaves_at_once_casts_no_doubt_on_the_core():
    with open_doorstep(cores=2) as step:
        first, _ = step.cores
        first.hold.clear()
        with step.connect() as link:
            link.sendall(post(2))
            assert within(20, lambda: first.requests)
        first.hold.set()
        assert step.send(post(2)).endswith(b'["POST", "/p", 2]')
        assert len(first.requests) == 2


def test_a_core_that_does_not_answer_in_time_is_given_up(monkeypatch):
    monkeypatch.setattr(exchange, "ANSWER_WITHIN_S", 0.1)
    with open_doorstep() as step:
        step.core.hold.clear()
        answer = step.send(post(2))
        assert b'"code": "core.unanswered"' in answer
        assert len(step.core.requests) == 1


# --- Who waits for whom ---------------------------------------------------------------------------


def test_reading_waits_in_line_and_who_sends_something_or_asks_for_health_passes_it(step):
    step.core.hold.clear()
    links = [step.connect() for _ in range(relay.READS_AT_ONCE + 5)]
    for link in links:
        link.sendall(GET)
    assert within(30, lambda: len(step.core.requests) == relay.READS_AT_ONCE)
    with step.connect() as writer, step.connect() as probe:
        writer.sendall(post(2))
        probe.sendall(b"GET /healthz" + CLOSE)
        assert within(30, lambda: len(step.core.requests) == relay.READS_AT_ONCE + 2)
        links.pop().close()  # Who goes away while waiting is not asked for.
        time.sleep(0.05)
        step.core.hold.set()
        assert read_all(writer).endswith(b'["POST", "/p", 2]')
    for link in links:
        read_until(link, b'["GET", "/a", 0]')
        link.close()
    assert [path for _, path, _ in step.core.requests].count("/a") == relay.READS_AT_ONCE + 4


def test_the_line_has_an_end(step, monkeypatch):
    monkeypatch.setattr(relay, "READS_AT_ONCE", 1)
    monkeypatch.setattr(relay, "READS_WAITING", 1)
    step.core.hold.clear()
    with step.connect() as first, step.connect() as second:
        for number, link in enumerate((first, second)):
            link.sendall(GET)
            assert within(30, lambda n=number: step.relay.reads + len(step.relay._waiting) > n)
        answer = get(step, b"/a")
        assert answer.startswith(b"HTTP/1.1 503")
        assert b'"code": "server.busy"' in answer
        step.core.hold.set()
        for link in (first, second):
            read_until(link, b'["GET", "/a", 0]')


# --- Reading one's own writes ---------------------------------------------------------------------


def test_an_answer_waits_until_what_it_wrote_is_shown_here_and_no_longer_than_a_second(monkeypatch):
    monkeypatch.setattr(exchange, "SHOWN_WITHIN_S", 0.5)
    with open_doorstep() as step, step.connect() as link:
        place = step.says.place
        step.core.place = Place(place.epoch, place.position + 1)
        link.settimeout(0.2)
        link.sendall(post(2))
        with pytest.raises(TimeoutError):
            link.recv(1)
        step.tell(step.says.happen())
        link.settimeout(30)
        answer = read_all(link)
        assert answer.endswith(b'["POST", "/p", 2]')
        assert b"tocsin-place" not in answer

        assert step.send(post(2)).endswith(b'["POST", "/p", 2]'), "It is shown already."

        step.core.place = Place("another", 1)
        assert step.send(post(2)).endswith(b'["POST", "/p", 2]')
