"""
A group's power in everybody's calendar: one feed of what is planned, one of what is usual.

Calendars read a feed again every half-hour at best, which is no warning; the feed says so by its
refresh hint, and a notice or the page is what warns. A replay says in every title that it is one.

Source: RFC 5545; decision 0031.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from tocsin.alerts.wording import LANGUAGES
from tocsin.channels.calendar_events import Entry, Kind, entries
from tocsin.channels.calendar_lines import calendar, text, utc, when, zone_lines
from tocsin.kernel.errors import Malformed
from tocsin.kernel.time import parse_rfc3339
from tocsin.power.day import stretches
from tocsin.power.messages import GroupCode, Power
from tocsin.power.state import ZoneState
from tocsin.views.power import PowerView

REFRESH: Final = "PT30M"
KEPT: Final = 2_000
"""Feeds kept as they were last written: 2,000 × 20 kB = 40 MB at the most."""

_MONDAY: Final = datetime(2024, 1, 1)  # noqa: DTZ001  # A date on the wall of whatever zone.
"""What is usual has no beginning; its events begin on a Monday long ago, always the same."""

_DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_TITLES: Final[dict[Kind, tuple[str, str]]] = {
    Kind.OFF: ("Без світла, черга {}", "Power off, group {}"),
    Kind.MAYBE: ("Можливо без світла, черга {}", "Power may be off, group {}"),
    Kind.EMERGENCY: ("АВАРІЙНЕ ВІДКЛЮЧЕННЯ, черга {}", "EMERGENCY SHUTDOWN, group {}"),
    Kind.SUSPENDED: (
        "Графік призупинено: могло б не бути світла, черга {}",
        "Schedule suspended: power would be off, group {}",
    ),
}
_OPEN: Final = (
    "Доки триватиме, не сказано; кінець події нічого не означає.",
    "Until when has not been said; the end of this event means nothing.",
)
_TENTATIVE: Final = frozenset({Kind.MAYBE, Kind.SUSPENDED})

_PARAMETERS: Final[dict[str, Any]] = {
    "parameters": [
        {
            "name": "lang",
            "in": "query",
            "schema": {"type": "string", "enum": list(LANGUAGES), "default": "uk"},
            "description": "Of the titles.",
        }
    ]
}


def calendars(view: PowerView) -> APIRouter:
    """Make the router of the calendars."""
    router = APIRouter(prefix="/api/v1/outages", tags=["read"])
    feeds = Feeds(view)
    answer: dict[int | str, dict[str, Any]] = {
        200: {"content": {"text/calendar": {}}, "description": "A calendar to subscribe to."},
        304: {"description": "As you know it."},
    }

    @router.get(
        "/groups/{operator}/{group}/calendar.ics",
        summary="A group's cuts as they are planned now, as a calendar",
        response_class=Response,
        responses=answer,
        openapi_extra=_PARAMETERS,
    )
    async def planned(request: Request, operator: str, group: str) -> Response:
        return await _answer(request, feeds, operator, group, usual=False)

    @router.get(
        "/groups/{operator}/{group}/template.ics",
        summary="A group's usual week, as a calendar",
        response_class=Response,
        responses=answer,
        openapi_extra=_PARAMETERS,
    )
    async def usual(request: Request, operator: str, group: str) -> Response:
        return await _answer(request, feeds, operator, group, usual=True)

    return router


class Feeds:
    """Write feeds, each at most once a minute and anew when anything is heard of its zone."""

    def __init__(self, view: PowerView) -> None:
        self._view = view
        self._kept: dict[tuple[str, ...], tuple[ZoneState, datetime, bytes]] = {}

    async def give(self, operator: str, group: str, language: str, *, usual: bool) -> bytes:
        """
        Give a feed.

        Raises:
            Refused: `power.group_unknown`, HTTP 404.
        """
        state, now = self._view.grid.find(group, operator), self._view.now()
        minute = now.replace(second=0, microsecond=0)
        key = (operator, group, language, str(usual))
        kept = self._kept.get(key)
        if kept is not None and kept[0] is state and kept[1] == minute:
            return kept[2]
        write = template_feed if usual else plan_feed
        replay = self._view.replay
        body = await asyncio.to_thread(write, state, GroupCode(group), now, language, replay=replay)
        self._kept.pop(key, None)
        self._kept[key] = (state, minute, body)
        if len(self._kept) > KEPT:
            del self._kept[next(iter(self._kept))]
        return body


def plan_feed(
    state: ZoneState, group: GroupCode, at: datetime, language: str, *, replay: bool = False
) -> bytes:
    """Write what is planned for a group, as known at a moment."""
    found = entries(state, group, at)
    years = [one.start.year for one in found] or [at.year]
    column = LANGUAGES.index(language)
    lines = list(zone_lines(state.clock, min(years) - 1, max(years) + 1))
    for one in found:
        lines += _event(one, state, group, column, replay=replay)
    name = ("Світло за графіком, черга {}", "Power by schedule, group {}")[column].format(group)
    return calendar(_titled(name, replay=replay), lines, refresh=REFRESH)


def template_feed(
    state: ZoneState, group: GroupCode, at: datetime, language: str, *, replay: bool = False
) -> bytes:
    """Write what is usual for a group by weekday; nobody promises that a week will be like it."""
    column = LANGUAGES.index(language)
    lines = list(zone_lines(state.clock, _MONDAY.year - 1, at.year + 2))
    for weekday, day in enumerate(state.weeks.get(group, ())):
        for power, kind in ((Power.OFF, Kind.OFF), (Power.MAYBE, Kind.MAYBE)):
            for slot in stretches(day, power):
                span = (slot.start, slot.end)
                lines += _usually(kind, state, group, (weekday, span), column, replay=replay)
    name = ("Звичайний тиждень, черга {}", "Usual week, group {}")[column].format(group)
    return calendar(_titled(name, replay=replay), lines, refresh=REFRESH)


def _event(
    one: Entry, state: ZoneState, group: GroupCode, column: int, *, replay: bool
) -> Iterator[str]:
    changed = utc(parse_rfc3339(one.changed_at))
    title = _titled(_TITLES[one.kind][column].format(group), replay=replay)
    status = "TENTATIVE" if one.kind in _TENTATIVE else "CONFIRMED"
    yield "BEGIN:VEVENT"
    yield f"UID:{one.uid}"
    yield f"DTSTAMP:{changed}"
    yield f"LAST-MODIFIED:{changed}"
    yield f"SEQUENCE:{one.sequence}"
    yield f"STATUS:{'CANCELLED' if one.cancelled else status}"
    yield when("DTSTART", one.start, state.clock)
    yield when("DTEND", one.end, state.clock)
    yield f"SUMMARY:{text(title)}"
    if one.open_end:
        yield f"DESCRIPTION:{text(_OPEN[column])}"
    yield from _rest(one.kind)


def _usually(
    kind: Kind,
    state: ZoneState,
    group: GroupCode,
    at: tuple[int, tuple[int, int]],
    column: int,
    *,
    replay: bool,
) -> Iterator[str]:
    """
    Write a weekly event.

    Of the templates only the newest is known, so what changes has another name, and what is no
    longer usual is missing from the feed.
    """
    weekday, (start, end) = at
    first = _MONDAY + timedelta(days=weekday)
    mark = f"{state.operator}/{group}/{weekday}/{start}/{end}/{kind}"
    uid = blake2b(mark.encode(), digest_size=12).hexdigest()
    title = _titled(_TITLES[kind][column].format(group), replay=replay)
    yield "BEGIN:VEVENT"
    yield f"UID:usual-{uid}@tocsin"
    yield f"DTSTAMP:{_MONDAY:%Y%m%dT%H%M%SZ}"
    yield "SEQUENCE:0"
    yield "STATUS:TENTATIVE"  # What is usual is promised by nobody.
    yield f"DTSTART;TZID={state.clock}:{first + timedelta(minutes=start):%Y%m%dT%H%M%S}"
    yield f"DTEND;TZID={state.clock}:{first + timedelta(minutes=end):%Y%m%dT%H%M%S}"
    yield f"RRULE:FREQ=WEEKLY;BYDAY={_DAYS[weekday]}"
    yield f"SUMMARY:{text(title)}"
    yield from _rest(kind)


def _rest(kind: Kind) -> Iterator[str]:
    yield f"CATEGORIES:{kind.value.upper()}"
    yield "TRANSP:TRANSPARENT"
    yield "CLASS:PUBLIC"
    yield "END:VEVENT"


def _titled(title: str, *, replay: bool) -> str:
    return f"ПОВТОР / REPLAY: {title}" if replay else title


async def _answer(
    request: Request, feeds: Feeds, operator: str, group: str, *, usual: bool
) -> Response:
    asked = dict(request.query_params)
    language = asked.pop("lang", "uk")
    if asked:
        name = next(iter(asked))[:40]
        raise Malformed(
            "query.unknown_parameter", f"There is no parameter “{name}” here.", where=name
        )
    if language not in LANGUAGES:
        raise Malformed("query.malformed", "“lang” has to be uk or en.", where="lang")
    body = await feeds.give(operator, group, language, usual=usual)
    tag = f'"{blake2b(body, digest_size=8).hexdigest()}"'
    headers = {"etag": tag, "cache-control": "public, max-age=60"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="text/calendar; charset=utf-8", headers=headers)
