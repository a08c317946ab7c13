"""
A group's days as a page shows them: half-hours in rows of six hours, stretches as text, a table.

The strip is a picture of 46, 48 or 50 half-hours, each with its pattern and its mark; the stretches
beside it say the same to the minute. Both are by the wall's clock of the company.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from tocsin.kernel.time import Moment, parse_rfc3339, rfc3339
from tocsin.power.day import day_of, zone_of
from tocsin.power.messages import GroupCode, Power
from tocsin.power.outlook import half_hour_outlooks
from tocsin.power.state import ZoneState
from tocsin.views.power_stretches import Stretch, plan_of, without
from tocsin.views.schedule_days import in_order

DAYS_SHOWN: Final = 2
"""Today and tomorrow: nothing beyond is published anywhere."""

_QUARTER_HOURS: Final = 6


class Cell(NamedTuple):
    """
    Half an hour as it is drawn.

    Args:
        hour: Two digits where an hour begins; else empty.
        told: `04:00–04:30`.
        start: RFC 3339; it ends 30 minutes later.
    """

    hour: str
    told: str
    state: str
    start: str


class Band(NamedTuple):
    """
    A stretch that says one thing.

    Args:
        told: `04:00–07:30`; empty where it is the whole day.
    """

    told: str
    state: str
    start: str
    end: str
    minutes: int


class Day(NamedTuple):
    """
    A day of a group.

    Args:
        quarters: The cells, six hours of the wall's clock in each.
    """

    date: date
    quarters: tuple[tuple[Cell, ...], ...]
    bands: tuple[Band, ...]

    @property
    def minutes(self) -> dict[str, int]:
        """Count the minutes of each state."""
        found: dict[str, int] = {}
        for band in self.bands:
            found[band.state] = found.get(band.state, 0) + band.minutes
        return found

    @property
    def known(self) -> bool:
        """Say whether anything at all is said of it."""
        return any(band.state != Power.UNKNOWN for band in self.bands)


class Run(NamedTuple):
    """Cells of a table that say one thing, side by side."""

    cells: int
    band: Band


class Row(NamedTuple):
    """A group in the table of a company."""

    group: GroupCode
    runs: tuple[Run, ...]
    day: Day


class Table(NamedTuple):
    """
    All groups of a company on one day.

    Args:
        hours: Two digits each; an hour left out or repeated by the clock is so here too.
    """

    date: date
    hours: tuple[str, ...]
    rows: tuple[Row, ...]


def days_of(state: ZoneState, at: datetime) -> list[date]:
    """List the days that are shown at a moment."""
    today = day_of(at, state.clock)
    return [today + timedelta(days=n) for n in range(DAYS_SHOWN)]


def day_shown(state: ZoneState, group: GroupCode, day: date, at: datetime) -> Day:
    """Show a day of a group as it is known at a moment."""
    known_at, zone = rfc3339(at), zone_of(state.clock)
    halves = half_hour_outlooks(state, group, day, known_at)
    quarters: dict[int, list[Cell]] = {}
    for half in halves:
        local, power = half.start.astimezone(zone), str(half.power)
        told = told_from_to(half.start, half.end, state.clock)
        hour = f"{local:%H}" if local.minute == 0 else ""
        cell = Cell(hour, told, power, rfc3339(half.start))
        quarters.setdefault(local.hour // _QUARTER_HOURS, []).append(cell)
    stretches = _cut(state, plan_of(state, group, day, known_at), known_at)
    whole = len(stretches) == 1
    bands = (_band(one, state.clock, whole=whole) for one in stretches)
    return Day(day, tuple(tuple(cells) for cells in quarters.values()), tuple(bands))


def table(states: Sequence[ZoneState], day: date, at: datetime) -> Table | None:
    """Lay out one day of all groups of a company's zones; None where nothing is said of it."""
    rows: list[Row] = []
    hours: tuple[str, ...] = ()
    for state in states:
        for group in in_order(state.zone.groups):
            shown = day_shown(state, GroupCode(group), day, at)
            cells = [cell for quarter in shown.quarters for cell in quarter]
            hours = hours or tuple(cell.hour for cell in cells if cell.hour)
            rows.append(Row(GroupCode(group), tuple(_runs(cells)), shown))
    rows.sort(key=lambda row: [int(part) for part in row.group.split(".") if part.isdecimal()])
    return Table(day, hours, tuple(rows)) if any(row.day.known for row in rows) else None


def tables(states: Sequence[ZoneState], at: datetime) -> tuple[Table, ...]:
    """Lay out the days of a company of which anything is said; a hundredth of a second a zone."""
    laid = (table(states, day, at) for day in (days_of(states[0], at) if states else ()))
    return tuple(one for one in laid if one is not None)


def told_from_to(start: datetime, end: datetime, clock: str) -> str:
    """Write a stretch of a day by the wall's clock: `22:00–24:00`."""
    zone = zone_of(clock)
    until = f"{end.astimezone(zone):%H:%M}"
    return f"{start.astimezone(zone):%H:%M}–{'24:00' if until == '00:00' else until}"


def _runs(cells: Sequence[Cell]) -> Iterator[Run]:
    begin = 0
    for number in range(1, len(cells) + 1):
        if number < len(cells) and cells[number].state == cells[begin].state:
            continue
        first, last = cells[begin], cells[number - 1]
        told = f"{first.told.split('–')[0]}–{last.told.split('–')[1]}"
        whole = number - begin == len(cells)
        band = Band("" if whole else told, first.state, first.start, "", 30 * (number - begin))
        yield Run(number - begin, band)
        begin = number


def _cut(state: ZoneState, plan: Sequence[Stretch], known_at: Moment) -> list[Stretch]:
    """Put the shutdowns of a zone, as they were known, in the place of what they suspend."""
    begin, end = plan[0].start, plan[-1].end
    shut: list[Stretch] = []
    for one in state.emergencies:
        if one.since > known_at:
            continue
        lifted = one.until is not None and one.until <= known_at
        until = min(parse_rfc3339(one.until), end) if one.until and lifted else end
        since = max(parse_rfc3339(one.since), begin, shut[-1].end if shut else begin)
        if since < until:
            shut.append(Stretch(since, until, Power.EMERGENCY))
    return sorted([*without(plan, shut), *shut])


def _band(one: Stretch, clock: str, *, whole: bool) -> Band:
    told = "" if whole else told_from_to(one.start, one.end, clock)
    return Band(told, str(one.power), rfc3339(one.start), rfc3339(one.end), one.minutes)
