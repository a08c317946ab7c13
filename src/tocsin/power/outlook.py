"""
The outlook of a group: whether there is power at a moment, by what was known at a moment.

An emergency goes before any plan, in its zone and nowhere else, and lasts until it is lifted. Where
no schedule is known, or the company says that one will come, the answer is unknown; nothing but a
company's own word makes it `on`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from tocsin.kernel.time import Moment, parse_rfc3339, rfc3339
from tocsin.power.day import (
    HALF,
    at_minute,
    day_of,
    half_hours,
    in_half_hour,
    minute_of,
)
from tocsin.power.messages import GroupCode, Power, Regime
from tocsin.power.state import Emergency, Outage, Version, ZoneState

LOOKED_AHEAD: Final = timedelta(days=3)
"""Companies publish today and tomorrow; nothing beyond that is planned anywhere."""


class HalfHourOutlook(NamedTuple):
    """What a half-hour of a day is to be; `start` to `end` in UTC."""

    start: datetime
    end: datetime
    power: Power


class Outlook(NamedTuple):
    """
    How it is with a group at a moment.

    Args:
        since: From when it is so, as far as is known; None where that is not.
        until: When it changes, by what is known; None where nobody can say.
        next: What it changes to then; None with `until`.
        version: Of the schedule that says so; None where none does.
        emergency: That stands in the zone.
        outages: By damage, that are not over; whether this group is hit nobody says.
    """

    power: Power
    regime: Regime
    since: Moment | None
    until: Moment | None
    next: Power | None
    version: Version | None
    emergency: Emergency | None
    outages: tuple[Outage, ...]


def power_in(version: Version | None, minute: int) -> Power:
    """Tell what a version of a day says of one minute of it."""
    if version is None:
        return Power.UNKNOWN
    match version.regime:
        case Regime.HOURLY:
            return at_minute(version.slots, minute)
        case Regime.NONE:
            return Power.ON
        case Regime.EMERGENCY:
            return Power.EMERGENCY
        case Regime.WAITING | Regime.UNKNOWN:
            return Power.UNKNOWN


def half_hour_outlooks(
    state: ZoneState, group: GroupCode, day: date, known_at: Moment
) -> list[HalfHourOutlook]:
    """List the 46, 48 or 50 half-hours of a day as they were known at a moment."""
    version = state.known(group, day.isoformat(), known_at)
    found = []
    for start, minute in half_hours(day, state.clock):
        power = power_in(version, minute)
        if version is not None and version.regime is Regime.HOURLY:
            power = in_half_hour(version.slots, minute)
        if _cut(state, start, start + HALF, known_at):
            power = Power.EMERGENCY
        found.append(HalfHourOutlook(start, start + HALF, power))
    return found


def outlook(
    state: ZoneState, group: GroupCode, at: datetime, known_at: Moment | None = None
) -> Outlook:
    """
    Tell how it is with a group at a moment, and when that is to change.

    Args:
        known_at: By what was known then; `at` itself where left out.
    """
    moment = rfc3339(at)
    known = moment if known_at is None else known_at
    version = state.known(group, day_of(at, state.clock).isoformat(), known)
    emergency = _standing(state, moment, known)
    outages = tuple(
        one
        for one in state.outages
        if one.since <= known and (one.until is None or one.until > known)
    )
    if emergency is not None:
        return Outlook(
            Power.EMERGENCY, Regime.EMERGENCY, emergency.since, None, None, version, emergency,
            outages,
        )  # fmt: skip
    power = power_in(version, minute_of(at, state.clock))
    regime = Regime.UNKNOWN if version is None else version.regime
    since, until, then = _around(state, group, at, power, known)
    return Outlook(power, regime, since, until, then, version, None, outages)


def boundaries(
    state: ZoneState, group: GroupCode, start: datetime, end: datetime, known_at: Moment
) -> Iterator[tuple[datetime, Power]]:
    """
    List when the power of a group changes by its schedule, and what it changes to.

    After `start` and up to `end`. Under an emergency nothing is promised, and nothing is listed.
    """
    if _standing(state, known_at, known_at) is not None:
        return
    last: Power | None = None
    for moment, power in _moments(state, group, start, end, known_at):
        if last is not None and power is not last and moment > start:
            yield moment, power
        last = power


def _around(
    state: ZoneState, group: GroupCode, at: datetime, power: Power, known: Moment
) -> tuple[Moment | None, Moment | None, Power | None]:
    since: datetime | None = None
    until: datetime | None = None
    then: Power | None = None
    for moment, other in _moments(state, group, at - LOOKED_AHEAD, at + LOOKED_AHEAD, known):
        if moment <= at:
            if other is not power:
                since = None
            elif since is None:
                since = moment
        elif other is not power:
            until, then = moment, other
            break
    if power is Power.UNKNOWN:
        since = None
    elif since is not None:
        # A shutdown cut into it: what holds again holds since that was lifted.
        over = (parse_rfc3339(one.until) for one in state.emergencies if one.until is not None)
        since = max([since, *(moment for moment in over if moment <= at and _heard(moment, known))])
    return (
        None if since is None else rfc3339(since),
        None if until is None else rfc3339(until),
        then,
    )


def _heard(moment: datetime, known: Moment) -> bool:
    return rfc3339(moment) <= known


def _moments(
    state: ZoneState, group: GroupCode, start: datetime, end: datetime, known: Moment
) -> Iterator[tuple[datetime, Power]]:
    """List the moments from the day of `start` at which something is said, and what."""
    day = day_of(start, state.clock)
    last = day_of(end, state.clock)
    while day <= last:
        version = state.known(group, day.isoformat(), known)
        marks = {slot.start for slot in version.slots} if version is not None else set()
        for begin, minute in half_hours(day, state.clock):
            inside = {mark for mark in marks if minute < mark < minute + 30}
            for mark in sorted({minute} | inside):
                moment = begin + timedelta(minutes=mark - minute)
                if moment > end:
                    return
                yield moment, power_in(version, mark)
        day += timedelta(days=1)


def _standing(state: ZoneState, moment: Moment, known: Moment) -> Emergency | None:
    """Tell the shutdown that stands at a moment, by what was known at another."""
    for one in reversed(state.emergencies):
        until = one.until if one.until is not None and one.until <= known else None
        if one.since <= min(moment, known) and (until is None or until > moment):
            return one
    return None


def _cut(state: ZoneState, start: datetime, end: datetime, known: Moment) -> bool:
    """Say whether a shutdown, as it was known, reaches into a stretch."""
    for one in state.emergencies:
        if one.since > known:
            continue
        until = one.until if one.until is not None and one.until <= known else None
        ended = until is not None and parse_rfc3339(until) <= start
        if parse_rfc3339(one.since) < end and not ended:
            return True
    return False
