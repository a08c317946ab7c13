"""
Goal: what is asked for at the door is what is answered, here or by the core, and streams get all.

Method: requests to an edge with a real hub, real fan-out and a small core; what comes back is read
with the stream client's own reader.
"""

from __future__ import annotations

import base64
import json
import os
import socket
import ssl
from contextlib import closing

import pytest
from tests.edge.doorstep import open_doorstep, read_all, read_until, within
from tests.edge.hall import EDGE_TOKEN, TOKEN
from tests.edge.test_tls import certificate  # noqa: F401  # A fixture.

from tocsin.edge.front import listen
from tocsin.edge.handover import SEND_BUFFER_BYTES
from tocsin.edge.tls import server_context
from tocsin.kernel.feed import parse_line

CLOSE = b" HTTP/1.1\r\nhost: x\r\nconnection: close\r\n"


def ask(step, line, *headers):
    return step.send(line + CLOSE + b"".join(h + b"\r\n" for h in headers) + b"\r\n")


def key():
    return base64.b64encode(os.urandom(16))


def opened(step, path, *headers):
    link = step.connect()
    link.sendall(
        b"GET %s HTTP/1.1\r\nhost: x\r\n%s\r\n" % (path, b"".join(h + b"\r\n" for h in headers))
    )
    return link


# --- Streams --------------------------------------------------------------------------------------


def test_a_stream_of_events_begins_with_the_board_and_goes_on(step):
    with opened(step, b"/api/v1/stream?areas=PORT") as link:
        start = read_until(link, b'"unknown":[]}\n\n')
        head, _, body = start.partition(b"\r\n\r\n")
        assert b"content-type: text/event-stream; charset=utf-8" in head
        assert body.startswith(b"retry: ")
        assert b"event: board\n" in body
        step.tell(step.says.happen())
        assert b"event: alert\n" in read_until(link, b"\n\n")


def test_lines_of_json_are_given_to_who_accepts_them(step):
    with opened(step, b"/api/v1/stream", b"Accept: application/x-ndjson") as link:
        head, _, body = read_until(link, b"}\n").partition(b"\r\n\r\n")
        assert b"content-type: application/x-ndjson" in head
        assert json.loads(body)["event"] == "board"


def test_a_websocket_is_opened_with_its_handshake(step):
    said = [b"Connection: keep-alive, Upgrade", b"Upgrade: websocket"]
    with opened(
        step, b"/api/v1/ws", *said, b"Sec-WebSocket-Version: 13", b"Sec-WebSocket-Key: " + key()
    ) as link:
        head, _, body = read_until(link, b"}}").partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 101")
        assert b"sec-websocket-accept: " in head
        assert body[0] == 0x81

    assert b"websocket.malformed" in ask(step, b"GET /api/v1/ws")
    older = ask(
        step, b"GET /api/v1/ws", b"Connection: Upgrade", b"Upgrade: websocket",
        b"Sec-WebSocket-Version: 8",
    )  # fmt: skip
    assert older.startswith(b"HTTP/1.1 426")
    assert b"sec-websocket-version: 13" in older


@pytest.mark.parametrize(
    ("token", "told"),
    [("", False), (TOKEN, False), (EDGE_TOKEN[:-1] + "x", False), (EDGE_TOKEN, True)],
    ids=["nothing", "a device's", "nobody's", "an edge's"],
)
def test_another_edge_is_fed_and_told_of_devices_where_it_shows_a_token_for_that(step, token, told):
    with opened(step, b"/api/v1/feed", b"Authorization: Bearer " + token.encode()) as link:
        body = b""
        while b"\nboard " not in body or not body.endswith(b"\n"):
            body += link.recv(65_536).split(b"\r\n\r\n")[-1]
        kinds = {parse_line(raw).kind for raw in body.splitlines()}
    assert {"topics", "board"} <= kinds
    assert ("devices" in kinds) == told


def test_a_feed_is_for_everything(step):
    assert b"query.unknown_parameter" in ask(step, b"GET /api/v1/feed?areas=PORT")


@pytest.mark.parametrize("how", ["query", "header"])
def test_who_tells_a_place_gets_what_came_after_it(step, how):
    step.tell(step.says.happen())
    place = str(step.says.place).encode()
    step.tell(step.says.happen())
    path, more = b"/api/v1/stream", [b"Last-Event-ID: " + place]
    if how == "query":
        path, more = path + b"?since=" + place, []
    with opened(step, path, *more) as link:
        body = read_until(link, b"\n\n")
        while b"event" not in body:
            body += read_until(link, b"\n\n")
        assert b"event: alert" in body
        assert b"event: board" not in body
        assert body.count(b"event: ") == 1


def test_who_shows_the_token_of_a_device_is_told_first(step):
    kinds = []
    join = step.hub.join
    step.hub.join = lambda sink, asked, gone: (
        kinds.append(asked.actuator),
        join(sink, asked, gone),
    )
    try:
        for token in (TOKEN, TOKEN[:-1] + "x", ""):
            with opened(
                step, b"/api/v1/stream", b"Authorization: Bearer " + token.encode()
            ) as link:
                read_until(link, b"\n\n")
    finally:
        step.hub.join = join
    assert kinds == [True, False, False]


def test_a_stream_that_the_hub_refuses_is_answered_and_the_connection_goes_on(step):
    def refuse(sink, asked, gone):
        raise Unavailable("stream.too_many_sets", "No.")

    from tocsin.kernel.errors import Unavailable

    join, step.hub.join = step.hub.join, refuse
    try:
        with opened(step, b"/api/v1/stream") as link:
            link.sendall(b"GET /a" + CLOSE + b"\r\n")
            answer = read_all(link)
    finally:
        step.hub.join = join
    assert answer.startswith(b"HTTP/1.1 503")
    assert b"stream.too_many_sets" in answer
    assert answer.endswith(b'["GET", "/a", 0]')


# --- Long poll ------------------------------------------------------------------------------------


def test_a_question_what_is_new_is_answered_when_something_is_and_the_connection_goes_on(step):
    with step.connect() as link:
        link.sendall(b"GET /api/v1/poll?areas=PORT HTTP/1.1\r\nhost: x\r\n\r\n")
        head, _, body = read_until(link, b"]}").partition(b"\r\n\r\n")
        while len(body) < int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0]):
            body += link.recv(65_536)
        assert b"cache-control: no-store" in head
        first = json.loads(body)
        place = first["place"].encode()
        link.sendall(b"GET /api/v1/poll?areas=PORT&since=%s HTTP/1.1\r\n\r\n" % place)
        link.sendall(b"GET /a" + CLOSE + b"\r\n")
        assert within(30, lambda: step.call(lambda: step.hub.counts().polls) == 1)
        step.tell(step.says.happen())
        answer = read_all(link)

    assert first["events"][0]["event"] == "board"
    assert b'"event":"alert"' in answer
    assert answer.endswith(b'["GET", "/a", 0]')


def test_a_question_whose_sender_is_gone_is_forgotten(step):
    place = str(step.says.place).encode()
    with opened(step, b"/api/v1/poll?since=" + place):
        assert within(30, lambda: step.call(lambda: step.hub.counts().polls) == 1)
    assert within(30, lambda: step.call(lambda: step.hub.counts().polls) == 0)


# --- Who answers ----------------------------------------------------------------------------------


def test_the_board_of_now_is_answered_here_and_of_another_moment_by_the_core(step):
    assert b'"epoch"' in ask(step, b"GET /api/v1/board?areas=PORT")
    assert b'"etag' not in ask(step, b"HEAD /api/v1/board").partition(b"\r\n\r\n")[2]
    assert step.core.requests == []

    assert ask(step, b"GET /api/v1/board?at=2023-01-26T06:15:00Z").endswith(
        b'["GET", "/api/v1/board", 0]'
    )
    ask(step, b"POST /api/v1/board", b"Content-Length: 0")
    ask(step, b"GET /api/v1/areas")
    assert len(step.core.requests) == 3


@pytest.mark.parametrize("path", [b"board", b"stream", b"ws", b"poll", b"feed"])
def test_a_page_of_any_origin_may_ask_before_it_asks(step, path):
    answer = ask(step, b"OPTIONS /api/v1/" + path, b"Origin: https://x.example")

    assert answer.startswith(b"HTTP/1.1 204")
    assert b"access-control-allow-origin: *\r\n" in answer
    assert b"access-control-allow-methods: GET, HEAD\r\n" in answer
    assert step.core.requests == []


@pytest.mark.parametrize("path", [b"board", b"stream", b"ws", b"poll", b"feed"])
def test_an_unknown_parameter_is_refused_by_its_name(step, path):
    answer = ask(step, b"GET /api/v1/" + path + b"?region=31")

    assert answer.startswith(b"HTTP/1.1 400")
    assert b'"where": "region"' in answer


def test_before_a_board_was_heard_everybody_is_asked_to_come_back():
    with open_doorstep(ready=False) as step:
        for path in (b"board", b"stream", b"poll", b"feed"):
            answer = ask(step, b"GET /api/v1/" + path)
            assert answer.startswith(b"HTTP/1.1 503")
            assert b'"code": "edge.not_ready"' in answer
            assert b"retry-after: 1\r\n" in answer
        assert ask(step, b"GET /a").startswith(b"HTTP/1.1 200")


def test_an_edge_that_takes_its_leave_keeps_plain_connections_and_ends_those_with_tls(certificate):  # noqa: F811
    with open_doorstep() as step:
        (listening,) = listen("127.0.0.1", 0)
        step.call(step.front.serve_tls, [listening], server_context(*certificate))
        trusted = ssl.create_default_context(cafile=certificate[0])
        far = socket.create_connection(("127.0.0.1", listening.getsockname()[1]), timeout=30)
        tls = trusted.wrap_socket(far, server_hostname="localhost")
        with step.connect() as plain, tls:
            for link in (plain, tls):
                link.sendall(b"GET /a HTTP/1.1\r\nhost: x\r\n\r\n")
                assert b"connection: close" not in read_until(link, b'["GET", "/a", 0]')
            step.call(step.front.leave)
            for path, ends in ((b"/a", b'["GET", "/a", 0]'), (b"/api/v1/board", b'"unknown":[]}')):
                plain.sendall(b"GET %s HTTP/1.1\r\nhost: x\r\n\r\n" % path)
                assert b"connection: close" not in read_until(plain, ends)
            tls.sendall(b"GET /a HTTP/1.1\r\nhost: x\r\n\r\n")
            assert b"\r\nconnection: close\r\n" in read_all(tls)
        listening.close()


# --- With TLS -------------------------------------------------------------------------------------


def test_the_same_is_answered_with_tls_and_a_stream_goes_on_in_it(certificate):  # noqa: F811
    with open_doorstep() as step:
        (listening,) = listen("127.0.0.1", 0)
        step.call(step.front.serve_tls, [listening], server_context(*certificate))
        trusted = ssl.create_default_context(cafile=certificate[0])

        def connect():
            plain = socket.create_connection(("127.0.0.1", listening.getsockname()[1]), timeout=30)
            return trusted.wrap_socket(plain, server_hostname="localhost")

        with connect() as link:
            link.sendall(b"GET /large HTTP/1.1\r\nhost: x\r\n\r\n")
            assert read_until(link, b"xxxx\r\n\r\n"[:4])
            body = 0
            while body < 2_900_000:
                body += len(link.recv(1_000_000))
        with connect() as link:
            link.sendall(b"GET /api/v1/board HTTP/1.1\r\nhost: x\r\n\r\n")
            assert read_until(link, b'"unknown":[]}').startswith(b"HTTP/1.1 200")
            link.sendall(b"GET /a HTTP/1.1\r\nhost: x\r\n\r\n")
            assert read_until(link, b'["GET", "/a", 0]')
            assert step.core.heads[-1]["scheme"] == "https"
            link.sendall(b"GET /api/v1/stream HTTP/1.1\r\nhost: x\r\n\r\n")
            read_until(link, b'"unknown":[]}\n\n')
            step.tell(step.says.happen())
            assert b"event: alert" in read_until(link, b"\n\n")
            assert step.limits.total == 1
        assert within(30, lambda: not step.limits.by_address)
        step.call(step.front.stop)
        listening.close()


# --- Beginning and end ----------------------------------------------------------------------------


def test_who_waits_for_an_answer_gets_it_when_the_door_closes_and_others_are_closed():
    with open_doorstep() as step, step.connect() as busy, step.connect() as idle:
        step.core.hold.clear()
        idle.sendall(b"GET /api/v1/board HTTP/1.1\r\n\r\n")
        idle.recv(65_536)
        busy.sendall(b"GET /a HTTP/1.1\r\nhost: x\r\n\r\n")
        assert within(30, lambda: step.core.requests)
        step.call(step.front.close)
        assert read_all(idle) == b""
        step.core.hold.set()
        assert read_all(busy).endswith(b'["GET", "/a", 0]')
        with pytest.raises(ConnectionRefusedError):
            step.connect()


def test_a_listener_is_taken_again_at_once_and_its_connections_keep_little_in_the_kernel():
    (first,) = listen("127.0.0.1", 0)
    with closing(first):
        port = first.getsockname()[1]
        buffer = first.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)
        assert buffer <= 2 * SEND_BUFFER_BYTES
        with pytest.raises(OSError, match="in use"):
            listen("127.0.0.1", port)
        with socket.create_connection(("127.0.0.1", port)), first.accept()[0]:
            pass
    (again,) = listen("127.0.0.1", port)
    again.close()


def test_all_addresses_of_a_host_are_listened_at_by_one_port():
    sockets = listen("localhost", 0)
    ports = {listening.getsockname()[1] for listening in sockets}
    for listening in sockets:
        listening.close()
    assert len(ports) == 1
