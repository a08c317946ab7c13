"""
Goal: a core that answers in odd ways never makes a client read what is not its answer.

Method: a core that writes given bytes to whoever asks; what the client gets is counted in answers.
Controls are in the answers themselves: each is followed by one that is as it should be.
"""

from __future__ import annotations

import pytest
from tests.edge.doorstep import OddCore, open_doorstep, read_all

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
CLOSE = b"GET /last HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"


def odd(*answers, close):
    """Answer every request with the next of some answers, then as usual."""
    left = list(answers)

    def serve(link):
        while link.recv(65_536):
            link.sendall(left.pop(0) if left else OK)
            if close:
                return

    return serve


def answers(answer, *, line=b"GET /a", close=False):
    """Ask for the odd answer and then for another on the same connection."""
    with open_doorstep(started=False) as step:
        core = OddCore(step.core.path, odd(answer, close=close))
        try:
            with step.connect() as link:
                link.sendall(line + b" HTTP/1.1\r\nhost: x\r\n\r\n" + CLOSE)
                return read_all(link)
        finally:
            core.close()


def test_what_comes_after_an_answer_is_nobodys():
    said = answers(OK + b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil")

    assert b"evil" not in said
    assert said.count(b"HTTP/1.1 200") == 2


def test_a_body_that_should_not_be_there_is_nobodys():
    said = answers(OK.replace(b"ok", b"no"), line=b"HEAD /a")

    assert b"no" not in said
    assert said.endswith(b"\r\n\r\nok")


def test_what_is_said_before_an_answer_is_passed_over():
    early = b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"
    said = answers(early + early + OK)

    assert b"103" not in said
    assert said.count(b"HTTP/1.1 200") == 2


def test_an_answer_that_ends_with_its_connection_is_whole_and_told_in_chunks():
    said = answers(b"HTTP/1.1 200 OK\r\n\r\nuntil the end", close=True)

    assert b"transfer-encoding: chunked\r\n\r\nd\r\nuntil the end\r\n0\r\n\r\nHTTP/1.1 200" in said


@pytest.mark.parametrize(
    "head",
    [
        b"content-length: 9\r\n\r\n",
        b"transfer-encoding: chunked\r\n\r\n4\r\n",
    ],
)
def test_half_an_answer_is_cut_off(head):
    said = answers(b"HTTP/1.1 200 OK\r\n" + head + b"half", close=True)

    assert said.count(b"HTTP/1.1") == 1
    assert not said.endswith(b"0\r\n\r\n")


@pytest.mark.parametrize(
    "bad",
    [b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nx: " + b"y" * 40_000 + b"\r\n\r\n",
     b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nok"],
    ids=["nonsense", "large", "two lengths"],
)  # fmt: skip
def test_what_is_no_answer_is_asked_for_again_and_never_handed_on(bad):
    said = answers(bad)

    assert said.count(b"HTTP/1.1 200") == 2
    assert b"nonsense" not in said
    assert b"yyy" not in said
