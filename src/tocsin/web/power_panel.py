"""
What stands largest on a page of power: the word, since when, until when, and how old that is.

`static/power-now.js` puts the same together when a boundary passes without a network; nothing but
a schedule that says so makes the word for `on`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from tocsin.kernel.time import parse_rfc3339
from tocsin.power.day import day_of, zone_of
from tocsin.power.messages import Power, Regime
from tocsin.web.wording import Wording

_OF_ALL: Final = {Regime.EMERGENCY: Power.EMERGENCY, Regime.NONE: Power.ON}
"""What a regime says of every group at every hour; the others do not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerPanel:
    """
    The words of the panel, in reading order.

    Args:
        state: Which pattern it has: a word of `Power`.
        size: Of the word, in hundredths of the panel's width.
        name: The group.
        left: How long until it changes; empty where nobody knows.
        hint: What must not be misread.
    """

    state: str
    word: tuple[str, ...]
    size: str
    name: str
    since: str
    then: str
    left: str
    hint: str


@dataclass(frozen=True, slots=True)
class Wall:
    """
    Times by the clock on a company's wall, seen from one moment.

    Args:
        clock: IANA name of its time zone.
    """

    words: Wording
    now: datetime
    clock: str

    def moment(self, at: datetime | str, *, end: bool = False) -> str:
        """
        Tell hour and minute, with the day where that is another.

        Args:
            end: Whether something ends then: midnight is today's 24:00.
        """
        moment = parse_rfc3339(at) if isinstance(at, str) else at
        local = moment.astimezone(zone_of(self.clock))
        today = day_of(self.now, self.clock)
        if end and f"{local:%H:%M}" == "00:00" and (local.date() - today).days == 1:
            return "24:00"
        told = f"{local:%H:%M}"
        match (local.date() - today).days:
            case 0:
                return told
            case 1:
                return self.words.say("power.tomorrow", time=told)
            case -1:
                return self.words.say("power.yesterday", time=told)
            case _:
                return f"{told} {local:%d.%m}"

    def span(self, length: timedelta) -> str:
        """Tell a duration in hours and minutes; whole minutes, rounded up."""
        return span(-int(-length.total_seconds() // 60), self.words)


def span(minutes: int, words: Wording) -> str:
    """Tell a number of minutes, 0 or more: `3 h 30 min`."""
    hours, rest = divmod(minutes, 60)
    key = "power.min" if not hours else "power.h_min" if rest else "power.h"
    return words.say(key, h=hours, m=rest)


def panel(group: Mapping[str, Any], wall: Wall) -> PowerPanel:
    """Put a group's answer into the words of the panel."""
    words, state = wall.words, group["power"]
    then = left = ""
    if state == Power.EMERGENCY:
        then = words.say("power.further")
    elif group["until"] is not None:
        then = words.say(f"litthen.{group['next']}", time=wall.moment(group["until"], end=True))
        left = words.say("power.left", span=wall.span(parse_rfc3339(group["until"]) - wall.now))
    since = group["since"]
    old = state == Power.ON and group.get("failing") is not None
    word = "planned" if old else state
    return PowerPanel(
        state=state,
        word=words.lines(f"lit.{word}"),
        size=words.say(f"litsize.{word}"),
        name=words.say("power.group", group=group["group"]),
        since=words.say("power.since", time=wall.moment(since)) if since else "",
        then=then,
        left=left,
        hint=hint(state, group["regime"], words),
    )


def zone_panel(zone: Mapping[str, Any], wall: Wall) -> PowerPanel:
    """Put a zone into the words of the panel: no more than what all of its groups share."""
    words, emergency, regime = wall.words, zone["emergency"], zone["regime"]
    state = _OF_ALL.get(regime, Power.UNKNOWN)
    since = emergency["since"] if emergency else None
    depends = regime == Regime.HOURLY
    return PowerPanel(
        state=state,
        word=words.lines(f"lit.{state}"),
        size=words.say(f"litsize.{state}"),
        name=zone["name"],
        since=words.say("power.since", time=wall.moment(since)) if since else "",
        then=words.say("power.further") if state == Power.EMERGENCY else "",
        left="",
        hint=words.say("power.depends") if depends else hint(state, regime, words),
    )


def hint(state: str, regime: str, words: Wording) -> str:
    """Say what must not be misread; a schedule is the company's word and no measurement."""
    if state == Power.EMERGENCY:
        return words.say("power.emergency")
    if state == Power.UNKNOWN:
        return words.say("power.waiting" if regime == Regime.WAITING else "power.nothing")
    return words.say("power.plan_not_meter")
