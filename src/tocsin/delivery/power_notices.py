"""
What the people of a group are to be told about their power, and when: worked out, never received.

A notice follows from the plan that is known here and from a clock, so that it comes at the boundary
of a slot without another word from outside: also after a start, also with the network gone. Its id
says what it tells, so that whoever tells it knows what has been told.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from tocsin.kernel.time import Moment, parse_rfc3339, rfc3339
from tocsin.power.day import day_of
from tocsin.power.messages import GroupCode, OperatorId, Power, ZoneCode
from tocsin.power.outlook import boundaries, outlook
from tocsin.power.state import ZoneState

LATE: Final = timedelta(minutes=10)
"""How long after a boundary it is still news; by then everybody has seen it."""

LATE_WORD: Final = timedelta(hours=1)
"""As long is another schedule, or the end of an emergency, still news."""

AHEAD: Final = timedelta(hours=30)
"""What is worked out at once: a day, and what hangs on the morning after it."""

MINUTES_MOST: Final = 180


class Kind(StrEnum):
    """What a notice tells."""

    SOON = "soon"
    NOW = "now"
    EMERGENCY = "emergency"
    LIFTED = "lifted"
    SCHEDULE = "schedule"


class Notice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    Something to tell the people of one group.

    Args:
        change: What the power changes to; None for another schedule.
        at: When that is, or when it was heard; `due_at` is when to tell it.
        over_at: From when on it is no news; None while it stands.
        date: Of the day that has another schedule.
    """

    id: str
    kind: Kind
    operator: OperatorId
    zone: ZoneCode
    group: GroupCode
    at: Moment
    due_at: Moment
    over_at: Moment | None = None
    change: Power | None = None
    date: str | None = None

    def due(self, now: Moment) -> bool:
        """Say whether it is to be told at a moment, if it has not been."""
        return self.due_at <= now and (self.over_at is None or now < self.over_at)


def notices(state: ZoneState, now: datetime, minutes: int) -> list[Notice]:
    """
    List what is to be told of a zone from a moment on, by what is known of it then.

    Args:
        minutes: How long before a boundary it is told beforehand; 0 for not at all.
    """
    found: list[Notice] = []
    for group in state.zone.groups:
        found += _turns(state, group, now, minutes)
        found += _schedules(state, group, now)
        found += _emergencies(state, group, now)
    found.sort(key=lambda one: (one.due_at, one.id))
    return found


def _turns(state: ZoneState, group: GroupCode, now: datetime, minutes: int) -> Iterator[Notice]:
    """List the boundaries of slots at which something is to be told, beforehand and then."""
    start, moment = now - LATE, rfc3339(now)
    before = outlook(state, group, start, moment).power
    turns = list(boundaries(state, group, start, now + AHEAD, moment))
    for number, (at, power) in enumerate(turns):
        told = _told(before, power)
        before = power
        if not told:
            continue
        later = turns[number + 1][0] if number + 1 < len(turns) else at + LATE
        yield _notice(state, group, Kind.NOW, at, power, due=at, over=min(later, at + LATE))
        if minutes:
            due = at - timedelta(minutes=minutes)
            yield _notice(state, group, Kind.SOON, at, power, due=due, over=at)


def _told(before: Power, after: Power) -> bool:
    """Say whether a turn is news; light that begins where nothing was known is none."""
    if after in {Power.OFF, Power.MAYBE, Power.EMERGENCY}:
        return True
    return after is Power.ON and before in {Power.OFF, Power.MAYBE, Power.EMERGENCY}


def _schedules(state: ZoneState, group: GroupCode, now: datetime) -> Iterator[Notice]:
    """Tell that today or tomorrow has another schedule, or that tomorrow has one now."""
    moment, today = rfc3339(now), day_of(now, state.clock)
    for ahead in (0, 1):
        date = (today + timedelta(days=ahead)).isoformat()
        heard = [one for one in state.versions.get((group, date), ()) if one.known_at <= moment]
        if len(heard) > 1 - ahead:
            at = parse_rfc3339(heard[-1].known_at)
            yield _notice(
                state, group, Kind.SCHEDULE, at, None, due=at, over=at + LATE_WORD, date=date
            )


def _emergencies(state: ZoneState, group: GroupCode, now: datetime) -> Iterator[Notice]:
    for one in state.emergencies:
        since = parse_rfc3339(one.since)
        if one.until is None:
            yield _notice(state, group, Kind.EMERGENCY, since, Power.EMERGENCY, due=since)
            continue
        until = parse_rfc3339(one.until)
        if until > now - LATE_WORD:
            after = outlook(state, group, max(until, now)).power
            yield _notice(
                state, group, Kind.LIFTED, until, after, due=until, over=until + LATE_WORD
            )


def _notice(
    state: ZoneState,
    group: GroupCode,
    kind: Kind,
    at: datetime,
    change: Power | None,
    *,
    due: datetime,
    over: datetime | None = None,
    date: str | None = None,
) -> Notice:
    what = date or (change if kind in {Kind.SOON, Kind.NOW} else None) or ""
    moment = rfc3339(at)
    return Notice(
        id=f"{state.operator}/{group}/{kind}/{what}/{moment}",
        kind=kind,
        operator=state.operator,
        zone=state.zone.code,
        group=group,
        at=moment,
        due_at=rfc3339(due),
        over_at=None if over is None else rfc3339(over),
        change=change,
        date=date,
    )
