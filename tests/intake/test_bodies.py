"""
Goal: what every door in has in common is read strictly, or refused with the part that is wrong.

Method: requests made by hand, as the framework would hand them over, without a server; the doors
themselves are tried over HTTP in their own files.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import Request
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from tocsin.authority.remit import Grant, Remit
from tocsin.intake.bodies import (
    PAST_S,
    Body,
    Text,
    answered,
    documented,
    granted,
    moment,
    no_query,
    read_body,
    said_at,
    said_by,
)
from tocsin.kernel.errors import Malformed, Refused
from tocsin.kernel.ids import AreaCode, SenderId
from tocsin.kernel.limits import FUTURE_S
from tocsin.kernel.time import parse_rfc3339, rfc3339
from tocsin.kernel.words import Rank, Status

RUSH_HOUR = datetime(2023, 1, 26, 6, 0, tzinfo=UTC)
UUID = "8a1c3f0e-7d1b-4c9d-9d63-8e3a7b9d8f10"


class Note(Body):
    """A body as a door might take it."""

    text: Text
    status: Status


class Kept(BaseModel):
    """An answer."""

    position: int


def request(body=b"", query=b"", **headers):
    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}

    scope = {
        "type": "http",
        "query_string": query,
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    return Request(scope, receive)


def read(body):
    return asyncio.run(read_body(request(body), Note))


def test_a_body_is_read_whole():
    body = f'{{"command_id":"{UUID}","text":"Тривога","status":"Exercise"}}'.encode()
    note = read(body)

    assert (str(note.command_id), note.text, note.status) == (UUID, "Тривога", Status.EXERCISE)


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ("", "body"),
        ("[]", "body"),
        ('{"text":"x","status":"Actual"}', "command_id"),
        ('{"command_id":"%s","text":"x"}', "status"),
        ('{"command_id":"%s","text":"","status":"Actual"}', "text"),
        ('{"command_id":"%s","text":"a\\u0000b","status":"Actual"}', "text"),
        ('{"command_id":"%s","text":"x","status":"actual"}', "status"),
        ('{"command_id":"%s","text":"x","status":"Actual","more":1}', "more"),
        ('{"command_id":"7","text":"x","status":"Actual"}', "command_id"),
    ],
)
def test_a_body_that_does_not_fit_is_refused_with_the_field(body, where):
    with pytest.raises(Malformed, match=r"request\.malformed") as refused:
        read((body % UUID if "%s" in body else body).encode())
    assert refused.value.where == where


@given(st.integers(-PAST_S, FUTURE_S))
def test_a_moment_of_the_last_week_is_taken_as_it_was_said(seconds):
    at = RUSH_HOUR + timedelta(seconds=seconds)

    assert parse_rfc3339(said_at(at.isoformat(), RUSH_HOUR)) == at


@given(st.one_of(st.integers(-(10**9), -PAST_S - 1), st.integers(FUTURE_S + 1, 10**9)))
def test_a_moment_that_can_only_be_a_wrong_clock_is_refused(seconds):
    at = RUSH_HOUR + timedelta(seconds=seconds)

    with pytest.raises(Malformed, match=r"command\.time_unlikely"):
        said_at(at.isoformat(), RUSH_HOUR)


def test_where_nothing_is_said_of_the_time_it_is_now():
    assert said_at(None, RUSH_HOUR) == rfc3339(RUSH_HOUR)


def speak(**headers):
    async def known(token):
        return "grant" if token == "good" else None

    return asyncio.run(granted(request(**headers), known))


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("", "token.missing"),
        ("Bearer", "token.missing"),
        ("Basic good", "token.missing"),
        ("Bearer bad", "token.unknown"),
    ],
)
def test_who_has_no_token_that_is_known_is_told_so(said, code):
    with pytest.raises(Refused) as refused:
        speak(authorization=said)
    assert (refused.value.code, refused.value.status) == (code, 401)


def test_a_token_is_known_whatever_is_written_around_it():
    assert speak(authorization="bearer  good ") == "grant"


def test_a_command_that_says_something_in_its_query_is_refused_with_the_name():
    no_query(request())
    with pytest.raises(Malformed, match=r"query\.unknown_parameter") as refused:
        no_query(request(query=b"status=Actual"))
    assert refused.value.where == "status"


def test_a_moment_may_be_left_out_and_may_not_be_misspelt():
    assert moment(None, "expected_at") is None
    assert moment("2026-01-26T12:00:00+02:00", "expected_at") == "2026-01-26T10:00:00.000Z"
    with pytest.raises(Malformed, match=r"time\.malformed") as refused:
        moment("noon", "expected_at")
    assert refused.value.where == "expected_at"


def test_a_command_carries_whose_it_is_and_no_more_than_the_token_gives():
    grant = Grant(SenderId("grid"), Rank.AUTHORITY, Remit("power:write", "LAND"))
    note = Note(command_id=UUID, text="a note", status=Status.ACTUAL)

    assert said_by(note, grant, AreaCode("EAST"), rfc3339(RUSH_HOUR)) == {
        "command_id": UUID,
        "sender": "grid",
        "rank": Rank.AUTHORITY,
        "area": "EAST",
        "at": "2023-01-26T06:00:00.000Z",
    }


def test_an_answer_is_json_that_nobody_keeps():
    answer = answered('{"position":1}', 201)

    assert (answer.status_code, answer.media_type) == (201, "application/json")
    assert answer.headers["cache-control"] == "no-store"


def test_a_route_is_described_with_what_it_takes_and_whether_it_needs_a_token():
    told = documented("Write a note", Note, Kept, 201)
    body = told["openapi_extra"]["requestBody"]["content"]["application/json"]["schema"]

    assert set(told["responses"]) == {200, 201}
    assert set(body["required"]) == {"command_id", "text", "status"}
    assert body["properties"]["status"]["enum"] == ["Actual", "Exercise", "Test"], "inlined"
    assert told["openapi_extra"]["security"] == [{"bearer": []}]
    assert documented("Report", Note, Kept, public=True)["openapi_extra"]["security"] == []
