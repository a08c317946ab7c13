"""
Whom no place in reach has room for: the nearest place that still has, however far.

Each round walks the whole city once, from all places that have room to everybody who has none; the
nearest get in, and what is full drops out. So nobody is left while a place with room can be walked
to at all. It is greedy, and what it gives is kept apart from the plan: whoever has to go so far is
somebody whom the plan could not help, and a gap that the city has to close.
"""

from __future__ import annotations

import numpy as np

from tocsin.planning.assignment import Assignment, Method
from tocsin.planning.places import Doors
from tocsin.planning.streets import Streets, nearest
from tocsin.planning.table import Counts, Ints, Metres, ahead


def beyond(
    streets: Streets, doors: Doors, nodes: Ints, unplaced: Counts, room: Counts
) -> Assignment:
    """
    Place whom the plan left, each at the nearest place that has room when it is their turn.

    Args:
        nodes: Where each row's people are.
        unplaced: People of each row that are to be placed.
        room: What is left of each place's room.

    Returns:
        Their ways; whoever is unplaced in it can walk to no place that has room.
    """
    left, room = unplaced.copy(), room.copy()
    entries: list[tuple[Ints, Ints, Counts, Metres]] = []
    while left.any():
        door_nodes, places = _open_doors(doors, room)
        metres, owner = nearest(streets, door_nodes)
        rows = np.flatnonzero((left > 0) & (owner[nodes] >= 0)).astype(np.int32)
        if not len(rows):
            break
        to = places[np.searchsorted(door_nodes, owner[nodes[rows]])]
        order = np.lexsort((rows, metres[nodes[rows]], to))
        rows, to = rows[order], to[order]
        waiting = left[rows]
        many = np.clip(room[to] - ahead(to, waiting), 0, waiting)
        left[rows] -= many
        np.subtract.at(room, to, many)
        went = many > 0
        entries.append((rows[went], to[went], many[went], metres[nodes[rows[went]]]))
    return _assignment(entries, left)


def _open_doors(doors: Doors, room: Counts) -> tuple[Ints, Ints]:
    """Give the doors of places with room, by node; of several places at one node, the first."""
    has = room[doors.places] > 0
    nodes, first = np.unique(doors.nodes[has], return_index=True)
    return nodes, doors.places[has][first]


def _assignment(entries: list[tuple[Ints, Ints, Counts, Metres]], left: Counts) -> Assignment:
    none = (np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.int64),
            np.empty(0, np.float32))  # fmt: skip
    columns = zip(none, *entries, strict=True)
    rows, places, people, metres = (np.concatenate(column) for column in columns)
    order = np.lexsort((places, rows))
    return Assignment(rows[order], places[order], people[order], metres[order], left, Method.GREEDY)
