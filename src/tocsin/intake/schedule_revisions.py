"""
A history of one schedule, read: each line a version of it, as JSON, from a moment on.

`days` has 24 letters for each group's day: `y` on, `n` off, `f` and `s` off in the first and the
last half of the hour, `?` unknown. A line that is no version is left out and counted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final

from tocsin.intake.schedule_edition import (
    Edition,
    Fetched,
    Reading,
    Remarks,
    cut_off,
    not_a_schedule,
    read_group,
)
from tocsin.intake.schedule_gpv import HOURS, day_of_key, hour_cells, stamp
from tocsin.intake.schedule_json import moment, table
from tocsin.kernel.errors import Refused
from tocsin.kernel.time import Moment, rfc3339
from tocsin.power.messages import GroupDay, Regime, Slot

LINE_BYTES: Final = 262_144
"""A version of 12 groups and two days is 1,000; 64 groups and 30 days are 80,000."""

LINES: Final = 200_000
"""One each three minutes for a year."""

LETTERS: Final = {"y": "yes", "n": "no", "f": "first", "s": "second", "?": None}


def is_revision(line: bytes) -> bool:
    """Say whether a line is a version of a schedule."""
    return len(line) <= LINE_BYTES and "commit_time" in _version(line)


def read_revisions(lines: Sequence[bytes], fetched: Fetched, clock: str) -> Reading:
    """
    Read a history; its lines may stand in any order.

    Args:
        lines: Without those that are empty; the last one ends with a line feed, if it is whole.

    Raises:
        Refused: `schedule.cut_off`, `schedule.not_a_schedule`, `schedule.too_large`.
    """
    if len(lines) > LINES:
        raise Refused("schedule.too_large", f"It has more than {LINES:,} lines.")
    remarks = Remarks()
    timed: list[tuple[datetime, bytes]] = []
    for number, line in enumerate(lines, 1):
        at = moment(_version(line).get("commit_time")) if len(line) <= LINE_BYTES else None
        if at is not None:
            timed.append((at, line))
        elif number == len(lines) and not line.endswith(b"\n"):
            cut_off()
        else:
            remarks.note("line_malformed", number)
    if not timed:
        not_a_schedule("None of its lines is a version of a schedule.")
    timed.sort(key=lambda one: one[0])
    return Reading("revisions", "", "", clock, _editions(timed, fetched, clock, remarks), remarks)


def _editions(
    timed: Sequence[tuple[datetime, bytes]], fetched: Fetched, clock: str, remarks: Remarks
) -> Iterator[Edition]:
    raw: object = None
    days: tuple[GroupDay, ...] = ()
    for at, line in timed:
        version = _version(line)
        if version.get("days") != raw:  # Whoever looks each minute sees the same again and again.
            raw, days = version.get("days"), tuple(_days(version, clock, remarks))
        update = _stamp(version.get("source_update"), clock)
        text = line.decode().strip()
        yield Edition(
            known_at=Fetched(fetched.now).moment(at),
            published_at=update,
            days=days,
            payload=text,
            sha256=sha256(text.encode()).hexdigest(),
        )


def _stamp(value: object, clock: str) -> Moment | None:
    return _moment(value, clock) if isinstance(value, str) else None


@lru_cache(maxsize=64)
def _moment(written: str, clock: str) -> Moment | None:
    update = stamp(written, clock)
    return None if update is None else rfc3339(update)


def _days(version: dict[str, Any], clock: str, remarks: Remarks) -> Iterator[GroupDay]:
    seen = set()
    for key, rows in table(version.get("days")).items():
        day = day_of_key(key, clock)
        if day is None:
            remarks.note("day_malformed", key)
            continue
        date = day.isoformat()
        for written, letters in table(rows).items():
            group = read_group(written)
            slots = _slots(letters) if isinstance(letters, str) else None
            if group is None or slots is None or (group, date) in seen:
                remarks.note("row_malformed", f"{date} {written}")
                continue
            seen.add((group, date))
            yield GroupDay(group=group, date=date, regime=Regime.HOURLY, slots=slots)


@lru_cache(maxsize=4096)
def _slots(letters: str) -> tuple[Slot, ...] | None:
    if len(letters) != HOURS or not set(letters) <= LETTERS.keys():
        return None
    return hour_cells(tuple(LETTERS[letter] for letter in letters))


def _version(line: bytes) -> dict[str, Any]:
    try:
        return table(json.loads(line))
    except (ValueError, RecursionError):
        return {}
