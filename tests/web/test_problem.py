"""
Goal: an error looks the same through every door, and says what to do next.

Method: every class of error, by the properties of the document (RFC 9457) and of the bytes that a
connection without a framework gets; the client library reads each back into what it was.
"""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.client.problem import read_problem
from tocsin.kernel.errors import Conflict, Corrupt, Malformed, Refused, TocsinError, Unavailable
from tocsin.web.problem import MEDIA_TYPE, http_response, problem

ERRORS = [
    Refused("alert.over", "It is over."),
    Refused("remit.outside", "Not yours.", status=403),
    Refused("token.missing", "Who are you?", status=401),
    Conflict("ledger.conflict", "Somebody wrote."),
    Malformed("query.malformed", "What?", where="at"),
    Malformed("area.unknown", "No area “Ї”.", where="Ї", status=404),
    Unavailable("server.full", "Later.", retry_after_s=7),
    Corrupt("ledger.gap", "Call a person."),
]

codes = st.from_regex(r"[a-z]{1,9}\.[a-z_]{1,9}", fullmatch=True)
sentences = st.text(min_size=1, max_size=60)


def parts(raw):
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode("ascii").split("\r\n")
    return first, dict(line.split(": ", 1) for line in lines), body


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.code)
def test_an_error_is_shown_with_its_code_its_kind_and_its_sentence(error):
    status, body, headers = problem(error)

    assert status == body["status"] == error.status
    assert body["code"] == error.code
    assert body["type"] == f"tocsin:error:{error.code}"
    assert body["title"] == type(error).__name__
    assert body["detail"] == error.sentence
    assert body.get("where", "") == getattr(error, "where", "")
    assert headers.get("retry-after", "") == str(getattr(error, "retry_after_s", ""))
    assert ("www-authenticate" in headers) == (status == 401)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.code)
def test_a_connection_without_a_framework_gets_the_same(error):
    first, headers, body = parts(http_response(error))

    assert first.startswith(f"HTTP/1.1 {error.status} ")
    assert headers["content-type"] == MEDIA_TYPE
    assert int(headers["content-length"]) == len(body)
    assert headers["connection"] == "close"
    assert headers["cache-control"] == "no-store"
    assert json.loads(body) == problem(error)[1]


@given(codes, sentences, st.text(max_size=30))
def test_whatever_an_error_says_stays_inside_its_document(code, sentence, where):
    raw = http_response(Malformed(code, sentence, where=where))

    _, headers, body = parts(raw)
    assert int(headers["content-length"]) == len(body)
    assert json.loads(body)["detail"] == sentence
    assert "\n" not in "".join(headers.values())


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.code)
def test_a_client_reads_back_what_it_was(error):
    _, headers, body = parts(http_response(error))
    read = read_problem(error.status, body, headers.get("retry-after", ""))

    expected = Refused if isinstance(error, Conflict) else type(error)
    assert type(read) is expected
    assert isinstance(read, TocsinError)
    assert (read.code, read.sentence, read.status) == (error.code, error.sentence, error.status)
