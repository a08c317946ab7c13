"""
The power of a group in sentences, Ukrainian and English: how it is, what is planned, what is new.

Nothing is said to be "on" that no company has said is; an emergency is told without a time, because
nobody has given one. Times are of the wall's clock of the company.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final, Literal, NamedTuple

from tocsin.kernel.time import Moment, parse_rfc3339
from tocsin.power.day import day_of, zone_of
from tocsin.power.messages import Power, Regime
from tocsin.power.outlook import Outlook
from tocsin.power.state import Version
from tocsin.views.power_stretches import Stretch, minutes, only, planned, without

Words = dict[str, str]
"""By language: `uk` and `en`."""

_Language = Literal["uk", "en"]
_LANGUAGES: Final[tuple[_Language, _Language]] = ("uk", "en")

_UNITS: Final = {
    "hour": ("година", "години", "годин"),
    "minute": ("хвилина", "хвилини", "хвилин"),
}
_STATES: Final = {
    Power.ON: ("Світло є", "Power is on"),
    Power.OFF: ("Світла немає", "Power is off"),
    Power.MAYBE: ("Світла може не бути", "Power may be off"),
    Power.EMERGENCY: (
        "Аварійне відключення, без графіка",
        "Emergency shutdown, without a schedule",
    ),
    Power.UNKNOWN: ("Чи є світло, невідомо", "Whether there is power is not known"),
}
_THEN: Final = {
    Power.ON: ("тоді має з’явитися", "then it is to be on"),
    Power.OFF: ("тоді вимкнуть", "then it is to be off"),
    Power.MAYBE: ("тоді може не бути", "then it may be off"),
    Power.UNKNOWN: ("далі невідомо", "after that it is not known"),
    Power.EMERGENCY: ("далі аварійно", "after that an emergency"),
}
_SOON: Final = {
    Power.ON: ("О {} має з’явитися світло.", "Power is to be back at {}."),
    Power.OFF: ("О {} вимкнуть світло.", "Power goes off at {}."),
    Power.MAYBE: ("З {} світла може не бути.", "Power may go off at {}."),
    Power.EMERGENCY: ("З {} аварійні відключення.", "Emergency shutdowns from {}."),
    Power.UNKNOWN: ("З {} невідомо, чи є світло.", "From {} nobody knows."),
}
_NOW: Final = {
    Power.ON: ("{}: за графіком світло є.", "{}: power is on by the schedule."),
    Power.OFF: ("{}: за графіком світла немає.", "{}: power is off by the schedule."),
    Power.MAYBE: ("{}: світла може не бути.", "{}: power may be off."),
    Power.EMERGENCY: (
        "Аварійне відключення з {}; доки, не сказано.",
        "Emergency shutdown since {}; until when has not been said.",
    ),
    Power.UNKNOWN: ("{}: чи є світло, невідомо.", "{}: whether there is power is not known."),
}
_LIFTED: Final = {
    Power.ON: (
        "Аварійне відключення скасовано о {}; за графіком світло є.",
        "The emergency shutdown ended at {}; power is on by the schedule.",
    ),
    Power.OFF: (
        "Аварійне відключення скасовано о {}; за графіком світла немає.",
        "The emergency shutdown ended at {}; power is off by the schedule.",
    ),
    Power.MAYBE: (
        "Аварійне відключення скасовано о {}; світла може не бути.",
        "The emergency shutdown ended at {}; power may be off.",
    ),
    Power.EMERGENCY: (
        "Аварійне відключення скасовано о {}, але день аварійний.",
        "One emergency shutdown ended at {}; the day is one of emergency.",
    ),
    Power.UNKNOWN: (
        "Аварійне відключення скасовано о {}; чи є світло, невідомо.",
        "The emergency shutdown ended at {}; whether there is power is not known.",
    ),
}
_REGIMES: Final = {
    Regime.NONE: ("відключень не заплановано", "no cuts are planned"),
    Regime.WAITING: ("графіка ще немає, його чекають", "the schedule is still to come"),
    Regime.UNKNOWN: ("графік невідомий", "no schedule is known"),
    Regime.EMERGENCY: ("аварійні відключення, без графіка", "emergency cuts, without a schedule"),
}
_NEAR: Final = (("Сьогодні", "Today"), ("Завтра", "Tomorrow"))


class Said(NamedTuple):
    """
    A day as it is to be told: what says so, and what that makes of the day.

    Args:
        suspended: An emergency stands, and nothing of the schedule is promised.
    """

    day: date
    version: Version | None
    clock: str
    suspended: bool = False

    @property
    def stretches(self) -> tuple[Stretch, ...]:
        """Cut the day into what is said of it."""
        return planned(self.version, self.day, self.clock)


def plural(count: int) -> int:
    """Choose the Ukrainian form for a whole number: 0 for 1, 21; 1 for 2 to 4; 2 for the rest."""
    if count % 100 in range(11, 15):
        return 2
    return 0 if count % 10 == 1 else 1 if count % 10 in range(2, 5) else 2


def length(total: int, language: str) -> str:
    """Write a number of minutes, 0 or more: `3 години 30 хвилин`, `3 h 30 min`."""
    hours, rest = divmod(total, 60)
    if language == "en":
        parts = [f"{hours} h" if hours else "", f"{rest} min" if rest or not hours else ""]
    else:
        parts = [
            f"{hours} {_UNITS['hour'][plural(hours)]}" if hours else "",
            f"{rest} {_UNITS['minute'][plural(rest)]}" if rest or not hours else "",
        ]
    return " ".join(part for part in parts if part)


def spans(stretches: Sequence[Stretch], clock: str) -> str:
    """Write stretches of one day by the wall's clock: `04:00–07:30, 22:00–24:00`."""
    return ", ".join(f"{_time(one.start, clock)}–{_end(one, clock)}" for one in stretches)


def day_words(said: Said, today: date) -> Words:
    """Say what is planned for a day, as people would be told it on `today`."""
    return {one: f"{_name(said.day, today, one)}: {_plan(said, one)}." for one in _LANGUAGES}


def change_words(before: Said, after: Said, today: date) -> Words:
    """Say what is different in a day between two versions of it; they have to be."""
    return {
        one: f"{_name(after.day, today, one)}: {_difference(before, after, one)}."
        for one in _LANGUAGES
    }


def now_words(seen: Outlook, at: datetime, clock: str) -> Words:
    """Say how it is at a moment, since when, and until when where anybody knows."""
    found = {}
    for language in _LANGUAGES:
        column = _LANGUAGES.index(language)
        text = _STATES[seen.power][column]
        if seen.since is not None:
            word = ("з", "since")[column]
            text += f" {word} {_moment(parse_rfc3339(seen.since), at, clock)}"
        if seen.until is not None and seen.next is not None:
            word = ("до", "until")[column]
            text += f" {word} {_moment(parse_rfc3339(seen.until), at, clock)}"
            text += f"; {_THEN[seen.next][column]}"
        elif seen.power is Power.EMERGENCY:
            text += ("; доки, не сказано", "; until when has not been said")[column]
        found[str(language)] = text + "."
    return found


def notice_words(kind: str, change: Power | None, at: Moment, clock: str) -> Words:
    """Say what a notice tells: `soon`, `now`, `emergency` or `lifted`, and what it changes to."""
    time = _time(parse_rfc3339(at), clock)
    words = _LIFTED if kind == "lifted" else (_SOON if kind == "soon" else _NOW)
    told = words[change or Power.UNKNOWN]
    return {one: told[_LANGUAGES.index(one)].format(time) for one in _LANGUAGES}


def joined(sentences: Sequence[Words]) -> Words:
    """Put sentences after one another."""
    return {one: " ".join(words[one] for words in sentences) for one in _LANGUAGES}


def _plan(said: Said, language: _Language) -> str:
    column = _LANGUAGES.index(language)
    if said.suspended:
        return ("графік призупинено", "the schedule is suspended")[column]
    regime = Regime.UNKNOWN if said.version is None else said.version.regime
    if regime is not Regime.HOURLY:
        return _REGIMES[regime][column]
    parts = []
    stretches = said.stretches
    for power, words in (
        (Power.OFF, ("без світла всього {}: {}", "{} off in all: {}")),
        (Power.MAYBE, ("можливо без світла {}: {}", "maybe off for {}: {}")),
        (Power.UNKNOWN, ("невідомо {}: {}", "not known for {}: {}")),
    ):
        if found := only(stretches, power):
            total = length(minutes(stretches, power), language)
            parts.append(words[column].format(total, spans(found, said.clock)))
    return "; ".join(parts) or ("за графіком світло весь день", "no cuts by the schedule")[column]


def _difference(before: Said, after: Said, language: _Language) -> str:
    column = _LANGUAGES.index(language)
    told = _plan(after, language)
    was = Regime.UNKNOWN if before.version is None else before.version.regime
    if was is not Regime.HOURLY:
        return ("{} (було: {})", "{} (before: {})")[column].format(told, _REGIMES[was][column])
    old, new = only(before.stretches, Power.OFF), only(after.stretches, Power.OFF)
    parts = [told]
    before_minutes = sum(one.minutes for one in old)
    if before_minutes != sum(one.minutes for one in new):
        word = ("раніше {}", "before it was {}")[column]
        parts.append(word.format(length(before_minutes, language)))
    for words, more, less in (
        (("додано {}", "added {}"), new, old),
        (("знято {}", "taken off {}"), old, new),
    ):
        if found := list(without(more, less)):
            parts.append(words[column].format(spans(found, after.clock)))
    return "; ".join(parts)


def _name(day: date, today: date, language: _Language) -> str:
    ahead = (day - today).days
    if 0 <= ahead < len(_NEAR):
        return _NEAR[ahead][_LANGUAGES.index(language)]
    return f"{day:%d.%m.%Y}"


def _moment(moment: datetime, at: datetime, clock: str) -> str:
    """Write a moment beside another: the time alone on the same day, else with its date."""
    if day_of(moment, clock) == day_of(at, clock):
        return _time(moment, clock)
    midnight = _time(moment, clock) == "00:00"
    if midnight and day_of(moment - timedelta(minutes=1), clock) == day_of(at, clock):
        return "24:00"
    local = moment.astimezone(zone_of(clock))
    return f"{local:%H:%M} {local:%d.%m}"


def _time(moment: datetime, clock: str) -> str:
    return f"{moment.astimezone(zone_of(clock)):%H:%M}"


def _end(stretch: Stretch, clock: str) -> str:
    written = _time(stretch.end, clock)
    return "24:00" if written == "00:00" else written
