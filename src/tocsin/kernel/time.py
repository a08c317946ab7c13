"""
Moments: aware UTC datetimes inside, RFC 3339 with `Z` and milliseconds outside.

Nothing here reads the machine's clock except `SystemClock`, which only the composition
root hands out; whoever needs the time is given a `Clock`.
Source: RFC 3339 section 5.6; design, section 5 ("Times on the wire").
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import NewType, Protocol

from tocsin.kernel.errors import Malformed

Moment = NewType("Moment", str)
"""
An instant as the ledger keeps it: RFC 3339 in UTC with `Z` and exactly three decimals.

All moments are equally long, so that comparing the texts compares the times.
"""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock(Protocol):
    """Where the time comes from."""

    def now(self) -> datetime:
        """Tell the moment, aware and in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Tell the moment by the operating system, in UTC, to the millisecond."""
        return _EPOCH + timedelta(milliseconds=time.time_ns() // 1_000_000)


def rfc3339(moment: datetime) -> Moment:
    """Write an aware moment as `2023-01-26T05:45:43.000Z`; finer than a millisecond is cut."""
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return Moment(moment.isoformat(timespec="milliseconds")[:23] + "Z")


def parse_rfc3339(text: str, *, where: str = "time") -> datetime:
    """
    Read an RFC 3339 moment with any offset, cut to the millisecond, in UTC.

    Raises:
        Malformed: `time.malformed`, where there's no full date, time and offset in the text.
    """
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None or len(text) < len("2023-01-26T05:45Z"):
            raise ValueError(text)
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Malformed(
            "time.malformed",
            f"“{text[:40]}” is not a moment; write it like 2023-01-26T06:15:00Z.",
            where=where,
        ) from None
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def milliseconds(moment: datetime) -> int:
    """Count the whole milliseconds from 1970-01-01T00:00Z to an aware moment."""
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000


def from_milliseconds(count: int) -> datetime:
    """Turn milliseconds since 1970-01-01T00:00Z back into a moment."""
    return _EPOCH + timedelta(milliseconds=count)
