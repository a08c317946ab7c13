"""
A day plan: which feeders are off in which half-hours, and how far it may be from the best.

The quick one is made at once, by rotation; `day_plan_best` takes some seconds for a better one.
Beside either stands a bound below which no legal plan does harm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from tocsin.planning.day_bound import Bound, quick_bound
from tocsin.planning.day_mend import filled
from tocsin.planning.day_model import HOURS, Cells, DayModel, day_model
from tocsin.planning.day_quick import cuts, rotation
from tocsin.planning.feeders import HARM_PER_HOUR_OFF, WATTS, Feeder
from tocsin.planning.rules import KYIV, Rules

BOUND_STEPS: Final = 5
"""Of the quick bound: it comes within some per cent of the best one in 15 ms."""


class Made(StrEnum):
    """How a plan was made."""

    QUICK = "quick"
    BEST = "best"


@dataclass(frozen=True, slots=True)
class DayPlan:
    """
    A plan of one day. Not for the public: `plan_page` has what is.

    Args:
        feeders: All that may be cut, in the order of their ids.
        off: By feeder's id, whether it is off in each half-hour.
        required: Watts, in each half-hour.
        taken: Watts that are off, in each half-hour.
        harm: Weighted megawatt-hours; what is missing weighs more than all else.
        bound: No legal plan does less harm.
        cuts: How many there are.
        because: Why it is not the plan that was asked for: an error's code, else empty.
    """

    feeders: tuple[Feeder, ...]
    off: dict[str, tuple[bool, ...]] = field(repr=False)
    required: tuple[int, ...]
    taken: tuple[int, ...]
    harm: float
    bound: float
    cuts: int
    made: Made
    rules: Rules
    because: str = ""

    @property
    def above(self) -> float:
        """How far the harm lies above the bound: 0.02 is 2 %."""
        return max(0.0, self.harm / self.bound - 1) if self.bound > 0 else 0.0

    @property
    def missing(self) -> tuple[int, ...]:
        """Watts that are missing in each half-hour."""
        pairs = zip(self.required, self.taken, strict=True)
        return tuple(max(0, wanted - had) for wanted, had in pairs)

    @property
    def megawatt_hours(self) -> float:
        """Energy that is not delivered."""
        return sum(self.taken) / WATTS * HOURS


def quick_plan(
    feeders: Sequence[Feeder],
    required: Sequence[int],
    rules: Rules = KYIV,
    fair: float = HARM_PER_HOUR_OFF,
) -> DayPlan:
    """
    Plan a day at once; the errors are those of `day_model`.

    Args:
        required: Watts, in each half-hour of the day.
    """
    model = day_model(feeders, required, rules, fair)
    cells = at_once(model)
    return told(model, cells, quick_bound(model, cells, BOUND_STEPS), Made.QUICK)


def at_once(model: DayModel) -> Cells:
    """Rotate, and where something is missing look for whoever may still be cut."""
    cells = rotation(model)
    return filled(model, cells) if model.missing(cells).any() else cells


def told(model: DayModel, cells: Cells, bound: Bound, made: Made) -> DayPlan:
    """Write a plan down."""
    harm = model.harm(cells)
    return DayPlan(
        feeders=model.feeders,
        off={one.id: tuple(row) for one, row in zip(model.feeders, cells.tolist(), strict=True)},
        required=tuple(model.required.tolist()),
        taken=tuple(model.off(cells).tolist()),
        harm=harm,
        bound=min(bound.value, harm),
        cuts=sum(1 for _ in cuts(cells)),
        made=made,
        rules=model.rules,
    )
