"""
iCalendar as bytes: content lines, folded and escaped, and the time zone that their times are in.

Only what the feeds of power need is written here; nothing reads a calendar.

Source: RFC 5545, section 3.1 (lines and their folding), 3.3.11 (escapes), 3.6.5 (VTIMEZONE);
RFC 7986, section 5 (NAME, REFRESH-INTERVAL).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Final

from tocsin.power.day import zone_of

LINE_OCTETS: Final = 75
"""A line may not be longer, its end not counted; what is longer goes on after a space."""

PRODUCT: Final = "-//Tocsin//Power//UK"

_DAY: Final = timedelta(days=1)


def text(value: str) -> str:
    """Escape a text value; what is no printable character but a line's end is left out."""
    kept = "".join(one for one in value if one >= " " or one == "\n")
    escaped = kept.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\n", "\\n")


def utc(moment: datetime) -> str:
    """Write an aware moment as `20260126T100000Z`."""
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def when(name: str, moment: datetime, clock: str) -> str:
    """
    Write a property that is a moment, by the wall's clock of a zone.

    The second of two hours of one name in autumn cannot be written so, and is written in UTC.
    """
    local = moment.astimezone(zone_of(clock))
    if local.replace(fold=0).astimezone(UTC) != moment:
        return f"{name}:{utc(moment)}"
    return f"{name};TZID={clock}:{local:%Y%m%dT%H%M%S}"


def calendar(name: str, lines: Iterable[str], *, refresh: str) -> bytes:
    """
    Write a whole calendar: what is to be read, without METHOD, since nobody is sent it.

    Args:
        lines: Of its components, unfolded and escaped.
        refresh: After how long it is worth reading again, as an ISO 8601 duration.
    """
    head = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        f"NAME:{text(name)}",
        f"X-WR-CALNAME:{text(name)}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{refresh}",
        f"X-PUBLISHED-TTL:{refresh}",
    )
    return b"".join(map(folded, (*head, *lines, "END:VCALENDAR")))


def folded(line: str) -> bytes:
    """End a line, and fold it where it is too long, never inside a character."""
    found, room = bytearray(), LINE_OCTETS
    for one in line:
        piece = one.encode()
        if len(piece) > room:
            found += b"\r\n "
            room = LINE_OCTETS - 1
        found += piece
        room -= len(piece)
    return bytes(found) + b"\r\n"


@lru_cache(maxsize=32)
def zone_lines(clock: str, first: int, last: int) -> tuple[str, ...]:
    """Write a time zone with every change of its clock between two years, both included."""
    zone = zone_of(clock)
    start = datetime(first, 1, 1, tzinfo=UTC)
    lines = ["BEGIN:VTIMEZONE", f"TZID:{clock}"]
    lines += _observance(datetime(1970, 1, 1, tzinfo=UTC), start.astimezone(zone), None)
    for change in _changes(zone, start, datetime(last + 1, 1, 1, tzinfo=UTC)):
        before = (change - timedelta(seconds=1)).astimezone(zone)
        lines += _observance(change, change.astimezone(zone), before)
    return (*lines, "END:VTIMEZONE")


def _observance(change: datetime, after: datetime, before: datetime | None) -> list[str]:
    """Write what holds from a change on: how far the zone is from UTC, and by what name."""
    was = _offset(before or after)
    kind = "DAYLIGHT" if after.dst() else "STANDARD"
    onset = change if before is None else change + was
    return [
        f"BEGIN:{kind}",
        f"DTSTART:{onset:%Y%m%dT%H%M%S}",
        f"TZOFFSETFROM:{_signed(was)}",
        f"TZOFFSETTO:{_signed(_offset(after))}",
        f"TZNAME:{after.tzname() or 'LMT'}",
        f"END:{kind}",
    ]


def _changes(zone: tzinfo, start: datetime, end: datetime) -> Iterator[datetime]:
    """List when a zone's distance from UTC changes, to the second."""
    moment = start
    while moment < end:
        later = moment + _DAY
        if _offset(later.astimezone(zone)) != _offset(moment.astimezone(zone)):
            low, high = moment, later
            while high - low > timedelta(seconds=1):
                middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
                same = _offset(middle.astimezone(zone)) == _offset(moment.astimezone(zone))
                low, high = (middle, high) if same else (low, middle)
            yield high
        moment = later


def _offset(local: datetime) -> timedelta:
    return local.utcoffset() or timedelta(0)


def _signed(offset: timedelta) -> str:
    total = int(offset.total_seconds())
    minutes, seconds = divmod(abs(total), 60)
    sign = "-" if total < 0 else "+"
    return f"{sign}{minutes // 60:02}{minutes % 60:02}" + (f"{seconds:02}" if seconds else "")
