"""
A day of a group as a strip for a terminal: a cell for each half-hour, under the hours.

Each state has a sign of its own, so that the strip can be read without colour, and in ASCII where
the terminal has nothing else. Nothing is green.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, Final

from rich.text import Text

from tocsin.cli import paper
from tocsin.cli.moments import Reading, lasted
from tocsin.cli.tongue import say, words
from tocsin.kernel.time import parse_rfc3339
from tocsin.power.day import HALF, zone_of
from tocsin.web.times import Times

SIGNS: Final = {"on": "·", "off": "█", "maybe": "▒", "emergency": "!", "unknown": "?"}
PLAIN: Final = {"on": ".", "off": "#", "maybe": "~", "emergency": "!", "unknown": "?"}
STYLES: Final = {
    "on": "",
    "off": "bold",
    "maybe": "#b36b00",
    "emergency": "bold #ffffff on #a50d12",
    "unknown": "dim",
}
_EACH: Final = 6
"""Half-hours from one hour's figure to the next."""


def shown(told: Mapping[str, Any], name: str, clock: str) -> Iterator[Text]:
    """Write a day as `lines` does, with nothing in it that the terminal cannot write."""
    encoding = paper.sheet().encoding
    for line in lines(told, name, clock):
        if encoding.lower().startswith("utf"):
            yield line
        else:
            plain = line.plain.translate({ord("·"): "-", ord("–"): "-"})
            yield Text(plain.encode(encoding, "replace").decode(encoding))


def lines(told: Mapping[str, Any], name: str, clock: str) -> Iterator[Text]:
    """
    Write a day, line by line.

    Args:
        told: As `schedule_days.schedule_json` makes it.
        name: Of the company.
        clock: IANA name of the zone that the hours are shown in.
    """
    zone, at = zone_of(clock), parse_rfc3339(told["known_at"])
    slots = [(parse_rfc3339(one["from"]).astimezone(zone), one["state"]) for one in told["slots"]]
    day = Times(words(), at).day(slots[0][0].date())
    yield Text(say("power.day", group=told["group"], company=name, day=day), style="bold")
    yield Text(_hours([start for start, _ in slots]))
    signs = _signs()
    strip = Text("  ")
    for state, run in groupby(state for _, state in slots):
        strip.append(signs[state] * len(list(run)), style=STYLES[state])
    yield strip
    shown = [state for state in SIGNS if any(state == one for _, one in slots)]
    key = (f"{signs[state]} {say(f'power.is.{state}')}" for state in shown)
    yield Text("  " + "  ".join(key), style="dim")
    for state, alike in groupby(slots, key=lambda one: one[1]):
        cells = list(alike)
        if state != "on":
            end = (cells[-1][0].astimezone(UTC) + HALF).astimezone(zone)
            until = "24:00" if end.date() > slots[0][0].date() else f"{end:%H:%M}"
            span = lasted(len(cells) * HALF)
            yield Text(f"  {cells[0][0]:%H:%M}–{until} {say(f'power.is.{state}')}, {span}")
    yield Text(_source(told, at))


def _signs() -> dict[str, str]:
    return SIGNS if paper.sheet().encoding.lower().startswith("utf") else PLAIN


def _hours(starts: list[datetime]) -> str:
    """Write the hours over the strip, a figure every third."""
    line = ""
    for number in range(0, len(starts), _EACH):
        line = line.ljust(2 + number) + f"{starts[number]:%H}"
    return line


def _source(told: Mapping[str, Any], at: datetime) -> str:
    if told["version_at"] is None:
        return say("power.nothing_known")
    known = Reading(at).full(parse_rfc3339(told["version_at"]))
    return say("power.known_since", at=known, source=told["source"])
