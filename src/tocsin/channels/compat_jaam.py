"""
The dialect of JAAM's maps: a WebSocket that tells 28 lamps what to show, and three pages of states.

Lamps stand in the maps' own order. A lamp is on when an air raid stands over its region or a part
of it; version 1 sends that alone, later ones the second since when as well. What Tocsin does not
know (weather, explosions, firmware) is not sent, and a lamp has no third colour for "unknown": the
pages leave out what nobody is heard about, the socket sends 0 for it while anybody else is heard.

What a device says of itself is read and thrown away. Source: docs/reference/compat.md.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from functools import cache
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from starlette.websockets import WebSocket, WebSocketDisconnect

from tocsin.channels.compat_alerts_com_ua import is_on
from tocsin.channels.compat_answers import Interpreter, refusal, serve
from tocsin.channels.compat_limits import address_of
from tocsin.channels.compat_lines import Line, Lines, Speak
from tocsin.channels.compat_table import Region, Table
from tocsin.kernel.errors import TocsinError, Unavailable
from tocsin.kernel.time import milliseconds, rfc3339

PREFIX: Final = "/compat/jaam"

LAMPS: Final = (
    11, 13, 21, 27, 8, 5, 10, 14, 25, 20, 22, 16, 28, 12, 23, 29, 18, 17, 9, 19, 24, 15, 4, 3, 26,
    31, 1293, 564,
)  # fmt: skip
"""The uid of each lamp, in order; the last two are Kharkiv and Zaporizhzhia."""

STATES_ON_PAGES: Final = 26
"""The pages show the lamps without the two cities."""

NEVER: Final = 1_645_674_000
"""24 February 2022, 03:40 UTC: what the maps take for "not since we know"."""

PING_AFTER_S: Final = 20.0

SAID_BYTES: Final = 65_536
"""A device sends its settings, 2 kB; more in one connection than this and it is closed."""

TRY_AGAIN: Final = 1013
"""RFC 6455's registry of close codes: try again later."""


def jaam(interpreter: Interpreter, lines: Lines) -> APIRouter:
    """Make the router of this dialect."""
    router = APIRouter(include_in_schema=False)
    found = (interpreter.regions.find(uid) for uid in LAMPS)
    lamps = tuple(region for region in found if region is not None)
    speak = cache(lambda version: _lamps(interpreter, lamps, version))

    def light(version: int) -> None:
        async def data(socket: WebSocket) -> None:
            address = address_of(socket)
            try:
                interpreter.admit(socket)
                lines.check(address)
            except TocsinError as error:
                await socket.send_denial_response(refusal(error, "error"))
                return
            await _talk(socket, interpreter, lines.joined(speak(version), address), speak(version))

        router.add_websocket_route(f"{PREFIX}/data_v{version}", data)

    for version in (1, 2, 3, 4):
        light(version)

    def add(version: int, build: Callable[[Interpreter, Region, Table], Any]) -> None:
        def page(table: Table) -> dict[str, Any]:
            shown = [r for r in lamps[:STATES_ON_PAGES] if table.letter(r) != " "]
            return {
                "version": version,
                "states": {region.title: build(interpreter, region, table) for region in shown},
                "info": {"last_update": _second(interpreter), "replay": table.replay},
            }

        async def statuses(request: Request) -> Response:
            interpreter.check()
            return interpreter.send(request, interpreter.answer(f"jaam {version}", page))

        path = f"{PREFIX}/alerts_statuses_v{version}.json"
        serve(router, interpreter, path, statuses, "error")

    add(1, _first)
    add(2, _second_version)
    add(3, lambda _, region, table: is_on(table, region))
    return router


async def _talk(
    socket: WebSocket, interpreter: Interpreter, joined: AbstractContextManager[Line], speak: Speak
) -> None:
    """Tell one device all, then each change, until it leaves or nothing can be vouched for."""
    await socket.accept()
    with suppress(Unavailable), joined as line:
        line.put(speak(interpreter.table, frozenset(LAMPS)))
        async with asyncio.TaskGroup() as tasks:
            hearing = tasks.create_task(_hear(socket, line))
            with suppress(EOFError, WebSocketDisconnect, RuntimeError):
                while True:
                    frame = await line.next(PING_AFTER_S)
                    await socket.send_text((frame or b'{"payload":"ping"}').decode())
            hearing.cancel()
    with suppress(WebSocketDisconnect, RuntimeError):  # The device may have left already.
        await socket.close(TRY_AGAIN)


async def _hear(socket: WebSocket, line: Line) -> None:
    """Read what a device says of itself, keep nothing of it, and end the line when it leaves."""
    heard = 0
    while heard <= SAID_BYTES:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            break
        heard += len(message.get("text") or message.get("bytes") or "")
    line.close()


def _since(interpreter: Interpreter, region: Region) -> int:
    moment = interpreter.since(region)
    return NEVER if moment is None else milliseconds(moment) // 1000


def _lamps(interpreter: Interpreter, lamps: tuple[Region, ...], version: int) -> Speak:
    """Make what puts a change into the message of one version: all lamps, whichever changed."""
    of_a_lamp = frozenset(region.uid for region in lamps)

    def speak(table: Table, changed: frozenset[int]) -> bytes:
        if not changed & of_a_lamp:
            return b""
        shown: list[Any] = [int(is_on(table, region)) for region in lamps]
        if version > 1:
            shown = [[on, _since(interpreter, r)] for on, r in zip(shown, lamps, strict=True)]
        return json.dumps({"payload": "alerts", "alerts": shown}, separators=(",", ":")).encode()

    return speak


def _moment(interpreter: Interpreter, region: Region) -> str | None:
    moment = interpreter.since(region)
    return None if moment is None else rfc3339(moment)[:19] + "Z"


def _first(interpreter: Interpreter, region: Region, table: Table) -> dict[str, Any]:
    on, moment = is_on(table, region), _moment(interpreter, region)
    return {
        "district": table.letter(region) == "P",
        "enabled": on,
        "type": "state",
        "enabled_at": moment if on else None,
        "disabled_at": None if on else moment,
    }


def _second_version(interpreter: Interpreter, region: Region, table: Table) -> dict[str, Any]:
    return {"alertnow": is_on(table, region), "changed": _moment(interpreter, region)}


def _second(interpreter: Interpreter) -> str:
    return interpreter.stamps.serve().strftime("%Y-%m-%dT%H:%M:%SZ")
