"""
Whole queues by half-hour, day after day of a week: what a company publishes for its 12 queues.

A queue is planned like one large feeder, its protected feeders left on; but what weighs most is
that all queues are off equally long over the week. Days follow one another: hours off and an
unfinished rest go on into the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from tocsin.planning.day_bound import quick_bound
from tocsin.planning.day_mend import mended
from tocsin.planning.day_model import HOURS, Cells, DayModel, day_model
from tocsin.planning.day_plan import DayPlan, Made, at_once, told
from tocsin.planning.feeders import Feeder, may_be_cut
from tocsin.planning.level import Week, rested
from tocsin.planning.rules import KYIV, Rules

FAIR: Final = 0.5
"""How much more an hour weighs for each hour that a queue had before the others: by half."""

STEPS: Final = 30
AGAIN: Final = 8
"""How often a day is taken apart and mended again: 12 queues are soon done."""

OUT: Final = 0.3


def queues(feeders: Iterable[Feeder]) -> tuple[Feeder, ...]:
    """Make one feeder of all in a queue that may be cut, in the order of the queues."""
    by_queue: dict[str, list[Feeder]] = {}
    for one in may_be_cut(feeders):
        by_queue.setdefault(one.queue, []).append(one)
    return tuple(_whole(code, by_queue[code]) for code in sorted(by_queue))


def _whole(code: str, feeders: Sequence[Feeder]) -> Feeder:
    slots = max(len(one.watts) for one in feeders)
    watts = tuple(sum(one.load(at) for one in feeders) for at in range(slots))
    drawn = [sum(one.watts) / len(one.watts) for one in feeders]
    weighs = sum(one.weighs * load for one, load in zip(feeders, drawn, strict=True))
    zones = {one.zone for one in feeders}
    return Feeder(
        id=code,
        queue=code,
        zone=zones.pop() if len(zones) == 1 else "",
        watts=watts,
        weight=weighs / sum(drawn) if sum(drawn) else 1.0,
        people=sum(one.people for one in feeders),
        off_hours=max(one.off_hours for one in feeders),
        rested=min(one.rested for one in feeders),
    )


def queue_week(
    whole: Sequence[Feeder], days: Sequence[Sequence[int]], rules: Rules = KYIV
) -> list[DayPlan]:
    """
    Plan day after day, hours off and rest carried over, then make the hours level.

    Args:
        whole: Queues as they are before the first day.
        days: Watts required, for each day by half-hour; the errors are those of `day_model`.
    """
    models, planned, now = [], [], tuple(whole)
    for required in days:
        models.append(_model(now, required, rules))
        planned.append(_planned(models[-1]))
        now = after(now, _off(models[-1], planned[-1]))
    known = models[0].feeders
    week = Week(known, [cells.tolist() for cells in planned], days, rules)
    week.level()
    found, now = [], tuple(whole)
    for required, rows in zip(days, week.days, strict=True):
        model, cells = _model(now, required, rules), np.array(rows, np.bool_)
        found.append(told(model, cells, quick_bound(model, cells, STEPS), Made.BEST))
        now = after(now, _off(model, cells))
    return found


def _model(whole: Sequence[Feeder], required: Sequence[int], rules: Rules) -> DayModel:
    least = min(one.off_hours for one in whole)
    level = [replace(one, off_hours=one.off_hours - least) for one in whole]
    return day_model(level, required, rules, FAIR)


def _planned(model: DayModel) -> Cells:
    cells = at_once(model)
    bound = quick_bound(model, cells, STEPS)
    best = model.better(cells, mended(model, cells, bound.prices))
    chance = np.random.default_rng(5)
    for _ in range(AGAIN):
        out = chance.random(len(cells)) < OUT
        best = model.better(best, mended(model, best & ~out[:, None], bound.prices))
    return best


def _off(model: DayModel, cells: Cells) -> dict[str, list[bool]]:
    return {one.id: row for one, row in zip(model.feeders, cells.tolist(), strict=True)}


def after(feeders: Iterable[Feeder], off: Mapping[str, Sequence[bool]]) -> tuple[Feeder, ...]:
    """Tell feeders as they are when a planned day is over."""
    return tuple(
        replace(
            one,
            off_hours=one.off_hours + sum(off[one.id]) * HOURS,
            rested=rested(off[one.id], one.rested),
        )
        if one.id in off
        else one
        for one in feeders
    )
