"""
Goal: the application is served on a socket of its own, told who asks, and stopped in order.

Method: a small application behind the server, on a Unix socket, asked by plain bytes. What comes
from outside is the edge's to judge; its tests are in `tests/edge`.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import threading
from contextlib import contextmanager

import pytest
from tests.web.doorway import read_all

from tocsin.web.server import build


async def app(scope, receive, send):
    """Say who asks, and how."""
    if scope["type"] == "lifespan":
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})
        return
    body = json.dumps([(scope["client"] or [""])[0], scope["scheme"], scope["path"]]).encode()
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@contextmanager
def served(path):
    """Serve while the block runs; gives what was noted on the way."""
    noted, started = [], threading.Event()

    async def note():
        noted.append(await asyncio.to_thread(asked, path))

    server = build(app, path, started=started.set, before_end=note)

    def run():
        with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
            runner.run(server.serve())

    thread = threading.Thread(target=run)
    thread.start()
    try:
        assert started.wait(30)
        yield noted
    finally:
        server.should_exit = True
        thread.join(30)


def asked(path, headers=b""):
    with socket.socket(socket.AF_UNIX) as link:
        link.settimeout(30)
        link.connect(str(path))
        link.sendall(b"GET /a HTTP/1.1\r\nhost: x\r\nconnection: close\r\n" + headers + b"\r\n")
        return read_all(link)


def said(answer):
    return json.loads(answer.partition(b"\r\n\r\n")[2])


def test_it_answers_and_believes_the_edge_about_who_asks(tmp_path):
    headers = b"x-forwarded-for: 198.51.100.9\r\nx-forwarded-proto: https\r\n"
    with served(tmp_path / "core.sock"):
        assert said(asked(tmp_path / "core.sock", headers)) == ["198.51.100.9", "https", "/a"]


def test_it_does_not_say_what_it_is(tmp_path):
    with served(tmp_path / "core.sock"):
        head = asked(tmp_path / "core.sock").lower()
    assert b"server:" not in head
    assert b"date:" in head


def test_it_answers_until_the_edge_has_ended_and_leaves_no_socket_behind(tmp_path):
    with served(tmp_path / "core.sock") as noted:
        pass
    assert [said(answer)[2] for answer in noted] == ["/a"]
    assert list(tmp_path.iterdir()) == []


def test_the_socket_of_a_dead_server_is_replaced(tmp_path):
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(tmp_path / "core.sock"))
    with served(tmp_path / "core.sock"):
        assert said(asked(tmp_path / "core.sock"))


@pytest.mark.parametrize("how", [signal.SIGHUP, signal.SIGTERM])
def test_a_terminal_that_is_closed_ends_it_as_well_as_a_signal_to_stop(tmp_path, how):
    """In the main thread, as it is in a process of its own."""
    signal.signal(how, signal.SIG_DFL)  # Whoever starts the tests under nohup has it ignored.
    server = build(
        app, tmp_path / "core.sock", started=lambda: os.kill(os.getpid(), how), before_end=nothing
    )
    with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
        runner.run(server.serve())
    assert server.should_exit


async def nothing():
    """Nothing is to be done before the end."""
