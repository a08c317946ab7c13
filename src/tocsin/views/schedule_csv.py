"""
Schedules as a table: a line for each stretch of a group's day, of the wall's clock.

A day that is not shared out by the hour is one line without times, whose state is its rule:
`none`, `waiting`, `emergency` or `unknown`. A weekday in place of a date is what usually holds.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final

from tocsin.kernel.time import rfc3339
from tocsin.power.messages import GroupCode, Regime, Slot
from tocsin.power.state import ZoneState
from tocsin.views.schedule_days import days_from, in_order, known_day

COLUMNS: Final = (
    "operator", "group", "date", "start", "end", "state", "known_at", "published_at",
)  # fmt: skip
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_Line = tuple[str, ...]


def schedule_csv(states: Sequence[ZoneState], at: datetime, days: Sequence[date] = ()) -> str:
    """
    Write what is known of zones of one company at a moment.

    Args:
        days: Of the company's own calendar; without any the day of the moment and the next.
    """
    known_at = rfc3339(at)
    lines: list[_Line] = []
    for state in states:
        for group in in_order(state.zone.groups):
            for day in days or days_from(at, state.clock):
                known = known_day(state, group, day, known_at)
                if known.version is None and known.regime is Regime.UNKNOWN:
                    continue
                version = known.version
                stamps = (
                    known_at if version is None else version.known_at,
                    (version.published_at if version is not None else None) or "",
                )
                first = (state.operator, group, day.isoformat())
                if known.regime is Regime.HOURLY:
                    lines += _stretches(first, known.slots, stamps)
                else:
                    lines.append((*first, "", "", str(known.regime), *stamps))
    return _written(lines)


def template_csv(states: Iterable[ZoneState]) -> str:
    """Write what usually holds by weekday."""
    lines: list[_Line] = []
    for state in states:
        for group in in_order(code for code in state.weeks if code in state.zone.groups):
            lines += _week(state, group)
    return _written(lines)


def _week(state: ZoneState, group: GroupCode) -> list[_Line]:
    found: list[_Line] = []
    for weekday, slots in zip(WEEKDAYS, state.weeks[group], strict=True):
        found += _stretches((state.operator, group, weekday), slots, ("", ""))
    return found


def _stretches(first: _Line, slots: Iterable[Slot], last: _Line) -> list[_Line]:
    return [(*first, _time(slot.start), _time(slot.end), str(slot.power), *last) for slot in slots]


def _time(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _written(lines: Iterable[_Line]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(lines)
    return out.getvalue()
