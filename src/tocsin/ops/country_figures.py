"""
What the arithmetic of a village, a city and a country is made from: each figure with its source.

Measured figures are of one processor of the project's two-core machine, over the loopback, whose
sender also pays for the receiver's half; a real network card makes them better, not worse. What
was not measured here says so. `docs/scale.md` prints this table.
"""

from __future__ import annotations

from typing import Final, NamedTuple

_SURVEY: Final = "survey of 2026-11-22, one processor, loopback"
_FANOUT: Final = "bench/results/fanout-2026-11-24, first series"
_BENCH: Final = "bench/results/bench-2026-11-24, first series"


class Figure(NamedTuple):
    """A number, its unit, and where it comes from."""

    value: float
    unit: str
    source: str


FIGURES: Final[dict[str, Figure]] = {
    "delivery_plain": Figure(6.1, "µs", f"{_FANOUT}: a whole edge, 19,000 subscribers, SSE"),
    "delivery_tls": Figure(10.7, "µs", f"{_FANOUT}: a whole edge, 2,000 subscribers, TLS"),
    "handshake_tls": Figure(472.0, "µs", f"{_SURVEY}: a full handshake and its request"),
    "accept_plain": Figure(25.0, "µs", f"{_SURVEY}: accept and subscribe"),
    "snapshot": Figure(13.0, "µs", f"{_SURVEY}: as nginx, with a whole parser; 8.6 without"),
    "memory_plain": Figure(4.4, "kB", f"{_FANOUT}: 0.4 of edge; survey: 4 of kernel, both ends"),
    "memory_tls": Figure(19.0, "kB", f"{_FANOUT}: 15 of edge; survey: 4 of kernel, both ends"),
    "press_to_edge": Figure(12.3, "ms", f"{_BENCH}: press to first stream, p99, on disk"),
    "message": Figure(1.1, "kB", "an alert as the stream has it, with its frame and TCP/IP"),
    "heartbeat": Figure(0.45, "kB", "a signed heartbeat with its frame and TCP/IP"),
    "heartbeat_every": Figure(5.0, "s", "kernel/limits.py"),
    "page": Figure(60.0, "kB", "first view of the page, compressed; assumed, see docs/scale.md"),
    "load": Figure(0.7, "", "how full a processor may be; chosen"),
}


def of(name: str) -> float:
    """Give the value of a figure."""
    return FIGURES[name].value


class Place(NamedTuple):
    """
    Who lives somewhere and how they hear; the shares are assumptions, each stated.

    Args:
        phones: Everything that wants to hear.
        streaming: Share that holds a stream open all the time: pages, widgets, boxes, desktops.
        polling: Share that asks for the board every `poll_every_s`.
        opening: Share that opens the page within a minute of an alert, woken by a push, a cell
            broadcast or the siren.
        variants: Different boards that are asked for: one for each set of areas people choose.
        cdn_places: Points of presence of the cache in front; 0 where there is none.
    """

    name: str
    phones: int
    streaming: float
    polling: float
    poll_every_s: float
    opening: float
    variants: int
    cdn_places: int
    tls: bool


PLACES: Final = (
    Place("village", 2_000, 0.25, 0.25, 10.0, 0.5, 2, 0, tls=False),
    Place("city", 1_000_000, 0.10, 0.10, 10.0, 0.3, 20, 0, tls=True),
    Place("country", 30_000_000, 0.10, 0.10, 10.0, 0.3, 163, 40, tls=True),
)
