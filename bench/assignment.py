"""
What a plan for a whole city costs: in cells, exactly, and when a shelter closes.

On the invented city (`bench/city.py`), once with 1.15 and once with 1.6 places for each person,
each in a process of its own, whose memory is told. A plan is timed from the table of who can walk
where, which is made once for a network, to everybody whom a place within 1,500 m has room for: the
child process, the flow and the proof are in it. How long it takes to send the others farther is
told beside it. Ways are compared person by person, those who go farther included: those of cells
after each person has been sent from their own crossing. Processor time is told beside each figure,
since a machine with other work gives less of it.

Sixty shelters close, the three largest among them, each in the plan as it was before; a new plan is
made after each of the ten closures that leave most people outside, and one after all sixty.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any, Final

import numpy as np

from bench import city as invented
from bench.measure import Figure, percentile
from tocsin.planning.assignment import Method, Problem, greedy
from tocsin.planning.demand import Points, place_on
from tocsin.planning.places import Place, rooms, shut
from tocsin.planning.plan import (
    CellTable,
    City,
    Plan,
    cell_problem,
    cell_table,
    plan_cells,
    plan_exactly,
    row_table,
    solve_beside,
    with_places,
)
from tocsin.planning.repair import Standing
from tocsin.planning.spread import spread
from tocsin.planning.streets import on_foot
from tocsin.walking.network import Network
from tocsin.walking.profile import WALK

ROOMS: Final = (1.15, 1.6)
"""Places for each person."""

CLOSURES: Final = 60
LARGEST: Final = 3
NEW_PLANS: Final = 10


def assignment(runs: int) -> Iterator[Figure]:
    """Measure all that is promised of plans."""
    for room in ROOMS:
        told = [_child(room, number) for number in range(runs)]
        yield from _figures(f"room {room} ×", told)


def _figures(where: str, told: list[dict[str, Any]]) -> Iterator[Figure]:
    def runs(key: str) -> tuple[float, ...]:
        return tuple(float(one[key]) for one in told)

    last = told[-1]
    yield Figure(
        f"Assignment on 200 m cells, {where}", "s", runs("cells_s"), "at most", 2,
        _planned(last, "cells", f"{last['cells']:,} cells") +
        f", with those who go farther {last['whole_s']:.1f} s; greedy places "
        f"{last['greedy_share']:.1%}",
    )  # fmt: skip
    yield Figure(
        f"Ways of all people by cells ÷ exactly, {where}", "×", runs("ratio"), "at most", 1.05,
        f"of those within 1,500 m in the mean {last['ratio_within']:.4f}",
    )  # fmt: skip
    yield Figure(
        f"Exact assignment, {where}", "s", runs("exact_s"), "at most", 15,
        _planned(last, "exact", f"{last['rows']:,} × 16") +
        f", those who go farther {last['farther_s']:.1f} s",
    )  # fmt: skip
    yield Figure(
        f"Exact assignments proven optimal, {where}", "", runs("proven"), "at least", 1,
        "by the solver, and by our own proof, which finds no cycle of exchanges",
    )  # fmt: skip
    yield Figure(
        f"Local repair p95, {where}", "ms", runs("repair_p95_ms"), "at most", 60,
        f"p95 of processor time {last['repair_cpu_p95_ms']:.1f} ms; {CLOSURES} closures; p50 "
        f"{last['repair_p50_ms']:.1f}, most {last['repair_max_ms']:.1f}; "
        f"{last['moved']:,} people had to move, {last['left']:,} of them found no room near by",
    )  # fmt: skip
    yield Figure(
        f"People unplaced after the new plan, {where}", "", runs("unplaced"), "at most", 0,
        f"{last['replans']} new plans, the slowest {last['replan_max_s']:.1f} s",
    )  # fmt: skip
    yield Figure(
        f"Memory of the process, tables included, {where}", "MB", runs("peak_mb"), "at most", 600,
        f"and of the child that solves {last['child_mb']:.0f}",
    )  # fmt: skip


def _planned(told: dict[str, Any], how: str, size: str) -> str:
    """Tell what a plan came to and what it took, made in cells or exactly."""
    return (
        f"{told[f'{how}_cpu_s']:.2f} s of processor time; {size}; "
        f"{told[f'{how}_share']:.1%} within 1,500 m, mean {told[f'{how}_mean_m']:.0f} m; "
        f"the table before it {told[f'{how}_table_s']:.1f} s"
    )


def _child(room: float, number: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.assignment", str(room), str(number)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def city(folder: Path, room: float) -> City:
    """Make the invented city as it is planned for."""
    made = invented.make(room=room)
    path = folder / "city.walk"
    made.write(path)
    streets, _ = on_foot(Network.open(path), WALK)
    homes = Points(
        np.array([home.lat for home in made.homes]), np.array([home.lon for home in made.homes]),
        np.array([home.people for home in made.homes]), ("",) * len(made.homes),
    )  # fmt: skip
    places = tuple(
        Place(id=str(one.number), nodes=(one.node,), capacity=one.capacity) for one in made.shelters
    )
    return City(streets, place_on(streets, homes), places)


def measured(folder: Path, room: float, number: int) -> dict[str, Any]:
    """Plan the city in cells and exactly, and close shelters."""
    planned = city(folder, room)
    people = planned.demand.total
    clock = _Clock()
    table = cell_table(planned)
    cells_table_s, _ = clock.lap()
    problem = cell_problem(table, rooms(planned.places))
    spread(solve_beside(problem, Method.CELLS), table.cells, table.reach, planned.demand.people)
    cells_s, cells_cpu_s = clock.lap()
    by_cells = plan_cells(planned, table)
    whole_s, _ = clock.lap()
    rows = row_table(planned)
    exact_table_s, _ = clock.lap()
    row_problem = Problem(planned.demand.people, rows, problem.room)
    solved = solve_beside(row_problem, Method.EXACT)
    exact_s, exact_cpu_s = clock.lap()
    exactly = plan_exactly(planned, rows, solve=lambda _problem, _method: solved)
    farther_s, _ = clock.lap()
    assert not by_cells.because, by_cells.because
    assert not exactly.because, exactly.because
    return {
        "cells": len(table.cells), "rows": len(planned.demand.nodes),
        "cells_table_s": cells_table_s, "cells_s": cells_s, "cells_cpu_s": cells_cpu_s,
        "exact_table_s": exact_table_s, "exact_s": exact_s, "exact_cpu_s": exact_cpu_s,
        "whole_s": whole_s, "farther_s": farther_s,
        "ratio": _walked_m(by_cells) / _walked_m(exactly),
        "ratio_within": by_cells.within.mean_m / exactly.within.mean_m,
        "proven": exactly.within.proven,
        "cells_share": by_cells.within.placed / people,
        "exact_share": exactly.within.placed / people,
        "greedy_share": greedy(problem).placed / people,
        "cells_mean_m": by_cells.within.mean_m, "exact_mean_m": exactly.within.mean_m,
        "child_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        **_closures(planned, table, problem, number),
    }  # fmt: skip


def _closures(planned: City, table: CellTable, problem: Problem, number: int) -> dict[str, Any]:
    """Close shelters one by one in the plan as it was, then all together."""
    was = solve_beside(problem, Method.CELLS)
    by_room = np.argsort(-problem.room, kind="stable").tolist()
    others = Random(number).sample(by_room[LARGEST:], CLOSURES - LARGEST)  # noqa: S311  # No secret.
    chosen = by_room[:LARGEST] + others
    spent, worked, spent_s, moved, unplaced = [], [], [], 0, 0
    left: dict[int, int] = {}
    for place in chosen:
        standing = Standing(problem, was)
        moved += standing.load(place)
        start, began = time.perf_counter(), time.process_time()
        repaired = standing.close(place)
        spent.append(1000 * (time.perf_counter() - start))
        worked.append(1000 * (time.process_time() - began))
        if repaired.unplaced > was.left:
            left[place] = repaired.unplaced - was.left
    worst = sorted(left, key=lambda place: -left[place])[:NEW_PLANS]
    for closed in [*([place] for place in worst), chosen]:
        start = time.perf_counter()
        after = with_places(planned, shut(planned.places, [planned.places[p].id for p in closed]))
        plan = plan_cells(after, table)
        assert not plan.because, plan.because
        spent_s.append(time.perf_counter() - start)
        unplaced += plan.unplaced
    return {
        "repair_cpu_p95_ms": percentile(worked, 0.95),
        "repair_p95_ms": percentile(spent, 0.95), "repair_p50_ms": percentile(spent, 0.5),
        "repair_max_ms": max(spent), "moved": moved, "left": sum(left.values()),
        "unplaced": unplaced,
        "replans": len(spent_s), "replan_max_s": max(spent_s),
    }  # fmt: skip


def _walked_m(plan: Plan) -> float:
    return plan.within.walked_m + plan.beyond.walked_m


class _Clock:
    """Times one thing after another: by the clock, and as time at work, ended children's too."""

    def __init__(self) -> None:
        self._before = self._now()

    def lap(self) -> tuple[float, float]:
        """Tell the seconds since the last lap, by the clock and at work."""
        before, self._before = self._before, self._now()
        return self._before[0] - before[0], self._before[1] - before[1]

    @staticmethod
    def _now() -> tuple[float, float]:
        both = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        return time.perf_counter(), sum(one.ru_utime + one.ru_stime for one in both)


def main() -> None:
    """Be the process that is measured."""
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measured(Path(folder), float(sys.argv[1]), int(sys.argv[2]))))


if __name__ == "__main__":
    main()
