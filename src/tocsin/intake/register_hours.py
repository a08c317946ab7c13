"""
Opening hours as registers write them, read whole or not at all.

Understood are "round the clock", spans of time with days before them or "every day" (in Ukrainian,
English, Hebrew and OpenStreetMap's short form), working hours, and the sentence by which Ukrainian
registers let only pupils and staff in. A span without days holds every day; "working hours" are
read narrowly, as Monday to Friday. A text of which any part is left over is not understood:
half of its hours would be wrong hours.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from tocsin.intake.register_text import folded
from tocsin.shelters.messages import Access, Hours, Span

ALWAYS: Final = Span(days=(1, 2, 3, 4, 5, 6, 7), start=0, end=1440)
_EVERY_DAY: Final = ALWAYS.days
_WORKING: Final = (1, 2, 3, 4, 5)

_ROUND_THE_CLOCK: Final = frozenset(
    [
        "цілодобово",
        "цілодобовий",
        "цілодобовий доступ",
        "24/7",
        "24 години",
        "24 год",
        "always",
        "around the clock",
        "round the clock",
        "24 hours",
        "24h",
        "open 24/7",
        "open 24 hours",
        "פתוח 24/7",
        "24 שעות",
        "פתוח תמיד",
        "常時",
        "24時間",
        "24時間開放",
        "00:00-24:00",
        "0:00-24:00",
    ]
)
_PUPILS: Final = ("учасникам освітнього процесу", "pupils and staff", "здобувачам освіти")
_WORKING_WORDS: Final = ("робочий час", "робочі години", "робочі дні", "working hours", "weekdays")
_DAILY_WORDS: Final = ("щоденно", "щодня", "без вихідних", "daily", "every day", "כל יום")

_DAYS: Final = {
    **{name: day for day, name in enumerate(("mo", "tu", "we", "th", "fr", "sa", "su"), 1)},
    **{name: day for day, name in enumerate(("пн", "вт", "ср", "чт", "пт", "сб", "нд"), 1)},
    **{name: day for day, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), 1)},
    **{name: day for day, name in enumerate("1234567", 1)},
    "א": 7, "ב": 1, "ג": 2, "ד": 3, "ה": 4, "ו": 5, "ש": 6,
}  # fmt: skip
_DAY: Final = "|".join(sorted(_DAYS, key=len, reverse=True))
_TIME: Final = r"(\d{1,2})[:.](\d{2})"
_SPAN: Final = re.compile(
    rf"\s*(?:((?:{_DAY})(?:\s*[-–,]\s*(?:{_DAY}))*)['.:]*\s+)?(?:з|від|from)?\s*{_TIME}"
    rf"\s*(?:-|–|до|to)\s*{_TIME}\s*(?:[;,]|$)"
)
_SPANS_MAX: Final = 14


class Understood(NamedTuple):
    """
    What a text about hours says.

    Args:
        hours: None where it says none that can be counted on.
        access: Whom it lets in, where it says so.
        code: A remark: `hours_working_days`, where days were read from "working hours";
            `hours_no_zone`, where spans are clear and the time zone is not; else empty.
    """

    hours: Hours | None
    access: Access | None
    code: str = ""


def understand(value: object, zone: str | None, words: str = "") -> Understood | None:
    """
    Read hours; None where they are not understood.

    Args:
        value: What the register says.
        zone: IANA name of the register's time zone, where that is known. "Round the clock" needs
            none.
        words: The cleaned text that is kept beside the spans.
    """
    text = folded(value).strip(" .;")
    if text in _ROUND_THE_CLOCK:
        return Understood(Hours(zone=zone or "UTC", spans=(ALWAYS,), words=words), None)
    if any(said in text for said in _PUPILS):
        return Understood(None, Access.PUPILS_AND_STAFF)
    working = any(said in text for said in _WORKING_WORDS)
    daily = any(said in text for said in _DAILY_WORDS)
    rest = _bare(text)
    spans = _spans(rest, _WORKING if working and not daily else _EVERY_DAY)
    if spans is None:
        return None
    if zone is None:
        return Understood(None, None, "hours_no_zone")
    told = Hours(zone=zone, spans=spans, words=words)
    return Understood(told, None, "hours_working_days" if working and not daily else "")


def _bare(text: str) -> str:
    """Take the words out that say no more than the numbers beside them."""
    for said in (*_WORKING_WORDS, *_DAILY_WORDS):
        text = text.replace(said, " ")
    text = re.sub(r"доступ надається|open|відчинено|працює|години роботи|\bу\b|\bв\b", " ", text)
    return " ".join(text.split()).strip(" ,;:")


def _spans(text: str, days: tuple[int, ...]) -> tuple[Span, ...] | None:
    found: list[Span] = []
    place = 0
    while place < len(text):
        match = _SPAN.match(text, place)
        if match is None or len(found) >= _SPANS_MAX:
            return None
        span = _span(match, days)
        if span is None:
            return None
        found.append(span)
        place = match.end()
    return tuple(found) or None


def _span(match: re.Match[str], days: tuple[int, ...]) -> Span | None:
    named = _named(match[1]) if match[1] else days
    start, end = int(match[2]) * 60 + int(match[3]), int(match[4]) * 60 + int(match[5])
    if int(match[3]) > 59 or int(match[5]) > 59 or start > 1439 or end > 1440 or not named:
        return None
    if end <= start:
        end += 1440  # 22:00–06:00 ends on the next morning.
    return Span(days=named, start=start, end=end)


def _named(text: str) -> tuple[int, ...]:
    """Read `mo-fr`, `mo,we` or both."""
    found: set[int] = set()
    for part in re.split(r"\s*,\s*", text):
        ends = [_DAYS[name] for name in re.split(r"\s*[-–]\s*", part) if name in _DAYS]
        if len(ends) == 1:
            found.add(ends[0])
        elif len(ends) == 2:
            first, last = ends
            found |= {(first + n - 1) % 7 + 1 for n in range((last - first) % 7 + 1)}
        else:
            return ()
    return tuple(sorted(found))
