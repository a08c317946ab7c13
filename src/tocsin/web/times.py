"""
Times as people read them: on the country's clock with the zone named, ages in words.

A page rendered here cannot know the reader's zone, so it says the country's; the page's script
adds the reader's own where that differs. The moment that ages are counted from is always given.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from tocsin.kernel.errors import Malformed
from tocsin.kernel.time import parse_rfc3339
from tocsin.web.wording import Language, Wording

ZONE: Final = ZoneInfo("Europe/Kyiv")
"""The zone of the country pack that ships."""

MONTHS: Final[dict[Language, tuple[str, ...]]] = {
    "uk": (
        *("січня", "лютого", "березня", "квітня", "травня", "червня"),
        *("липня", "серпня", "вересня", "жовтня", "листопада", "грудня"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}


@dataclass(frozen=True, slots=True)
class Times:
    """
    Times in one language, seen from one moment.

    Args:
        now: The moment that ages are counted from; aware.
    """

    words: Wording
    now: datetime

    def clock(self, at: datetime) -> str:
        """Tell the time to the second, with the date in front when it is not today's."""
        local = at.astimezone(ZONE)
        told = f"{local:%H:%M:%S}"
        return told if local.date() == self.today else f"{self.day(local.date())}, {told}"

    def brief(self, at: datetime) -> str:
        """Tell the hour and minute, or the date in figures when it is not today's."""
        local = at.astimezone(ZONE)
        return f"{local:%H:%M}" if local.date() == self.today else f"{local:%d.%m.%Y}"

    def age(self, at: datetime) -> str:
        """Tell how long ago that was, in whole minutes; a moment ahead of now is `just now`."""
        minutes = int((self.now - at).total_seconds()) // 60
        hours, rest = divmod(minutes, 60)
        if minutes < 1:
            return self.words.say("age.now")
        if hours < 1:
            return self.words.say("age.min", m=minutes)
        if hours >= 48:
            return self.words.say("age.days", days=self.words.count("day", hours // 24))
        key = "age.hours_min" if rest else "age.hours"
        return self.words.say(key, h=hours, m=rest)

    def day(self, day: date) -> str:
        """Tell the date: `26 січня 2023`, `26 January 2023`."""
        return f"{day.day} {MONTHS[self.words.language][day.month - 1]} {day.year}"

    def span(self, seconds: int) -> str:
        """Tell a short duration: seconds under two minutes, else whole minutes, rounded down."""
        if seconds < 120:
            return self.words.say("span.s", s=seconds)
        return self.words.say("span.min", m=seconds // 60)

    @property
    def today(self) -> date:
        """The date of now on the country's clock."""
        return self.now.astimezone(ZONE).date()


def start_of(day: date) -> datetime:
    """Tell the moment at which a day of the country's clock begins, in UTC."""
    return datetime.combine(day, time(), tzinfo=ZONE).astimezone(UTC)


def minute_of(at: datetime) -> int:
    """Count the whole minutes since the day began; up to 1,500 when the clocks go back."""
    return int((at - start_of(at.astimezone(ZONE).date())).total_seconds()) // 60


def asked_moment(
    at: str | None, day: str | None, minute: str | None, *, today: date
) -> datetime | None:
    """
    Read the moment that a page is asked for: `?at=`, or the day's form without a script.

    Args:
        at: RFC 3339, or `HH:MM` or `HH:MM:SS` of today on the country's clock.
        day: `YYYY-MM-DD`; today when absent. Counts only with `minute`.
        minute: Whole minutes since that day began, 0 to 1,500.

    Raises:
        Malformed: `time.malformed`.
    """
    if at:
        if len(at) <= 8 and at.count(":") in {1, 2}:
            return _from_clock(at, today)
        # A plus sign in a query that nobody escaped arrives as a blank.
        return parse_rfc3339(at.replace(" ", "+"), where="at")
    if not minute:
        return None
    try:
        start = start_of(date.fromisoformat(day) if day else today)
        count = int(minute)
        if not 0 <= count <= 1_500:
            raise ValueError(minute)
        return start + timedelta(minutes=count)
    except (ValueError, OverflowError):
        raise _malformed(f"{day} {minute}") from None


def _from_clock(text: str, today: date) -> datetime:
    try:
        told = time.fromisoformat(text)
    except ValueError:
        raise _malformed(text) from None
    return datetime.combine(today, told.replace(tzinfo=None), tzinfo=ZONE).astimezone(UTC)


def _malformed(text: str) -> Malformed:
    return Malformed("time.malformed", f"“{text[:40]}” is not a moment.", where="at")
