"""
Goal: what an edge counts can be read by its core and by an operator of this machine.

Method: the text is read by Prometheus' own reader; the listener is asked over real connections.
"""

from __future__ import annotations

import asyncio
import json
import re
from contextlib import suppress
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tocsin.edge.metrics import COUNTERS, GAUGES, LABELS, encode_report, listen, text
from tocsin.edge.verify import Outcome

REPORT = {
    "ready": True, "subscribers": {"sse": 3, "ndjson": 1}, "connections": 9, "delivered": 1_000,
    "lost": False, "lines": {"passed": 7, "forged": 1},
}  # fmt: skip


def test_a_report_is_one_line():
    assert json.loads(encode_report(REPORT)) == REPORT
    assert b"\n" not in encode_report(REPORT)


def test_the_text_says_every_count_and_those_by_form_with_their_form():
    families = {f.name: f for f in text_string_to_metric_families(text(REPORT))}

    assert set(families) == {f"tocsin_{name}" for name in (*GAUGES, *COUNTERS)}
    samples = families["tocsin_stream_subscribers"].samples
    assert {s.labels["form"]: s.value for s in samples} == {"sse": 3, "ndjson": 1}
    (delivered,) = families["tocsin_stream_delivered"].samples
    assert (delivered.name, delivered.value) == ("tocsin_stream_delivered_total", 1_000)
    assert families["tocsin_source_lost"].samples[0].value == 0
    lines = families["tocsin_source_lines"].samples
    assert {s.labels["outcome"]: s.value for s in lines} == {"passed": 7, "forged": 1}


def test_every_count_and_every_outcome_has_its_row_in_the_documents():
    page = (Path(__file__).parents[2] / "docs/reference/metrics.md").read_text("utf-8")
    rows = re.findall(r"^\| `tocsin_(\w+?)(?:\{(\w+)\})?` \| (\w+) \|", page, re.MULTILINE)

    assert {name for name, _, kind in rows if kind == "gauge"} == set(GAUGES)
    counters = {name.removesuffix("_total") for name, _, kind in rows if kind == "counter"}
    assert counters == set(COUNTERS)
    assert {label for _, label, _ in rows} == {"", "form", *LABELS.values()}
    explained = page.partition("| outcome |")[2]
    assert set(re.findall(r"`(\w+)`", explained)) == set(Outcome)


def asked(*requests):
    async def scene():
        server = await listen(lambda: REPORT, 0)
        port = server.sockets[0].getsockname()[1]
        assert server.sockets[0].getsockname()[0] == "127.0.0.1"
        answers = []
        for request in requests:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(request)
            answers.append(await reader.read())
            writer.close()
        server.close()
        return answers

    return asyncio.run(scene())


def test_the_listener_answers_for_metrics_and_for_nothing_else():
    good, query, other, none = asked(
        b"GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n",
        b"GET /metrics?x HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"nonsense\r\n\r\n",
    )

    assert good.partition(b"\r\n\r\n")[2].decode() == text(REPORT)
    assert good.startswith(b"HTTP/1.1 200")
    assert query.startswith(b"HTTP/1.1 200")
    assert other.startswith(b"HTTP/1.1 404")
    assert none.startswith(b"HTTP/1.1 404")


@pytest.mark.parametrize("count", [1, 3])
def test_a_request_without_end_is_cut_off(count):
    async def scene():
        server = await listen(lambda: REPORT, 0)
        port = server.sockets[0].getsockname()[1]
        for _ in range(count):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"x" * 9_000)
            with suppress(ConnectionResetError):
                assert await reader.read() == b""
            writer.close()
        server.close()

    asyncio.run(scene())
