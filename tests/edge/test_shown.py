"""
Goal: the board's answer is the one the web door gives, made once, and never older than the board.

Method: a real hub behind the door's answers, without a connection; each answer is taken apart.
"""

from __future__ import annotations

import gzip
import json

import pytest
from tests.edge.hall import Clockwork, Core, Writers

from tocsin.edge import shown
from tocsin.edge.hub import Hub
from tocsin.edge.request import Request
from tocsin.edge.shown import BoardAnswers
from tocsin.kernel.errors import Malformed, Unavailable

DATE = b"Thu, 26 Jan 2023 06:15:43 GMT"


class Desk:
    """A hub, its core, and the answers."""

    def __init__(self, *, ready=True):
        self.core = Core()
        self.hub = Hub(Writers, Clockwork(), lambda least, _: least)
        if ready:
            for line in (self.core.topics(), self.core.board()):
                self.hub.take(line)
        self.answers = BoardAnswers(self.hub, lambda: DATE)

    def ask(self, query="", method=b"GET", *, keep_alive=True, **headers):
        raw = [(n.replace("_", "-").encode(), v.encode()) for n, v in headers.items()]
        target = b"/api/v1/board" + query.encode()
        return self.answers.answer(Request(method, target, raw, b"", keep_alive))


def taken_apart(answer):
    head, _, body = answer.partition(b"\r\n\r\n")
    line, *lines = head.decode().split("\r\n")
    return int(line.split()[1]), dict(one.split(": ", 1) for one in lines), body


@pytest.fixture
def desk():
    return Desk()


def test_the_board_is_answered_with_all_that_belongs_to_it(desk):
    desk.hub.take(desk.core.happen())
    status, headers, body = taken_apart(desk.ask())

    assert status == 200
    assert json.loads(body) == desk.core.board_shape()
    assert headers["content-type"] == "application/json"
    assert headers["cache-control"] == "public, max-age=1"
    assert headers["date"] == DATE.decode()
    assert headers["etag"] == desk.hub.board(frozenset()).etag
    assert headers["access-control-allow-origin"] == "*"
    assert headers["x-content-type-options"] == "nosniff"
    assert int(headers["content-length"]) == len(body)


def test_the_same_is_made_once_and_anew_as_soon_as_something_changes(desk):
    first = desk.ask()
    assert desk.ask() is first
    assert desk.answers.answer_again(Request(b"GET", b"/api/v1/board", [])) is first

    desk.hub.take(desk.core.happen())
    assert taken_apart(desk.ask())[2] != taken_apart(first)[2]
    desk.core.second += 1
    desk.hub.take(desk.core.tick())
    assert json.loads(taken_apart(desk.ask())[2])["as_of"] == "2023-01-26T06:15:44.000Z"


def test_who_knows_it_is_told_so_until_it_changes_and_never_while_the_core_is_not_heard(desk):
    etag = taken_apart(desk.ask())[1]["etag"]

    for known in (etag, etag.removeprefix("W/"), f'"x", {etag}', "*"):
        status, headers, body = taken_apart(desk.ask(if_none_match=known, accept_encoding="gzip"))
        assert (status, body, headers["etag"]) == (304, b"", etag)
    desk.hub.silent(True)
    assert taken_apart(desk.ask(if_none_match=etag))[0] == 200
    desk.hub.silent(False)
    desk.hub.take(desk.core.happen())
    assert taken_apart(desk.ask(if_none_match=etag))[0] == 200


def test_a_board_of_more_than_a_packet_is_packed_for_whoever_reads_that(desk):
    assert "content-encoding" not in taken_apart(desk.ask(accept_encoding="gzip"))[1]
    for _ in range(10):
        desk.hub.take(desk.core.happen(text="повітряна тривога"))

    status, headers, body = taken_apart(desk.ask(accept_encoding="br, gzip"))
    assert (status, headers["content-encoding"], headers["vary"]) == (
        200, "gzip", "accept-encoding",
    )  # fmt: skip
    assert gzip.decompress(body) == taken_apart(desk.ask())[2]


@pytest.mark.parametrize("headers", [{}, {"if_none_match": "*"}])
def test_head_is_the_same_without_the_body_and_the_end_of_a_connection_is_said(desk, headers):
    whole, alone = desk.ask(**headers), desk.ask(method=b"HEAD", **headers)
    assert whole.startswith(alone)
    assert alone.endswith(b"\r\n\r\n")
    status, found, body = taken_apart(desk.ask(keep_alive=False, **headers))
    assert found["connection"] == "close"
    assert (status, body) == taken_apart(whole)[::2]


def test_areas_are_asked_for_by_any_code_and_nothing_else_is(desk):
    desk.hub.take(desk.core.happen("PORT"))
    assert json.loads(taken_apart(desk.ask("?areas=PORT"))[2])["alerts"]

    for query, code in {
        "?areas=XX": "area.unknown",
        "?area=PORT": "query.unknown_parameter",
        "?areas=PORT&areas=PORT": "query.malformed",
        "?areas=" + "PORT," * 200: "query.too_many_areas",
        "?areas=%ff": "query.malformed",
    }.items():
        with pytest.raises(Malformed, match=code.replace(".", r"\.")):
            desk.ask(query)


def test_a_board_of_another_moment_is_not_answered_here(desk):
    assert desk.ask("?at=2023-01-26T06:15:00Z") == b""
    assert desk.ask("?%61t=2023-01-26T06:15:00Z&areas=PORT") == b""


def test_only_what_gets_the_same_answer_is_answered_again(desk):
    desk.ask()
    target = b"/api/v1/board"
    assert desk.answers.answer_again(Request(b"POST", target, [])) == b""
    assert desk.answers.answer_again(Request(b"GET", target, [], b"body")) == b""
    desk.answers.forget()
    assert desk.answers.answer_again(Request(b"GET", target, [])) == b""


def test_before_a_board_was_heard_there_is_none():
    with pytest.raises(Unavailable, match=r"edge\.not_ready"):
        Desk(ready=False).ask()


def test_what_is_kept_has_a_bound(desk, monkeypatch):
    monkeypatch.setattr(shown, "ANSWERS_MAX", 5)
    for number in range(20):
        desk.ask("?areas=" + "PORT," * (number + 1))
        assert len(desk.answers._answers) <= 5
    monkeypatch.setattr(shown, "ANSWER_BYTES_MAX", 1)
    desk.ask("?areas=PORT")
    desk.ask()
    assert len(desk.answers._answers) == 1
