"""
What a register says of a shelter, in words: what its own page and its poster tell.

Facts hold for years. What nobody has said is told as not known and never left out, since a missing
line would read as "no". Nothing here says how a shelter is now.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from tocsin.web.times import Times
from tocsin.web.wording import Wording

SAID: Final = (
    *("step_free", "pets", "water", "toilet", "heating", "first_aid", "network", "generator"),
)

_WEEK: Final = 7
_DAY_MINUTES: Final = 1_440


def facts(properties: Mapping[str, Any], words: Wording) -> list[tuple[str, str]]:
    """List the facts of a feature's properties as pairs of a term and what is said of it."""
    told = [("fact.kind", words.named("kind", properties["kind"]))]
    if properties["address"]:
        told.append(("fact.address", properties["address"]))
    if properties["area"] and not properties["invented"]:  # It lies in none.
        told.append(("fact.area", properties["area"]["name"][words.language]))
    told.append(("fact.access", words.named("access", properties["access"])))
    told.append(("fact.hours", hours(properties["hours"], words)))
    told.append(("fact.capacity", _capacity(properties, words)))
    told += [(f"fact.{name}", words.named("said", properties[name])) for name in SAID]
    return [(words.say(term), said) for term, said in told]


def brief(properties: Mapping[str, Any], words: Wording) -> list[str]:
    """List what a poster has room for: what it is, where, and what is surely there."""
    told = [words.named("kind", properties["kind"])]
    if properties["address"]:
        told.append(properties["address"])
    if properties["access"] != "unknown":
        told.append(words.named("access", properties["access"]))
    if properties["hours"]:
        told.append(f"{words.say('fact.hours')}: {hours(properties['hours'], words)}")
    if properties["capacity"] is not None:
        told.append(f"{words.say('fact.capacity')}: {_capacity(properties, words)}")
    told += [words.say(f"fact.{name}") for name in SAID if properties[name] == "yes"]
    return [line[:1].upper() + line[1:] for line in told]


def hours(said: Mapping[str, Any] | None, words: Wording) -> str:
    """Tell opening hours: `Mon–Fri 08:00–20:00`; the register's own words where there are none."""
    if said is None:
        return words.say("fact.hours_unknown")
    spans = said["spans"]
    always = any(
        len(span["days"]) == _WEEK and span["start"] == 0 and span["end"] >= _DAY_MINUTES
        for span in spans
    )
    if always:
        return words.say("fact.always")
    told = [f"{_days(span['days'], words)} {_clock(span)}" for span in spans]
    return "; ".join(told) or said["words"] or words.say("fact.hours_unknown")


def entrances(properties: Mapping[str, Any], words: Wording) -> list[dict[str, str]]:
    """List the doors with their names, whether steps are in the way, and where they are."""
    found = []
    for number, door in enumerate(properties["entrances"], 1):
        step_free = {"yes": "short.step_free", "no": "short.steps"}.get(door["step_free"])
        found.append(
            {
                "name": door["name"] or f"{words.say('fact.entrance')} {number}",
                "step_free": words.say(step_free) if step_free else "",
                "lat": f"{door['lat']:.5f}",
                "lon": f"{door['lon']:.5f}",
            }
        )
    return found


def credit(properties: Mapping[str, Any], times: Times) -> str:
    """Name the register, its licence, and when it was fetched."""
    said = properties["source"]
    day = times.day(date.fromisoformat(said["retrieved_at"][:10]))
    return times.words.say("shelter.source", source=said["name"], licence=said["licence"], day=day)


def _capacity(properties: Mapping[str, Any], words: Wording) -> str:
    count, basis = properties["capacity"], properties["capacity_basis"]
    if count is None:
        return words.say("said.unknown")
    told = f"{count:,}".replace(",", "\N{NO-BREAK SPACE}")
    return f"{told} ({words.say(f'basis.{basis}')})" if basis in {"area", "estimate"} else told


def _days(days: Sequence[int], words: Wording) -> str:
    return ", ".join(_runs(sorted(days), words))


def _runs(days: Sequence[int], words: Wording) -> Iterator[str]:
    """Put days that follow one another into runs: Mon–Fri."""
    start = 0
    for at, day in enumerate(days):
        if at + 1 < len(days) and days[at + 1] == day + 1:
            continue
        first, last = (words.say(f"weekday.{one}") for one in (days[start], day))
        yield first if start == at else f"{first}–{last}"
        start = at + 1


def _clock(span: Mapping[str, int]) -> str:
    start, end = span["start"], span["end"]
    if end - start == _DAY_MINUTES:
        return "24 h" if start == 0 else _time(start)
    return f"{_time(start)}–{_time(end % _DAY_MINUTES or _DAY_MINUTES)}"


def _time(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
