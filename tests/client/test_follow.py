"""
Following goes on: a broken link is made again and resumed by place, silence and staleness are told.

Method: a server on a local socket that says what it is told to, closes, or stays silent; waiting
is counted, not waited for. Then a real server that is killed and started again.
"""

import asyncio
import json
import socket
import threading
from contextlib import contextmanager, suppress

import pytest
from tests.client.test_standing import KYIV, alert, board, message
from tests.serving import started

from tocsin.client.follow import Closed, Opened, follow, follow_sync
from tocsin.client.stream import Event
from tocsin.kernel.errors import Malformed
from tocsin.kernel.wire import Place, encode, sse

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"
PLACE = Place("e1", 7)


def event(name, data, position=None):
    return sse(name, encode(data), None if position is None else Place("e1", position))


BOARD = HEAD + event("board", board(position=7), 7)
CALM = {"code": "area.unknown", "title": "No area has the code."}


@contextmanager
def server(*answers):
    """Answer one connection after another, remembering each request; then refuse."""
    requests = []
    listening = socket.create_server(("127.0.0.1", 0))

    def serve():
        for answer, stays in answers:
            with suppress(OSError):
                connection, _ = listening.accept()
                with connection:
                    requests.append(connection.recv(65_536).decode())
                    connection.sendall(answer)
                    if stays:
                        connection.settimeout(30)
                        connection.recv(1)  # Until the other side goes.
        listening.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", requests
    finally:
        listening.close()
        thread.join()


async def _heard_until(followed, wanted):
    told = []
    async with followed:
        heard = followed.heard()
        async for one in heard:
            told.append(one)
            if sum(isinstance(o, Closed) for o in told) == wanted:
                await heard.aclose()
                return told
    raise AssertionError(told)


def heard_until(followed, wanted):
    """Listen until the connection broke so many times."""
    return asyncio.run(_heard_until(followed, wanted))


async def _no_wait(_):
    await asyncio.sleep(0)


def nowhere():
    """Give the address of a server that is not there."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        return f"http://127.0.0.1:{closed.getsockname()[1]}"


def test_a_broken_link_is_told_and_gone_on_with_after_the_last_place():
    second = HEAD + event("alert", message(8, [alert(KYIV, 8)]), 8)
    with server((BOARD, False), (second, False)) as (url, requests):
        kyiv = follow(url, ["UA-30"], sleep=_no_wait)
        told = heard_until(kyiv, 2)

    assert [type(one) for one in told] == [Opened, Event, Closed] * 2
    assert [one.name for one in told if isinstance(one, Event)] == ["board", "alert"]
    assert kyiv.state == "warning"
    assert "areas=UA-30" in requests[0]
    assert "last-event-id" not in requests[0]
    assert "last-event-id: e1:7" in requests[1]
    assert "authorization" not in requests[0]


def test_a_device_shows_its_token():
    with server((BOARD, False)) as (url, requests):
        heard_until(follow(url, token="tcs_a_b", sleep=_no_wait), 1)

    assert "authorization: Bearer tcs_a_b" in requests[0]


def test_silence_is_a_lost_link():
    with server((BOARD, True)) as (url, _):
        kyiv = follow(url, silence_s=0.2, sleep=_no_wait)
        told = heard_until(kyiv, 1)

    assert told[-1].why == "silent"
    assert kyiv.why == "silent"
    assert kyiv.lost
    assert kyiv.state == "unknown"


def test_what_cannot_be_read_is_asked_for_anew_from_a_board():
    broken = BOARD + b"event: alert\nid: e1:8\ndata: {half\n\n"
    with server((broken, True), (BOARD, False)) as (url, requests):
        told = heard_until(follow(url, sleep=_no_wait), 2)

    assert "no JSON object" in told[2].why
    assert "last-event-id" not in requests[1]


def test_an_alert_that_makes_no_sense_is_not_passed_over():
    broken = BOARD + event("alert", {"epoch": "e1"}, 8)
    with server((broken, True), (BOARD, False)) as (url, requests):
        kyiv = follow(url, sleep=_no_wait)
        told = heard_until(kyiv, 2)

    assert "cannot be read" in told[2].why
    assert "last-event-id" not in requests[1]
    assert kyiv.state == "unknown"  # Until a heartbeat vouches for the board.


def test_a_replay_is_given_a_board_each_time():
    past = HEAD + event("board", board(position=7, replay=True), 7)
    with server((past, False), (past, False)) as (url, requests):
        kyiv = follow(url, sleep=_no_wait)
        heard_until(kyiv, 2)

    assert "last-event-id" not in requests[1]
    assert kyiv.replay


def test_a_kept_board_is_gone_on_from():
    known = board([alert(KYIV, 3)], position=7)
    with server((HEAD, False)) as (url, requests):
        kyiv = follow(url, known=known, sleep=_no_wait)
        heard_until(kyiv, 1)

    assert "last-event-id: e1:7" in requests[0]
    assert kyiv.board == known


def test_a_server_that_is_not_there_is_asked_again_and_again():
    waits = []

    async def sleep(wait_s):
        waits.append(wait_s)

    told = heard_until(follow(nowhere(), sleep=sleep, chance=lambda: 1.0, silence_s=60), 4)

    assert waits == [1.0, 2.0, 4.0]
    assert [one.again_in_s for one in told] == [1.0, 2.0, 4.0, 8.0]


def test_a_server_that_is_busy_is_not_asked_before_it_says():
    busy = b"HTTP/1.1 503 no\r\nretry-after: 9\r\ncontent-length: 0\r\n\r\n"
    with server((busy, False)) as (url, _):
        (closed,) = heard_until(follow(url, sleep=_no_wait), 1)

    assert closed.again_in_s >= 9


def test_a_wrong_question_is_not_asked_twice():
    body = json.dumps(CALM).encode()
    wrong = b"HTTP/1.1 404 no\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body)
    with server((wrong, False)) as (url, _), pytest.raises(Malformed, match=r"area\.unknown"):
        list(follow_sync(url, ["nowhere"]))


def test_the_link_is_told_lost_during_a_pause_when_it_is_and_not_after():
    slept, now_s = [], [0.0]

    async def sleep(wait_s):
        slept.append(wait_s)
        now_s[0] += wait_s

    async def first_change(url):
        kyiv = follow(url, sleep=sleep, clock=lambda: now_s[0], chance=lambda: 1.0)
        async with kyiv:
            async for change in kyiv:
                return change, sum(slept)
        raise AssertionError(slept)

    change, after_s = asyncio.run(first_change(nowhere()))

    assert change.why == "lost"
    assert 12.0 < after_s < 12.01


def test_a_plain_loop_and_a_coroutine_hear_the_same():
    told = BOARD + event("alert", message(8, [alert(KYIV, 8)]), 8)

    async def changes(url):
        async with follow(url) as kyiv:
            return [change async for _, change in _some(kyiv, 2)]

    async def _some(kyiv, wanted):
        number = 0
        async for change in kyiv:
            number += 1
            yield number, change
            if number == wanted:
                return

    with server((told, True), (told, True)) as (url, _):
        with follow_sync(url) as kyiv:
            plain = [change for _, change in zip(range(2), kyiv, strict=False)]
        assert plain == asyncio.run(changes(url))
    assert [change.why for change in plain] == ["board", "alert"]


def test_a_plain_loop_may_be_left_at_any_time():
    with server((BOARD, True)) as (url, _):
        for change in follow_sync(url):
            assert change.why == "board"
            break
    assert not [t for t in threading.enumerate() if t.name == "tocsin-follow" and t.is_alive()]


def test_an_alert_is_heard_once_across_the_death_of_its_server(tmp_path):
    db = tmp_path / "tocsin.db"
    with started(db) as first, follow_sync(first.url, ["UA-77"]) as followed:
        changes = iter(followed)
        assert next(changes).why == "board"
        raised = first.raise_alert("UA-77").json()["accepted"][0]["id"]
        assert [a.id for a in next(changes).began] == [raised]
        first.kill()
        with started(db, token=first.token, port=first.port) as second:
            second.clear(raised)
            change = next(changes)
            while change.why in {"lost", "back"}:
                change = next(changes)
    assert change.why == "all-clear"
    assert [a.id for a in change.ended] == [raised]
    assert not change.began
