"""
A day of the wall's clock, in UTC: 46, 48 or 50 half-hours, as the clock is changed.

Companies publish by the wall's clock and with 24 hours on every day. Where an hour is left out in
spring nothing of it is shown; where one comes twice in autumn what is said of it holds both times.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tocsin.kernel.errors import Malformed
from tocsin.power.messages import DAY_MINUTES, Power, Slot

HALF: Final = timedelta(minutes=30)

_WORST: Final = {Power.ON: 0, Power.UNKNOWN: 1, Power.MAYBE: 2, Power.OFF: 3, Power.EMERGENCY: 4}


class HalfHour(NamedTuple):
    """
    Half an hour of a day.

    Args:
        start: UTC; it ends 30 minutes later.
        minute: Of the wall's clock at its start, 0 to 1410.
    """

    start: datetime
    minute: int


def zone_of(clock: str) -> ZoneInfo:
    """
    Find a time zone by its IANA name.

    Raises:
        Malformed: `power.clock_unknown`.
    """
    try:
        return ZoneInfo(clock)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Malformed(
            "power.clock_unknown", f"“{clock[:40]}” is no time zone.", where="clock"
        ) from None


def read_date(text: str) -> date:
    """
    Read `YYYY-MM-DD`.

    Raises:
        Malformed: `power.date_malformed`.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if day.isoformat() != text or not 2000 <= day.year < 2200:
        raise Malformed(
            "power.date_malformed",
            f"“{text[:20]}” is not a date; write it like 2026-01-26.",
            where="date",
        )
    return day


def midnight(day: date, clock: str) -> datetime:
    """Give the moment at which a day begins, with the offset of its zone."""
    return datetime(day.year, day.month, day.day, tzinfo=zone_of(clock))


@lru_cache(maxsize=1024)
def half_hours(day: date, clock: str) -> tuple[HalfHour, ...]:
    """List the half-hours of a day from its midnight to the next."""
    zone = zone_of(clock)
    start = midnight(day, clock).astimezone(UTC)
    end = midnight(day + timedelta(days=1), clock).astimezone(UTC)
    found = []
    while start < end:
        local = start.astimezone(zone)
        found.append(HalfHour(start, local.hour * 60 + local.minute))
        start += HALF
    return tuple(found)


def day_of(moment: datetime, clock: str) -> date:
    """Tell the date on the wall of a zone at a moment."""
    return moment.astimezone(zone_of(clock)).date()


def minute_of(moment: datetime, clock: str) -> int:
    """Tell the minute of the day on the wall of a zone, 0 to 1439."""
    local = moment.astimezone(zone_of(clock))
    return local.hour * 60 + local.minute


def worst(powers: Iterable[Power]) -> Power:
    """Choose what to be prepared for; `unknown` where nothing is said."""
    return max(powers, key=_WORST.__getitem__, default=Power.UNKNOWN)


def at_minute(slots: Iterable[Slot], minute: int) -> Power:
    """Tell what slots say of one minute of the wall's clock."""
    return next((s.power for s in slots if s.start <= minute < s.end), Power.UNKNOWN)


def in_half_hour(slots: Iterable[Slot], minute: int) -> Power:
    """Tell what slots say of the half-hour that begins at a minute: the worst of it."""
    return worst(s.power for s in slots if s.start < minute + 30 and minute < s.end)


def joined(slots: Iterable[Slot]) -> tuple[Slot, ...]:
    """Make one of slots that say the same and meet."""
    found: list[Slot] = []
    for slot in slots:
        if found and found[-1].end == slot.start and found[-1].power is slot.power:
            found[-1] = Slot(found[-1].start, slot.end, slot.power)
        else:
            found.append(slot)
    return tuple(found)


def of_cells(cells: Iterable[Power]) -> tuple[Slot, ...]:
    """Write 48 half-hours of a wall's day as slots."""
    return joined(Slot(30 * n, 30 * n + 30, power) for n, power in enumerate(cells))


def whole(slots: Iterable[Slot]) -> bool:
    """Say whether slots follow one another from midnight to midnight, as a day has to."""
    end = 0
    for slot in slots:
        if slot.start != end or slot.end <= slot.start or slot.power is Power.EMERGENCY:
            return False
        end = slot.end
    return end == DAY_MINUTES


def stretches(slots: Iterable[Slot], power: Power) -> Iterator[Slot]:
    """List the slots of a day that say one thing."""
    return (slot for slot in joined(slots) if slot.power is power)
