"""
The Yasno shape, read: slots in minutes by group, with a status for each day; and weeks.

A status says what empty slots mean, and only `NoOutages` means that nothing is cut. What no slot
is about is unknown, in a week too.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from tocsin.intake.schedule_edition import (
    Edition,
    Fetched,
    Reading,
    Remarks,
    laid_out,
    possible,
    read_group,
)
from tocsin.intake.schedule_json import moment, table
from tocsin.kernel.time import rfc3339
from tocsin.power.day import zone_of
from tocsin.power.messages import DAY_MINUTES, GroupCode, GroupDay, Power, Regime, Slot
from tocsin.views.schedule_yasno import STATUSES, TYPES

SLOTS: Final = 1_440
"""A day has no more minutes; companies write up to a dozen."""

_DAYS: Final = ("today", "tomorrow")


def is_yasno(parsed: object) -> bool:
    """Say whether a JSON value has this shape: of what is planned, or of what is probable."""
    members = [table(value) for value in table(parsed).values()]
    return any(key in member for member in members for key in (*_DAYS, "dsos"))


def read_yasno(parsed: object, data: bytes, fetched: Fetched, clock: str) -> Reading:
    """
    Read a file of this shape.

    Groups for which today is another day were published at another time; they are an edition of
    their own.

    Args:
        data: The same, as it was fetched.

    Raises:
        Refused: `schedule.time_unlikely`.
    """
    remarks = Remarks()
    payload, digest = data.decode("utf-8-sig"), sha256(data).hexdigest()
    stamped: dict[str, list[datetime]] = {}
    days: dict[str, list[GroupDay]] = {}
    for written, member in table(parsed).items():
        group = read_group(written)
        if "dsos" in table(member):
            continue
        if group is None:
            remarks.note("group_malformed", written)
            continue
        told = dict(_days(group, table(member), clock, remarks))
        if told:
            today = told["today"].date if "today" in told else _before(told["tomorrow"].date)
            stamp = moment(table(member).get("updatedOn"))
            stamped.setdefault(today, []).extend([] if stamp is None else [stamp])
            days.setdefault(today, []).extend(told.values())
    editions = []
    for today, found in days.items():
        stamp = max(stamped[today], default=None)
        one = Edition(
            known_at=fetched.moment(None, stamp),
            published_at=None if stamp is None else rfc3339(stamp),
            days=tuple(_once(found, remarks)),
            payload=payload,
            sha256=digest,
        )
        editions.append(one)
    weeks = dict(_weeks(parsed, remarks))
    if weeks or not editions:
        editions.append(
            Edition(
                known_at=fetched.moment(None),
                planned=not weeks,
                weeks=weeks,
                payload=payload,
                sha256=digest,
            )
        )
    editions.sort(key=lambda edition: edition.known_at)
    return Reading("yasno", "", "", clock, tuple(editions), remarks)


def _once(days: list[GroupDay], remarks: Remarks) -> Iterator[GroupDay]:
    """Leave out what is told a second time of a group's day: nobody can say which holds."""
    seen: set[tuple[GroupCode, str]] = set()
    for day in days:
        if (day.group, day.date) in seen:
            remarks.note("day_repeated", f"{day.date} {day.group}")
            continue
        seen.add((day.group, day.date))
        yield day


def _days(
    group: GroupCode, member: dict[str, Any], clock: str, remarks: Remarks
) -> Iterator[tuple[str, GroupDay]]:
    dates: set[date] = set()
    for name in _DAYS:
        told = table(member.get(name))
        if not told:
            continue
        where = f"{group} {name}"
        midnight = moment(told.get("date"))
        day = None if midnight is None else midnight.astimezone(zone_of(clock)).date()
        regime = STATUSES.get(str(told.get("status")))
        if day is None or day in dates or not possible(day):
            remarks.note("day_malformed", where)
            continue
        dates.add(day)
        if regime is None:
            remarks.note("status_unknown", where)
            regime = Regime.UNKNOWN
        slots = _slots(told.get("slots"), remarks, where) if regime is Regime.HOURLY else ()
        yield name, GroupDay(group=group, date=day.isoformat(), regime=regime, slots=slots)


def _before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def _weeks(
    parsed: object, remarks: Remarks
) -> Iterator[tuple[GroupCode, tuple[tuple[Slot, ...], ...]]]:
    for region in table(parsed).values():
        for company in table(table(region).get("dsos")).values():
            for written, member in table(table(company).get("groups")).items():
                group, week = read_group(written), table(table(member).get("slots"))
                if group is None or not all(str(n) in week for n in range(7)):
                    remarks.note("week_malformed", written)
                    continue
                yield group, tuple(_slots(week[str(n)], remarks, f"{group} {n}") for n in range(7))


def _slots(value: object, remarks: Remarks, where: str) -> tuple[Slot, ...]:
    """Read the slots of a day; a gap between them is unknown."""
    told: list[Slot] = []
    for member in value[:SLOTS] if isinstance(value, list) else []:
        slot = table(member)
        start, end = _minute(slot.get("start")), _minute(slot.get("end"))
        if start is None or end is None or not start < end:
            remarks.note("slot_malformed", where)
            continue
        power = TYPES.get(str(slot.get("type")), Power.UNKNOWN)
        if power is Power.UNKNOWN:
            remarks.note("cell_unknown", where)
        told.append(Slot(start, end, power))
    return laid_out(told)


def _minute(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= DAY_MINUTES:
        return None
    return value
