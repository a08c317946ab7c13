"""
Goal: an edge that stands alone is refused at the terminal what it could not do, and goes on with
the connections of the one before it.

Method: settings that cannot work; then edges beside a real server, started again on the same port.
"""

from __future__ import annotations

import json
import signal
import socket
import subprocess
from contextlib import contextmanager

import msgspec
import pytest
from tests.cli.terminal import start
from tests.edge.test_settings import SETTINGS
from tests.serving import Listener, free_port, started

from tocsin.app.lone_edge import become_edge
from tocsin.app.sockets import run_directory
from tocsin.kernel.errors import Malformed, Unavailable

KEY = "A" * 43


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"source": "smoke:signals"}, "edge.source_unknown"),
        ({"source": "nats://x", "key": ""}, "edge.key_malformed"),
        ({"source": "https://x", "key": "AA"}, "edge.key_malformed"),
        ({"source": "https://x", "key": KEY, "token_file": "/none"}, "edge.token_malformed"),
        ({"source": "https://x", "key": KEY, "core": ("ftp://x",)}, "edge.core_malformed"),
        ({"host": "192.0.2.1"}, "serve.cannot_listen"),
    ],
)
def test_what_cannot_work_is_refused_before_anything_is_said(changed, code):
    with pytest.raises(Malformed) as refused:
        become_edge(msgspec.structs.replace(SETTINGS, **changed))
    assert refused.value.code == code


def test_a_port_that_is_taken_is_refused():
    with socket.create_server(("127.0.0.1", 0)) as other:
        wanted = msgspec.structs.replace(SETTINGS, port=other.getsockname()[1])
        with pytest.raises(Unavailable, match=r"serve\.port_taken"):
            become_edge(wanted)


@contextmanager
def edge_of(server, port):
    """Run an edge beside a server's own until the block ends."""
    run = run_directory(server.db)
    process = start(
        "edge", "--from", f"unix:{run / 'feed.sock'}", "--core", f"unix:{run / 'core.sock'}",
        "--port", port,
    )  # fmt: skip
    try:
        assert process.stdout.readline().strip() == f"http://127.0.0.1:{port}/"
        yield process
    finally:
        process.terminate()
        try:
            process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def opened(port):
    link = socket.create_connection(("127.0.0.1", port), timeout=30)
    link.sendall(b"GET /api/v1/stream HTTP/1.1\r\nhost: x\r\n\r\n")
    return link


def test_an_edge_beside_a_servers_own_tells_the_same_and_hands_on_what_is_not_its_own(tmp_path):
    port = free_port()
    with started(tmp_path / "t.db") as server, edge_of(server, port), opened(port) as link:
        stream = Listener(link)
        assert stream.next().event == "board"
        body = {
            "command_id": "00000000-0000-0000-0000-000000000001", "areas": ["UA-30"],
            "hazard": "air_raid", "level": "warning", "status": "Actual",
        }  # fmt: skip
        own, server.url = server.url, f"http://127.0.0.1:{port}"
        answer = server.post("/api/v1/alerts", body)
        assert answer.status_code == 201
        assert stream.next("alert").data["position"] == answer.json()["position"]
        here, there = (server.get("/api/v1/board").json() for server.url in (server.url, own))
        assert here["alerts"] == there["alerts"] != []


def test_an_edge_started_again_for_the_same_address_takes_over_all_who_listen(tmp_path):
    port = free_port()
    with (
        started(tmp_path / "t.db") as server,
        edge_of(server, port) as first,
        opened(port) as link,
    ):
        stream = Listener(link)
        stream.next("board")
        with edge_of(server, port):
            assert first.wait(30) == 0
            server.raise_alert("UA-30")
            assert stream.next("alert").data["area"]["iso"] == "UA-30"
            with opened(port) as other:
                assert Listener(other).next("board").data["alerts"]


def test_it_ends_well_when_it_is_told_to(tmp_path):
    with started(tmp_path / "t.db") as server, edge_of(server, free_port()) as edge:
        edge.send_signal(signal.SIGINT)
        assert edge.wait(30) == 0
        assert json.loads(server.get("/healthz").text) == {"status": "ok"}
