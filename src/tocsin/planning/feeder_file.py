"""
A planner's own tables, from CSV: feeders, what is required by half-hour, hours off this week.

They are read from the machine that plans and go nowhere. What is wrong is told by line, never with
what stands there: errors may be logged.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import replace
from io import StringIO
from math import isfinite
from pathlib import Path
from typing import Final

from tocsin.kernel.errors import Malformed
from tocsin.planning.feeders import HALF_HOURS, WATTS, Class, Feeder, check

HALVES: Final = tuple(f"{hour:02}:{half}" for hour in range(24) for half in ("00", "30"))
"""Columns of a load by half-hour; `megawatts` alone holds all day."""

ROWS_MOST: Final = 20_000
MEGAWATTS_MOST: Final = 100_000.0


def read_feeders(path: Path) -> tuple[Feeder, ...]:
    """
    Read a table of feeders.

    Columns: feeder, queue, megawatts (or 00:00 … 23:30); and, where there are any, zone, class
    (ordinary, telecom, heating, protected), weight, shelters, people, off_hours, rested.

    Raises:
        Malformed: `planning.feeders_malformed`.
    """
    where = "--feeders"
    found = []
    for line, row in _rows(path, where):
        try:
            found.append(_feeder(row))
        except (KeyError, ValueError) as error:
            raise _malformed(where, f"line {line} is no feeder") from error
    feeders = tuple(found)
    check(feeders)
    return feeders


def read_reduction(path: Path) -> list[tuple[str, tuple[int, ...]]]:
    """
    Read what is required: columns from (HH:MM), megawatts, and date for several days.

    The answer has a date (empty where there is none) and watts by half-hour, for each day.

    Raises:
        Malformed: `planning.reduction_malformed`.
    """
    where = "--reduction"
    days: dict[str, list[tuple[str, int]]] = {}
    for line, row in _rows(path, where):
        try:
            megawatts = _number(row["megawatts"], MEGAWATTS_MOST)
            start = row["from"].zfill(5)
        except (KeyError, ValueError) as error:
            raise _malformed(where, f"line {line} is no half-hour") from error
        if start not in HALVES:
            raise _malformed(where, f"line {line} begins at no half-hour")
        days.setdefault(row.get("date", ""), []).append((start, -int(-megawatts * WATTS // 1)))
    if not days:
        raise _malformed(where, "no half-hours")
    for halves in days.values():
        if len(halves) not in HALF_HOURS:
            raise _malformed(where, f"a day has {len(halves)} half-hours, not 46, 48 or 50")
    return [(date, tuple(watts for _, watts in halves)) for date, halves in sorted(days.items())]


def read_week(path: Path, feeders: Iterable[Feeder]) -> tuple[Feeder, ...]:
    """
    Put hours off earlier this week on feeders: columns feeder or queue, off_hours, and rested.

    Raises:
        Malformed: `planning.feeders_malformed`.
    """
    where = "--week"
    known: dict[str, tuple[float, int | None]] = {}
    for line, row in _rows(path, where):
        try:
            name = row.get("feeder") or row["queue"]
            rested = row.get("rested", "")
            known[name] = (_number(row["off_hours"], 168), int(rested) if rested else None)
        except (KeyError, ValueError) as error:
            raise _malformed(where, f"line {line} has no hours off") from error
    made = tuple(_after(one, known) for one in feeders)
    check(made)
    return made


def _after(one: Feeder, known: Mapping[str, tuple[float, int | None]]) -> Feeder:
    hours, rested = known.get(one.id) or known.get(one.queue) or (one.off_hours, None)
    return replace(one, off_hours=hours, rested=one.rested if rested is None else rested)


def _feeder(row: Mapping[str, str]) -> Feeder:
    columns = ("megawatts",) if "megawatts" in row else HALVES
    loads = [row[column] for column in columns]
    weight = row.get("weight", "")
    return Feeder(
        id=row["feeder"],
        queue=row["queue"],
        zone=row.get("zone", ""),
        watts=tuple(int(_number(load, MEGAWATTS_MOST) * WATTS) for load in loads),
        kind=Class(row.get("class") or "ordinary"),
        weight=float(weight) if weight else None,
        shelters=int(row.get("shelters") or 0),
        people=int(row.get("people") or 0),
        off_hours=_number(row.get("off_hours") or "0", 168),
        rested=int(row.get("rested") or 4),
    )


def _number(text: str, most: float) -> float:
    value = float(text.replace(",", "."))
    if not isfinite(value) or not 0 <= value <= most:
        raise ValueError
    return value


def _rows(path: Path, where: str) -> list[tuple[int, dict[str, str]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise _malformed(where, "the file cannot be read") from error
    first = text.partition("\n")[0]
    table = csv.reader(StringIO(text), delimiter=";" if ";" in first else ",")
    names = [name.strip().lower() for name in next(table, [])]
    found: list[tuple[int, dict[str, str]]] = []
    for line, cells in enumerate(table, 2):
        if not any(cells):
            continue
        if len(cells) != len(names) or len(found) == ROWS_MOST:
            raise _malformed(where, f"line {line} does not fit")
        found.append((line, dict(zip(names, map(str.strip, cells), strict=True))))
    return found


def _malformed(where: str, wrong: str) -> Malformed:
    if where == "--reduction":
        return Malformed("planning.reduction_malformed", f"{where}: {wrong}.", where=where)
    return Malformed("planning.feeders_malformed", f"{where}: {wrong}.", where=where)
