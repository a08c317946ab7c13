"""
Goal: a core finds the edge that has outlived the core before it, and its sockets; nobody else does.

Method: a control socket in an event loop of its own thread, asked as a core asks; sockets that are
handed over are listened on.
"""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from contextlib import contextmanager, suppress

import msgspec
import pytest
from tests.edge.test_settings import SETTINGS

from tocsin.edge import control
from tocsin.edge.control import NOBODY, Control, find_edge


@contextmanager
def answering(path, settings=SETTINGS, sockets=()):
    """Answer at a path while the block runs."""
    loop = asyncio.new_event_loop()
    made, stop = threading.Event(), asyncio.Event()

    async def scene():
        door = Control(loop, path, settings, sockets)
        made.set()
        await stop.wait()
        door.close()
        door.close()  # An edge that is succeeded has closed it before it ends.

    thread = threading.Thread(target=lambda: loop.run_until_complete(scene()))
    thread.start()
    made.wait(30)
    try:
        yield
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(30)
        loop.close()


@pytest.fixture
def ear():
    with socket.create_server(("127.0.0.1", 0)) as ear:
        yield ear


def test_an_edge_says_who_it_is_and_hands_its_sockets_over(tmp_path, ear):
    with answering(tmp_path / "edge.sock", sockets=[ear]):
        found = find_edge(tmp_path / "edge.sock")

    assert (found.pid, found.settings) == (os.getpid(), SETTINGS)
    (same,) = found.sockets
    with same:
        port = ear.getsockname()[1]
        ear.close()
        with socket.create_connection(("127.0.0.1", port)) as link, same.accept()[0] as other:
            other.sendall(b"here")
            assert link.recv(4) == b"here"


def test_any_number_may_ask(tmp_path):
    with answering(tmp_path / "edge.sock"):
        assert all(find_edge(tmp_path / "edge.sock").settings == SETTINGS for _ in range(20))


def test_where_nobody_is_nobody_is_found(tmp_path):
    assert find_edge(tmp_path / "edge.sock") is None
    with answering(tmp_path / "edge.sock"):
        os.link(tmp_path / "edge.sock", tmp_path / "left")  # As a killed edge leaves it.
    assert list(tmp_path.iterdir()) == [tmp_path / "left"]
    assert find_edge(tmp_path / "left") is None


def test_a_new_edge_takes_the_name_over_from_a_living_one(tmp_path):
    newer = msgspec.structs.replace(SETTINGS, version="2")
    with answering(tmp_path / "edge.sock"):
        with answering(tmp_path / "edge.sock", newer):
            assert find_edge(tmp_path / "edge.sock").settings == newer
            assert list(tmp_path.iterdir()) == [tmp_path / "edge.sock"]
        with answering(tmp_path / "edge.sock", newer):
            pass
    assert list(tmp_path.iterdir()) == []


def test_the_older_of_two_leaves_the_name_to_the_newer_when_it_ends(tmp_path):
    newer = msgspec.structs.replace(SETTINGS, version="2")
    older = answering(tmp_path / "edge.sock")
    older.__enter__()
    with answering(tmp_path / "edge.sock", newer):
        older.__exit__(None, None, None)
        assert find_edge(tmp_path / "edge.sock").settings == newer


def test_an_edge_that_is_stuck_is_found_by_its_process_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(control, "ANSWER_WITHIN_S", 0.05)
    with socket.socket(socket.AF_UNIX) as deaf:
        deaf.bind(str(tmp_path / "edge.sock"))
        deaf.listen()
        found = find_edge(tmp_path / "edge.sock")

    assert (found.pid, found.settings, found.sockets) == (os.getpid(), NOBODY, ())


def test_an_edge_of_a_version_that_nobody_knows_is_found_all_the_same(tmp_path):
    class Later:
        def encode(self):
            return '{"version": "9", "unheard_of": 1}'

    with answering(tmp_path / "edge.sock", Later()):
        assert find_edge(tmp_path / "edge.sock").settings == NOBODY


def test_whoever_asks_something_else_is_told_nothing(tmp_path, ear):
    with answering(tmp_path / "edge.sock", sockets=[ear]):
        for asked in (b"what\n", b"who", b"\0" * 100):
            with socket.socket(socket.AF_UNIX) as link:
                link.connect(str(tmp_path / "edge.sock"))
                link.sendall(asked)
                link.shutdown(socket.SHUT_WR)
                with suppress(ConnectionResetError):
                    assert socket.recv_fds(link, 100, 4)[:2] == (b"", [])
