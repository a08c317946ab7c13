"""
The best assignment there is, as a flow of least cost through OR-tools.

As many people as possible are placed, and among all ways to place so many the shortest is taken;
ways are counted in decimetres. This runs in a child process alone (`solver`), which is why OR-tools
is imported inside: beside `highspy` it cannot live in one process (each brings a HiGHS).
"""

from __future__ import annotations

import sys
from dataclasses import replace
from importlib.util import find_spec
from typing import Final

import numpy as np

from tocsin.kernel.errors import Refused, Unavailable
from tocsin.planning.assignment import Assignment, Method, Problem, assigned, usable
from tocsin.planning.proof import DECIMETRES, is_optimal

ENTRIES_MAX: Final = 8_000_000
"""16 places × 500,000 rows. At 150 bytes an entry that is 1.2 GB, and a minute."""


def installed() -> bool:
    """Say whether OR-tools is here, without importing it."""
    return find_spec("ortools") is not None


def flow(problem: Problem, method: Method) -> Assignment:
    """
    Find the assignment that places most people on the shortest ways, and prove that it does.

    Raises:
        Refused: `planning.too_large`.
        Unavailable: `planning.no_solver`, where OR-tools is not installed or cannot be used here.
    """
    slots = usable(problem)
    if len(slots) > ENTRIES_MAX:
        raise Refused(
            "planning.too_large",
            f"So many ways ({len(slots):,}) are planned in cells, not exactly.",
        )
    if "highspy" in sys.modules or not installed():
        raise Unavailable("planning.no_solver", "OR-tools is not here: pip install tocsin[geo].")
    from ortools.graph.python import min_cost_flow  # noqa: PLC0415  # In the child alone.

    people, room = problem.people, problem.room
    rows = (slots // problem.reach.places.shape[1]).astype(np.int32)
    places = problem.reach.places.ravel()[slots]
    solver = min_cost_flow.SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(
        rows,
        len(people) + places,
        np.minimum(people[rows], room[places]),
        np.rint(problem.reach.metres.ravel()[slots].astype(np.float64) * DECIMETRES).astype(
            np.int64
        ),
    )
    supplies = np.concatenate([people, -room])
    solver.set_nodes_supplies(np.arange(len(supplies), dtype=np.int32), supplies)
    status = solver.solve_max_flow_with_min_cost()
    if status != solver.OPTIMAL:
        raise Unavailable("planning.no_plan", f"OR-tools found no plan: {status.name}.")
    found = assigned(problem, slots, solver.flows(arcs), method)
    if not is_optimal(problem, found):
        raise Unavailable("planning.no_plan", "OR-tools called a plan the best that is not.")
    return replace(found, proven=True)
