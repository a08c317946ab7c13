"""
Metrics in the Prometheus text format, on a listener of their own that only this machine reaches.

No area, sender or address is a label: how many subscribers an area has is nobody's business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Histogram, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

COMMIT_BUCKETS_S = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


class Metrics(Collector):
    """
    What is counted, read when somebody asks.

    Args:
        gauges: Name to a function that tells its value now; names without the `tocsin_` prefix.
        counters: The same, for what only grows.
    """

    def __init__(
        self,
        gauges: Mapping[str, tuple[str, Callable[[], float]]],
        counters: Mapping[str, tuple[str, Callable[[], float]]],
    ) -> None:
        self.registry = CollectorRegistry()
        self._gauges = gauges
        self._counters = counters
        self.commit_s = Histogram(
            "tocsin_commit_seconds",
            "From a group of commands taken up to its commit on disk.",
            buckets=COMMIT_BUCKETS_S,
            registry=self.registry,
        )
        self.registry.register(self)

    def collect(self) -> Iterator[GaugeMetricFamily | CounterMetricFamily]:
        """Read every value now."""
        for name, (meaning, value) in self._gauges.items():
            yield GaugeMetricFamily(f"tocsin_{name}", meaning, value=value())
        for name, (meaning, value) in self._counters.items():
            yield CounterMetricFamily(f"tocsin_{name}", meaning, value=value())

    @contextmanager
    def listen(self, port: int) -> Iterator[None]:
        """Answer `/metrics` on 127.0.0.1 while the block runs; port 0 means not at all."""
        if not port:
            yield
            return
        server, thread = start_http_server(port, addr="127.0.0.1", registry=self.registry)
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
