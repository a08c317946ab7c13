"""
What a running server counts for `/metrics`.

It is what the server knows itself, what its edges report, and what its bus and its record say.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tocsin.alerts.board import Board
from tocsin.app.record import Record
from tocsin.channels.compat_webhooks import Webhooks
from tocsin.channels.unix import FeedServer
from tocsin.ledger.duty import Duty
from tocsin.ops.metrics import Metrics
from tocsin.ops.supervisor import Supervisor
from tocsin.views.live import Live

if TYPE_CHECKING:  # Only who has a bus has its client.
    from tocsin.channels.bus import Bus

Named = dict[str, tuple[str, Callable[[], float]]]


def counted(
    live: Live,
    board: Board,
    edges: FeedServer,
    supervisor: Supervisor,
    record: Record,
    bus: Bus | None = None,
    webhooks: Webhooks | None = None,
) -> Metrics:
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
            "record_active": ("Writes it.", lambda: record.duty is Duty.ACTIVE),
            "record_cut_off": ("Out of reach.", lambda: record.duty is Duty.CUT_OFF),
            "record_waiting": ("Taken and not recorded yet.", lambda: record.waiting_count),
            **_bus_gauges(bus),
            **_webhook_gauges(webhooks),
        },
        counters={
            "stream_delivered": ("Frames written.", count("delivered")),
            "stream_sent_bytes": ("Bytes written to streams.", count("sent_bytes")),
            "stream_closed": ("Readers closed because they took nothing.", count("closed")),
            "connections_refused": ("Over a limit.", count("refused")),
            "tasks_failed": ("Failures of the server's own tasks.", supervisor.failures.total),
            **_bus_counters(bus),
            **_webhook_counters(webhooks),
        },
    )


def _bus_gauges(bus: Bus | None) -> Named:
    if bus is None:
        return {}
    return {
        "bus_connected": ("A server of NATS answers.", lambda: bus.connected),
        "bus_stored": ("The stream has all that a newcomer must know.", lambda: bus.stored),
    }


def _bus_counters(bus: Bus | None) -> Named:
    if bus is None:
        return {}
    return {
        "bus_published": ("Lines.", lambda: bus.counts.published),
        "bus_connections": ("To whichever server.", lambda: bus.counts.connections),
        "bus_refilled": ("Messages said again.", lambda: bus.counts.refilled),
        "bus_beginnings": ("All said anew.", lambda: bus.counts.beginnings),
        "bus_overflows": ("Too slow, so let go.", lambda: bus.counts.overflows),
        "bus_asked": ("Questions of edges answered.", lambda: bus.counts.asked),
    }


def _webhook_gauges(webhooks: Webhooks | None) -> Named:
    if webhooks is None:
        return {}
    return {
        "webhooks": ("Addresses that are called.", lambda: len(webhooks.known)),
        "webhooks_behind": ("Not told everything yet.", lambda: webhooks.calls.behind),
    }


def _webhook_counters(webhooks: Webhooks | None) -> Named:
    if webhooks is None:
        return {}
    calls = webhooks.calls
    return {
        "webhook_calls": ("That were taken.", lambda: calls.made),
        "webhook_calls_failed": ("That were not.", lambda: calls.failed),
        "webhooks_forgotten": ("Because they took no call for a day.", lambda: calls.forgotten),
    }
