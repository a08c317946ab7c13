"""
Goal: who wrote something is told how far the stream had come, in words that the edge can wait for.

Method: a small application wrapped, asked as Starlette would; then a real server, whose answer is
read where the edge reads it.
"""

from __future__ import annotations

import asyncio
import socket
import threading

import pytest
from tests.serving import started
from tests.web.doorway import read_all

from tocsin.app.placed import placed
from tocsin.app.sockets import run_directory
from tocsin.kernel.wire import Place


def headers_of(method, kind="http"):
    said = []

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": [(b"a", b"b")]})
        await send({"type": "http.response.body", "body": b""})

    async def send(message):
        said.append(message)

    asyncio.run(placed(app, lambda: Place("e", 7))({"type": kind, "method": method}, None, send))
    return dict(said[0]["headers"])


def test_an_answer_to_post_carries_the_place_and_no_other_does():
    assert headers_of("POST") == {b"a": b"b", b"tocsin-place": b"e:7"}
    assert headers_of("GET") == {b"a": b"b"}
    assert headers_of("POST", "lifespan") == {b"a": b"b"}


def test_an_accepted_alert_is_answered_with_a_place_that_its_own_message_has(tmp_path):
    db = tmp_path / "t.db"
    with started(db) as server, server.listening() as stream:
        stream.next("board")
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(30)
            link.connect(str(run_directory(db) / "core.sock"))
            body = (
                b'{"command_id":"00000000-0000-0000-0000-000000000001","areas":["UA-30"],'
                b'"hazard":"air_raid","level":"warning","status":"Actual"}'
            )
            link.sendall(
                b"POST /api/v1/alerts HTTP/1.1\r\nhost: x\r\nconnection: close\r\n"
                b"authorization: Bearer %s\r\ncontent-type: application/json\r\n"
                b"content-length: %d\r\n\r\n%s" % (server.token.encode(), len(body), body)
            )
            head = read_all(link).decode().split("\r\n\r\n")[0].lower()
        told = stream.next("alert").id

    assert f"tocsin-place: {told}" in head


@pytest.mark.parametrize("writers", [8])
def test_who_has_raised_an_alert_sees_it_on_the_board_at_once(server, writers):
    """Many at a time; each asks for the board right after its own answer."""
    codes = [a["code"] for a in server.get("/api/v1/areas").json()["areas"] if a["level"] == 2]
    missed = []

    def write(part):
        for code in codes[part : 10 * writers : writers]:
            alert = server.raise_alert(code).json()["accepted"][0]["id"]
            shown = server.get("/api/v1/board", params={"areas": code}).json()["alerts"]
            if alert not in {one["id"] for one in shown}:
                missed.append(alert)

    threads = [threading.Thread(target=write, args=(part,)) for part in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert missed == []
