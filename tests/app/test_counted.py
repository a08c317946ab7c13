"""
Goal: an operator sees what the edges report beside what the core knows.

Method: the counts of a server whose edges are a list of reports.
"""

from __future__ import annotations

from types import SimpleNamespace

from prometheus_client import generate_latest
from tests.ops.test_metrics import parsed

from tocsin.alerts.board import Board
from tocsin.app.counted import counted
from tocsin.app.record import OwnRecord
from tocsin.channels.unix import FeedServer
from tocsin.kernel.wire import Place
from tocsin.ops.supervisor import Supervisor


class Link:
    def __init__(self, report):
        self.report = report


def test_the_counts_of_all_edges_are_added_up():
    live = SimpleNamespace(place=Place("e", 7))
    edges = FeedServer(None)
    metrics = counted(live, Board(), edges, Supervisor(print), OwnRecord(None, None))
    assert parsed(generate_latest(metrics.registry).decode())["tocsin_edges"] == 0

    for number in (1, 2):
        report = {"subscribers": {"sse": number, "ndjson": 1}, "delivered": 10, "connections": 5}
        edges.links.add(Link(report))
    edges.links.add(Link({}))  # Not heard of yet.
    shown = parsed(generate_latest(metrics.registry).decode())

    assert shown["tocsin_edges"] == 2
    assert shown["tocsin_position"] == 7
    assert shown["tocsin_stream_subscribers"] == 5
    assert shown["tocsin_stream_delivered_total"] == 20
    assert shown["tocsin_connections"] == 10
