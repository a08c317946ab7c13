"""
Goal: what is no request opens nothing, what is slow is closed, and no answer is taken for another.

Method: bytes on plain connections to the server's own door with a small application behind it, so
that what got through can be counted; the patience of the door is shortened where a test would
otherwise wait for it. The counting of connections is held against a model.
"""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.web.doorway import open_doorway, read_all, read_until

from tocsin.kernel.limits import HEADER_BYTES, QUERY_BYTES
from tocsin.web import server as doors
from tocsin.web.server import Connections

GET = b"GET /a HTTP/1.1\r\nhost: x\r\n\r\n"
LAST = b"GET /last HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
STREAM = b"GET /api/v1/stream?areas=31 HTTP/1.1\r\nHost: x\r\nLast-Event-ID: e:1\r\n\r\n"


@pytest.fixture(scope="module")
def shared():
    with open_doorway() as doorway:
        yield doorway


@pytest.fixture
def door(shared):
    shared.requests.clear()
    shared.streams.clear()
    return shared


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(doors, "HEAD_WITHIN_S", 0.15)
    with open_doorway() as doorway:
        yield doorway


def within(seconds, so):
    """Wait until something is so."""
    until = time.monotonic() + seconds
    while not so() and time.monotonic() < until:
        time.sleep(0.002)
    return so()


# --- The stream -----------------------------------------------------------------------------------


def test_a_stream_is_handed_over_with_its_query_and_its_headers(door):
    with door.connect() as link:
        link.sendall(STREAM)
        assert read_until(link, b"STREAM areas=31\n")

    ((query, headers),) = door.streams
    assert query == b"areas=31"
    assert headers == {"host": "x", "last-event-id": "e:1"}
    assert door.requests == []


def test_a_request_that_comes_byte_by_byte_is_a_request(door):
    with door.connect() as link:
        for byte in STREAM:
            link.sendall(bytes([byte]))
        assert read_until(link, b"STREAM areas=31\n")


def test_a_connection_that_was_used_before_can_become_a_stream(door):
    with door.connect() as link:
        link.sendall(GET)
        assert read_until(link, b'["GET", "/a", 0]')
        link.sendall(STREAM)
        assert read_until(link, b"STREAM areas=31\n")

    assert len(door.requests) == len(door.streams) == 1


def test_what_follows_a_stream_request_is_read_by_nobody(door):
    for after in (GET, STREAM, b"nonsense", GET + b"x" * 30_000, b"POST /p HTTP/1.1\r\n\r\n"):
        with door.connect() as link:
            link.sendall(STREAM + after)
            read_until(link, b"STREAM areas=31\n")
            link.sendall(GET)

    assert door.requests == []
    assert len(door.streams) == 5


def test_a_stream_asked_for_before_an_earlier_answer_is_no_stream(door):
    """It would begin in the middle of the other's answer."""
    door.hold.clear()
    with door.connect() as link:
        link.sendall(GET + STREAM.replace(b"Host", b"connection: close\r\nhost"))
        assert within(30, lambda: door.limits.by_address.total() > 0)
        door.hold.set()
        answer = read_all(link)

    assert door.streams == []
    assert answer.count(b"HTTP/1.1 200") == 2
    assert answer.endswith(b'["GET", "/api/v1/stream", 0]')


def test_only_get_on_exactly_that_path_opens_a_stream(door):
    for line in (
        b"POST /api/v1/stream", b"HEAD /api/v1/stream", b"GET /api/v1/streams",
        b"GET /api/v1/stream/", b"GET /API/v1/stream", b"GET //api/v1/stream",
        b"GET /api/v1/%73tream", b"GET http://x/api/v1/stream",
    ):  # fmt: skip
        door.send(line + b" HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")

    assert door.streams == []


# --- Several requests on one connection -----------------------------------------------------------


def test_requests_sent_at_once_are_answered_in_their_order(door):
    answer = door.send(GET + GET.replace(b"/a", b"/b") + LAST)

    assert [path for _, path, _ in door.requests] == ["/a", "/b", "/last"]
    assert answer.index(b'"/a"') < answer.index(b'"/b"') < answer.index(b'"/last"')


@pytest.mark.parametrize(
    "bad",
    [b"nonsense\r\n\r\n", b"GET /" + b"x" * QUERY_BYTES + b" HTTP/1.1\r\n\r\n",
     b"GET / HTTP/1.1\r\nx: " + b"y" * HEADER_BYTES + b"\r\n\r\n"],
    ids=["nonsense", "long", "large"],
)  # fmt: skip
def test_a_refusal_is_never_taken_for_the_answer_to_an_earlier_request(door, bad):
    door.hold.clear()
    with door.connect() as link:
        link.sendall(GET + bad)
        answer = read_all(link)
    door.hold.set()

    assert answer == b""
    assert within(30, lambda: not door.limits.by_address)


# --- Requests inside requests ---------------------------------------------------------------------


def test_a_body_that_looks_like_a_request_is_a_body(door):
    inner = STREAM + GET
    size = str(len(inner)).encode()
    door.send(
        b"POST /p HTTP/1.1\r\nhost: x\r\ncontent-length: " + size + b"\r\n\r\n" + inner + LAST
    )
    chunk = f"{len(inner):x}\r\n".encode() + inner + b"\r\n0\r\n\r\n"
    door.send(b"POST /c HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n" + chunk + LAST)
    door.send(b"GET /g HTTP/1.1\r\nhost: x\r\ncontent-length: " + size + b"\r\n\r\n" + inner + LAST)

    asked = [(method, path) for method, path, _ in door.requests]
    assert asked == [(m, p) for m, p in zip(
        ["POST", "GET", "POST", "GET", "GET", "GET"],
        ["/p", "/last", "/c", "/last", "/g", "/last"], strict=True,
    )]  # fmt: skip
    assert door.requests[0][2] == door.requests[2][2] == inner
    assert door.streams == []


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
        b"transfer-encoding: xchunked",
        b"transfer-encoding: chunked, identity",
        b"transfer-encoding : chunked",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        b"content\x00-length: 5",
        b"x: y\r\n z: folded",
        b": nameless",
        b"x: a\x00b",
    ],
)
def test_a_head_that_two_servers_might_read_differently_is_refused(door, head):
    answer = door.send(b"POST /p HTTP/1.1\r\nhost: x\r\n" + head + b"\r\n\r\n0\r\n\r\n" + STREAM)

    assert door.requests == door.streams == []
    if answer:  # Some are found out when the request has begun; it is then cut off.
        assert answer.startswith(b"HTTP/1.1 400"), answer
        assert b'"code": "http.malformed"' in answer
        assert answer.count(b"HTTP/1.1") == 1


@pytest.mark.parametrize(
    "request_",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET / HTTP/3.0\r\n\r\n",
        b"get / HTTP/1.1\r\n\r\n",
        b"GET /\x01 HTTP/1.1\r\n\r\n",
        b"\x00" * 100,
    ],
)
def test_what_is_no_http_is_refused_with_a_problem(door, request_):
    answer = door.send(request_)

    assert answer.startswith(b"HTTP/1.1 400"), answer
    assert b"application/problem+json" in answer
    assert b"connection: close" in answer
    assert door.requests == []


def test_a_client_that_offers_another_protocol_is_answered_in_this_one(door):
    answer = door.send(
        b"GET /a HTTP/1.1\r\nhost: x\r\nconnection: upgrade, close\r\nupgrade: h2c\r\n\r\n"
    )

    assert answer.startswith(b"HTTP/1.1 200")


def test_a_client_that_asks_first_is_told_to_go_on(door):
    with door.connect() as link:
        link.sendall(
            b"POST /p HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\nexpect: 100-continue\r\n\r\n"
        )
        assert read_until(link, b"\r\n\r\n").startswith(b"HTTP/1.1 100")
        link.sendall(b"ab")
        assert read_until(link, b'["POST", "/p", 2]')


# --- Too long -------------------------------------------------------------------------------------


def test_a_path_and_query_as_long_as_may_be_is_answered_and_no_longer(door):
    def asked(size):
        path = b"/" + b"x" * (size - 1)
        return door.send(b"GET " + path + b" HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")

    assert asked(QUERY_BYTES).startswith(b"HTTP/1.1 200")
    answer = asked(QUERY_BYTES + 1)
    assert answer.startswith(b"HTTP/1.1 414")
    assert b'"code": "request.url_too_long"' in answer


@pytest.mark.parametrize("lines", [1, 100, 4_000])
def test_headers_as_long_as_may_be_are_answered_and_no_longer(door, lines):
    start = b"GET /a HTTP/1.1\r\nconnection: close\r\n"
    left = HEADER_BYTES - len(b"/a") - len(b"connectionclose")

    def asked(size):
        each = size // lines
        head = b"".join(b"x: " + b"y" * (each - 1) + b"\r\n" for _ in range(lines - 1))
        rest = size - each * (lines - 1)
        return door.send(start + head + b"x: " + b"y" * (rest - 1) + b"\r\n\r\n")

    assert asked(left).startswith(b"HTTP/1.1 200")
    answer = asked(left + 1)
    assert answer.startswith(b"HTTP/1.1 431")
    assert b'"code": "request.head_too_large"' in answer


def test_a_head_without_end_is_cut_off_while_it_comes(door):
    with door.connect() as link:
        link.sendall(b"GET / HTTP/1.1\r\n")
        until = time.monotonic() + 30
        try:
            while time.monotonic() < until:
                link.sendall(b"x: " + b"y" * 100 + b"\r\n")
        except OSError:
            return
    pytest.fail("It was taken for 30 s.")


def test_what_stands_after_a_body_counts_as_head_too(door):
    trailers = b"x: " + b"y" * 1_000 + b"\r\n"
    answer = door.send(
        b"POST /p HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n0\r\n" + trailers * 40
    )

    assert b"HTTP/1.1 200" not in answer


# --- Slowness is not a right ----------------------------------------------------------------------


@pytest.mark.parametrize("part", [b"", b"\r\n", b"G", b"GET / HTTP/1.1\r\nhost: x\r\n"])
def test_a_connection_that_sends_no_whole_head_is_closed(impatient, part):
    with impatient.connect() as link:
        link.sendall(part)
        assert read_all(link) == b""


def test_a_head_that_comes_in_drops_is_closed_all_the_same(impatient):
    with impatient.connect() as link:
        link.sendall(b"GET / HTTP/1.1\r\n")
        until = time.monotonic() + 30
        try:
            while time.monotonic() < until:
                link.sendall(b"x: y\r\n")
                time.sleep(0.01)
        except OSError:
            return  # Reset, or a broken pipe.
    pytest.fail("It was never closed.")


@pytest.mark.parametrize("part", [b"\r\n", b"GET /", b"GET / HTTP/1.1\r\nhost: x\r\n"])
def test_the_next_request_on_a_connection_has_no_more_time_than_the_first(impatient, part):
    with impatient.connect() as link:
        link.sendall(GET)
        read_until(link, b'["GET", "/a", 0]')
        link.sendall(part)
        assert read_all(link) == b""


def test_who_waits_for_an_answer_is_not_closed_for_it(impatient):
    impatient.hold.clear()
    with impatient.connect() as link:
        link.sendall(GET)
        time.sleep(0.4)
        impatient.hold.set()
        assert read_until(link, b'["GET", "/a", 0]')


def test_a_stream_has_all_the_time_in_the_world(impatient):
    with impatient.connect() as link:
        link.sendall(STREAM)
        read_until(link, b"STREAM areas=31\n")
        time.sleep(0.4)
        impatient.transports[-1].write(b"still here\n")
        assert read_until(link, b"still here\n")


# --- Too many -------------------------------------------------------------------------------------


def test_one_connection_too_many_is_told_to_come_back(monkeypatch):
    with open_doorway(most=2) as door:
        with door.connect() as first, door.connect() as second:
            first.sendall(GET)
            read_until(first, b'["GET", "/a", 0]')
            second.sendall(STREAM)
            read_until(second, b"STREAM areas=31\n")
            answer = door.send(b"")
            assert answer.startswith(b"HTTP/1.1 503")
            assert b"retry-after: 5" in answer
            assert b'"code": "server.full"' in answer
            assert door.limits.refused == 1
            second.close()
            assert within(30, lambda: door.limits.by_address.total() == 1)
            with door.connect() as third:
                third.sendall(GET)
                assert read_until(third, b'["GET", "/a", 0]')
        assert within(30, lambda: door.limits.by_address.total() == 0)


def test_every_way_a_connection_can_end_is_counted_out_once(door):
    for request in (b"", b"nonsense\r\n\r\n", LAST, GET, STREAM, STREAM + STREAM, GET + b"\0"):
        with door.connect() as link:
            link.sendall(request)
            time.sleep(0.01)

    assert within(30, lambda: not door.limits.by_address)


ADDRESSES = st.sampled_from(["192.0.2.1", "192.0.2.2", "2001:db8::1", "127.0.0.1", "::1"])


@given(st.lists(st.tuples(st.booleans(), ADDRESSES)), st.integers(1, 6), st.integers(1, 4))
def test_connections_are_counted_by_address_and_in_all(steps, most, most_per_address):
    """Model: a plain list of who is in."""
    limits, inside, refused = Connections(most, most_per_address), [], 0
    for enters, address in steps:
        own = address in {"127.0.0.1", "::1"}
        if enters:
            room = len(inside) < most and (own or inside.count(address) < most_per_address)
            assert limits.enter(address) is room
            refused += not room
            inside += [address] * room
        elif address in inside:
            limits.leave(address)
            inside.remove(address)
        assert limits.by_address.total() == len(inside)
        assert set(limits.by_address) == set(inside)
        assert limits.refused == refused
