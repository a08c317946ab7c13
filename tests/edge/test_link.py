"""
Goal: what is no request opens nothing, what is slow is closed, and no answer is taken for another.

Method: bytes on plain connections to an edge with a real hub and a small core, so that what got
through can be counted; the edge's patience is shortened where a test would otherwise wait for it.
"""

from __future__ import annotations

import re
import socket
import struct
import time

import pytest
from tests.edge.doorstep import open_doorstep, read_all, read_until, within

from tocsin.edge.link import HELD_BYTES
from tocsin.kernel.limits import BODY_BYTES, HEADER_BYTES, QUERY_BYTES

GET = b"GET /a HTTP/1.1\r\nhost: x\r\n\r\n"
LAST = b"GET /last HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
BOARD = b"GET /api/v1/board HTTP/1.1\r\nhost: x\r\n\r\n"
STREAM = b"GET /api/v1/stream?areas=PORT HTTP/1.1\r\nHost: x\r\n\r\n"
BOARD_ENDS = b'"unknown":[]}\n\n'


@pytest.fixture
def impatient():
    with open_doorstep(head_s=0.15, body_s=0.15, idle_s=0.3, stalled_s=0.2, look_s=0.05) as step:
        yield step


def asked(step):
    return [(method, path) for method, path, _ in step.core.requests]


def no_streams(step):
    return step.call(lambda: sum(step.hub.counts().open.values())) == 0


# --- The stream -----------------------------------------------------------------------------------


def test_a_request_that_comes_byte_by_byte_is_a_request(step):
    with step.connect() as link:
        for byte in STREAM:
            link.sendall(bytes([byte]))
        assert read_until(link, BOARD_ENDS)


@pytest.mark.parametrize(
    "first", [GET, BOARD, GET + BOARD, BOARD + GET], ids=["g", "b", "gb", "bg"]
)
@pytest.mark.parametrize("at_once", [False, True], ids=["later", "at once"])
def test_a_connection_that_was_used_before_can_become_a_stream(step, first, at_once):
    """What was answered before is sent whole, also where all was asked in one packet."""
    with step.connect() as link:
        if at_once:
            link.sendall(first + STREAM)
            answer = read_until(link, BOARD_ENDS)
        else:
            link.sendall(first)
            assert within(30, lambda: step.front.counts().boards >= 0)
            link.sendall(STREAM)
            answer = read_until(link, BOARD_ENDS)

    count = first.count(b"GET ")
    assert answer.count(b"HTTP/1.1 200") == count + 1
    assert answer.index(b"text/event-stream") > answer.rindex(b"content-length")


def test_an_answer_that_is_still_being_read_is_sent_whole_before_the_stream_begins(step):
    with step.connect() as link:
        link.sendall(GET.replace(b"/a", b"/large") + STREAM)
        time.sleep(0.1)
        answer = read_until(link, BOARD_ENDS)

    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert body.startswith(b"x" * 3_000_000 + b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream")


def test_what_follows_a_stream_request_is_read_by_nobody(step):
    for after in (GET, STREAM, b"nonsense", GET + b"x" * 30_000, b"POST /p HTTP/1.1\r\n\r\n"):
        with step.connect() as link:
            link.sendall(STREAM + after)
            read_until(link, BOARD_ENDS)
            link.sendall(GET)
            time.sleep(0.01)

    assert step.core.requests == []


def test_a_stream_asked_for_before_an_earlier_answer_begins_after_it(step):
    step.core.hold.clear()
    with step.connect() as link:
        link.sendall(GET + STREAM)
        assert within(30, lambda: step.core.requests)
        step.core.hold.set()
        answer = read_until(link, BOARD_ENDS)

    assert answer.count(b"HTTP/1.1 200") == 2
    assert answer.index(b'["GET", "/a", 0]') < answer.index(b"text/event-stream")


def test_only_get_on_exactly_that_path_opens_a_stream(step):
    for line in (
        b"POST /api/v1/stream", b"HEAD /api/v1/stream", b"GET /api/v1/streams",
        b"GET /api/v1/stream/", b"GET /API/v1/stream", b"GET //api/v1/stream",
        b"GET /api/v1/%73tream", b"GET http://x/api/v1/stream",
    ):  # fmt: skip
        answer = step.send(line + b" HTTP/1.1\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
        assert b"event-stream" not in answer

    assert len(step.core.requests) == 8
    assert no_streams(step)


# --- Several requests on one connection -----------------------------------------------------------


def test_requests_sent_at_once_are_answered_in_their_order(step):
    answer = step.send(GET + BOARD + GET.replace(b"/a", b"/b") + BOARD + LAST)

    assert [path for _, path in asked(step)] == ["/a", "/b", "/last"]
    bodies = [b'"/a"', b'"epoch"', b'"/b"', b'"epoch"', b'"/last"']
    found = re.findall(b"|".join(set(bodies)), answer)
    assert found == bodies


@pytest.mark.parametrize(
    "bad",
    [b"nonsense\r\n\r\n", b"GET /" + b"x" * QUERY_BYTES + b" HTTP/1.1\r\n\r\n",
     b"GET / HTTP/1.1\r\nx: " + b"y" * HEADER_BYTES + b"\r\n\r\n"],
    ids=["nonsense", "long", "large"],
)  # fmt: skip
def test_a_refusal_is_never_taken_for_the_answer_to_an_earlier_request(step, bad):
    step.core.hold.clear()
    with step.connect() as link:
        link.sendall(GET + bad)
        assert within(30, lambda: step.core.requests)
        step.core.hold.set()
        answer = read_all(link)

    first, refusal = answer.index(b'["GET", "/a", 0]'), answer.index(b"problem+json")
    assert first < refusal
    assert answer.count(b"HTTP/1.1 ") == 2


def test_what_is_sent_ahead_has_a_bound(step):
    step.core.hold.clear()
    with step.connect() as link:
        link.sendall(GET)
        assert within(30, lambda: step.core.requests)
        ahead = GET * (1 + HELD_BYTES // len(GET))
        try:
            link.sendall(ahead)
            link.settimeout(0.5)
            taken = read_all(link)
        except OSError:
            taken = b""
        assert taken == b""
        step.core.hold.set()

    assert asked(step) == [("GET", "/a")]


# --- Requests inside requests ---------------------------------------------------------------------


def test_a_body_that_looks_like_a_request_is_a_body(step):
    inner = STREAM + GET
    size = str(len(inner)).encode()
    head = b" HTTP/1.1\r\nhost: x\r\n"
    step.send(b"POST /p" + head + b"content-length: " + size + b"\r\n\r\n" + inner + LAST)
    chunk = f"{len(inner):x}\r\n".encode() + inner + b"\r\n0\r\n\r\n"
    step.send(b"POST /c" + head + b"transfer-encoding: chunked\r\n\r\n" + chunk + LAST)
    step.send(b"GET /g" + head + b"content-length: " + size + b"\r\n\r\n" + inner + LAST)

    assert asked(step) == [
        ("POST", "/p"), ("GET", "/last"), ("POST", "/c"),
        ("GET", "/last"), ("GET", "/g"), ("GET", "/last"),
    ]  # fmt: skip
    assert [body for _, path, body in step.core.requests if path != "/last"] == [inner] * 3
    assert no_streams(step)


@pytest.mark.parametrize(
    "head",
    [
        b"content-length: 5\r\ntransfer-encoding: chunked",
        b"transfer-encoding: chunked\r\ncontent-length: 5",
        b"content-length: 5\r\ncontent-length: 6",
        b"content-length: +5",
        b"content-length: -5",
        b"content-length: 0x5",
        b"content-length: 5 5",
        b"content-length: " + b"9" * 30,
        b"content-length : 5",
        b"content-length:",
        b"transfer-encoding: xchunked",
        b"transfer-encoding: chunked, identity",
        b"transfer-encoding : chunked",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        b"content\x00-length: 5",
        b"x: y\r\n z: folded",
        b": nameless",
        b"x: a\x00b",
        b"x: a\nb: c",
        b"host: y",
    ],
)
def test_a_head_that_two_servers_might_read_differently_is_refused(step, head):
    answer = step.send(b"POST /p HTTP/1.1\r\nhost: x\r\n" + head + b"\r\n\r\n0\r\n\r\n" + STREAM)

    assert step.core.requests == []
    assert no_streams(step)
    assert answer.startswith(b"HTTP/1.1 400"), answer
    assert b'"code": "http.malformed"' in answer
    assert answer.count(b"HTTP/1.1") == 1


@pytest.mark.parametrize(
    "request_",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET / HTTP/2.0\r\n\r\n",
        b"GET / HTTP/3.0\r\n\r\n",
        b"GET / HTTP/0.9\r\n\r\n",
        b"get / HTTP/1.1\r\n\r\n",
        b"GET /\x01 HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\n\n",
        b"\x00" * 100,
    ],
)
def test_what_is_no_http_is_refused_with_a_problem(step, request_):
    answer = step.send(request_)

    assert answer.startswith(b"HTTP/1.1 400"), answer
    assert b"application/problem+json" in answer
    assert b"connection: close" in answer
    assert step.core.requests == []


def test_nobody_gets_a_tunnel_to_another_host(step):
    answer = step.send(b"CONNECT other:80 HTTP/1.1\r\nhost: other:80\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 405")
    assert step.core.requests == []


def test_a_client_that_offers_another_protocol_is_answered_in_this_one(step):
    answer = step.send(
        b"GET /a HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n" + LAST
    )

    assert answer.count(b"HTTP/1.1 200") == 2
    assert "upgrade" not in step.core.heads[0]


def test_a_client_that_asks_first_is_told_to_go_on(step):
    with step.connect() as link:
        link.sendall(
            b"POST /p HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\nexpect: 100-continue\r\n\r\n"
        )
        assert read_until(link, b"\r\n\r\n").startswith(b"HTTP/1.1 100")
        link.sendall(b"ab")
        assert read_until(link, b'["POST", "/p", 2]')

    assert "expect" not in step.core.heads[0]


# --- Too long -------------------------------------------------------------------------------------


def test_a_path_and_query_as_long_as_may_be_is_answered_and_no_longer(step):
    def answer(size):
        path = b"/" + b"x" * (size - 1)
        return step.send(b"GET " + path + b" HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")

    assert answer(QUERY_BYTES).startswith(b"HTTP/1.1 200")
    longer = answer(QUERY_BYTES + 1)
    assert longer.startswith(b"HTTP/1.1 414")
    assert b'"code": "request.url_too_long"' in longer


def test_a_head_without_end_is_cut_off_while_it_comes(step):
    with step.connect() as link:
        link.sendall(b"GET / HTTP/1.1\r\n")
        until = time.monotonic() + 30
        try:
            while time.monotonic() < until:
                link.sendall(b"x: " + b"y" * 100 + b"\r\n")
        except OSError:
            return
    pytest.fail("It was taken for 30 s.")


def test_a_body_as_long_as_may_be_is_taken_and_no_longer(step):
    def answer(size):
        head = f"POST /p HTTP/1.1\r\nconnection: close\r\ncontent-length: {size}\r\n\r\n"
        return step.send(head.encode() + b"x" * size)

    def in_chunks(size):
        head = b"POST /p HTTP/1.1\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n"
        return step.send(head + b"400\r\n%s\r\n" % (b"x" * 1024) * (size // 1024) + b"0\r\n\r\n")

    assert answer(BODY_BYTES).startswith(b"HTTP/1.1 200")
    assert in_chunks(BODY_BYTES).startswith(b"HTTP/1.1 200")
    for longer in (answer(BODY_BYTES + 1), in_chunks(BODY_BYTES + 1024)):
        assert longer.startswith(b"HTTP/1.1 413")
        assert b'"code": "request.body_too_large"' in longer
    assert [len(body) for _, _, body in step.core.requests] == [BODY_BYTES] * 2


def test_a_refusal_arrives_although_more_is_being_sent(step):
    with step.connect() as link:
        link.sendall(b"POST /p HTTP/1.1\r\ncontent-length: 1000000\r\n\r\n")
        for _ in range(100):
            link.sendall(b"x" * 10_000)
        assert read_all(link).startswith(b"HTTP/1.1 413")


# --- Slowness is not a right ----------------------------------------------------------------------


@pytest.mark.parametrize("part", [b"", b"\r\n", b"G", b"GET / HTTP/1.1\r\nhost: x\r\n"])
def test_a_connection_that_sends_no_whole_head_is_closed(impatient, part):
    with impatient.connect() as link:
        link.sendall(part)
        assert read_all(link) == b""


@pytest.mark.parametrize("drop", [b"x: y\r\n", b"\r\n"])
def test_a_head_that_comes_in_drops_is_closed_all_the_same(impatient, drop):
    with impatient.connect() as link:
        link.sendall(b"" if drop == b"\r\n" else b"GET / HTTP/1.1\r\n")
        until = time.monotonic() + 30
        try:
            while time.monotonic() < until:
                link.sendall(drop)
                time.sleep(0.01)
        except OSError:
            return  # Reset, or a broken pipe.
    pytest.fail("It was never closed.")


@pytest.mark.parametrize("part", [b"", b"\r\n", b"GET /", b"GET / HTTP/1.1\r\nhost: x\r\n"])
@pytest.mark.parametrize("first", [GET, BOARD], ids=["core", "board"])
def test_the_next_request_on_a_connection_has_no_more_time_than_the_first(impatient, part, first):
    with impatient.connect() as link:
        link.sendall(first)
        read_until(link, b'["GET", "/a", 0]' if first is GET else BOARD_ENDS.strip())
        link.sendall(part)
        assert read_all(link) == b""


def test_a_body_that_comes_in_drops_is_refused_and_the_core_never_hears_of_it(impatient):
    with impatient.connect() as link:
        link.sendall(b"POST /p HTTP/1.1\r\ncontent-length: 60000\r\n\r\n")
        answer = b""
        link.settimeout(0.02)
        while not answer:
            link.sendall(b"x")
            try:
                answer = link.recv(65_536)
            except TimeoutError:
                continue

    assert answer.startswith(b"HTTP/1.1 408")
    assert b'"code": "request.too_slow"' in answer
    assert impatient.core.requests == []


def test_who_waits_for_an_answer_is_not_closed_for_it(impatient):
    impatient.core.hold.clear()
    with impatient.connect() as link:
        link.sendall(GET)
        time.sleep(0.6)
        impatient.core.hold.set()
        assert read_until(link, b'["GET", "/a", 0]')


def test_who_does_not_read_an_answer_is_closed_and_who_reads_slowly_is_not(impatient):
    request = GET.replace(b"/a", b"/large")
    with impatient.connect() as stalled, impatient.connect() as slow:
        for link in (stalled, slow):
            link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
            link.sendall(request)
        got = 0
        until = time.monotonic() + 1.2
        while time.monotonic() < until:
            got += len(slow.recv(16_384))
            time.sleep(0.01)
        assert impatient.limits.total == 1
        assert got > 100_000
        while got < 3_000_000:
            got += len(slow.recv(1_000_000))
        assert len(read_all(stalled)) < 3_000_000


# --- Too many -------------------------------------------------------------------------------------


def test_connections_beyond_the_limit_are_refused_with_a_problem():
    with open_doorstep(most=2) as step:
        with step.connect() as one, step.connect() as two:
            for link in (one, two):
                link.sendall(GET)
                read_until(link, b'["GET", "/a", 0]')
            answer = step.send(b"")
            assert answer.startswith(b"HTTP/1.1 503")
            assert b'"code": "server.full"' in answer
            assert b"retry-after:" in answer
        assert within(30, lambda: not step.limits.by_address)
        assert step.send(LAST).startswith(b"HTTP/1.1 200")
        assert step.limits.refused == 1


def test_a_stream_keeps_its_place_in_the_count_until_it_is_gone():
    with open_doorstep(most=1) as step:
        with step.connect() as link:
            link.sendall(STREAM)
            read_until(link, BOARD_ENDS)
            assert step.limits.total == 1
            assert b'"code": "server.full"' in step.send(b"")
        assert within(30, lambda: not step.limits.by_address)
        assert step.send(LAST).startswith(b"HTTP/1.1 200")


def test_a_client_that_resets_its_connection_leaves_nothing_behind(step):
    step.core.hold.clear()
    for request in (b"", b"GET", GET, STREAM, b"GET /api/v1/poll?since=x:1 HTTP/1.1\r\n\r\n"):
        link = step.connect()
        link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        link.sendall(request)
        time.sleep(0.02)
        link.close()

    assert within(30, lambda: not step.limits.by_address)
    step.core.hold.set()
    assert within(30, lambda: no_streams(step))
