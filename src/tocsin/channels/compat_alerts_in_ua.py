"""
The dialect of alerts.in.ua, versions 1 and 2: alerts, history of a region, letters for devices.

What it can say of the raion era it says: `P` in an oblast of which a part is under alert, and an
alert's own oblast beside its raion. A second name of the dialect shows an oblast as under alert
as soon as a part of it is, for clients that know no raions. Version 2 knows levels (`R`, `Y`).

An area that nobody is heard about is a space in the long string, which is the format's own "no
data", and 503 when asked for alone; in the string of 27 a space reads as "no alert" in its
official client, so `unknown` beside the alerts names those.

Source: the interface's documentation and clients, in docs/reference/compat.md; decision 0018.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from tocsin.alerts.history import Span
from tocsin.alerts.messages import Hazard, Threat
from tocsin.channels.compat_answers import (
    Answer,
    Endpoint,
    Interpreter,
    just_after,
    prepared,
    serve,
)
from tocsin.channels.compat_limits import HISTORY_TOKENS
from tocsin.channels.compat_table import Placed, Region, Table, place
from tocsin.kernel.errors import Refused
from tocsin.kernel.time import Moment, rfc3339

PREFIX: Final = "/compat/alerts.in.ua"

LIFTED_PREFIX: Final = "/compat/alerts.in.ua-oblasts"

PARTS_NAMED: Final = 5
"""As many names as fit in two lines of a phone."""

BY_OBLAST: Final = (
    29, 8, 4, 9, 28, 10, 11, 12, 13, 31, 14, 15, 16, 27, 17, 18, 19, 5, 30, 20, 21, 22, 23, 3, 24,
    26, 25,
)  # fmt: skip
"""The order of the string of 27: Crimea first, Kyiv before its oblast, Sevastopol after Rivne."""

PERIODS: Final = {"week_ago": timedelta(days=7), "month_ago": timedelta(days=30)}

HISTORIES_KEPT: Final = 16
"""A raion-era month of one oblast is 3,000 alerts of 600 bytes: 16 × 2 MB = 32 MB at the worst."""

DISCLAIMER: Final = (
    "Ці дані може бути затримано дорогою. Не покладайтеся лише на них: слухайте сирени."
)
REPLAY_DISCLAIMER: Final = "ПОВТОР: це події минулого, зараз нічого з цього не відбувається."

_TYPES: Final = {
    Hazard.AIR_RAID: "air_raid",
    Hazard.ARTILLERY: "artillery_shelling",
    Hazard.URBAN_FIGHTING: "urban_fights",
    Hazard.CHEMICAL: "chemical",
    Hazard.NUCLEAR: "nuclear",
}
_THREATS: Final = {
    Threat.DRONES: "drones",
    Threat.MISSILES: "unspecified_missiles",
    Threat.BALLISTIC: "ballistic_missiles",
    Threat.BOMBS: "guided_aerial_bombs",
    Threat.ARTILLERY: "unknown",
}
_KINDS: Final = ("unknown", "oblast", "raion", "hromada")

_Letter = Callable[[Table, Region], str]


def alerts_in_ua(interpreter: Interpreter, *, lifted: bool = False) -> APIRouter:
    """
    Make the router of this dialect.

    Args:
        lifted: Make the view for clients from before raions: an oblast is under alert as soon as
            a part of it is.
    """
    router = APIRouter(include_in_schema=False)
    histories = _Histories(interpreter)
    prefix = LIFTED_PREFIX if lifted else PREFIX

    async def active(request: Request) -> Response:
        def build(table: Table) -> dict[str, Any]:
            shown = [_alert(placed) for placed in table.placed]
            if lifted:
                shown += [_alert(p) | _in_part(p, table) for p in table.lifted()]
            return _enclosed(interpreter, shown)

        interpreter.check()
        return interpreter.send(request, interpreter.answer(f"in.ua active {lifted}", build))

    async def history(request: Request) -> Response:
        region = _region(interpreter, request.path_params["uid"])
        interpreter.check()
        return interpreter.send(
            request, await histories.find(region, request.path_params["period"])
        )

    def add(path: str, endpoint: Endpoint, tokens: float = 1) -> None:
        serve(router, interpreter, prefix + path, endpoint, "message", tokens)

    add("/v1/alerts/active.json", active)
    add("/v1/regions/{uid}/alerts/{period}.json", history, HISTORY_TOKENS)
    for version, levels in (("v1", False), ("v2", True)):
        letter = partial(Table.letter, levels=levels, lifted=lifted)
        mark = f"in.ua {levels} {lifted} "
        _letters(interpreter, f"/{version}/iot/active_air_raid_alerts", add, letter, mark)
    return router


def _letters(
    interpreter: Interpreter,
    path: str,
    add: Callable[[str, Endpoint], None],
    letter: _Letter,
    mark: str,
) -> None:

    async def every(request: Request) -> Response:
        interpreter.check()
        return interpreter.send(
            request, interpreter.answer(mark + "all", lambda t: _every(t, letter))
        )

    async def by_oblast(request: Request) -> Response:
        interpreter.check()
        ready = interpreter.answer(mark + "oblasts", lambda t: _by_oblast(t, letter))
        return interpreter.send(request, ready)

    async def single(request: Request) -> Response:
        region = _region(interpreter, request.path_params["uid"])
        interpreter.check(region)
        key = f"{mark}{region.uid}"
        return interpreter.send(request, interpreter.answer(key, lambda t: letter(t, region)))

    add(path + ".json", every)
    add(path + "_by_oblast.json", by_oblast)
    add(path + "/{uid}.json", single)


def _region(interpreter: Interpreter, text: str) -> Region:
    found = (
        interpreter.regions.find(int(text))
        if text.isascii() and text.isdigit() and len(text) < 6
        else None
    )
    if found is None:
        raise Refused("compat.not_found", "There is no such region here.", status=404)
    return found


def _every(table: Table, letter: _Letter) -> str:
    letters = [" "] * (table.regions.last_uid + 1)
    for region in table.regions:
        letters[region.uid] = letter(table, region)
    return "".join(letters)


def _by_oblast(table: Table, letter: _Letter) -> str:
    found = (table.regions.find(uid) for uid in BY_OBLAST)
    return "".join(" " if r is None else letter(table, r) for r in found)


def _enclosed(interpreter: Interpreter, alerts: list[dict[str, Any]]) -> dict[str, Any]:
    table = interpreter.table
    return {
        "alerts": alerts,
        "meta": {
            "last_updated_at": interpreter.stamps.serve().strftime("%Y/%m/%d %H:%M:%S +0000"),
            "type": "full",
            "unknown": [str(r.uid) for r in table.regions.first if not table.known(r)],
        },
        "disclaimer": REPLAY_DISCLAIMER if table.replay else DISCLAIMER,
        "replay": table.replay,
    }


def _alert(placed: Placed, span: Span | None = None) -> dict[str, Any]:
    """Show an alert with all keys, always: clients index them without a default."""
    alert = placed.alert
    level = "yellow" if placed.yellow else "red"
    told = max(alert.since, *(holder.at for holder in alert.holders))
    ended = None if span is None else span.ended_at
    shape = {
        "id": placed.number,
        **_names(placed),
        "started_at": alert.since,
        "finished_at": ended,
        "updated_at": ended or told,
        "alert_type": _TYPES[alert.hazard],
        "location_uid": str(placed.region.uid),
        "notes": alert.text.get("uk"),
        "country": None,
        "calculated": None if span is None else span.estimated,
        "alert_level": level,
    }
    if span is None:
        shape["threats"] = _threats(placed, level)
    return shape


def _names(placed: Placed) -> dict[str, Any]:
    """Say where it is; what has no uid of its own is named in its words, under what it lies in."""
    region, area = placed.region, placed.area
    raion = next((up for up in region.up if up.area.level == 2), None)
    return {
        "location_title": region.title if area is region.area else area.name["uk"],
        "location_title_en": area.name["en"],
        "location_type": _KINDS[area.level] if area.level < len(_KINDS) else "unknown",
        "location_oblast": region.oblast.title,
        "location_oblast_uid": region.oblast.uid,
        "location_raion": None if raion is None else raion.title,
    }


def _in_part(placed: Placed, table: Table) -> dict[str, Any]:
    """Say of an oblast's line in the lifted view that it is only a part, and which."""
    parts = [p for p in table.inside(placed.region) if p.alert.hazard is placed.alert.hazard]
    red = not all(part.yellow for part in parts)
    named = ", ".join(part.area.name["uk"] for part in parts[:PARTS_NAMED])
    return {
        "notes": f"Частково: {named}{' …' if len(parts) > PARTS_NAMED else ''}",
        "alert_level": "red" if red else "yellow",
        "partial": True,
    }


def _threats(placed: Placed, level: str) -> list[dict[str, Any]]:
    threat = placed.alert.threat
    if threat is None:
        return []
    return [
        {
            "threat_type": _THREATS[threat],
            "level": level,
            "started_at": placed.alert.since,
            "source_message": placed.alert.text.get("uk"),
        }
    ]


class _Histories:
    """Histories of regions, put together on another thread, one at a time."""

    def __init__(self, interpreter: Interpreter) -> None:
        self._interpreter = interpreter
        self._kept: dict[tuple[int, str, int, Moment], Answer] = {}
        self._one_at_a_time = asyncio.Lock()

    async def find(self, region: Region, period: str) -> Answer:
        """Give what stood in a region, newest first, in the last week or month."""
        if period not in PERIODS:
            sentence = "A history is of a week_ago or a month_ago."
            raise Refused("compat.not_found", sentence, status=404)
        async with self._one_at_a_time:
            now = self._interpreter.live.now()
            # The window moves on by the hour, so that it can be kept as long as nothing happens.
            hour = now.replace(minute=0, second=0, microsecond=0)
            key = (region.uid, period, self._interpreter.table.position, rfc3339(hour))
            if key not in self._kept:
                between = (rfc3339(hour - PERIODS[period]), just_after(now))
                ready = await asyncio.to_thread(
                    self._build, region, between, _enclosed(self._interpreter, [])
                )
                while len(self._kept) >= HISTORIES_KEPT:
                    del self._kept[next(iter(self._kept))]
                self._kept[key] = ready
            return self._kept[key]

    def _build(
        self, region: Region, between: tuple[Moment, Moment], empty: dict[str, Any]
    ) -> Answer:
        live = self._interpreter.live
        found = [
            _alert(placed, _as_of(span, between[1]))
            for area in self._interpreter.alerted(region)
            for span in live.history.spans(area, *between, live.read_area)
            for placed in place(span.alert, self._interpreter.regions)
            if region in placed.region.up or placed.region in region.up
        ]
        found.sort(key=lambda shown: (shown["started_at"], shown["id"]), reverse=True)
        return prepared({**empty, "alerts": found})


def _as_of(span: Span, until: Moment) -> Span:
    """Leave out an end that a replay's clock has not reached."""
    if span.ended_at is not None and span.ended_at >= until:
        return span._replace(ended_at=None, ended_by=None, ending=None, estimated=False)
    return span
