"""
What is told of a zone, a day, an emergency and an outage on a page of power, in words.

The shapes of `views/power_shapes.py` go in; times are by the clock on the company's wall.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from tocsin.kernel.ids import AreaCode
from tocsin.kernel.time import parse_rfc3339
from tocsin.power.messages import Power
from tocsin.web.power_panel import Wall, span
from tocsin.web.power_strip import Day
from tocsin.web.times import Times
from tocsin.web.wording import Wording

PowerOver = Callable[[AreaCode], Sequence[Mapping[str, Any]] | None]
"""Tell the zones of the grid over an area (`views.power`)."""


def nobody_knows(_: AreaCode) -> None:
    """Know nothing of the grid anywhere."""


def zone(one: Mapping[str, Any], company: str, wall: Wall) -> dict[str, Any]:
    """Tell of a zone: its regime, what stands in it, and how old that is."""
    updated, words = one["updated_at"], wall.words
    known = words.say("power.known", time=wall.moment(updated)) if updated else ""
    return {
        "name": one["name"],
        "company": company,
        "regime": one["regime"],
        "told": words.say(f"regime.{one['regime']}"),
        "emergency": emergency(one["emergency"], wall),
        "outages": [outage(one, wall) for one in one["outages"]],
        "failing": failing(one["failing"], wall),
        "known": known,
        "known_at": updated,
    }


def emergency(one: Mapping[str, Any] | None, wall: Wall) -> list[str]:
    """Tell since when an emergency stands, why, and who says so; nothing where none does."""
    if one is None:
        return []
    words = wall.words
    told = [words.say("power.since", time=wall.moment(one["since"]))]
    if one["reason"]:
        told.append(words.say("power.reason", reason=one["reason"]))
    if one["source"]:
        told.append(words.say("power.by", source=one["source"]))
    return told


def outage(one: Mapping[str, Any], wall: Wall) -> str:
    """Tell of people without power by damage."""
    words = wall.words
    told = [words.say("power.outage", cause=one["cause"], time=wall.moment(one["since"]))]
    if one["people"] is not None:
        told.append(words.say("power.people", people=one["people"]))
    if one["expected_at"]:
        told.append(words.say("power.expected", time=wall.moment(one["expected_at"])))
    return "; ".join(told)


def failing(one: Mapping[str, Any] | None, wall: Wall) -> str:
    """Tell since when the source cannot be read; empty where it can."""
    if one is None:
        return ""
    return wall.words.say("power.failing", time=wall.moment(one["since"]))


def sources(group: Mapping[str, Any], wall: Wall) -> list[tuple[str, str]]:
    """Say who says so and how old that is: each part with its moment, whose age is added."""
    words = wall.words
    if not group["source"]:
        return []
    told = [(words.say("power.source", source=group["source"]), "")]
    for key, at in (("published", group["published_at"]), ("known", group["known_at"])):
        if at:
            told.append((words.say(f"power.{key}", time=wall.moment(at)), at))
    return told


def day_told(day: Day, told: Mapping[str, Any], wall: Wall) -> dict[str, Any]:
    """Tell of a day of a group: its totals, what changed, and the strip in one sentence."""
    words, minutes = wall.words, day.minutes
    times = Times(words, wall.now)
    ahead = (day.date - times.today).days
    key = {0: "power.today", 1: "power.next_day"}.get(ahead, "power.day_of")
    totals = [
        words.say(f"power.{name}", span=span(minutes[state], words))
        for state, name in ((Power.OFF, "total"), (Power.MAYBE, "total_maybe"))
        if minutes.get(state) and Power.EMERGENCY not in minutes  # Of which no sum holds.
    ]
    changed = told.get("changed")
    return {
        "name": words.say(key, date=times.day(day.date)),
        "date": day.date.isoformat(),
        "quarters": day.quarters,
        "bands": day.bands,
        "totals": "; ".join(totals),
        "summary": summary(day, words),
        "regime": words.say(
            f"regime.{Power.EMERGENCY if Power.EMERGENCY in minutes else told['regime']}"
        ),
        "changed": changed["words"][words.language] if changed else "",
        "changed_at": (
            words.say("power.change", time=wall.moment(changed["at"])) if changed else ""
        ),
    }


def summary(day: Day, words: Wording) -> str:
    """Say in one sentence what the strip is a picture of."""
    return "; ".join(
        f"{band.told or words.say('power.all_day')} {words.say(f'litsaid.{band.state}')}"
        for band in day.bands
    )


def shutdowns(power: PowerOver, areas: Iterable[AreaCode], times: Times) -> list[tuple[str, str]]:
    """Note the emergencies over areas on another page, each once: its address and what it says."""
    noted = {}
    for one in [zone for area in areas for zone in power(area) or ()]:
        if one["emergency"]:
            since = times.clock(parse_rfc3339(one["emergency"]["since"]))[:-3]
            now = times.clock(times.now)[:-3]
            query = urlencode({"operator": one["operator"], "zone": one["zone"]})
            note = times.words.say("power.note", zone=one["name"], time=since, now=now)
            noted[f"/power?{query}"] = note
    return list(noted.items())


def own(one: Mapping[str, Any], days: list[Day] | None, wall: Wall) -> dict[str, Any]:
    """
    Give what a script needs to go on by itself: the stretches, and whether they hold.

    Args:
        days: Of a group; None for a zone, whose groups differ.
    """
    return {
        "operator": one["operator"],
        "zone": one["zone"],
        "group": one.get("group"),
        "clock": wall.clock,
        "power": one.get("power"),
        "regime": one["regime"],
        "since": one.get("since"),
        "failing": one["failing"] is not None,
        "bands": None
        if days is None
        else [
            {"from": band.start, "to": band.end, "state": band.state}
            for day in days
            for band in day.bands
        ],
    }
