"""
Where the next shelters would help most.

Each is put where it covers most people whom neither an open shelter nor one sited before covers. To
choose so is greedy, and good: no choice of as many sites covers more than 1.59 times as many people
(Nemhauser, Wolsey and Fisher, 1978: 1 - 1/e). Capacity plays no part: it says where a way is
too long, `load` says where room is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import coo_array

from tocsin.planning.cells import Cells
from tocsin.planning.demand import Demand
from tocsin.planning.places import Doors
from tocsin.planning.reach import tiles
from tocsin.planning.streets import Streets
from tocsin.planning.table import Metres

SITES: Final = 10


@dataclass(frozen=True, slots=True)
class Site:
    """
    Where a shelter would help.

    Args:
        node: Of the network; `lat` and `lon` are its degrees.
        people: Whom it covers and nothing before it does.
    """

    node: int
    lat: float
    lon: float
    people: int


def sites(
    streets: Streets,
    demand: Demand,
    cells: Cells,
    metres: Metres,
    *,
    limit_m: float,
    count: int = SITES,
) -> tuple[Site, ...]:
    """
    Choose the cells where shelters would cover most people, the most first.

    Args:
        metres: Of every node to the nearest open shelter, as a sweep gives it.
        limit_m: Whoever is no farther is covered.
        count: So many at most; fewer where no cell covers anybody any more.
    """
    missed = np.flatnonzero(~(metres[demand.nodes] <= limit_m))
    candidates = np.unique(cells.node)
    # Ways are as long back as forth, so each of the few missed rows looks for candidates.
    from_missed = Doors(demand.nodes[missed], np.arange(len(missed), dtype=np.int32))
    pairs = [
        (tile.rows[found[1]], tile.places[found[0]])
        for tile in tiles(streets, from_missed, candidates, limit_m)
        if len((found := np.nonzero(np.isfinite(tile.metres)))[0])
    ]
    if not pairs:
        return ()
    candidate, row = (np.concatenate(column) for column in zip(*pairs, strict=True))
    covers = coo_array(
        (np.ones(len(row), np.int64), (candidate, row)), shape=(len(candidates), len(missed))
    ).tocsr()
    waiting = demand.people[missed].copy()
    chosen = []
    for _ in range(count):
        gains = covers @ waiting
        best = int(gains.argmax())
        if not gains[best]:
            break
        node = int(candidates[best])
        chosen.append(
            Site(node, float(streets.lat[node]), float(streets.lon[node]), int(gains[best]))
        )
        waiting[covers.indices[covers.indptr[best] : covers.indptr[best + 1]]] = 0
    return tuple(chosen)
