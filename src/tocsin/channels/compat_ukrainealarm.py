"""
The dialect of ukrainealarm, version 3, which siren.pp.ua speaks too: regions and their alerts.

A region's record holds the alerts that cover it (its own, and those of what it lies in) and, last,
those of its parts: their `regionType` says that they are partial. So an oblast's record is active
as soon as one of its raions is, and clients written for oblasts do not fall silent. What answers
about one region names at most `PARTS_SHOWN` of its parts: an ESP reads 4 kB.

A region that nobody is heard about is answered 503, which its clients show as "unavailable".
`lastActionIndex` rises by exactly one with each raise, update or end. Beyond the original every
answer has ETag and `Last-Modified`. Whom its webhooks call is `compat_webhooks`' business.

Source: the interface's clients and recorded answers, in docs/reference/compat.md.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from tocsin.alerts.history import Span
from tocsin.alerts.messages import Hazard
from tocsin.channels.compat_answers import (
    Answer,
    Endpoint,
    Interpreter,
    just_after,
    prepared,
    refusal,
    serve,
)
from tocsin.channels.compat_limits import HISTORY_TOKENS, WEBHOOK_TOKENS
from tocsin.channels.compat_table import Placed, Region, Table, place
from tocsin.kernel.errors import Malformed, TocsinError
from tocsin.kernel.time import Moment, parse_rfc3339, rfc3339

PREFIXES: Final = ("/compat/ukrainealarm/api/v3", "/compat/siren.pp.ua/api/v3")

PARTS_SHOWN: Final = 4
"""Ten alerts of 330 bytes fit in 4 kB: five hazards over it are rare, four of its parts enough."""

PARTS_LISTED: Final = 16
"""In the list each part has a record of its own; an oblast's says that there are some."""

HISTORY_SPAN: Final = timedelta(days=30)
HISTORY_ALARMS: Final = 1_000
"""A thousand alarms of 250 bytes are 250 kB: a raion's month at the most alarmed front."""

HISTORIES_KEPT: Final = 64
"""Of 250 kB at the worst: 16 MB."""

CRIMEA: Final = (29, 9999)
"""The one region whose id differs in this dialect; both are understood, its own is spoken."""

TYPES: Final = {
    Hazard.AIR_RAID: "AIR",
    Hazard.ARTILLERY: "ARTILLERY",
    Hazard.URBAN_FIGHTING: "URBAN_FIGHTS",
    Hazard.CHEMICAL: "CHEMICAL",
    Hazard.NUCLEAR: "NUCLEAR",
}
"""What the dialect calls each hazard that it has a word for."""

_KINDS: Final = ("Null", "State", "District", "Community")
_NEVER: Final = Moment("1970-01-01T00:00:00.000Z")


def ukrainealarm(interpreter: Interpreter, webhook: Endpoint) -> APIRouter:
    """
    Make the router of this dialect, under both of its names.

    Args:
        webhook: Registers, changes and removes a webhook.
    """
    router = APIRouter(include_in_schema=False)
    histories = _Histories(interpreter)

    async def alerts(request: Request) -> Response:
        interpreter.check()
        return interpreter.send(
            request, interpreter.answer("v3 alerts", lambda t: _alerts(t, interpreter))
        )

    async def status(request: Request) -> Response:
        interpreter.check()
        index = interpreter.stamps.index
        return interpreter.send(request, prepared({"lastActionIndex": index}))

    async def alerts_of(request: Request) -> Response:
        region = _region(interpreter, request.path_params["region"])
        interpreter.check(region)
        key = f"v3 {region.uid}"
        return interpreter.send(
            request,
            interpreter.answer(key, lambda t: [_record(t, region, interpreter, PARTS_SHOWN)]),
        )

    async def history(request: Request) -> Response:
        region = _region(interpreter, request.query_params.get("regionId", ""))
        interpreter.check()
        return interpreter.send(request, await histories.find(region))

    tree: list[Answer] = []

    async def regions(request: Request) -> Response:
        if not tree:
            tree.append(
                prepared({"states": [_node(r, interpreter) for r in interpreter.regions.first]})
            )
        return interpreter.send(request, tree[0])

    async def hook(request: Request) -> Response:
        try:
            interpreter.admit(request, WEBHOOK_TOKENS)
            return await webhook(request)
        except TocsinError as error:
            return refusal(error, "message")

    def add(path: str, endpoint: Endpoint, tokens: float = 1) -> None:
        for prefix in PREFIXES:
            serve(router, interpreter, prefix + path, endpoint, "message", tokens)

    add("/alerts", alerts)
    add("/alerts/status", status)
    add("/alerts/regionHistory", history, HISTORY_TOKENS)
    add("/alerts/{region}", alerts_of)
    add("/regions", regions)
    for prefix in PREFIXES:
        router.add_route(f"{prefix}/webhook", hook, methods=["POST", "PATCH", "DELETE"])
    return router


def _region(interpreter: Interpreter, text: str) -> Region:
    uid = int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else -1
    found = interpreter.regions.find(CRIMEA[0] if uid == CRIMEA[1] else uid)
    if found is None:
        raise Malformed(
            "compat.no_region", "There is no such region.", where="regionId", status=404
        )
    return found


def number_of(region: Region) -> int:
    """Tell a region's id in this dialect."""
    return CRIMEA[1] if region.uid == CRIMEA[0] else region.uid


def _id(region: Region) -> str:
    return str(number_of(region))


def _kind(level: int) -> str:
    return _KINDS[level] if level < len(_KINDS) else "Null"


def _node(region: Region, interpreter: Interpreter) -> dict[str, Any]:
    return {
        "regionId": _id(region),
        "regionName": region.title,
        "regionType": _kind(region.area.level),
        "regionChildIds": [
            _node(interpreter.regions.get(uid), interpreter) for uid in region.children
        ],
    }


def _alerts(table: Table, interpreter: Interpreter) -> list[dict[str, Any]]:
    """List the regions for which an alert was raised, and what they lie in."""
    named = {up.uid for placed in table.placed for up in placed.region.up}
    return [_record(table, r, interpreter, PARTS_LISTED) for r in table.regions if r.uid in named]


def _record(table: Table, region: Region, interpreter: Interpreter, parts: int) -> dict[str, Any]:
    shown = [*table.over(region), *table.inside(region)[:parts]]
    return {
        "regionId": _id(region),
        "regionType": _kind(region.area.level),
        "regionName": region.title,
        "regionEngName": region.area.name["en"],
        "lastUpdate": max(map(told_at, shown), default=_calm_since(region, interpreter)),
        "activeAlerts": [_alert(placed) for placed in shown],
    }


def _calm_since(region: Region, interpreter: Interpreter) -> Moment:
    ended = interpreter.ended(region)
    return _NEVER if ended is None else rfc3339(ended)


def told_at(placed: Placed) -> Moment:
    """Tell when an alert was last said anything about."""
    return max(placed.alert.since, *(holder.at for holder in placed.alert.holders))


def level(placed: Placed) -> dict[str, str]:
    """Say how grave an alert is; a level means something for air raids alone."""
    yellow = placed.yellow and placed.alert.hazard is Hazard.AIR_RAID
    reason = ""
    if placed.alert.hazard is Hazard.AIR_RAID:
        reason = "Загроза дронів (жовтий рівень)" if yellow else "Червоний рівень"
    return {
        "alertLevel": "Yellow" if yellow else "Red",
        "reason": reason,
        "createdAt": placed.alert.since,
    }


def _alert(placed: Placed) -> dict[str, Any]:
    return {
        "regionId": _id(placed.region),
        "regionType": _kind(placed.area.level),
        "type": TYPES[placed.alert.hazard],
        "lastUpdate": told_at(placed),
        "activeAlertLevels": [level(placed)],
    }


class _Histories:
    """Histories of regions, put together on another thread, one at a time."""

    def __init__(self, interpreter: Interpreter) -> None:
        self._interpreter = interpreter
        self._kept: OrderedDict[tuple[int, int, Moment], Answer] = OrderedDict()
        self._one_at_a_time = asyncio.Lock()

    async def find(self, region: Region) -> Answer:
        """Give a region's alarms of the last month, newest first."""
        async with self._one_at_a_time:
            now = self._interpreter.live.now()
            # An alarm that goes on has lasted until now: to the minute, so that it can be kept.
            minute = rfc3339(now.replace(second=0, microsecond=0))
            key = (region.uid, self._interpreter.table.position, minute)
            if key not in self._kept:
                between = (rfc3339(now - HISTORY_SPAN), just_after(now))
                self._kept[key] = await asyncio.to_thread(
                    self._build, region, between, rfc3339(now)
                )
                if len(self._kept) > HISTORIES_KEPT:
                    self._kept.popitem(last=False)
            return self._kept[key]

    def _build(self, region: Region, between: tuple[Moment, Moment], now: Moment) -> Answer:
        live = self._interpreter.live
        found = [
            (span, placed)
            for area in self._interpreter.alerted(region)
            for span in live.history.spans(area, *between, live.read_area)
            for placed in place(span.alert, self._interpreter.regions)
            if placed.region in region.up
        ]
        found.sort(key=lambda pair: (pair[0].alert.since, pair[1].number), reverse=True)
        alarms = [_alarm(span, placed, now) for span, placed in found[:HISTORY_ALARMS]]
        return prepared({"regionId": _id(region), "regionName": region.title, "alarms": alarms})


def _alarm(span: Span, placed: Placed, now: Moment) -> dict[str, Any]:
    ended = span.ended_at if span.ended_at is not None and span.ended_at <= now else None
    start, end = parse_rfc3339(span.alert.since), parse_rfc3339(ended or now)
    return {
        "regionId": _id(placed.region),
        "startDate": rfc3339(start),
        "endDate": rfc3339(end),
        "duration": _duration(start, end),
        "alertType": TYPES[span.alert.hazard],
        "regionName": placed.region.title,
        "isContinue": ended is None,
    }


def _duration(start: datetime, end: datetime) -> str:
    """Write a span as `[days.]hh:mm:ss`."""
    lasted = max(end - start, timedelta(0))
    hours, rest = divmod(lasted.seconds, 3600)
    days = f"{lasted.days}." if lasted.days else ""
    return f"{days}{hours:02}:{rest // 60:02}:{rest % 60:02}"
