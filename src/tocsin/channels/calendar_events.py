"""
The events of a group's calendar, worked out from all versions of its days, oldest first.

An event is named by its group and by when it begins, for ever: whatever happens to it afterwards
is a higher SEQUENCE of the same event, and what is in the plan no more is CANCELLED, not forgotten,
so that a calendar that keeps what it has read ends up with the newest plan and nothing else. All
of it follows from the ledger, and comes out the same after a start.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple
from urllib.parse import quote

from tocsin.kernel.time import Moment, parse_rfc3339, rfc3339
from tocsin.power.day import HALF, day_of, half_hours
from tocsin.power.messages import GroupCode, Power
from tocsin.power.state import Emergency, ZoneState
from tocsin.views.power_stretches import only, plan_of

DAYS_BEFORE: Final = 1
"""What is over since yesterday is told no more; a calendar keeps it."""


class Kind(StrEnum):
    """What an event is about."""

    OFF = "off"
    MAYBE = "maybe"
    EMERGENCY = "emergency"
    SUSPENDED = "suspended"
    """Planned, while an emergency that stands lets nothing be promised."""


class Entry(NamedTuple):
    """
    An event as it is now.

    Args:
        cancelled: It is in the plan no more.
        sequence: How often it has changed, from 0.
        changed_at: When that was last known to be so.
        open_end: Nobody has said when it ends; `end` is the end of today.
    """

    uid: str
    start: datetime
    end: datetime
    kind: Kind
    changed_at: Moment
    cancelled: bool = False
    sequence: int = 0
    open_end: bool = False


_KINDS: Final = {Power.OFF: Kind.OFF, Power.MAYBE: Kind.MAYBE, Power.EMERGENCY: Kind.EMERGENCY}


def entries(state: ZoneState, group: GroupCode, at: datetime) -> list[Entry]:
    """List a group's events as known at a moment, those of a plan by day, then emergencies."""
    first = day_of(at, state.clock) - timedelta(days=DAYS_BEFORE)
    days = sorted(day for of, day in state.versions if of == group and day >= first.isoformat())
    found = [
        one
        for day in days
        for one in _of_day(state, group, date.fromisoformat(day), rfc3339(at)).values()
    ]
    for one in state.emergencies:
        told = _of_emergency(state, group, one, at)
        if told is not None and day_of(told.end, state.clock) >= first:
            found.append(told)
    return found


def _of_day(state: ZoneState, group: GroupCode, day: date, known_at: Moment) -> dict[str, Entry]:
    """Follow a day through everything that was heard of it."""
    held: dict[str, Entry] = {}
    for moment in _heard(state, group, day, known_at):
        wanted = {one.uid: one for one in _planned(state, group, day, moment, held)}
        for uid, one in wanted.items():
            known = held.get(uid)
            if known is None:
                held[uid] = one
            elif known != one._replace(sequence=known.sequence, changed_at=known.changed_at):
                held[uid] = one._replace(sequence=known.sequence + 1)
        for uid, known in held.items():
            if uid not in wanted and not known.cancelled:
                held[uid] = known._replace(
                    cancelled=True, sequence=known.sequence + 1, changed_at=moment
                )
    return held


def _heard(state: ZoneState, group: GroupCode, day: date, known_at: Moment) -> list[Moment]:
    """List when anything was heard that bears on a day, from its first version on."""
    moments = {one.known_at for one in state.versions[group, day.isoformat()]}
    first = min(moments)
    for one in state.emergencies:
        moments |= {moment for moment in (one.since, one.until) if moment and moment > first}
    return sorted(moment for moment in moments if moment <= known_at)


def _planned(
    state: ZoneState, group: GroupCode, day: date, moment: Moment, held: dict[str, Entry]
) -> Iterator[Entry]:
    suspended = state.emergency(moment) is not None
    heard = parse_rfc3339(moment)
    for one in only(plan_of(state, group, day, moment), *_KINDS):
        uid = _uid(one.start, group, state.operator)
        known = held.get(uid)
        kind = _KINDS[one.power]
        if suspended and one.end > heard:
            kind = Kind.SUSPENDED
        elif known is not None and known.kind is Kind.SUSPENDED and one.end <= heard:
            kind = Kind.SUSPENDED  # What became of it while nothing was promised nobody knows.
        yield Entry(uid, one.start, one.end, kind, moment)


def _of_emergency(state: ZoneState, group: GroupCode, one: Emergency, at: datetime) -> Entry | None:
    """Show a shutdown: open until somebody ends it, and a day longer with every midnight."""
    if one.since > rfc3339(at):
        return None
    start = parse_rfc3339(one.since)
    ended = one.until is not None and one.until <= rfc3339(at)
    last = parse_rfc3339(one.until) if ended and one.until else at
    today = day_of(last, state.clock)
    midnights = (today - day_of(start, state.clock)).days
    halves = half_hours(today, state.clock)
    changed = max(start, halves[0].start)
    return Entry(
        f"emergency-{_uid(start, group, state.operator)}",
        start,
        last if ended else halves[-1].start + HALF,
        Kind.EMERGENCY,
        rfc3339(last if ended else changed),
        sequence=midnights + ended,
        open_end=not ended,
    )


def _uid(start: datetime, group: GroupCode, operator: str) -> str:
    return f"{start:%Y%m%dT%H%M%SZ}-{quote(group, safe='')}-{operator}@tocsin"
