"""
What an edge has done, in two forms: the line that it reports to its core, and Prometheus' text.

Counts are kept by wire form where that says something, never by area or address: how many listen
to an area is nobody's business. The text is answered on 127.0.0.1 alone.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any, Final, cast

REQUEST_BYTES: Final = 8_192
ASKED_WITHIN_S: Final = 5.0

Report = Mapping[str, Any]
"""Name to a number, or to numbers by wire form, or by what `LABELS` says."""

GAUGES: Final = {
    "stream_subscribers": ("subscribers", "Open streams."),
    "stream_slow": ("slow", "Readers that do not keep up now."),
    "stream_lag_ms": ("lag_ms", "From the last broadcast's call to its last write."),
    "stream_kept": ("kept", "Messages at hand for those who come back."),
    "polls": ("polls", "Questions that wait for an answer."),
    "connections": ("connections", "Open connections."),
    "source_lost": ("lost", "1 while the core is not heard."),
}
COUNTERS: Final = {
    "stream_delivered": ("delivered", "Frames written."),
    "stream_sent_bytes": ("sent_bytes", "Bytes written to streams."),
    "stream_closed": ("closed", "Readers closed because they took nothing for too long."),
    "connections_refused": ("refused", "Over a limit."),
    "source_lines": ("lines", "Lines of a feed from another machine, by what became of them."),
    "source_untaken": ("untaken", "Lines that the core had signed and that made no sense here."),
    "source_silences": ("silences", "How often the core was not heard any more."),
}
LABELS: Final = {"lines": "outcome"}


def encode_report(report: Report) -> bytes:
    """Write a report as one line of JSON."""
    return json.dumps(report, separators=(",", ":")).encode()


def text(report: Report) -> str:
    """Write a report in the Prometheus text format."""
    lines: list[str] = []
    for kind, names in (("gauge", GAUGES), ("counter", COUNTERS)):
        for metric, (key, meaning) in names.items():
            full = f"tocsin_{metric}" + ("_total" if kind == "counter" else "")
            lines += [f"# HELP {full} {meaning}", f"# TYPE {full} {kind}"]
            found = report.get(key, 0)
            if isinstance(found, Mapping):
                label = LABELS.get(key, "form")
                lines += [f'{full}{{{label}="{name}"}} {float(n)}' for name, n in found.items()]
            else:
                lines.append(f"{full} {float(found)}")
    return "\n".join((*lines, ""))


class _Asked(asyncio.Protocol):
    """Answer whoever asks on a local port with the text, and close."""

    def __init__(self, report: Callable[[], Report]) -> None:
        self._report = report
        self._asked = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by its class.
        loop = asyncio.get_running_loop()
        self._patience = loop.call_later(ASKED_WITHIN_S, self._transport.abort)

    def data_received(self, data: bytes) -> None:
        self._asked += data
        if b"\r\n\r\n" in self._asked:
            known = self._asked.startswith((b"GET /metrics ", b"GET /metrics?"))
            body = text(self._report()).encode() if known else b""
            head = (
                f"HTTP/1.1 {'200 OK' if known else '404 Not Found'}\r\n"
                "content-type: text/plain; version=0.0.4; charset=utf-8\r\n"
                f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
            )
            self._transport.write(head.encode() + body)
            self._transport.close()
        elif len(self._asked) > REQUEST_BYTES:
            self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._patience.cancel()


async def listen(report: Callable[[], Report], port: int) -> asyncio.AbstractServer:
    """Answer `/metrics` on 127.0.0.1, until the server is closed."""
    loop = asyncio.get_running_loop()
    return await loop.create_server(lambda: _Asked(report), "127.0.0.1", port)
