"""
What a plan of cuts costs and how good it is, on the invented grid and on networks of pandapower.

*Shed now* is asked for 100, 300 and 600 MW and for fifty amounts and half-hours drawn from a seed,
and each is compared with the optimum that scipy's `milp` proves. Each is timed alone, the middle of
twenty-one; what is shown is the slowest. Day plans are checked by `planning.rules`, which shares no
code with what makes them, and are compared with the best bound that was proven for that day.

On the networks a tenth, three tenths and six tenths of what may be cut is asked for; all day long,
six tenths under a cap of 18 h off, since with 12 h no plan can have them. Where one load is more
than a quarter of all, six tenths are left out of the targets and told: while that one is on, nearly
all others would have to be off.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from random import Random
from statistics import median
from typing import Final, NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from bench.grid import NETWORKS, grid, network, reduction
from bench.measure import Figure
from tocsin.planning.day_plan import DayPlan, quick_plan
from tocsin.planning.day_plan_best import best_plan
from tocsin.planning.feeders import WATTS, Feeder, may_be_cut
from tocsin.planning.queue_plan import after, queue_week, queues
from tocsin.planning.rules import KYIV, Rules, broken
from tocsin.planning.shed import shed

EVENING: Final = 38
MEGAWATTS: Final = (100, 300, 600)
RANDOM: Final = 50
SHARES: Final = (0.1, 0.3, 0.6)
HARD: Final = replace(KYIV, day_most=36)
WEEK: Final = (1.0, 0.8, 0.6, 1.0, 0.9, 0.3, 0.5)
"""Of the day's requirement, from Monday to Sunday."""

TIMES: Final = 21
QUICK_TIMES: Final = 9


class Case(NamedTuple):
    """Whom to take watts off, at which half-hour."""

    feeders: Sequence[Feeder]
    watts: int
    half_hour: int


def power(networks: Path, runs: int) -> Iterator[Figure]:
    """Measure all that is promised of plans of cuts."""
    feeders = grid()
    yield from _shed("the invented grid", _cases(feeders), runs)
    yield from _day(feeders, reduction(feeders), runs)
    yield _week(feeders, runs)
    found = {
        name: network(networks / f"{name}.json")
        for name in NETWORKS
        if (networks / f"{name}.json").exists()
    }
    if found:
        cases = [Case(one, _share(one, part), EVENING) for one in found.values() for part in SHARES]
        yield from _shed(f"{len(found)} networks", cases, runs)
        yield from _networks(found)


def _cases(feeders: Sequence[Feeder]) -> list[Case]:
    random = Random(1)  # noqa: S311  # No secret.
    cases = [Case(feeders, megawatts * WATTS, EVENING) for megawatts in MEGAWATTS]
    for _ in range(RANDOM):
        half_hour = random.randrange(48)
        most = _share(feeders, 0.95, half_hour)
        cases.append(Case(feeders, random.randrange(WATTS, most), half_hour))
    return cases


def _share(feeders: Sequence[Feeder], part: float, half_hour: int = EVENING) -> int:
    return int(part * sum(one.load(half_hour) for one in may_be_cut(feeders)))


def _shed(where: str, cases: Sequence[Case], runs: int) -> Iterator[Figure]:
    taken = [_shed_ms(cases) for _ in range(runs)]
    spent = tuple(max(one) for one in taken)
    middle = median(taken[-1])
    yield Figure(
        f"Shed now, the slowest of {len(cases)} cases, {where}", "ms", spent, "at most", 5,
        f"the middle one {middle:.2f} ms",
    )  # fmt: skip
    above = [100 * (shed(*case).harm / _optimum(case) - 1) for case in cases]
    proven = sum(shed(*case).optimal for case in cases)
    bound = max(100 * shed(*case).above for case in cases)
    yield Figure(
        f"Shed now above the optimum, the worst of {len(cases)} cases, {where}", "%",
        (max(above),), "at most", 0.5,
        f"the middle one {median(above):.4f} %; {proven} proven optimal by itself; above its own "
        f"bound at most {bound:.3f} %",
    )  # fmt: skip


def _shed_ms(cases: Sequence[Case]) -> list[float]:
    """Time each case, all of them in turn, so that what else the machine does hits all alike."""
    spent: list[list[float]] = [[] for _ in cases]
    for _ in range(TIMES):
        for case, times in zip(cases, spent, strict=True):
            start = time.perf_counter()
            shed(*case)
            times.append(1_000 * (time.perf_counter() - start))
    return [median(times) for times in spent]


def _optimum(case: Case) -> float:
    feeders, watts, half_hour = case
    known = [one for one in may_be_cut(feeders) if one.load(half_hour)]
    loads = np.array([one.load(half_hour) / WATTS for one in known])
    harm = loads * np.array([one.harm for one in known])
    found = milp(
        harm,
        constraints=LinearConstraint(loads[None], watts / WATTS, np.inf),
        integrality=np.ones(len(known)),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 1e-6, "time_limit": 30},
    )
    return float(found.fun)


def _day(feeders: Sequence[Feeder], required: Sequence[int], runs: int) -> Iterator[Figure]:
    quick = [_timed(feeders, required) for _ in range(QUICK_TIMES)]
    began = [time.perf_counter()]
    best = []
    for _ in range(runs):
        best.append(best_plan(feeders, required))
        began.append(time.perf_counter())
    spent = tuple(after - before for before, after in pairwise(began))
    bound = max(one.bound for one in best)
    plan = quick[-1][1]
    yield Figure(
        "Quick day plan, 500 feeders × 48", "ms", tuple(ms for ms, _ in quick), "at most", 100,
        f"{plan.cuts} cuts, {plan.megawatt_hours:,.0f} MWh",
    )  # fmt: skip
    yield Figure(
        "Quick day plan above the proven bound", "%", (100 * (plan.harm / bound - 1),), "at most",
        10, f"above the bound that it shows itself {100 * plan.above:.2f} %",
    )  # fmt: skip
    yield Figure(
        "Best day plan, 500 feeders × 48", "s", spent, "at most", 60, "in its child process"
    )
    yield Figure(
        "Best day plan above the proven bound", "%", tuple(100 * one.above for one in best),
        "at most", 3, f"harm {best[-1].harm:,.1f}, bound {best[-1].bound:,.1f}; "
        f"{best[-1].cuts} cuts",
    )  # fmt: skip
    wrong = sum(_wrong(one, feeders, KYIV) for one in (plan, *best))
    yield Figure(
        "Rules broken and half-hours short, quick and best", "", (wrong,), "at most", 0,
        "by a check that shares no code with the planner",
    )  # fmt: skip


def _timed(feeders: Sequence[Feeder], required: Sequence[int]) -> tuple[float, DayPlan]:
    start = time.perf_counter()
    plan = quick_plan(feeders, required)
    return 1_000 * (time.perf_counter() - start), plan


def _wrong(plan: DayPlan, feeders: Sequence[Feeder], rules: Rules) -> int:
    return len(broken(plan.off, feeders, 48, rules)) + sum(map(bool, plan.missing))


def _week(feeders: Sequence[Feeder], runs: int) -> Figure:
    whole = queues(replace(one, off_hours=0.0) for one in feeders)
    days = [[int(part * watts) for watts in reduction(tuple(feeders))] for part in WEEK]
    spreads, wrong, spent = [], 0, 0.0
    for _ in range(runs):
        start = time.perf_counter()
        plans = queue_week(whole, days)
        spent = time.perf_counter() - start
        now = whole
        for plan in plans:
            wrong += _wrong(plan, now, KYIV)
            now = after(now, plan.off)
        hours = [one.off_hours for one in now]
        spreads.append(max(hours) - min(hours))
    return Figure(
        "Hours off over a week between the 12 queues, most less least", "h", tuple(spreads),
        "at most", 1, f"{min(hours):g} to {max(hours):g} h; {wrong} rules broken or half-hours "
        f"short; the week planned in {spent:.1f} s",
    )  # fmt: skip


def _networks(networks: dict[str, tuple[Feeder, ...]]) -> Iterator[Figure]:
    """Plan days on the networks; where feeders are few the bound itself is far from any plan."""
    above: list[float] = []
    wrong, told = 0, []
    for name, feeders in networks.items():
        loads = [one.load(EVENING) for one in may_be_cut(feeders)]
        for part in SHARES:
            rules = HARD if part > 0.5 else KYIV
            required = [_share(feeders, part, half_hour) for half_hour in range(48)]
            quick, best = quick_plan(feeders, required, rules), best_plan(feeders, required, rules)
            short = sum(map(bool, best.missing))
            told.append(f"{name} {part:.0%} {100 * best.above:.1f} %")
            if part > 0.5 and max(loads) > sum(loads) / 4:
                told[-1] += f" ({short} half-hours short, left out)"
                wrong += len(broken(best.off, feeders, 48, rules))
                continue
            wrong += len(broken(quick.off, feeders, 48, rules)) + _wrong(best, feeders, rules)
            if part > SHARES[0]:
                above.append(100 * best.above)
    yield Figure(
        "Best day plan above the proven bound, the worst network at 30 and 60 %", "%",
        (max(above),), "at most", 3, "; ".join(told),
    )  # fmt: skip
    yield Figure(
        "Rules broken and half-hours short, networks", "", (wrong,), "at most", 0,
        "rules of quick and best, half-hours of best; 60 % under a cap of 18 h off",
    )  # fmt: skip
