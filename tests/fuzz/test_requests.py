"""
Goal: nothing that can be sent breaks the server, opens what it should not, or gets a wrong answer.

Method: bytes that are nearly requests (mutated, cut, glued together) and bodies that are nearly
commands go to a running server. Each answer is whole HTTP and no fault of the server's; after all
of them the server still answers, counts no connection as open, and nothing stands that nobody
raised.
"""

from __future__ import annotations

import json
import os
import time
from urllib.parse import quote
from uuid import UUID

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

EXAMPLES = int(os.environ.get("TOCSIN_FUZZ_EXAMPLES", "100"))
settings.register_profile("wire", max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
wire = settings.get_profile("wire")

REQUESTS = [
    b"GET /api/v1/board?areas=UA-30&at=2023-01-26T06:30:00Z HTTP/1.1\r\nhost: x\r\n\r\n",
    b"GET /api/v1/stream?areas=31&since=0123456789abcdef:1 HTTP/1.1\r\nlast-event-id: e:1\r\n\r\n",
    b"HEAD /healthz HTTP/1.1\r\nhost: x\r\nconnection: keep-alive\r\n\r\n",
    b"GET /api/v1/place?lat=50.45&lon=30.52 HTTP/1.0\r\n\r\n",
    b"POST /api/v1/alerts HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}",
    b"POST /api/v1/alerts HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    b"OPTIONS /api/v1/board HTTP/1.1\r\nhost: x\r\norigin: https://x.example\r\n\r\n",
]
PIECES = [
    b"\r\n", b"\n", b"\r", b"\0", b" ", b":", b"/", b"?", b"%", b"%00", b"\xff", b"chunked",
    b"content-length: 5\r\n", b"transfer-encoding: chunked\r\n", b"expect: 100-continue\r\n",
    b"connection: upgrade\r\nupgrade: websocket\r\n", b"HTTP/1.1", b"0\r\n\r\n", b"ffffffff\r\n",
]  # fmt: skip


@st.composite
def nearly_requests(draw):
    """One to three requests, each with a few bytes taken out, put in, or changed."""
    sent = b""
    for request in draw(st.lists(st.sampled_from(REQUESTS), min_size=1, max_size=3)):
        data = bytearray(request)
        for _ in range(draw(st.integers(0, 3))):
            at = draw(st.integers(0, len(data)))
            put = draw(st.sampled_from(PIECES) | st.binary(max_size=4))
            data[at : at + draw(st.integers(0, 4))] = put
        sent += data
    return sent[: draw(st.integers(1, len(sent)))] if draw(st.booleans()) else sent


def exchanged(server, sent):
    """Send bytes and what ends the exchange; give what came back before the first event."""
    with server.connect() as link:
        try:
            link.sendall(sent)
            link.shutdown(1)
            answer = b""
            while b"event: board" not in answer and (piece := link.recv(65_536)):
                answer += piece
        except OSError:
            return b""
        return answer


@wire
@given(nearly_requests())
@example(b"GET /api/v1/stream HTTP/1.1\r\n\r\nGET /api/v1/stream HTTP/1.1\r\n\r\n")
def test_whatever_is_nearly_a_request_gets_an_answer_or_none(running_server, sent):
    answer = exchanged(running_server, sent)

    assert answer == b"" or answer.startswith(b"HTTP/1.1 "), answer[:200]
    assert b"HTTP/1.1 5" not in answer, (sent, answer[:500])
    if b"event: board" in answer:
        assert b"/api/v1/stream" in sent


@wire
@given(st.binary(min_size=1, max_size=300))
def test_whatever_is_no_request_is_told_so(running_server, sent):
    answer = exchanged(running_server, sent)

    assert answer == b"" or answer.startswith(b"HTTP/1.1 4"), (sent, answer[:200])


WHOLE = {
    "command_id": str(UUID(int=1)),
    "areas": ["UA-30"],
    "hazard": "air_raid",
    "level": "warning",
    "status": "Actual",
    "threat": "drones",
    "text": {"uk": "x", "en": "y"},
    "at": "2023-01-26T05:45:43Z",
}
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


@st.composite
def nearly_commands(draw):
    """A whole command in which one field is something else, missing, or one too many."""
    body = dict(WHOLE)
    name = draw(st.sampled_from([*WHOLE, "", "sender", "Status"]))
    if draw(st.booleans()):
        body[name] = draw(anything)
    else:
        body.pop(name, None)
    return json.dumps(body)


@wire
@given(nearly_commands() | anything.map(json.dumps) | st.text(max_size=200))
def test_whatever_is_nearly_a_command_is_refused_with_a_name(running_server, content):
    """`at` is long past: were all else right, that alone would be refused."""
    sent = content.encode("utf-8", "surrogatepass")
    answer = running_server.post_bytes("/api/v1/alerts", sent)

    if answer.is_success:  # Without `at`, or with `null`, it is a command.
        said = json.loads(content)
        assert said.get("at") is None
        running_server.end_everything()
        return
    assert answer.status_code in {400, 404, 409}, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"]


@wire
@given(st.text(min_size=1), st.sampled_from(["update", "all-clear", "correction"]))
def test_whatever_may_be_an_alerts_name_is_unknown(running_server, name, verb):
    escaped = quote(name, safe="", errors="surrogatepass")
    body = {"command_id": str(UUID(int=2)), **({"reason": "x"} if verb == "correction" else {})}
    answer = running_server.post(f"/api/v1/alerts/{escaped}/{verb}", body)

    assert answer.status_code in {400, 404, 405, 414}, answer.text


@pytest.fixture(scope="module", autouse=True)
def nothing_is_left(running_server):
    """After all of it: alive, nobody connected, nothing raised."""
    yield
    assert running_server.get("/healthz").status_code == 200
    assert running_server.get("/readyz").status_code == 200
    assert running_server.get("/api/v1/board").json()["alerts"] == []
    until = time.monotonic() + 30
    while time.monotonic() < until:
        metrics = running_server.get_metrics()
        if "\ntocsin_connections 1.0" in metrics and "\ntocsin_stream_subscribers 0.0" in metrics:
            break
        time.sleep(0.05)
    else:
        pytest.fail(f"Connections are counted as open that are not:\n{metrics}")
    assert "\ntocsin_tasks_failed_total 0.0" in metrics
