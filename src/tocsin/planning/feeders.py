"""
What a planner of the grid knows: feeders, their loads by half-hour, and what may not be cut.

Loads are whole watts, so that sums are exact and a requirement is met or not. None of this ever
leaves the planner (design, section 1): no feeder, load, priority or customer is in an event's body,
in a log or in an answer for the public. Plain Python, without numpy: what has to be cut at once is
chosen on any machine.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tocsin.kernel.errors import Malformed

HALF_HOURS: Final = frozenset({46, 48, 50})
"""A day has 48; 46 or 50 where the clock is changed."""

WATTS: Final = 1_000_000
"""In a megawatt."""

FEEDERS_MOST: Final = 20_000
"""A capital has some thousand."""

HARM_PER_HOUR_OFF: Final = 0.02
"""How much more it weighs to cut somebody once more, for each hour off earlier this week."""

PER_SHELTER: Final = 0.25
"""How much a shelter without a generator adds to the weight of its feeder."""

HEAVIEST: Final = 100.0
"""A feeder that weighs more than this is one to protect."""


class Class(StrEnum):
    """Who hangs on a feeder, as its company has it."""

    ORDINARY = "ordinary"
    TELECOM = "telecom"
    HEATING = "heating"
    """A boiler house, or a heating point for people."""
    PROTECTED = "protected"
    """Hospitals, water, metro pumps: never cut."""


CLASS_WEIGHT: Final = {Class.ORDINARY: 1.0, Class.TELECOM: 2.0, Class.HEATING: 3.0}


@dataclass(frozen=True, slots=True)
class Feeder:
    """
    One feeder.

    Args:
        queue: The queue and part that it is published under: `3.1`.
        watts: Its load in each half-hour of the day; one figure alone holds all day.
        kind: Whether it may be cut at all, and what it weighs.
        weight: In place of what `kind` weighs, 0.1 to 100; None: as `kind`.
        shelters: Shelters on it that have no generator.
        people: How many live on it; 0 where that is not known.
        off_hours: Hours off earlier this week, 0 to 168.
        rested: Half-hours on before the day begins; 4 and more are the same.
    """

    id: str
    queue: str
    zone: str
    watts: tuple[int, ...]
    kind: Class = Class.ORDINARY
    weight: float | None = None
    shelters: int = 0
    people: int = 0
    off_hours: float = 0.0
    rested: int = 4

    @property
    def protected(self) -> bool:
        """Whether it is never cut, whatever is asked for."""
        return self.kind is Class.PROTECTED

    @property
    def weighs(self) -> float:
        """
        How much an hour without each of its megawatts weighs, 1 for an ordinary one.

        Raises:
            KeyError: It is protected; such a thing has no price.
        """
        own = CLASS_WEIGHT[self.kind] if self.weight is None else self.weight
        return own + PER_SHELTER * self.shelters

    @property
    def harm(self) -> float:
        """How much it weighs this week: those who were off already are spared."""
        return self.weighs * (1 + HARM_PER_HOUR_OFF * self.off_hours)

    def load(self, half_hour: int) -> int:
        """Tell its load in watts in a half-hour of the day, from 0."""
        return self.watts[half_hour % len(self.watts)] if len(self.watts) > 1 else self.watts[0]


def may_be_cut(feeders: Iterable[Feeder]) -> list[Feeder]:
    """List those that are not protected, in the order of their ids."""
    return sorted((one for one in feeders if not one.protected), key=lambda one: one.id)


def check(feeders: tuple[Feeder, ...]) -> None:
    """
    Let feeders through that can be planned with.

    Raises:
        Malformed: `planning.feeders_malformed`, with the first thing that is wrong.
    """
    seen: set[str] = set()
    if not feeders or len(feeders) > FEEDERS_MOST:
        raise _malformed(f"1 to {FEEDERS_MOST:,} feeders, not {len(feeders):,}")
    lengths = {len(one.watts) for one in feeders if len(one.watts) != 1}
    if len(lengths) > 1 or lengths - HALF_HOURS:
        raise _malformed(
            "loads for all 48 half-hours (46 or 50 where the clock is changed), or one"
        )
    for number, one in enumerate(feeders, 1):
        wrong = _wrong(one) or ("an id that another has" if one.id in seen else "")
        if wrong:
            raise _malformed(f"feeder {number} has {wrong}")
        seen.add(one.id)


def _wrong(one: Feeder) -> str:
    if not 0 < len(one.id) <= 64:
        return "no id of 1 to 64 characters"
    if not 0 < len(one.queue) <= 20:
        return "no queue of 1 to 20 characters"
    if any(not 0 <= watts <= 10_000 * WATTS for watts in one.watts):
        return "a load that is not 0 to 10,000 MW"
    if one.weight is not None and not 0.1 <= one.weight <= HEAVIEST:
        return "a weight that is not 0.1 to 100"
    if not 0 <= one.shelters <= 200 or one.people < 0 or one.rested < 0:
        return "a count below 0, or too many shelters"
    return "" if 0 <= one.off_hours <= 168 else "hours off this week that are not 0 to 168"


def _malformed(wrong: str) -> Malformed:
    # Neither ids nor figures of a feeder: an error may be logged.
    return Malformed(
        "planning.feeders_malformed", f"The table of feeders: {wrong}.", where="--feeders"
    )
