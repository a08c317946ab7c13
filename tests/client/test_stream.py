"""
Listening goes on: frames are read as they stand, a broken link is told and resumed by place.

Method: bytes cut at random places for the reader; for the link a real server on a local socket
that says what it is told to, closes, or stays silent. Waiting is counted, not waited for.
"""

import json
import socket
import threading
from contextlib import contextmanager, suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.client.stream import Event, Frame, Lost, Opened, listen, read_frames
from tocsin.kernel.errors import Malformed, Unavailable
from tocsin.kernel.wire import Place, encode, sse

WORDS = {"position": 3, "text": {"uk": "Тривога\u2028рядок", "en": "two\nlines"}}

frames = st.lists(
    st.tuples(
        st.sampled_from(["alert", "board", "heartbeat"]),
        st.dictionaries(st.text(max_size=5), st.text(max_size=20), max_size=3),
        st.none() | st.integers(0, 10**6).map(lambda n: Place("0123456789abcdef", n)),
    ),
    max_size=6,
)


@given(frames, st.data())
def test_frames_are_read_the_same_however_the_bytes_are_cut(told, data):
    whole = b"".join(sse(name, encode(body), place) for name, body, place in told)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=8)))
    chunks = [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)]

    read = list(read_frames(chunks))

    assert [frame.event for frame in read] == [name for name, _, _ in told]
    assert [json.loads(frame.data) for frame in read] == [body for _, body, _ in told]


def test_a_place_holds_until_the_next_one():
    first = sse("alert", b"{}", Place("e", 4))
    read = list(read_frames([first, sse("heartbeat", b"{}")]))
    assert [frame.id for frame in read] == ["e:4", "e:4"]


def test_an_event_that_the_end_cuts_short_is_left_out():
    assert list(read_frames([b"event: alert\ndata: {}\n"])) == []


def test_comments_and_unknown_fields_are_passed_over():
    (frame,) = read_frames([b": hello\r\nevent: board\r\nshape: round\r\ndata: {}\r\n\r\n"])
    assert frame == Frame("board", "{}", "", None)


def test_a_server_may_say_how_long_to_wait():
    (frame,) = read_frames([b"retry: 2500\n\n"])
    assert frame.retry_ms == 2500


def test_an_event_without_an_end_is_refused_before_the_memory_is_full():
    endless = (b"data: " + b"x" * 1_000_000 for _ in range(100))
    with pytest.raises(Unavailable, match=r"stream\.too_large"):
        list(read_frames(endless))


HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"


@contextmanager
def server(*answers):
    """Answer one connection after another, remembering each request; then refuse."""
    requests = []
    listening = socket.create_server(("127.0.0.1", 0))
    done = threading.Event()

    def serve():
        for answer, stays in answers:
            with suppress(OSError):
                connection, _ = listening.accept()
                with connection:
                    requests.append(connection.recv(65_536).decode())
                    connection.sendall(answer)
                    if stays:
                        done.wait(30)
        listening.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", requests
    finally:
        done.set()
        listening.close()
        thread.join()


def heard_until(heard, wanted):
    """Listen until so many losses."""
    told = []
    for one in heard:
        told.append(one)
        if sum(isinstance(o, Lost) for o in told) == wanted:
            return told
    raise AssertionError(told)


def test_a_broken_link_is_told_and_gone_on_with_after_the_last_place():
    first = (HEAD + sse("board", b'{"n":1}', Place("e", 7)), False)
    second = (HEAD + sse("alert", b'{"n":2}', Place("e", 8)), False)
    with server(first, second) as (url, requests):
        told = heard_until(listen(url, ["UA-30"], sleep=lambda _s: None), 2)

    assert [type(one) for one in told] == [Opened, Event, Lost] * 2
    assert [one.data["n"] for one in told if isinstance(one, Event)] == [1, 2]
    assert "areas=UA-30" in requests[0]
    assert "last-event-id" not in requests[0]
    assert "last-event-id: e:7" in requests[1]


def test_silence_is_a_lost_link():
    with server((HEAD + sse("board", b"{}", Place("e", 7)), True)) as (url, _):
        told = heard_until(listen(url, sleep=lambda _s: None, silence_s=0.2), 1)

    assert told[-1].why == "silent"


def test_each_failure_waits_longer_and_never_more_than_thirty_seconds():
    waits = []
    closed = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    closed.close()
    heard_until(listen(url, sleep=waits.append, chance=lambda: 1.0), 8)

    assert waits == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]


def test_chance_shortens_a_wait_by_up_to_half():
    closed = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    closed.close()
    (lost,) = heard_until(listen(url, sleep=lambda _s: None, chance=lambda: 0.0), 1)

    assert lost.again_in_s == 0.5


def test_a_server_that_is_busy_is_asked_again_when_it_says():
    busy = b"HTTP/1.1 503 no\r\nretry-after: 9\r\ncontent-length: 0\r\n\r\n"
    with server((busy, False)) as (url, _):
        (lost,) = heard_until(listen(url, sleep=lambda _s: None, chance=lambda: 1.0), 1)

    assert lost.again_in_s == 9


def test_a_wrong_question_is_not_asked_twice():
    body = b'{"code": "area.unknown", "title": "No area has the code."}'
    wrong = b"HTTP/1.1 404 no\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body)
    with server((wrong, False)) as (url, _), pytest.raises(Malformed, match=r"area\.unknown"):
        list(listen(url, ["nowhere"]))
