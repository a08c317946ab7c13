"""
Opening hours: whether a shelter lets people in at a moment, by its own clock.

They are a register's word and no more: a door that should be open may be locked. So hours can
say that a shelter is shut; that it is open takes somebody's word (`status.py`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tocsin.kernel.time import Moment, parse_rfc3339
from tocsin.shelters.messages import Hours, Span

DAY_MINUTES = 1_440


def within(hours: Hours, at: Moment) -> bool:
    """
    Say whether a moment lies in the hours, read on the clock of their zone.

    On a day that the clock changes it is the wall's time that counts, as on the door's own sign.
    A zone that this machine does not know shuts nobody out.
    """
    try:
        local = parse_rfc3339(at).astimezone(ZoneInfo(hours.zone))
    except (ZoneInfoNotFoundError, ValueError):
        return True
    return any(_covers(span, local) for span in hours.spans)


def always(zone: str, words: str = "") -> Hours:
    """Make the hours of a door that never shuts."""
    return Hours(
        zone=zone, spans=(Span(days=(1, 2, 3, 4, 5, 6, 7), start=0, end=DAY_MINUTES),), words=words
    )


def _covers(span: Span, local: datetime) -> bool:
    minute = local.hour * 60 + local.minute
    yesterday = (local - timedelta(days=1)).isoweekday()
    today = local.isoweekday() in span.days and span.start <= minute < span.end
    return today or (yesterday in span.days and minute + DAY_MINUTES < span.end)
