"""
The best day plan found within a minute: column generation, rounded and mended, in a child process.

A child that is late or breaks leaves the quick plan, which says so: a worse plan tonight is more
than none. Work is counted, so the same question has the same answer on any machine that is not
too slow for it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from tocsin.kernel.errors import Unavailable
from tocsin.planning.day_bound import quick_bound
from tocsin.planning.day_columns import mixture
from tocsin.planning.day_mend import mended
from tocsin.planning.day_model import day_model
from tocsin.planning.day_plan import DayPlan, Made, at_once, quick_plan, told
from tocsin.planning.feeders import HARM_PER_HOUR_OFF, Feeder
from tocsin.planning.rules import KYIV, Rules
from tocsin.planning.solver import run

LIMIT_S: Final = 60.0
"""It takes five; sixty mean that the machine has other work."""

MIXING: Final = 0.6
"""Of the limit: after that no further linear program is begun, and what there is is rounded."""

MENDING: Final = 0.85
AGAIN: Final = 1_000
AGAIN_MOST: Final = 12
"""How often a plan is taken apart and mended again: twice with 500 feeders, more with few."""

OUT: Final = 0.15
"""Of the feeders, each time."""

STEPS: Final = 60
"""Of the quick bound, whose prices the linear program begins with."""


def best_plan(
    feeders: Sequence[Feeder],
    required: Sequence[int],
    rules: Rules = KYIV,
    fair: float = HARM_PER_HOUR_OFF,
    limit_s: float = LIMIT_S,
) -> DayPlan:
    """
    Plan a day as well as can be within a time limit; the errors are those of `day_model`.

    Args:
        limit_s: Seconds after which the quick plan is the answer, marked with `because`.
    """
    try:
        return run(limit_s, plan_here, tuple(feeders), tuple(required), rules, fair, limit_s)
    except Unavailable as error:
        return replace(quick_plan(feeders, required, rules, fair), because=error.code)


def plan_here(
    feeders: tuple[Feeder, ...],
    required: tuple[int, ...],
    rules: Rules,
    fair: float,
    limit_s: float,
) -> DayPlan:
    """Plan a day in this process, in about `limit_s` at most."""
    begun = time.monotonic()

    def within(share: float) -> bool:
        return time.monotonic() - begun < share * limit_s

    model = day_model(feeders, required, rules, fair)
    quick = at_once(model)
    bound = quick_bound(model, quick, STEPS)
    mixed = mixture(model, quick, bound.prices, lambda: within(MIXING))
    bound = bound if mixed is None else mixed.bound
    start = quick if mixed is None else mixed.cells
    best = model.better(quick, mended(model, start, bound.prices, lambda: within(MENDING)))
    for out in _taken_out(len(quick)):
        if not within(MENDING):
            break
        other = mended(model, best & ~out[:, None], bound.prices, lambda: within(MENDING))
        best = model.better(best, other)
    plan = told(model, best, bound, Made.BEST)
    return plan if mixed is not None else replace(plan, because="planning.too_slow")


def _taken_out(many: int) -> Iterator[npt.NDArray[np.bool_]]:
    """Say which feeders to take out of a plan and put in anew: where they are few, often."""
    chance = np.random.default_rng(5)
    for _ in range(min(AGAIN_MOST, AGAIN // many)):
        yield chance.random(many) < OUT
