"""
What every kind of schedule file is read into: editions, each with the moment it is known from.

A file may hold one edition, as it was fetched, or a history of them. Nothing is decided here, and
nothing is filled in: what a file does not say is not in an edition, or `unknown` in it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Final, NoReturn

from tocsin.kernel.errors import Refused
from tocsin.kernel.time import Moment, rfc3339
from tocsin.power.day import joined, worst
from tocsin.power.messages import DAY_MINUTES, GroupCode, GroupDay, Power, Slot

CLOCK: Final = "Europe/Kyiv"

AHEAD: Final = timedelta(days=1)
"""A stamp in another zone than was thought is up to 14 h off; what is more is no clock's fault."""

OLDEST: Final = datetime(2000, 1, 1, tzinfo=UTC)

_GROUP: Final = re.compile(
    r"(?:GPV)?\s*([0-9A-Za-zА-ЯҐЄІЇа-яґєії][0-9A-Za-zА-ЯҐЄІЇа-яґєії. -]{0,19})", re.IGNORECASE
)

Weeks = Mapping[GroupCode, tuple[tuple[Slot, ...], ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """
    What a company said at one time.

    Args:
        known_at: From when that is known: when it was fetched.
        published_at: The company's own stamp; None where it has none.
        planned: Whether it speaks of dates at all, and not only of weekdays.
        days: Each group and date once; empty where nothing is planned, as far as it says.
        weeks: What usually holds; empty where it does not say.
        payload: As it was fetched; empty where an edition is only a part of a table.
        sha256: Of the payload, in hexadecimal.
        failed: Why the company could not be read, in a sentence; then it says nothing else.
        part: Whether others of the same file tell of other groups on the same days.
    """

    known_at: Moment
    published_at: Moment | None = None
    planned: bool = True
    days: tuple[GroupDay, ...] = ()
    weeks: Weeks = field(default_factory=dict)
    payload: str = ""
    sha256: str = ""
    failed: str = ""
    part: bool = False


@dataclass(slots=True)
class Remarks:
    """
    What was met in a file and could not be used, by what it is.

    Args:
        counts: By code, how often.
        first: By code, where it was first met.
    """

    counts: Counter[str] = field(default_factory=Counter)
    first: dict[str, str] = field(default_factory=dict)

    def note(self, code: str, where: object = "") -> None:
        """Count one more, and remember where the first was."""
        self.counts[code] += 1
        self.first.setdefault(code, str(where)[:60])


@dataclass(frozen=True, slots=True)
class Reading:
    """
    A schedule file that was read, or that is read while its editions are taken.

    Args:
        format: `gpv`, `yasno`, `csv` or `revisions`.
        operator: Whose it says it is; empty where it does not.
        name: What it calls the company or its land; empty where it does not.
        clock: IANA name of the zone that it is written in.
        editions: Oldest first. Taking them raises what `schedule_file.read_schedule` does.
        remarks: Whole once all editions are taken.
    """

    format: str
    operator: str
    name: str
    clock: str
    editions: Iterable[Edition]
    remarks: Remarks


@dataclass(frozen=True, slots=True)
class Fetched:
    """
    When a file was fetched, as far as is known from outside of it.

    Args:
        now: The moment of reading it; nothing is known from later on.
        said: By whoever brings it in; goes before what the file says.
        file: Time of the file itself, which a copy has lost.
    """

    now: datetime
    said: datetime | None = None
    file: datetime | None = None

    def moment(self, inside: datetime | None, stamp: datetime | None = None) -> Moment:
        """
        Tell from when an edition is known.

        Args:
            inside: When it was fetched, by the file.
            stamp: When the company published it.

        Raises:
            Refused: `schedule.time_unlikely`.
        """
        found = self.said or inside or stamp or self.file or self.now
        if not OLDEST <= found <= self.now + AHEAD:
            raise Refused(
                "schedule.time_unlikely",
                f"It says that it was fetched at {rfc3339(found)}; say when it was (--at).",
            )
        return rfc3339(min(found, self.now))


def laid_out(told: Iterable[Slot], rest: Power = Power.UNKNOWN) -> tuple[Slot, ...]:
    """
    Lay slots out over a whole day, whatever their order; the worse one where two meet.

    Args:
        told: Each from 0 to 1440.
        rest: What holds where none of them is.
    """
    begin: dict[int, list[Power]] = {0: [], DAY_MINUTES: []}
    end: dict[int, list[Power]] = {}
    for slot in told:
        begin.setdefault(slot.start, []).append(slot.power)
        end.setdefault(slot.end, []).append(slot.power)
    standing: Counter[Power] = Counter()
    found = []
    for start, stop in pairwise(sorted(begin.keys() | end.keys())):
        standing -= Counter(end.get(start, ()))
        standing += Counter(begin.get(start, ()))
        found.append(Slot(start, stop, worst(standing) if standing else rest))
    return joined(found)


def read_group(written: object) -> GroupCode | None:
    """Read a group's code, without the prefix that the GPV shape has; None where it is none."""
    found = _GROUP.fullmatch(written.strip()) if isinstance(written, str) else None
    return None if found is None else GroupCode(found[1].strip())


def possible(day: date) -> bool:
    """Say whether anybody can mean a day: one from 2000 to 2199."""
    return 2000 <= day.year < 2200


def not_a_schedule(why: str) -> NoReturn:
    """
    Refuse a file that is something else.

    Raises:
        Refused: `schedule.not_a_schedule`.
    """
    raise Refused("schedule.not_a_schedule", why)


def cut_off(why: str = "The file ends in the middle") -> NoReturn:
    """
    Refuse a file that is not whole.

    Raises:
        Refused: `schedule.cut_off`.
    """
    raise Refused("schedule.cut_off", f"{why}: it was cut off. Fetch it again.")
