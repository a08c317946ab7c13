"""
The GPV shape, read: hours by group, as the pages of DTEK and the copies of them have it.

24 cells on every day, also on those of 23 and 25 hours: they are read by the wall's clock. Hours
are counted from 1 or from 0, alike in a whole file. `fact.data` is `[]` where nothing is planned:
then nothing is said of any day. A cell that is missing or has another word is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final, cast

from tocsin.intake.schedule_edition import (
    Edition,
    Fetched,
    Reading,
    Remarks,
    not_a_schedule,
    possible,
    read_group,
)
from tocsin.intake.schedule_json import epoch, table, words
from tocsin.kernel.time import rfc3339
from tocsin.power.day import of_cells, zone_of
from tocsin.power.messages import GroupCode, GroupDay, Power, Regime, Slot
from tocsin.views.schedule_gpv import CELLS, STAMP

HOURS: Final = 24
_DARK: Final = (Power.UNKNOWN, Power.UNKNOWN)
_HALF_DAY: Final = timedelta(hours=12)
_HOUR: Final = re.compile(r"\d{1,2}", re.ASCII)
_NAME: Final = 200


def is_gpv(parsed: object) -> bool:
    """Say whether a JSON value has this shape, whole or only its inner part."""
    found = table(parsed)
    inner = isinstance(found.get("data"), dict | list) and {"update", "today"} & found.keys()
    return bool("fact" in found or "preset" in found or inner)


def read_gpv(parsed: object, data: bytes, fetched: Fetched, clock: str) -> Reading:
    """
    Read a file of this shape.

    Args:
        data: The same, as it was fetched.

    Raises:
        Refused: `schedule.not_a_schedule`, `schedule.time_unlikely`.
    """
    whole = table(parsed)
    fact = table(whole.get("fact", whole if "data" in whole else None))
    remarks = Remarks()
    update = stamp(fact.get("update"), clock)
    status = table(whole.get("lastUpdateStatus"))
    inside = epoch(status.get("at")) or epoch(whole.get("lastUpdated"))
    failed = _failure(status)
    edition = Edition(
        known_at=fetched.moment(inside, update),
        published_at=None if update is None else rfc3339(update),
        planned="data" in fact,
        days=() if failed else _days(fact.get("data"), clock, remarks),
        weeks={} if failed else _weeks(whole.get("preset"), remarks),
        payload=data.decode("utf-8-sig"),
        sha256=sha256(data).hexdigest(),
        failed=failed,
    )
    return Reading(
        format="gpv",
        operator=words(whole.get("regionId"), 32).lower(),
        name=words(whole.get("regionAffiliation"), _NAME),
        clock=clock,
        editions=(edition,),
        remarks=remarks,
    )


def stamp(value: object, clock: str) -> datetime | None:
    """Read the company's own stamp, which has no zone: it is the wall's clock of its land."""
    if not isinstance(value, str) or len(value) > 20:
        return None
    try:
        return datetime.strptime(value.strip(), STAMP).replace(tzinfo=zone_of(clock))
    except ValueError:
        return None


def day_of_key(key: str, clock: str) -> date | None:
    """Read which day of a calendar the midnight nearest to an epoch begins; None for no day."""
    at = epoch(key)
    if at is None:
        return None
    # Whoever reckons midnight with the other season's clock is an hour before it, or after.
    day = (at.astimezone(zone_of(clock)) + _HALF_DAY).date()
    return day if possible(day) else None


@lru_cache(maxsize=4096)
def hour_cells(told: tuple[str | None, ...]) -> tuple[Slot, ...]:
    """Make slots of 24 words, None or any other word for what is not known."""
    return of_cells(half for word in told for half in CELLS.get(word or "", _DARK))


def _failure(status: Mapping[str, Any]) -> str:
    said = words(status.get("status"), 40).lower()
    failed = status.get("ok") is False or said in {"failed", "error"}
    if not failed:
        return ""
    why = words(status.get("message"), 200)
    return f"The copy says that its last reading failed{': ' + why if why else ''}."


def _days(data: object, clock: str, remarks: Remarks) -> tuple[GroupDay, ...]:
    if data is not None and not isinstance(data, dict | list):
        not_a_schedule("Its `fact.data` is neither days nor an empty list.")
    by_day = table(data)
    zero = _from_zero(row for rows in by_day.values() for row in table(rows).values())
    found: dict[tuple[GroupCode, str], GroupDay] = {}
    for key, rows in by_day.items():
        day = day_of_key(key, clock)
        if day is None:
            remarks.note("day_malformed", key)
            continue
        for written, row in table(rows).items():
            group = read_group(written)
            if group is None:
                remarks.note("group_malformed", written)
            elif slots := _slots(row, zero=zero, remarks=remarks, where=f"{day} {group}"):
                one = GroupDay(group=group, date=day.isoformat(), regime=Regime.HOURLY, slots=slots)
                found[group, one.date] = one
    return tuple(found.values())


def _weeks(preset: object, remarks: Remarks) -> dict[GroupCode, tuple[tuple[Slot, ...], ...]]:
    data = table(table(preset).get("data"))
    zero = _from_zero(row for week in data.values() for row in table(week).values())
    found = {}
    for written, week in data.items():
        group = read_group(written)
        days = [
            _slots(table(week).get(str(n)), zero=zero, remarks=remarks, where=f"{written} {n}")
            for n in range(1, 8)
        ]
        if group is None or not all(days):
            remarks.note("week_malformed", written)
        else:
            found[group] = tuple(cast("list[tuple[Slot, ...]]", days))
    return found


def _slots(row: object, *, zero: bool, remarks: Remarks, where: str) -> tuple[Slot, ...] | None:
    """Read one row; None where it says nothing at all."""
    told: list[str | None] = [None] * HOURS
    for written, word in table(row).items():
        number = int(written) - (not zero) if _HOUR.fullmatch(written) else -1
        if not 0 <= number < HOURS:
            remarks.note("hour_malformed", f"{where} {written}")
        elif not isinstance(word, str) or word not in CELLS:
            remarks.note("cell_unknown", f"{where} {written}")
        else:
            told[number] = word
    return hour_cells(tuple(told)) if table(row) else None


def _from_zero(rows: Iterable[object]) -> bool:
    """
    Say whether hours are counted from 0, which only the whole file shows.

    Raises:
        Refused: `schedule.not_a_schedule`, where there is an hour 0 and an hour 24.
    """
    hours = {hour for row in rows for hour in table(row)}
    zero = not hours.isdisjoint({"0", "00"})
    if zero and "24" in hours:
        not_a_schedule("It has an hour 0 and an hour 24; which hour is meant nobody can tell.")
    return zero
