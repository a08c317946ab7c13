"""
Goal: several machines are one service: alarms are taken and told whatever part of it is gone.

Method: real cores on a real PostgreSQL, a real NATS server and an edge that stands alone; each
part is killed or stopped as on a bad day, and what people hear is read from the streams.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from contextlib import contextmanager

import httpx
from tests.nats_servers import nats_server  # noqa: F401  # A fixture.
from tests.serving import free_port, started

from tocsin import __version__
from tocsin.edge.settings import EdgeSettings

LONG_S = 40


@contextmanager
def lonely_edge(source, key, core="unix:/nobody"):
    """Run an edge that hears the core from far away; give its port."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening:
        listening.setblocking(False)
        port = listening.getsockname()[1]
        settings = EdgeSettings(
            version=__version__, host="127.0.0.1", port=port, listen=(listening.fileno(),),
            source=source, key=key, core=(core,), connections_max=100, connections_per_address=100,
        )  # fmt: skip
        process = subprocess.Popen(
            [sys.executable, "-m", "tocsin.edge", settings.encode()],
            pass_fds=[listening.fileno()],
        )
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=20)


@contextmanager
def hearing(url):
    """Open a stream of lines; give what reads on until an event of a kind."""
    headers = {"accept": "application/x-ndjson"}
    with (
        httpx.Client(timeout=LONG_S) as client,
        client.stream("GET", f"{url}/api/v1/stream", headers=headers) as answer,
    ):
        lines = answer.iter_lines()

        def heard(kind):
            for line in lines:
                event = json.loads(line)
                if event["event"] == kind:
                    return event
            raise AssertionError(f"{kind} was never heard")

        yield heard


def public_key(server):
    (key,) = server.get("/.well-known/tocsin.json").json()["keys"]
    return key["public_key"]


def test_an_edge_behind_nats_hears_an_alert_raised_at_the_core(tmp_path, nats_server):  # noqa: F811
    with (
        started(tmp_path / "t.db", bus=nats_server.url, metrics_port=free_port()) as core,
        lonely_edge(nats_server.url, public_key(core)) as edge,
        hearing(edge) as heard,
    ):
        heard("board")
        raised = core.raise_alert("UA-46").json()["accepted"][0]["id"]
        assert heard("alert")["data"]["alert"]["id"] == raised
        assert "tocsin_bus_connected 1.0" in core.get_metrics()
