"""
A server's refusal becomes the error that it was: code, sentence, and whether to try again.

Method: problem documents as the server writes them, then bytes that are none.
"""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.client.problem import read_problem
from tocsin.kernel.errors import Corrupt, Malformed, Refused, TocsinError, Unavailable


def document(code, title="A sentence.", **more):
    return json.dumps({"code": code, "title": title, **more}).encode()


@pytest.mark.parametrize(
    ("status", "code", "kind", "exit_code"),
    [
        (409, "alert.drill_during_actual", Refused, 1),
        (403, "remit.outside", Refused, 1),
        (401, "token.unknown", Refused, 1),
        (404, "alert.unknown", Refused, 1),
        (404, "area.unknown", Malformed, 2),
        (400, "request.malformed", Malformed, 2),
        (413, "request.too_large", Malformed, 2),
        (503, "ledger.disk_full", Unavailable, 3),
        (429, "connections.too_many", Unavailable, 3),
        (500, "ledger.damaged", Corrupt, 1),
    ],
)
def test_a_problem_keeps_its_code_its_sentence_and_its_exit_code(status, code, kind, exit_code):
    error = read_problem(status, document(code))
    assert type(error) is kind
    assert (error.code, error.sentence, error.exit_code) == (code, "A sentence.", exit_code)
    assert error.status == status


def test_when_to_come_back_is_what_the_server_says():
    error = read_problem(503, document("ledger.locked"), "17")
    assert isinstance(error, Unavailable)
    assert error.retry_after_s == 17


@pytest.mark.parametrize("header", ["", "soon", "-1", "9999999", "Wed, 21 Oct 2015 07:28:00 GMT"])
def test_a_time_that_is_no_number_means_five_seconds(header):
    error = read_problem(503, b"", header)
    assert isinstance(error, Unavailable)
    assert error.retry_after_s == 5


def test_a_server_that_is_not_ready_says_why():
    body = json.dumps({"status": "unready", "reasons": ["The disk is full.", "Behind."]})
    assert read_problem(503, body.encode()).sentence == "The disk is full. Behind."


@given(st.integers(400, 599), st.binary(max_size=200))
def test_whatever_a_server_answers_is_an_error_with_a_code(status, body):
    error = read_problem(status, body)
    assert isinstance(error, TocsinError)
    assert error.code
    assert error.sentence
