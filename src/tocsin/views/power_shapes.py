"""
The public shapes of what is known of the power: zones, groups, days.

Pure: a zone's state and a moment go in. No feeder, load, priority or protected customer is known
here, so that none can be told.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from tocsin.areas.gazetteer import Gazetteer
from tocsin.kernel.ids import AreaCode
from tocsin.kernel.time import Moment, parse_rfc3339, rfc3339
from tocsin.power.day import day_of
from tocsin.power.messages import GroupCode, Power, Regime
from tocsin.power.outlook import Outlook, half_hour_outlooks, outlook
from tocsin.power.state import Emergency, Outage, Version, ZoneState
from tocsin.views.power_stretches import minutes, plan_of, told
from tocsin.views.power_words import (
    Said,
    Words,
    change_words,
    day_words,
    joined,
    now_words,
)
from tocsin.views.schedule_days import days_from, in_order, known_day

_BY_WEIGHT: Final = (
    Regime.EMERGENCY,
    Regime.HOURLY,
    Regime.WAITING,
    Regime.UNKNOWN,
    Regime.NONE,
)
"""What is told of a zone whose groups are not all under one rule: what most has to be heard."""


def zone_shape(state: ZoneState, gazetteer: Gazetteer, at: datetime) -> dict[str, Any]:
    """Show a zone: its regime today, an emergency, what is damaged, and how old all that is."""
    moment = rfc3339(at)
    emergency = state.emergency(moment)
    today = _versions(state, day_of(at, state.clock), moment)
    latest = max(
        (one for one in today.values() if one is not None),
        key=lambda one: one.known_at,
        default=None,
    )
    return {
        "operator": state.operator,
        "zone": state.zone.code,
        "name": state.zone.name,
        "area": _area(gazetteer, state.zone.area),
        "areas": [_area(gazetteer, code) for code in state.zone.areas],
        "regime": str(Regime.EMERGENCY if emergency else _regime(today)),
        "emergency": emergency_shape(emergency),
        "outages": [outage_shape(one) for one in _outages_at(state, moment)],
        "failing": failing_shape(state, moment),
        "updated_at": latest and latest.known_at,
        "published_at": latest and latest.published_at,
        "groups": in_order(state.zone.groups),
    }


def row_shape(state: ZoneState, group: GroupCode, at: datetime) -> dict[str, Any]:
    """Show a group as a row of a table: how it is, and how much is off today and tomorrow."""
    seen = outlook(state, group, at)
    return _seen_shape(state, group, seen) | {
        "days": [_total(state, group, day, at) for day in days_from(at, state.clock)]
    }


def group_shape(
    state: ZoneState, group: GroupCode, gazetteer: Gazetteer, at: datetime
) -> dict[str, Any]:
    """Show all that is known of a group at a moment, in figures and in words."""
    moment = rfc3339(at)
    seen = outlook(state, group, at)
    days = [_day(state, group, day, at) for day in days_from(at, state.clock)]
    version = seen.version
    sentences = [now_words(seen, at, state.clock), *(day["words"] for day in days)]
    return _seen_shape(state, group, seen) | {
        "as_of": moment,
        "clock": state.clock,
        "area": _area(gazetteer, state.zone.area),
        "source": version and version.source,
        "known_at": version and version.known_at,
        "published_at": version and version.published_at,
        "age_s": version and _seconds(version.known_at, at),
        "emergency": emergency_shape(seen.emergency),
        "outages": [outage_shape(one) for one in seen.outages],
        "failing": failing_shape(state, moment),
        "days": days,
        "words": joined(sentences),
    }


def place_power(
    state: ZoneState, gazetteer: Gazetteer, relation: str, at: datetime
) -> dict[str, Any]:
    """Show of a zone what matters at a point: by which rule, or in which emergency, it is."""
    shape = zone_shape(state, gazetteer, at)
    kept = ("operator", "zone", "name", "regime", "emergency", "failing", "updated_at", "groups")
    return {"relation": relation} | {name: shape[name] for name in kept}


def changed_words(state: ZoneState, group: GroupCode, day: date, at: datetime) -> Words:
    """Say what is different in a day since the edition before, or what the only one plans."""
    changed = _changed(state, group, day, at)
    if changed is not None:
        return dict(changed["words"])
    version = state.known(group, day.isoformat(), rfc3339(at))
    return day_words(Said(day, version, state.clock), day_of(at, state.clock))


def emergency_shape(one: Emergency | None) -> dict[str, Any] | None:
    """Show a shutdown at once; it has no end until somebody gives one."""
    if one is None:
        return None
    return {"since": one.since, "reason": one.reason, "source": one.source}


def outage_shape(one: Outage) -> dict[str, Any]:
    """Show people without power by damage."""
    return {
        "id": one.id,
        "since": one.since,
        "cause": one.cause,
        "people": one.people,
        "expected_at": one.expected_at,
    }


def failing_shape(state: ZoneState, moment: Moment) -> dict[str, Any] | None:
    """Show since when the source cannot be read; None where it can, or could at that moment."""
    failing = state.failing
    if failing is None or failing.since > moment:
        return None
    return {"since": failing.since, "source": failing.source, "reason": failing.reason}


def _seen_shape(state: ZoneState, group: GroupCode, seen: Outlook) -> dict[str, Any]:
    return {
        "operator": state.operator,
        "group": group,
        "zone": state.zone.code,
        "power": str(seen.power),
        "regime": str(seen.regime),
        "since": seen.since,
        "until": seen.until,
        "next": seen.next and str(seen.next),
    }


def _total(state: ZoneState, group: GroupCode, day: date, at: datetime) -> dict[str, Any]:
    """
    Count what the plan takes off on a day.

    Null where no plan is known, and while an emergency that stands suspends it.
    """
    moment = rfc3339(at)
    version = state.known(group, day.isoformat(), moment)
    counted = told(version) and state.emergency(moment) is None
    stretches = plan_of(state, group, day, moment)
    return {
        "date": day.isoformat(),
        "regime": str(known_day(state, group, day, moment).regime),
        "total_off_minutes": minutes(stretches, Power.OFF) if counted else None,
        "total_maybe_minutes": minutes(stretches, Power.MAYBE) if counted else None,
        "known_at": version and version.known_at,
    }


def _day(state: ZoneState, group: GroupCode, day: date, at: datetime) -> dict[str, Any]:
    moment = rfc3339(at)
    today = day_of(at, state.clock)
    version = state.known(group, day.isoformat(), moment)
    suspended = state.emergency(moment) is not None
    return _total(state, group, day, at) | {
        "slots": [
            {"from": rfc3339(one.start), "to": rfc3339(one.end), "state": str(one.power)}
            for one in half_hour_outlooks(state, group, day, moment)
        ],
        "words": day_words(Said(day, version, state.clock, suspended), today),
        "changed": _changed(state, group, day, at),
    }


def _changed(state: ZoneState, group: GroupCode, day: date, at: datetime) -> dict[str, Any] | None:
    """Say what the newest version of a day made different; None where it is the first."""
    moment = rfc3339(at)
    known = [
        one for one in state.versions.get((group, day.isoformat()), ()) if one.known_at <= moment
    ]
    if len(known) < 2:
        return None
    before, after = (Said(day, one, state.clock) for one in known[-2:])
    return {
        "at": known[-1].known_at,
        "words": change_words(before, after, day_of(at, state.clock)),
        "revision": len(known),
    }


def _versions(state: ZoneState, day: date, moment: Moment) -> Mapping[GroupCode, Version | None]:
    return {one: state.known(one, day.isoformat(), moment) for one in state.zone.groups}


def _regime(today: Mapping[GroupCode, Version | None]) -> Regime:
    found = {Regime.UNKNOWN if one is None else one.regime for one in today.values()}
    return next((one for one in _BY_WEIGHT if one in found), Regime.UNKNOWN)


def _outages_at(state: ZoneState, moment: Moment) -> tuple[Outage, ...]:
    return tuple(
        one
        for one in state.outages
        if one.since <= moment and (one.until is None or one.until > moment)
    )


def _area(gazetteer: Gazetteer, code: AreaCode) -> dict[str, Any]:
    return gazetteer.get(code).public()


def _seconds(since: Moment, at: datetime) -> int:
    return max(0, int((at - parse_rfc3339(since)).total_seconds()))
