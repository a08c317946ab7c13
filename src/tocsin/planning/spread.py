"""
From a plan of cells to a plan of people: who of a cell goes to which of its places.

A cell's numbers stay as they were planned. Place by place, those go there to whom the cell's other
places are farthest in comparison; with two places that is the best there is, and with more it is
never worse than everybody sharing alike, which is what the plan of cells reckoned with, on the
whole city measured so far.
"""

from __future__ import annotations

import numpy as np

from tocsin.planning.assignment import Assignment
from tocsin.planning.cells import CellReach, Cells
from tocsin.planning.table import Counts, Reach, ahead


def spread(planned: Assignment, cells: Cells, reach: CellReach, people: Counts) -> Assignment:
    """
    Send each row of people where its cell was sent.

    Args:
        planned: Of `cells`.
        people: Of each row.
    """
    nearest = reach.own.shape[1]
    quotas = _quotas(planned, reach.reach)
    in_use = quotas[cells.cell_of] > 0
    ways = np.where(in_use, reach.own, np.float32(np.inf)).astype(np.float64)
    other = np.minimum.accumulate(ways[:, ::-1], axis=1)[:, ::-1]
    spare = planned.unplaced[cells.cell_of] > 0
    left = people.copy()
    sent = np.zeros((len(people), nearest), np.int64)
    for at in range(nearest):
        rows = np.flatnonzero(in_use[:, at] & (left > 0))
        if not len(rows):
            continue
        later = other[rows, at + 1] if at + 1 < nearest else np.full(len(rows), np.inf)
        later = np.where(spare[rows], 0.0, later)  # Staying out costs no way.
        order = np.lexsort((ways[rows, at] - later, cells.cell_of[rows]))
        rows = rows[order]
        cell = cells.cell_of[rows]
        waiting = left[rows]
        many = np.clip(quotas[cell, at] - ahead(cell, waiting), 0, waiting)
        sent[rows, at] = many
        left[rows] -= many
    row, rank = np.nonzero(sent)
    places = reach.reach.places[cells.cell_of[row], rank]
    order = np.lexsort((places, row))
    row, rank, places = row[order], rank[order], places[order]
    return Assignment(
        rows=row.astype(np.int32),
        places=places,
        people=sent[row, rank],
        metres=reach.own[row, rank],
        unplaced=left,
        method=planned.method,
    )


def _quotas(planned: Assignment, reach: Reach) -> Counts:
    """Put what was planned back into the shape of the table of reach."""
    quotas = np.zeros(reach.places.shape, np.int64)
    rank = (reach.places[planned.rows] == planned.places[:, None]).argmax(axis=1)
    quotas[planned.rows, rank] = planned.people
    return quotas
