"""
The dialect of alerts.com.ua over HTTP: 25 oblasts, on or off, and a stream of their changes.

It knows no raions: an oblast is on as soon as a part of it is, and `partial` beside it says so.
An oblast that nobody is heard about is left out of the list, and 503 when asked for alone. What
it calls an alert is an air raid; other hazards have no word here.

Streams end lines with CR LF, begin with `hello`, `ping` after five silent seconds, and `update`
with each change. Source: docs/reference/compat.md; decision 0018.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final
from uuid import NAMESPACE_OID, uuid5
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from tocsin.alerts.messages import Hazard
from tocsin.channels.compat_answers import (
    Answer,
    Endpoint,
    Interpreter,
    just_after,
    prepared,
    serve,
)
from tocsin.channels.compat_limits import HISTORY_TOKENS, address_of
from tocsin.channels.compat_lines import Lines, Speak
from tocsin.channels.compat_table import Region, Table, place
from tocsin.kernel.errors import Refused, Unavailable
from tocsin.kernel.time import parse_rfc3339, rfc3339
from tocsin.kernel.wire import encode

PREFIX: Final = "/compat/alerts.com.ua"

STATES: Final = (
    4, 8, 9, 28, 10, 11, 12, 13, 14, 15, 16, 27, 17, 18, 19, 5, 20, 21, 22, 23, 3, 24, 26, 25, 31,
)  # fmt: skip
"""The uid of each of its 25 states, from 1: oblasts by the Ukrainian alphabet, then Kyiv."""

PING_AFTER_S: Final = 5.0

HISTORY_SPAN: Final = timedelta(days=7)
HISTORY_KEPT_S: Final = 60.0
"""Its original lets a key ask once a minute; here everybody is given the same for a minute."""

HISTORY_MOST: Final = 20_000
"""A week of the raion era is 700 changes a day of 80 bytes: 0.4 MB; 1.6 MB at the bound."""

_LOCAL: Final = ZoneInfo("Europe/Kyiv")
_HELLO: Final = b"event: hello\r\ndata: null\r\n\r\n"
_PING: Final = b"event: ping\r\ndata: null\r\n\r\n"


def states(interpreter: Interpreter) -> list[tuple[int, Region]]:
    """List the states with their ids in this dialect; those that the country's pack lacks not."""
    found = ((number, interpreter.regions.find(uid)) for number, uid in enumerate(STATES, 1))
    return [(number, region) for number, region in found if region is not None]


def alerts_com_ua(interpreter: Interpreter, lines: Lines) -> APIRouter:
    """Make the router of this dialect."""
    router = APIRouter(include_in_schema=False)
    known = dict(states(interpreter))
    history = _History(interpreter, known)
    speak = cache(lambda number: _updates(interpreter, known, number))

    async def every(request: Request) -> Response:
        interpreter.check()
        if "short" in request.query_params:
            return interpreter.send(
                request, interpreter.answer("com.ua short", lambda t: _short(interpreter, t, known))
            )
        return interpreter.send(
            request, interpreter.answer("com.ua", lambda t: _states(interpreter, t, known))
        )

    async def one(request: Request) -> Response:
        number = _number(request)
        region = known.get(number)
        interpreter.check(region)

        def build(table: Table) -> dict[str, Any]:
            shown = None if region is None else _state(interpreter, table, number, region)
            return {"state": shown, "last_update": _local(interpreter.stamps.serve())}

        return interpreter.send(request, interpreter.answer(f"com.ua {number}", build))

    async def live(request: Request) -> Response:
        number = _number(request)
        if number and number not in known:
            raise Refused("compat.not_found", "There is no such state.", status=404)
        interpreter.check(known.get(number))
        return _stream(lines, speak(number), address_of(request))

    async def past(request: Request) -> Response:
        interpreter.check()
        return interpreter.send(request, await history.find())

    async def picture(request: Request) -> Response:
        del request
        interpreter.check()
        return _Elsewhere("/map.png")

    def add(path: str, endpoint: Endpoint, tokens: float = 1) -> None:
        serve(router, interpreter, PREFIX + path, endpoint, "error", tokens)

    add("/api/states", every)
    add("/api/states/live", live)
    add("/api/states/live/{id:int}", live)
    add("/api/states/{id:int}", one)
    add("/api/history", past, HISTORY_TOKENS)
    add("/map.png", picture)
    return router


def is_on(table: Table, region: Region) -> bool:
    """Say whether an air raid stands over a region or a part of it."""
    return table.letter(region) in {"A", "P"}


def _number(request: Request) -> int:
    return int(request.path_params.get("id", 0))


def _local(moment: datetime | None) -> str | None:
    """Write a moment in Kyiv's time with its offset, to the second."""
    return None if moment is None else moment.astimezone(_LOCAL).isoformat(timespec="seconds")


def _state(interpreter: Interpreter, table: Table, number: int, region: Region) -> dict[str, Any]:
    return {
        "id": number,
        "name": region.title,
        "name_en": region.area.name["en"].replace("Oblast", "oblast"),
        "alert": is_on(table, region),
        "changed": _local(interpreter.since(region)),
        "partial": table.letter(region) == "P",
    }


def _heard(table: Table, region: Region) -> bool:
    return table.letter(region) != " "


def _states(interpreter: Interpreter, table: Table, known: dict[int, Region]) -> dict[str, Any]:
    shown = [
        _state(interpreter, table, n, region)
        for n, region in known.items()
        if _heard(table, region)
    ]
    last = _local(interpreter.stamps.serve())
    return {"states": shown, "last_update": last, "replay": table.replay}


def _short(interpreter: Interpreter, table: Table, known: dict[int, Region]) -> dict[str, Any]:
    shown = [
        {"id": n, "alert": is_on(table, region)}
        for n, region in known.items()
        if _heard(table, region)
    ]
    return {"states": shown, "last_update": _local(interpreter.stamps.serve())}


def _updates(interpreter: Interpreter, known: dict[int, Region], only: int) -> Speak:
    """Make what puts a change into events of the stream, of one state or (0) of all."""

    def speak(table: Table, changed: frozenset[int]) -> bytes:
        frames = [
            b"event: update\r\ndata: %s\r\n\r\n"
            % encode(_update(interpreter, table, number, region))
            for number, region in known.items()
            if region.uid in changed and only in {0, number} and _heard(table, region)
        ]
        return b"".join(frames)

    return speak


def _update(interpreter: Interpreter, table: Table, number: int, region: Region) -> dict[str, Any]:
    name = uuid5(NAMESPACE_OID, f"{interpreter.live.place}:{number}")
    return {"state": _state(interpreter, table, number, region), "notification_id": str(name)}


def _stream(lines: Lines, speak: Speak, address: str) -> Response:
    lines.check(address)  # While an answer can still say no.

    async def frames() -> AsyncIterator[bytes]:
        with suppress(EOFError, Unavailable), lines.joined(speak, address) as line:
            yield _HELLO
            while True:
                yield await line.next(PING_AFTER_S) or _PING

    headers = {
        "cache-control": "no-cache",
        "x-accel-buffering": "no",
        "access-control-allow-origin": "*",
    }
    return StreamingResponse(frames(), headers=headers, media_type="text/event-stream")


class _Elsewhere(Response):
    """Answer with what another path of this server answers."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        elsewhere = {**scope, "path": self._path, "raw_path": self._path.encode()}
        elsewhere["query_string"] = b""
        await scope["app"].router(elsewhere, receive, send)


class _History:
    """What was switched on and off in the last week, put together on another thread."""

    def __init__(self, interpreter: Interpreter, known: dict[int, Region]) -> None:
        self._interpreter = interpreter
        self._known = known
        self._kept: Answer | None = None
        self._kept_until = 0.0
        self._one_at_a_time = asyncio.Lock()

    async def find(self) -> Answer:
        """Give it, oldest first."""
        async with self._one_at_a_time:
            now = asyncio.get_running_loop().time()
            if self._kept is None or now >= self._kept_until:
                self._kept = await asyncio.to_thread(self._build)
                self._kept_until = now + HISTORY_KEPT_S
            return self._kept

    def _build(self) -> Answer:
        now = self._interpreter.live.now()
        turns = sorted(t for n, region in self._known.items() for t in self._turns(n, region, now))
        shape = [
            {"id": at * 100 + number, "date": _local(moment), "state_id": number, "alert": on}
            for at, number, on, moment in turns[-HISTORY_MOST:]
        ]
        return prepared(shape)

    def _turns(
        self, number: int, region: Region, now: datetime
    ) -> list[tuple[int, int, bool, datetime]]:
        """List when a state went on and off, its raions counted in."""
        live = self._interpreter.live
        steps: list[tuple[datetime, int]] = []
        for area in self._interpreter.alerted(region):
            for span in live.history.spans(
                area, rfc3339(now - HISTORY_SPAN), just_after(now), live.read_area
            ):
                if span.alert.hazard is not Hazard.AIR_RAID:
                    continue
                if not any(True for _ in place(span.alert, self._interpreter.regions)):
                    continue
                steps.append((parse_rfc3339(span.alert.since), 1))
                if span.ended_at is not None:
                    steps.append((parse_rfc3339(span.ended_at), -1))
        turns: list[tuple[int, int, bool, datetime]] = []
        standing = 0
        for moment, step in sorted(steps, key=lambda pair: (pair[0], -pair[1])):
            before, standing = standing, standing + step
            if (before > 0) != (standing > 0) and moment <= now:
                turns.append((int(moment.timestamp()), number, standing > 0, moment))
        return turns
