"""
Goal: an operator sees what the server does, on this machine alone, and nobody's business else.

Method: a registry with values of the test's own; then the listener of a real server, before and
after an alert, and its public door, where there are no metrics.
"""

from __future__ import annotations

import socket
import threading
import time

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from tests.serving import free_port

from tocsin.ops.metrics import Metrics


def parsed(text):
    """Read the text format by the library's own reader: name to value, for what has no labels."""
    families = text_string_to_metric_families(text)
    samples = [sample for family in families for sample in family.samples]
    assert {label for sample in samples for label in sample.labels} <= {"le"}
    return {sample.name: sample.value for sample in samples if not sample.labels}


def test_values_are_read_when_somebody_asks():
    value = iter([1.0, 2.0])
    metrics = Metrics({"open": ("Doors.", lambda: next(value))}, {"told": ("Words.", lambda: 7)})
    port = free_port()
    with metrics.listen(port):
        first, second = (
            parsed(httpx.get(f"http://127.0.0.1:{port}/metrics").text) for _ in range(2)
        )

    assert (first["tocsin_open"], second["tocsin_open"]) == (1.0, 2.0)
    assert first["tocsin_told_total"] == 7


def test_the_listener_is_for_this_machine_and_ends_with_the_block():
    port = free_port()
    with Metrics({}, {}).listen(port):
        link = socket.create_connection(("127.0.0.1", port))
        assert link.getpeername()[0] == "127.0.0.1"
        link.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))


def test_port_0_means_no_listener():
    before = threading.active_count()  # A listener runs in a thread of its own.
    with Metrics({}, {}).listen(0):
        assert threading.active_count() == before
    with Metrics({}, {}).listen(free_port()):
        assert threading.active_count() == before + 1


def test_a_real_server_counts_alerts_commits_readers_and_connections(server):
    before = parsed(server.get_metrics())
    server.raise_alert("UA-30")
    with server.listening() as stream:
        stream.next("board")
        server.raise_alert("UA-32")
        stream.next("alert")
        until = time.monotonic() + 30
        while time.monotonic() < until:  # The edge reports once a second.
            after = parsed(server.get_metrics())
            told = ("tocsin_stream_subscribers", "tocsin_stream_delivered_total")
            if all(after[name] > before[name] for name in told):
                break
            time.sleep(0.05)

    def grew(name):
        return after[f"tocsin_{name}"] - before[f"tocsin_{name}"]

    assert grew("position") == 2
    assert grew("alerts_standing") == 2
    assert grew("stream_subscribers") == 1
    assert grew("commit_seconds_count") == 2
    assert grew("stream_delivered_total") >= 1
    assert after["tocsin_edges"] == 1
    assert after["tocsin_connections"] >= 1
    assert after["tocsin_tasks_failed_total"] == 0
    assert after["tocsin_connections_refused_total"] == 0


def test_the_public_door_has_no_metrics(running_server):
    assert running_server.get("/metrics").status_code == 404


def test_no_metric_names_an_area_a_sender_or_an_address(server):
    server.raise_alert("UA-30")
    text = server.get_metrics()

    assert "UA80000000000093317" not in text
    assert "kmva" not in text
    assert "127.0.0.1" not in text
