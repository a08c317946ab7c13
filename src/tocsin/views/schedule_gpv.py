"""
The GPV shape: hours of days by group, as the pages of DTEK and the copies of them have it.

A cell says at most half-hours, and cannot say that something is unknown: such a cell is left out,
and so is a day of which nothing is known, or which a company has under another rule than by the
hour. An emergency is nothing that this shape can say; its half-hours are left out too, since the
plan does not hold there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final

from tocsin.kernel.time import Moment, parse_rfc3339, rfc3339
from tocsin.power.day import midnight, worst, zone_of
from tocsin.power.messages import Power, Regime
from tocsin.power.state import ZoneState
from tocsin.views.schedule_days import HALVES, KnownDay, cells_of, days_from, in_order, known_day

PREFIX: Final = "GPV"
STAMP: Final = "%d.%m.%Y %H:%M"
"""Of `update`, by the wall's clock of the company."""

CELLS: Final = {
    "yes": (Power.ON, Power.ON),
    "no": (Power.OFF, Power.OFF),
    "first": (Power.OFF, Power.ON),
    "second": (Power.ON, Power.OFF),
    "maybe": (Power.MAYBE, Power.MAYBE),
    "mfirst": (Power.MAYBE, Power.ON),
    "msecond": (Power.ON, Power.MAYBE),
}
"""By word, what the first and the last half of the hour are."""

_WORDS: Final = {halves: word for word, halves in CELLS.items()}


def gpv(states: Sequence[ZoneState], at: datetime, days: Sequence[date] = ()) -> dict[str, Any]:
    """
    Write what is known of zones of one company at a moment.

    Args:
        states: At least one.
        days: Of the company's own calendar; without any the day of the moment and the next.
    """
    first = states[0]
    known_at = rfc3339(at)
    told: dict[str, dict[str, dict[str, str]]] = {}
    stamps: list[Moment] = []
    fetched: list[Moment] = []
    wanted = days or days_from(at, first.clock)
    for day in wanted:
        rows: dict[str, dict[str, str]] = {}
        for state in states:
            for group in in_order(state.zone.groups):
                known = known_day(state, group, day, known_at)
                row = hours(known.cells) if known.version is not None and _by_hour(known) else {}
                if row and known.version is not None:
                    rows[PREFIX + group] = row
                    fetched.append(known.version.known_at)
                    stamps += [known.version.published_at] if known.version.published_at else []
        if rows:
            told[str(_midnight(day, first.clock))] = rows
    return {
        "regionId": first.operator,
        "lastUpdated": _epoch(max(fetched, default=known_at)),
        "fact": {
            "data": told,
            "update": _stamp(max(stamps), first.clock) if stamps else "",
            "today": _midnight(days_from(at, first.clock, 1)[0], first.clock),
        },
        "preset": {"data": _weeks(states)},
        "lastUpdateStatus": _status(states, known_at),
    }


def hours(cells: Sequence[Power]) -> dict[str, str]:
    """Write 48 half-hours as cells `1` to `24`, without those in which anything is unknown."""
    pairs = ((cells[n], cells[n + 1]) for n in range(0, HALVES, 2))
    words = ((n, _word(pair)) for n, pair in enumerate(pairs, 1))
    return {str(n): word for n, word in words if word is not None}


def _word(pair: tuple[Power, Power]) -> str | None:
    if Power.UNKNOWN in pair or Power.EMERGENCY in pair:
        return None
    # The shape has no word for half an hour off and half an hour perhaps: the worse one stands.
    return _WORDS.get(pair) or _WORDS[worst(pair), worst(pair)]


def _by_hour(known: KnownDay) -> bool:
    return known.regime in {Regime.HOURLY, Regime.NONE}


def _weeks(states: Iterable[ZoneState]) -> dict[str, dict[str, dict[str, str]]]:
    return {
        PREFIX + group: {
            str(number): hours(cells_of(day)) for number, day in enumerate(state.weeks[group], 1)
        }
        for state in states
        for group in in_order(state.weeks)
        if group in state.zone.groups
    }


def _status(states: Iterable[ZoneState], known_at: Moment) -> dict[str, Any]:
    failing = [one.failing for one in states if one.failing and one.failing.since <= known_at]
    if not failing:
        return {"status": "parsed", "ok": True, "message": None}
    return {"status": "failed", "ok": False, "message": failing[0].reason}


def _midnight(day: date, clock: str) -> int:
    return int(midnight(day, clock).timestamp())


def _epoch(moment: Moment) -> int:
    return int(parse_rfc3339(moment).timestamp())


def _stamp(moment: Moment, clock: str) -> str:
    return parse_rfc3339(moment).astimezone(zone_of(clock)).strftime(STAMP)
