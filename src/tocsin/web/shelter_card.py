"""
The card: one shelter of a list in words, from the public answer alone.

`static/shelter-card.js` says the same from the same phrases; a test in a real browser holds one
against the other. Nothing is decided here: which shelter comes first, and why, the answer says.
Unknown is told as unknown, and whoever said a thing is named with its age.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tocsin.kernel.time import parse_rfc3339
from tocsin.web.times import Times
from tocsin.web.wording import Wording

STATES: Final = frozenset({"open", "filling", "full", "closed", "damaged", "unknown"})

TOLD_BY_STATE: Final = frozenset({"closed", "full", "damaged", "state_unknown"})
"""Reasons that the state's own word tells already."""


@dataclass(frozen=True, slots=True)
class Card:
    """
    What is written of one shelter in a list.

    Args:
        id: Empty for one that has no page.
        minutes: How long the way takes, in words; empty where there is none.
        state: One of `STATES`, for the pattern; `door` is its word.
        where: Distance and compass point.
        turn: Degrees clockwise from north, for the arrow.
        said: Who said how it is, and when; or that nobody has.
        warnings: What speaks against it, gravest first.
        facts: What it is, in a line.
        directions: The way in one line; empty where there is none.
    """

    id: str
    name: str
    minutes: str
    state: str
    door: str
    where: str
    turn: int
    said: str
    warnings: tuple[str, ...]
    facts: str
    directions: str


def card(found: Mapping[str, Any], times: Times, *, straight: bool, static: bool = False) -> Card:
    """
    Put one shelter of an answer into words.

    Args:
        found: As `/api/v1/shelters/nearest` has it.
        straight: The distances are straight lines; ways are longer.
        static: Nothing is known of now: the answer comes from what was saved or printed.
    """
    words = times.words
    state = found["state"] if found["state"] in STATES else "unknown"
    return Card(
        id=found["id"],
        name=found["name"],
        minutes=minutes(found["seconds"], words, straight=straight),
        state=state,
        door=words.say(f"door.{state}"),
        where=_where(found, words),
        turn=int(found["bearing_deg"] + 0.5) % 360,
        said=_said(found, state, times, static=static),
        warnings=tuple(_warnings(found, times)),
        facts=", ".join(_facts(found, words)),
        directions=(found["directions"] or {}).get(words.language) or "",
    )


def minutes(seconds: float | None, words: Wording, *, straight: bool = False) -> str:
    """Tell how long a way takes: whole minutes, rounded up, since early is safe and late is not."""
    if seconds is None:
        return ""
    key = "near.about" if straight else "near.min"
    return words.say(key, m=max(1, math.ceil(seconds / 60)))


def distance(metres: float, words: Wording) -> str:
    """Tell a distance: to ten metres, from a kilometre on to a tenth of one."""
    tens = int(metres / 10 + 0.5) * 10
    if tens < 1_000:
        return words.say("near.m", n=max(tens, 10))
    told = f"{int(metres / 100 + 0.5) / 10:.1f}"
    return words.say("near.km", n=told.replace(".", ",") if words.language == "uk" else told)


def wind(bearing_deg: float, words: Wording) -> str:
    """Name the compass point, one of eight, of a bearing in degrees clockwise from north."""
    return words.say(f"wind.{int(bearing_deg / 45 + 0.5) % 8}")


def _where(found: Mapping[str, Any], words: Wording) -> str:
    told = {
        "metres": distance(found["metres"], words),
        "wind": wind(found["bearing_deg"], words),
    }
    return words.say("near.where" if found["seconds"] is not None else "near.no_way", **told)


def _said(found: Mapping[str, Any], state: str, times: Times, *, static: bool) -> str:
    words = times.words
    if static:
        return words.say("near.static")
    if state == "unknown":
        return words.say("near.nobody")
    by, since = found.get("state_by"), found.get("state_since")
    told = [words.named("by", by)] if by else []
    if since:
        told.append(times.age(parse_rfc3339(since)))
    return ", ".join(told)


def _warnings(found: Mapping[str, Any], times: Times) -> Iterator[str]:
    words = times.words
    if found["in_time"] is False:
        yield words.say("near.late")
    if reports := found.get("closed_reports"):
        people = words.count("people_report", reports)
        last = found.get("last_report_at")
        age = times.age(parse_rfc3339(last)) if last else ""
        yield words.say("near.closed_reports", people=people, age=age)
    for reason in found["because"]:
        if reason not in TOLD_BY_STATE and not (reason == "doubted" and reports):
            yield words.named("because", reason)


def _facts(found: Mapping[str, Any], words: Wording) -> Iterator[str]:
    yield words.named("kind", found["kind"])
    if found["access"] not in {"public", "unknown"}:
        yield words.named("access", found["access"])
    door = (found.get("entrance") or {}).get("step_free")
    step_free = found["step_free"] if door in {None, "unknown"} else door
    if step_free in {"yes", "no"}:
        yield words.say("short.step_free" if step_free == "yes" else "short.steps")
    if found["pets"] == "yes":
        yield words.say("short.pets")
    if found.get("address"):
        yield found["address"]
