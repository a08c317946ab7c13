"""
Goal: nobody can tell by an answer which process it came from.

Method: what the edge writes is read back and held against what the web door answers.
"""

from __future__ import annotations

import json

import pytest

from tocsin.edge import answer
from tocsin.kernel.errors import Corrupt, Malformed, Refused, Unavailable
from tocsin.web import problem as door
from tocsin.web.guard import OPEN_HEADERS, SECURITY_HEADERS


def headers(lines):
    pairs = (line.split(b": ", 1) for line in lines.strip().split(b"\r\n"))
    return {name.decode(): value.decode() for name, value in pairs}


def test_the_headers_are_those_of_the_web_door():
    assert headers(answer.SECURITY) == SECURITY_HEADERS
    assert headers(answer.OPEN) == OPEN_HEADERS


def test_a_stream_says_what_it_is_that_nobody_shall_keep_it_and_that_it_ends_with_its_connection():
    for head, kind in {
        answer.SSE_HEAD: "text/event-stream; charset=utf-8",
        answer.NDJSON_HEAD: "application/x-ndjson",
        answer.FEED_HEAD: "text/plain; charset=utf-8",
    }.items():
        line, _, lines = head.partition(b"\r\n")
        found = headers(lines)
        assert line == b"HTTP/1.1 200 OK"
        assert found["content-type"] == kind
        assert (found["cache-control"], found["connection"]) == ("no-store", "close")
        assert found["access-control-allow-origin"] == "*"
        assert not {"content-length", "transfer-encoding"} & set(found)


@pytest.mark.parametrize(
    "error",
    [
        Malformed("area.unknown", "Немає такої.", where="areas", status=404),
        Malformed("http.malformed", "No."),
        Refused("request.too_slow", "Slow.", status=408),
        Unavailable("edge.not_ready", "Soon.", retry_after_s=7),
        Corrupt("ledger.gap", "Stop."),
    ],
)
def test_an_error_is_the_problem_document_that_the_web_door_makes_of_it(error):
    head, _, body = answer.problem(error, close=True).partition(b"\r\n\r\n")
    line, _, lines = head.partition(b"\r\n")
    status, expected, more = door.problem(error)
    found = headers(lines)

    assert line.startswith(b"HTTP/1.1 %d " % status)
    assert json.loads(body) == expected
    assert found["content-type"] == door.MEDIA_TYPE
    assert int(found["content-length"]) == len(body)
    assert found["connection"] == "close"
    assert set(more.items()) <= set(found.items())


def test_an_answer_to_head_has_the_length_and_not_the_body():
    whole = answer.whole(200, b"{}", with_body=False)

    assert b"content-length: 2\r\n" in whole
    assert whole.endswith(b"\r\n\r\n")


def test_who_asks_for_another_version_of_websocket_is_told_which_there_is():
    refused = Refused("websocket.version", "13.", status=426)

    assert b"sec-websocket-version: 13\r\n" in answer.problem(refused, close=False)
