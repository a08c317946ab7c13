"""
Schedules in a table, read: a line for each stretch of a group's day, of the wall's clock.

Without a mapping the table is one as Tocsin writes it. With one it may tell its lines by day of the
month, and by stage, as South Africa's tables do. A time that is in no line of its day is unknown
unless the mapping says otherwise, and never `on` on a day that has no line of its own.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from typing import Final, NamedTuple

from tocsin.intake.schedule_edition import (
    Edition,
    Fetched,
    Reading,
    Remarks,
    cut_off,
    laid_out,
    not_a_schedule,
    read_group,
)
from tocsin.intake.schedule_json import moment
from tocsin.intake.schedule_mapping import Mapping, folded
from tocsin.kernel.errors import Malformed, Refused
from tocsin.kernel.time import Moment, rfc3339
from tocsin.power.day import read_date, zone_of
from tocsin.power.messages import DAY_MINUTES, GroupCode, GroupDay, Power, Regime, Slot
from tocsin.views.schedule_csv import COLUMNS, WEEKDAYS

LINES: Final = 200_000
"""2,000 groups, two days, 48 half-hours each."""

CELLS: Final = 60

_REQUIRED: Final = ("group", "date", "start", "end", "state")
_RULES: Final = {
    "none": Regime.NONE,
    "waiting": Regime.WAITING,
    "emergency": Regime.EMERGENCY,
    "unknown": Regime.UNKNOWN,
}
_POWERS: Final = {
    "on": Power.ON,
    "off": Power.OFF,
    "maybe": Power.MAYBE,
    # A half-hour of an emergency is not one of the plan; what the plan says there is not known.
    "emergency": Power.UNKNOWN,
    "unknown": Power.UNKNOWN,
}
_OWN: Final = Mapping(columns={name: name for name in COLUMNS})


class _Line(NamedTuple):
    """
    A line understood.

    Args:
        day: A date, or a weekday from 0.
        start: None where the whole day is under a rule that knows no times.
        holds: False where its stage is a higher one: it only shows that its day is in the table.
    """

    group: GroupCode
    day: date | int
    start: int | None
    end: int
    power: Power
    regime: Regime
    holds: bool


@dataclass(slots=True)
class _Told:
    """What an edition is told of, while it is read."""

    stamps: list[Moment] = field(default_factory=list)
    rules: dict[tuple[GroupCode, date | int], Regime] = field(default_factory=dict)
    slots: dict[tuple[GroupCode, date | int], list[Slot]] = field(default_factory=dict)
    own: set[tuple[GroupCode, date | int]] = field(default_factory=set)
    """Days on which a line begins."""


def read_csv(data: bytes, fetched: Fetched, mapping: Mapping | None, clock: str) -> Reading:
    """
    Read a table.

    Raises:
        Refused: `schedule.cut_off`, `schedule.not_a_schedule`, `schedule.too_large`,
            `schedule.time_unlikely`.
    """
    wanted = _OWN if mapping is None else mapping
    remarks = Remarks()
    editions: dict[Moment, _Told] = {}
    operators: set[str] = set()
    for number, row in _rows(data, wanted, own=mapping is None):
        line = _line(row, wanted, clock)
        if isinstance(line, str):
            if not (wanted.month and line == "day_malformed"):  # Most months have no 31st.
                remarks.note(line, number)
            continue
        operators.add(row.get("operator", "").strip())
        stamp = moment(row.get("published_at"))
        at = fetched.moment(moment(row.get("known_at")), stamp)
        told = editions.setdefault(at, _Told())
        told.stamps += [] if stamp is None else [rfc3339(stamp)]
        _take(told, line)
    if not editions:
        not_a_schedule("None of its lines says when a group has power.")
    if len(operators) > 1:
        not_a_schedule("It tells of several companies; give each a table of its own.")
    digest = sha256(data).hexdigest()
    found = [
        _edition(at, told, wanted.rest, digest, part=len(editions) > 1)
        for at, told in sorted(editions.items())
    ]
    return Reading("csv", operators.pop(), "", clock, tuple(found), remarks)


def _rows(data: bytes, wanted: Mapping, *, own: bool) -> Iterator[tuple[int, dict[str, str]]]:
    """List lines by field, each with its number; all columns that are named must be there."""
    try:
        utf16 = data[:2] in (b"\xff\xfe", b"\xfe\xff")
        text = data.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        not_a_schedule(f"It is no UTF-8 from byte {error.start} on; save it as UTF-8.")
    heading = next((line for line in text.splitlines()[:50] if line.strip()), "")
    delimiter = max(",;\t|", key=heading.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    places: dict[str, int] = {}
    try:
        for number, cells in enumerate(reader, 1):
            if number > LINES or len(cells) > CELLS:
                raise Refused(
                    "schedule.too_large", f"It has more than {LINES:,} lines or {CELLS} columns."
                )
            if not any(cell.strip() for cell in cells):
                continue
            if not places:
                places = _places(cells, wanted, own=own)
            else:
                yield number, {n: cells[p] for n, p in places.items() if p < len(cells)}
    except csv.Error as error:
        if "end of data" in str(error):
            cut_off("A quotation is not closed at the end")
        not_a_schedule(f"It is no table: near line {reader.line_num}, {error}.")


def _places(cells: list[str], wanted: Mapping, *, own: bool) -> dict[str, int]:
    heads = [folded(cell) for cell in cells]
    needed = _REQUIRED if own else tuple(wanted.columns)
    for name in needed:
        if wanted.columns[name] not in heads:
            hint = "; name its columns in a mapping (--mapping)" if own else ""
            not_a_schedule(f"It has no column “{wanted.columns[name][:40]}”{hint}.")
    return {name: heads.index(head) for name, head in wanted.columns.items() if head in heads}


def _line(row: dict[str, str], wanted: Mapping, clock: str) -> _Line | str:
    """Understand a line; else tell the code of what is wrong with it."""
    group = wanted.group or read_group(row.get("group", ""))
    day = _day(row, wanted, clock)
    stage = row.get("stage", "0").strip()
    if group is None or day is None:
        return "day_malformed" if group else "group_malformed"
    if not (stage.isascii() and stage.isdecimal() and len(stage) <= 3):
        return "stage_malformed"
    word = folded(row.get("state", ""))
    said = wanted.words.get(word, word) or str(wanted.state)
    holds = wanted.stage is None or int(stage) <= wanted.stage
    start, end = row.get("start", "").strip(), row.get("end", "").strip()
    if not start and not end:
        if said not in _RULES or isinstance(day, int):
            return "state_unknown"
        return _Line(group, day, None, 0, Power.UNKNOWN, _RULES[said], holds)
    begin, stop = _minute(start, clock), _minute(end, clock)
    if begin is None or stop is None or begin == DAY_MINUTES:
        return "time_malformed"
    if said not in _POWERS:
        return "state_unknown"
    return _Line(group, day, begin, stop, _POWERS[said], Regime.HOURLY, holds)


def _day(row: dict[str, str], wanted: Mapping, clock: str) -> date | int | None:
    text = row.get("date", "").strip()
    if wanted.month:
        text = f"{wanted.month}-{row.get('day_of_month', '').strip():0>2}"
    if text.lower() in WEEKDAYS:
        return WEEKDAYS.index(text.lower())
    start = row.get("start", "")
    if not text and "T" in start:
        found = moment(start.strip())
        return None if found is None else found.astimezone(zone_of(clock)).date()
    try:
        return read_date(text[:10])
    except Malformed:
        return None


def _minute(text: str, clock: str) -> int | None:
    """Read `HH:MM`, seconds allowed, or a moment, as a minute of the wall's clock."""
    if "T" in text:
        found = moment(text)
        if found is None:
            return None
        local = found.astimezone(zone_of(clock))
        return local.hour * 60 + local.minute
    hours, _, rest = text.partition(":")
    minutes = rest.partition(":")[0]
    if not (hours.isascii() and hours.isdecimal() and len(hours) <= 2):
        return None
    if not (minutes.isascii() and minutes.isdecimal() and len(minutes) == 2):
        return None
    found_minute = int(hours) * 60 + int(minutes)
    return found_minute if int(minutes) < 60 and found_minute <= DAY_MINUTES else None


def _take(told: _Told, line: _Line) -> None:
    """Put a line into its edition; one that ends at or before its start ends on the next day."""
    key = line.group, line.day
    told.own.add(key)
    if not line.holds:
        return
    if line.start is None:
        told.rules[key] = line.regime
        return
    if line.start < line.end:
        told.slots.setdefault(key, []).append(Slot(line.start, line.end, line.power))
        return
    told.slots.setdefault(key, []).append(Slot(line.start, DAY_MINUTES, line.power))
    if line.end:
        after = (line.day + 1) % 7 if isinstance(line.day, int) else line.day + timedelta(days=1)
        told.slots.setdefault((line.group, after), []).append(Slot(0, line.end, line.power))


def _edition(at: Moment, told: _Told, rest: Power, digest: str, *, part: bool) -> Edition:
    days: list[GroupDay] = []
    weeks: dict[GroupCode, list[tuple[Slot, ...]]] = {}
    for key in sorted(told.rules.keys() | told.slots.keys() | told.own, key=str):
        group, day = key
        if key not in told.rules and key not in told.slots and rest is Power.UNKNOWN:
            continue
        filled = laid_out(told.slots.get(key, ()), rest if key in told.own else Power.UNKNOWN)
        if isinstance(day, int):
            unsaid = laid_out(())
            weeks.setdefault(group, [unsaid] * 7)[day] = filled
        elif key in told.rules:
            days.append(GroupDay(group=group, date=day.isoformat(), regime=told.rules[key]))
        else:
            days.append(
                GroupDay(group=group, date=day.isoformat(), regime=Regime.HOURLY, slots=filled)
            )
    return Edition(
        known_at=at,
        published_at=max(told.stamps, default=None),
        planned=bool(days),
        days=tuple(days),
        weeks={group: tuple(week) for group, week in weeks.items()},
        sha256=digest,
        part=part,
    )
