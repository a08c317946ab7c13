"""
One Tocsin follows another, or a national service, and neither believes silence nor a replay.

Method: real servers as sources, by their own stream and by the dialects that they speak, killed
and started again; a small server that answers as the interfaces do (304, 429, keys). Here a real
desk on a ledger of its own.
"""

from __future__ import annotations

import asyncio
import http.server
import json
import threading
from contextlib import asynccontextmanager, contextmanager

import pytest
from tests.intake.test_source_dialects import COM_UA, IN_UA
from tests.intake.test_source_picture import KYIV, ROOT, UA, Here
from tests.serving import morning, running_server, started  # noqa: F401  # Fixtures.

from tocsin.intake.source_reading import Source, SourceSettings
from tocsin.kernel.errors import TocsinError, Unavailable
from tocsin.kernel.time import SystemClock

LVIV = UA.get("UA-46").code


class Following(Here):
    """This server, following one source."""

    def __init__(self, db, **settings):
        super().__init__(db)
        chosen = {"name": "upstream", "rank": "authority", "every_s": 1.0, **settings}
        self.told = []
        self.refusals = []
        self.source = Source(
            SourceSettings(**chosen),
            UA,
            SystemClock(),
            lambda: self.desk.board,
            self.submit,
            lambda _, what: self.told.append(what),
        )

    async def submit(self, request):
        if self.refusals:
            raise self.refusals.pop()
        (answer,) = self.desk.handle([request])
        if isinstance(answer, TocsinError):
            raise answer
        return answer

    async def until(self, holds):
        for _ in range(600):
            if holds():
                return
            await asyncio.sleep(0.05)
        raise AssertionError((self.told, self.stands(), self.unknown()))


@asynccontextmanager
async def following(db, **settings):
    here = Following(db, **settings)
    running = asyncio.get_running_loop().create_task(here.source.run())
    try:
        yield here
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        here.ledger.close()


DIALECTS = [
    ("tocsin", ""),
    ("alerts.in.ua", "/compat/alerts.in.ua"),
    ("ukrainealarm", "/compat/ukrainealarm"),
    ("alerts.com.ua", "/compat/alerts.com.ua"),
]


@pytest.mark.parametrize(("dialect", "path"), DIALECTS)
def test_an_alert_there_is_an_alert_here_and_its_end_too(running_server, tmp_path, dialect, path):  # noqa: F811
    async def story():
        url = running_server.url + path
        async with following(tmp_path / "t.db", dialect=dialect, url=url) as here:
            await here.until(lambda: ROOT not in here.unknown())
            raised = running_server.raise_alert("UA-46").json()["accepted"][0]["id"]
            await here.until(lambda: here.stands() == {LVIV})
            (alert,) = here.desk.board.standing()
            assert [holder.sender for holder in alert.holders] == ["upstream"]
            running_server.clear(raised)
            await here.until(lambda: here.stands() == set())
            assert here.told == ["heard"]

    asyncio.run(story())


def test_a_source_that_dies_is_unknown_and_what_it_raised_stands_until_it_is_back(tmp_path):
    db = tmp_path / "there.db"

    async def story():
        with started(db) as first:
            async with following(tmp_path / "here.db", dialect="tocsin", url=first.url) as here:
                raised = first.raise_alert("UA-46").json()["accepted"][0]["id"]
                await here.until(lambda: here.stands() == {LVIV} and not here.unknown())
                first.kill()
                here.source._lose("It is taken for silent twelve seconds early.")
                await here.until(lambda: here.unknown() == {ROOT})
                assert here.stands() == {LVIV}
                with started(db, token=first.token, port=first.port) as second:
                    second.clear(raised)
                    await here.until(lambda: here.stands() == set() and not here.unknown())

    asyncio.run(story())


@pytest.mark.parametrize(("dialect", "path"), DIALECTS)
def test_a_replay_is_not_followed(morning, tmp_path, dialect, path):  # noqa: F811
    async def story():
        url = morning.url + path
        async with following(tmp_path / "t.db", dialect=dialect, url=url) as here:
            await here.until(lambda: any("past" in what for what in here.told))
            await here.source.keep()
            assert here.stands() == set()
            assert here.unknown() == {ROOT}

    asyncio.run(story())


@contextmanager
def answering(*answers):
    """Answer each request as told, the last one for ever; give the address and the requests."""
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            status, headers, body = answers[min(len(asked), len(answers) - 1)]
            asked.append((self.path, dict(self.headers)))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()


ACTIVE = json.dumps({"alerts": [IN_UA], "meta": {"type": "full"}}).encode()
MARKED = {"last-modified": "Wed, 30 Mar 2022 20:45:07 GMT", "etag": '"7"'}


def test_it_is_asked_with_its_key_and_by_what_was_seen_and_304_vouches(tmp_path):
    async def story():
        with answering((200, MARKED, ACTIVE), (304, {}, b"")) as (url, asked):
            settings = {"dialect": "alerts.in.ua", "url": url, "key": "secret"}
            async with following(tmp_path / "t.db", **settings) as here:
                await here.until(lambda: len(asked) >= 3)
                assert here.stands() == {KYIV}
                assert here.source.heard
        (path, first), (_, then), *_ = asked
        assert path == "/v1/alerts/active.json"
        assert first["authorization"] == "Bearer secret"
        assert "if-modified-since" not in first
        assert then["if-modified-since"] == MARKED["last-modified"]
        assert then["if-none-match"] == '"7"'

    asyncio.run(story())


def test_a_service_that_is_asked_too_often_is_not_asked_before_it_says(tmp_path, monkeypatch):
    waits = []
    sleep = asyncio.sleep

    async def note(wait_s):
        if wait_s >= 1:
            waits.append(wait_s)
            wait_s = 0.01
        await sleep(wait_s)

    monkeypatch.setattr("tocsin.intake.source_reading.asyncio.sleep", note)

    async def story():
        with answering((429, {"retry-after": "77"}, b"")) as (url, asked):
            async with following(tmp_path / "t.db", dialect="alerts.in.ua", url=url) as here:
                await here.until(lambda: len(asked) >= 2)
                assert here.unknown() == {ROOT}

    asyncio.run(story())
    assert waits[0] >= 77


def test_an_answer_that_cannot_be_read_changes_nothing(tmp_path):
    async def story():
        answers = (200, MARKED, ACTIVE), (200, {}, b"<html>"), (302, {"location": "/x"}, b"")
        with answering(*answers) as (url, asked):
            async with following(tmp_path / "t.db", dialect="alerts.in.ua", url=url) as here:
                await here.until(lambda: len(asked) >= 4)
                assert here.stands() == {KYIV}

    asyncio.run(story())


def test_a_source_unread_for_too_long_is_not_believed_any_more(tmp_path):
    async def story():
        with answering((200, MARKED, ACTIVE), (500, {}, b"")) as (url, _):
            async with following(tmp_path / "t.db", dialect="alerts.in.ua", url=url) as here:
                await here.until(lambda: here.stands() == {KYIV} and not here.unknown())
                here.source._heard_s -= 61
                await here.source.keep()
                assert here.unknown() == {ROOT}
                assert here.stands() == {KYIV}
                assert "silent" in here.told

    asyncio.run(story())


def test_what_the_ledger_could_not_take_is_asked_again(tmp_path):
    async def story():
        with answering((200, MARKED, ACTIVE)) as (url, _):
            async with following(tmp_path / "t.db", dialect="alerts.in.ua", url=url) as here:
                here.refusals.append(Unavailable("ledger.disk_full", "The disk is full."))
                await here.until(lambda: not here.refusals)
                await here.until(lambda: here.stands() == {KYIV} and not here.unknown())
                assert not here.refusals

    asyncio.run(story())


def test_a_key_is_not_shown_to_whoever_looks_at_the_settings():
    settings = SourceSettings(
        name="a", dialect="tocsin", url="http://x", rank="observer", key="secret"
    )
    assert "secret" not in repr(settings)


def test_states_that_are_told_in_a_stream_are_asked_for_whole():
    assert {state["id"] for state in COM_UA["states"]} == {1, 25}
