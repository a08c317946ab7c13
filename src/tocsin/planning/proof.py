"""
Whether an assignment is the best there is, found out without trusting whoever made it.

A flow is of least cost if and only if no cycle of exchanges makes it cheaper (Klein, 1967). People
can be exchanged between places only, so 100,000 rows of people shrink to one node for each place:
the arc from place s to place t is the cheapest person to send from s to t instead. Two more nodes
stand for "outside", which costs more than any chain of ways, and for room that nobody has taken.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from tocsin.planning.assignment import Assignment, Problem, usable
from tocsin.planning.table import Counts, Ints, numbered

DECIMETRES: Final = 10
"""In a metre. Ways are compared in whole decimetres, as networks have them."""


def is_optimal(problem: Problem, found: Assignment) -> bool:
    """Say whether no other assignment places more people, nor as many on shorter ways."""
    places = len(problem.room)
    outside, free = places, places + 1
    tails, heads, costs = _exchanges(problem, found)
    load = found.load(places)
    some = np.arange(places, dtype=np.int32)
    roomy, held = some[load < problem.room], some[load > 0]
    arcs = [
        (tails, heads, costs),
        (roomy, np.full(len(roomy), free), np.zeros(len(roomy), np.int64)),
        (np.full(len(held), free), held, np.zeros(len(held), np.int64)),
        (np.array([outside]), np.array([free]), np.zeros(1, np.int64)),
    ]
    if found.left:
        arcs.append((np.array([free]), np.array([outside]), np.zeros(1, np.int64)))
    columns = [np.concatenate(column) for column in zip(*arcs, strict=True)]
    return not _has_negative_cycle(columns[0], columns[1], columns[2], places + 2)


def _exchanges(problem: Problem, found: Assignment) -> tuple[Ints, Ints, Counts]:
    """Give the cheapest exchange of one person from each place, or from outside, to each other."""
    k = problem.reach.places.shape[1]
    places = len(problem.room)
    slots = usable(problem)
    row_of = slots // k
    ways = _decimetres(problem.reach.metres.ravel()[slots])
    longest = int(ways.max(initial=0))
    never = 2 * (longest + 1) * (places + 2)  # More than all ways of any cycle together.
    left = np.flatnonzero(found.unplaced > 0)
    # Who could be moved: from which place, and what their way there costs now.
    rows = np.concatenate([found.rows, left])
    now_at = np.concatenate([found.places, np.full(len(left), places)])
    now = np.concatenate([_decimetres(found.metres), np.full(len(left), never)])
    first = np.searchsorted(row_of, rows)
    many = np.searchsorted(row_of, rows, side="right") - first
    entry = np.repeat(first, many) + numbered(many)
    tails = np.repeat(now_at, many)
    heads = problem.reach.places.ravel()[slots[entry]].astype(np.int64)
    costs = ways[entry] - np.repeat(now, many)
    sent = found.places.astype(np.int64)
    outside = np.full(len(sent), places, np.int64)
    return _cheapest(
        np.concatenate([tails, sent]),
        np.concatenate([heads, outside]),
        np.concatenate([costs, never - _decimetres(found.metres)]),
        places + 2,
    )


def _cheapest(tails: Counts, heads: Counts, costs: Counts, nodes: int) -> tuple[Ints, Ints, Counts]:
    other = tails != heads
    pairs = (tails * nodes + heads)[other]
    costs = costs[other]
    order = np.lexsort((costs, pairs))
    pairs, costs = pairs[order], costs[order]
    first = np.flatnonzero(np.diff(pairs, prepend=-1))
    pairs = pairs[first]
    return (
        (pairs // nodes).astype(np.int32), (pairs % nodes).astype(np.int32), costs[first],
    )  # fmt: skip


def _has_negative_cycle(tails: Ints, heads: Ints, costs: Counts, nodes: int) -> bool:
    """Relax all arcs at once (Bellman and Ford) until nothing changes; a cycle never stops."""
    order = np.argsort(heads, kind="stable")
    tails, heads, costs = tails[order], heads[order], costs[order]
    starts = np.flatnonzero(np.diff(heads, prepend=-1))
    into = heads[starts]
    level = np.zeros(nodes, np.int64)
    for _ in range(nodes):
        lower = np.minimum(level[into], np.minimum.reduceat(level[tails] + costs, starts))
        if np.array_equal(lower, level[into]):
            return False
        level[into] = lower
    return True


def _decimetres(metres: np.typing.NDArray[np.float32]) -> Counts:
    return np.rint(metres.astype(np.float64) * DECIMETRES).astype(np.int64)
