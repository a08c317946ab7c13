"""
Cities small enough to be checked by trying everything.

Goal: what is planned fast is compared with what somebody finds who tries everything. Method: a
town of blocks, some streets missing, and problems of a few rows and places drawn by Hypothesis.
"""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from tocsin.planning.assignment import Problem
from tocsin.planning.demand import Demand
from tocsin.planning.places import Place
from tocsin.planning.streets import METRES_PER_DEGREE, Streets
from tocsin.planning.table import Reach

BLOCK_M = 100.0


def streets(ways, across=10, down=10, block_m=BLOCK_M):
    """Lay (one, other, metres) between nodes of a grid, numbered row by row from the south-west."""
    graph = [[] for _ in range(across * down)]
    for one, other, metres in ways:
        graph[one].append((other, metres))
        graph[other].append((one, metres))
    indptr = np.cumsum([0, *(len(arcs) for arcs in graph)]).astype(np.int32)
    arcs = [arc for node in graph for arc in sorted(node)]
    line, column = np.divmod(np.arange(across * down), across)
    return Streets(
        indptr=indptr,
        indices=np.array([head for head, _ in arcs], np.int32),
        metres=np.array([metres for _, metres in arcs], np.float64),
        lat=line * block_m / METRES_PER_DEGREE,
        lon=column * block_m / METRES_PER_DEGREE,
    )


def blocks(across=10, down=10, missing=frozenset()):
    """List the ways of a town of blocks, but those that are missing, by their number."""
    nodes = range(across * down)
    east = [(n, n + 1, BLOCK_M) for n in nodes if n % across < across - 1]
    north = [(n, n + across, BLOCK_M) for n in nodes if n < across * (down - 1)]
    return [way for number, way in enumerate(east + north) if number not in missing]


def town(missing=frozenset()):
    """Make a town of ten by ten blocks, which has 180 ways."""
    return streets(blocks(missing=missing))


def people_at(made, nodes, people, off_network=0):
    """Put people at nodes, in one area without a code."""
    at = np.array(nodes, np.int32)
    return Demand(
        nodes=at,
        people=np.array(people, np.int64),
        area=np.zeros(len(at), np.int32),
        areas=("",),
        off_network=off_network,
        lat=made.lat[at],
        lon=made.lon[at],
    )


def place(name, *nodes, **facts):
    """Make a shelter with doors at these nodes."""
    return Place(id=name, nodes=nodes, **facts)


missing_ways = st.frozensets(st.integers(0, 179), max_size=80)
some_nodes = st.lists(st.integers(0, 99), min_size=1, max_size=12, unique=True).map(sorted)


@st.composite
def towns_with_people(draw):
    """Draw a town, people in it, and shelters of which some have two doors or are closed."""
    made = town(draw(missing_ways))
    at = draw(some_nodes)
    people = draw(st.lists(st.integers(1, 50), min_size=len(at), max_size=len(at)))
    doors = draw(st.lists(st.lists(st.integers(0, 99), min_size=1, max_size=2), max_size=6))
    places = tuple(
        place(
            f"s{number}",
            *nodes,
            capacity=draw(st.none() | st.integers(0, 80)),
            open=draw(st.sampled_from([True, True, False])),
        )
        for number, nodes in enumerate(doors)
    )
    return made, people_at(made, at, people), places


@st.composite
def problems(draw, rows=8, places=5):
    """Draw people, room, and who can walk where; ways are whole metres, many of them equal."""
    rows, places = draw(st.integers(1, rows)), draw(st.integers(1, places))
    counts = st.lists(st.integers(0, 9), min_size=rows, max_size=rows)
    room = draw(st.lists(st.integers(0, 12), min_size=places, max_size=places))
    table = Reach(np.full((rows, places), -1, np.int32), np.full((rows, places), np.inf, "f4"))
    for row in range(rows):
        near = draw(st.lists(st.integers(0, places - 1), unique=True))
        metres = sorted(draw(st.lists(st.integers(1, 9), min_size=len(near), max_size=len(near))))
        table.places[row, : len(near)] = near
        table.metres[row, : len(near)] = metres
    return Problem(np.array(draw(counts), np.int64), table, np.array(room, np.int64))


def best(problem):
    """Find the most people that can be placed and the least they walk, by linear programming."""
    from scipy.optimize import linprog

    slots = [
        (row, int(p), float(m))
        for row, (near, ways) in enumerate(
            zip(problem.reach.places, problem.reach.metres, strict=True)
        )
        for p, m in zip(near, ways, strict=True)
        if p >= 0
    ]
    if not slots:
        return 0, 0.0
    rows, places = len(problem.people), len(problem.room)
    limits = np.zeros((rows + places, len(slots)))
    for column, (row, where, _) in enumerate(slots):
        limits[row, column] = limits[rows + where, column] = 1
    bounds = np.concatenate([problem.people, problem.room])
    ways = np.array([metres for _, _, metres in slots])
    found = linprog(ways - 10_000, A_ub=limits, b_ub=bounds)
    return round(found.x.sum()), float(ways @ found.x)
