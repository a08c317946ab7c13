"""
A day as it is planned: loads, what each half-hour asks for, and what a cut weighs.

Harm is in weighted megawatt-hours. An hour off weighs what its feeder weighs, 2 % more for each
hour off before it in this week, today's included: so the same hours are shared out. Each cut weighs
as six minutes more, since people must be told and pumps started again. What is not met weighs more
than all else: a plan is short only where it cannot be helped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from tocsin.kernel.errors import Malformed, Refused
from tocsin.planning.feeders import HALF_HOURS, HARM_PER_HOUR_OFF, WATTS, Feeder, may_be_cut
from tocsin.planning.rules import KYIV, Rules

Floats: TypeAlias = npt.NDArray[np.float64]
Counts: TypeAlias = npt.NDArray[np.int64]
Cells: TypeAlias = npt.NDArray[np.bool_]

HOURS: Final = 0.5
"""Of a half-hour."""

HOURS_PER_CUT: Final = 0.1
SHORT_WEIGHS: Final = 100.0
"""How many times more a missing megawatt-hour weighs than one of the heaviest feeder."""


@dataclass(frozen=True, slots=True)
class DayModel:
    """
    What is planned: rows are feeders that may be cut, columns half-hours.

    Args:
        feeders: In the order of their ids.
        watts: Loads.
        required: What has to be off in each half-hour.
        cost: What one half-hour off weighs.
        per_cut: What a cut weighs beside its half-hours.
        per_day: By half-hours off in all, what so many weigh beside that.
        first: The half-hour before which a feeder has to rest from yesterday.
        short: What a missing megawatt-hour weighs.
    """

    feeders: tuple[Feeder, ...]
    watts: Counts
    required: Counts
    cost: Floats
    per_cut: Floats
    per_day: Floats
    first: Counts
    short: float
    rules: Rules

    @property
    def half_hours(self) -> int:
        """How many the day has."""
        return len(self.required)

    def off(self, cells: Cells) -> Counts:
        """Tell how many watts are off in each half-hour."""
        return np.asarray((self.watts * cells).sum(axis=0), np.int64)

    def own(self, cells: Cells) -> Floats:
        """Tell what each feeder's cuts weigh."""
        starts = cells.astype(np.int8)
        starts[:, 1:] -= cells[:, :-1]
        spent = (self.cost * cells).sum(axis=1) + self.per_cut * (starts > 0).sum(axis=1)
        return np.asarray(spent + self.per_day[np.arange(len(cells)), cells.sum(axis=1)])

    def missing(self, cells: Cells) -> Counts:
        """Tell how many watts are missing in each half-hour."""
        return np.asarray(np.maximum(0, self.required - self.off(cells)), np.int64)

    def harm(self, cells: Cells) -> float:
        """Tell what a plan weighs, what is missing included."""
        short = self.missing(cells).sum() / WATTS * HOURS
        return float(self.own(cells).sum() + self.short * short)

    def better(self, one: Cells, other: Cells) -> Cells:
        """Choose: less missing goes before less harm, however little it is."""
        return min(one, other, key=lambda cells: (self.missing(cells).sum(), self.harm(cells)))


def day_model(
    feeders: Sequence[Feeder],
    required: Sequence[int],
    rules: Rules = KYIV,
    fair: float = HARM_PER_HOUR_OFF,
) -> DayModel:
    """
    Set a day up.

    Args:
        required: Watts, in each half-hour of the day.
        fair: How much more an hour weighs for each hour off before it.

    Raises:
        Malformed: `planning.reduction_malformed`, where loads and requirement are of other days.
        Refused: `planning.nothing_to_cut`.
    """
    known = tuple(one for one in may_be_cut(feeders) if any(one.watts))
    if not known:
        raise Refused("planning.nothing_to_cut", "No feeder may be cut, or none has a load now.")
    slots = len(required)
    if slots not in HALF_HOURS or any(len(one.watts) not in {1, slots} for one in known):
        raise Malformed(
            "planning.reduction_malformed",
            f"The requirement is of {slots} half-hours, the loads of another day.",
            where="--reduction",
        )
    watts = np.empty((len(known), slots), np.int64)
    for row, one in enumerate(known):
        watts[row] = one.watts  # One figure alone holds all day.
    megawatts = watts / WATTS
    weighs = np.array([one.weighs for one in known])
    before = np.array([one.off_hours for one in known])
    mean = weighs * megawatts.mean(axis=1)
    hours = np.arange(slots + 1) * HOURS
    return DayModel(
        feeders=known,
        watts=watts,
        required=np.array(required, np.int64),
        cost=megawatts * (weighs * (1 + fair * before))[:, None] * HOURS,
        per_cut=mean * HOURS_PER_CUT,
        per_day=mean[:, None] * fair * hours**2 / 2,
        first=np.array([max(0, rules.on_least - one.rested) for one in known], np.int64),
        short=float(SHORT_WEIGHS * (weighs * (1 + fair * (before + slots * HOURS))).max()),
        rules=rules,
    )
