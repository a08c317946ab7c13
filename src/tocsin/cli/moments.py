"""
Times at a terminal: on the reader's own clock with its zone named, ages in words.

The zone is the machine's (`TZ`, else its setting). Where its clock is Kyiv's it is called so, as
on the pages; any other by its abbreviation and its distance from UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tocsin.cli.tongue import say, words
from tocsin.kernel.errors import Malformed
from tocsin.kernel.time import SystemClock, parse_rfc3339
from tocsin.web.times import ZONE, Times


@dataclass(frozen=True, slots=True)
class Reading:
    """
    Times seen from one moment.

    Args:
        now: The moment that ages are counted from and whose date goes without saying; aware.
    """

    now: datetime

    def clock(self, at: datetime) -> str:
        """Tell the time to the second, with the date in front where it is another day's."""
        local = at.astimezone()
        told = f"{local:%H:%M:%S}"
        if local.date() == self.now.astimezone().date():
            return told
        return f"{Times(words(), self.now).day(local.date())}, {told}"

    def full(self, at: datetime) -> str:
        """Tell date, time and zone."""
        local = at.astimezone()
        day = Times(words(), self.now).day(local.date())
        return f"{day}, {local:%H:%M:%S} {zone(at)}"

    def short(self, at: datetime) -> str:
        """Tell the time in a column: `07:45:43`, or `2022-04-04 19:45` of another day."""
        local = at.astimezone()
        if local.date() == self.now.astimezone().date():
            return f"{local:%H:%M:%S}"
        return f"{local:%Y-%m-%d %H:%M}"

    def age(self, at: datetime) -> str:
        """Tell how long ago that was, in words."""
        return Times(words(), self.now).age(at)


def now() -> datetime:
    """Tell the moment by the machine's clock."""
    return SystemClock().now()


def zone(at: datetime) -> str:
    """Name the reader's zone as it is at a moment."""
    local = at.astimezone()
    if local.utcoffset() == at.astimezone(ZONE).utcoffset() and local.tzname() in {"EET", "EEST"}:
        return words().say("zone")
    offset = local.utcoffset() or timedelta()
    if not offset:
        return "UTC"
    minutes = int(offset.total_seconds()) // 60
    sign = "-" if minutes < 0 else "+"
    hours, rest = divmod(abs(minutes), 60)
    ahead = f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")
    name = local.tzname() or ""
    return f"{name} ({ahead})" if name.isalpha() else ahead


def lasted(span: timedelta) -> str:
    """Tell how long something lasted, to the minute: `4 h 22 min`."""
    minutes = int(span.total_seconds()) // 60
    hours, rest = divmod(minutes, 60)
    if minutes < 1:
        return words().say("span.s", s=int(span.total_seconds()))
    if hours < 1:
        return words().say("span.min", m=minutes)
    if hours < 48:
        return say("span.hours", h=hours, m=rest) if rest else say("span.hours_only", h=hours)
    return words().count("day", hours // 24)


def asked(text: str, where: str) -> datetime:
    """
    Read a moment from the command line.

    Raises:
        Malformed: `time.malformed`, with the option as `where`.
    """
    return parse_rfc3339(text, where=where)


def asked_span(text: str, where: str) -> tuple[datetime, datetime]:
    """
    Read `FROM/TO`, two moments.

    Raises:
        Malformed: `time.malformed` or `time.span_malformed`.
    """
    start, slash, end = text.partition("/")
    if not slash:
        raise Malformed(
            "time.span_malformed",
            f"“{text[:60]}” is not a span; write FROM/TO, two moments with a slash between.",
            where=where,
        )
    span = asked(start, where), asked(end, where)
    if span[0] >= span[1]:
        raise Malformed("time.span_malformed", f"“{text[:60]}” ends before it starts.", where=where)
    return span


def asked_in_kyiv(text: str, day: datetime, where: str) -> datetime:
    """
    Read a moment, or `HH:MM` in Kyiv on the day of a moment.

    Raises:
        Malformed: `time.malformed`.
    """
    hours, colon, minutes = text.partition(":")
    if colon and len(text) <= 5 and hours.isdecimal() and minutes.isdecimal():
        local = day.astimezone(ZONE)
        if int(hours) < 24 and int(minutes) < 60:
            told = local.replace(hour=int(hours), minute=int(minutes), second=0, microsecond=0)
            return told.astimezone(UTC)
    return asked(text, where)
