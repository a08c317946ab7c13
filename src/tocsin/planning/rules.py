"""
The rules of a day plan, and a check of a finished plan that shares no code with what makes one.

At most 4 h off at a time, at least 1 h, at least 2 h on between two cuts (yesterday's included), at
most 12 h off a day, and whoever is protected never: Kyiv's rule as published, with its daily cap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple

from tocsin.planning.feeders import Feeder


@dataclass(frozen=True, slots=True)
class Rules:
    """
    What a plan has to keep to, in half-hours.

    Args:
        off_least: Of one cut.
        off_most: Of one cut.
        on_least: Between two cuts.
        day_most: Off in one day, all cuts together.
    """

    off_least: int = 2
    off_most: int = 8
    on_least: int = 4
    day_most: int = 24


KYIV = Rules()


class Breach(StrEnum):
    """Which rule a plan breaks."""

    PROTECTED = "protected"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    NO_REST = "no_rest"
    DAY_CAP = "day_cap"
    NOT_A_DAY = "not_a_day"
    UNKNOWN = "unknown"


class Broken(NamedTuple):
    """A rule that is broken: by which feeder, in which half-hour of the day."""

    breach: Breach
    feeder: str
    half_hour: int


def broken(
    plan: Mapping[str, Sequence[bool]],
    feeders: Sequence[Feeder],
    half_hours: int,
    rules: Rules = KYIV,
) -> list[Broken]:
    """
    List what a plan breaks.

    Args:
        plan: By feeder, whether it is off in each half-hour.
        half_hours: Of the day.
    """
    known = {one.id: one for one in feeders}
    found: list[Broken] = []
    for name, cells in plan.items():
        if name not in known:
            found.append(Broken(Breach.UNKNOWN, name, 0))
        elif len(cells) != half_hours:
            found.append(Broken(Breach.NOT_A_DAY, name, len(cells)))
        else:
            found += _of_one(known[name], cells, rules)
    return found


def _of_one(feeder: Feeder, cells: Sequence[bool], rules: Rules) -> list[Broken]:
    found: list[Broken] = []
    at, rested = 0, feeder.rested
    for off, run in groupby(cells):
        length = len(list(run))
        if not off:
            rested += length
        else:
            if feeder.protected:
                found.append(Broken(Breach.PROTECTED, feeder.id, at))
            if length < rules.off_least:
                found.append(Broken(Breach.TOO_SHORT, feeder.id, at))
            if length > rules.off_most:
                found.append(Broken(Breach.TOO_LONG, feeder.id, at))
            if rested < rules.on_least:
                found.append(Broken(Breach.NO_REST, feeder.id, at))
            rested = 0
        at += length
    if sum(map(bool, cells)) > rules.day_most:
        found.append(Broken(Breach.DAY_CAP, feeder.id, 0))
    return found


def missing(
    plan: Mapping[str, Sequence[bool]], feeders: Sequence[Feeder], required: Sequence[int]
) -> list[int]:
    """Tell how many watts a plan takes off too few, in each half-hour."""
    off = [0] * len(required)
    for one in feeders:
        for at, cut in enumerate(plan.get(one.id, ())):
            off[at] += one.load(at) if cut else 0
    return [max(0, wanted - had) for wanted, had in zip(required, off, strict=True)]
