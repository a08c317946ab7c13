"""What a running server counts for `/metrics`: what it knows itself, and what its edges report."""

from __future__ import annotations

from collections.abc import Callable

from tocsin.alerts.board import Board
from tocsin.channels.unix import FeedServer
from tocsin.ops.metrics import Metrics
from tocsin.ops.supervisor import Supervisor
from tocsin.views.live import Live


def counted(live: Live, board: Board, edges: FeedServer, supervisor: Supervisor) -> Metrics:
    """Name every count, with what tells its value; edges report theirs once a second."""

    def count(name: str) -> Callable[[], float]:
        return lambda: edges.count(name)

    return Metrics(
        gauges={
            "position": ("Place that is shown.", lambda: live.place.position),
            "alerts_standing": ("Alerts that stand.", lambda: len(board.standing())),
            "edges": ("Edges that serve.", lambda: len(edges.reports())),
            "stream_subscribers": ("Open streams.", count("subscribers")),
            "stream_slow": ("Readers that do not keep up now.", count("slow")),
            "stream_lag_ms": ("From a broadcast's call to its last write.", count("lag_ms")),
            "connections": ("Open connections.", count("connections")),
        },
        counters={
            "stream_delivered": ("Frames written.", count("delivered")),
            "stream_sent_bytes": ("Bytes written to streams.", count("sent_bytes")),
            "stream_closed": ("Readers closed because they took nothing.", count("closed")),
            "connections_refused": ("Over a limit.", count("refused")),
            "tasks_failed": ("Failures of the server's own tasks.", supervisor.failures.total),
        },
    )
