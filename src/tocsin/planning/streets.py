"""
The ways on foot of a whole city, as plain arrays that scipy searches.

Anything that walks the city for one person is in `tocsin.walking`; this is for all at once. The
arrays are never changed: a bridge that is down is another `Streets`, without its arcs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import cos, radians
from typing import Final

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from tocsin.planning.table import Counts, Flags, Floats, Ints, Metres
from tocsin.walking.ground import DEGREE, UNIT_M
from tocsin.walking.network import Network
from tocsin.walking.profile import BRIDGE, Profile

METRES_PER_DEGREE: Final = round(DEGREE * UNIT_M)
"""Of a great circle."""


@dataclass(frozen=True, slots=True)
class Streets:
    """
    An undirected network: each way is two arcs, one in the row of each of its ends.

    Args:
        indptr: Where each node's arcs begin, and after the last one where they end: n + 1.
        indices: The node at the other end of each arc.
        metres: Length of each arc, above 0.
        lat: Degrees WGS 84 of each node; `lon` as well.
    """

    indptr: Ints
    indices: Ints
    metres: Floats
    lat: Floats
    lon: Floats

    def __post_init__(self) -> None:
        assert len(self.indptr) == len(self.lat) + 1 == len(self.lon) + 1
        assert len(self.indices) == len(self.metres)

    @property
    def nodes(self) -> int:
        """How many nodes there are."""
        return len(self.lat)

    def graph(self) -> csr_array:
        """Give the network as scipy's sparse matrix; its arrays are these, not copies."""
        shape = (self.nodes, self.nodes)
        return csr_array((self.metres, self.indices, self.indptr), shape=shape)

    def plane(self) -> tuple[Floats, Floats]:
        """Place the nodes on a plane in metres, x to the east; good to 0.1 % across a city."""
        return plane(self.lat, self.lon, float(self.lat.mean()) if self.nodes else 0.0)

    def tails(self) -> Ints:
        """Give the node that each arc begins at."""
        return np.repeat(np.arange(self.nodes, dtype=np.int32), np.diff(self.indptr))

    def without(self, gone: Flags) -> Streets:
        """Take arcs out, both of each way: `gone` is over all arcs."""
        twins = _pairs(self.tails(), self.indices, self.nodes)
        down = np.isin(twins, twins[gone])
        removed = np.concatenate([[0], np.cumsum(down)])[self.indptr]
        return replace(
            self,
            indptr=(self.indptr - removed).astype(np.int32),
            indices=self.indices[~down],
            metres=self.metres[~down],
        )


def plane(lat: Floats, lon: Floats, middle: float) -> tuple[Floats, Floats]:
    """Place points on a plane in metres, x to the east, true along the latitude `middle`."""
    return lon * (METRES_PER_DEGREE * cos(radians(middle))), lat * METRES_PER_DEGREE


def nearest(streets: Streets, nodes: Ints) -> tuple[Metres, Ints]:
    """
    Walk from everywhere to the nearest of some nodes, in one sweep.

    Returns:
        Metres of each node, infinite where there is no way on foot, and which node that way leads
        to, -1 where there is none.
    """
    if not len(nodes):
        return np.full(streets.nodes, np.inf, np.float32), np.full(streets.nodes, -1, np.int32)
    metres, _, owners = dijkstra(
        streets.graph(), indices=np.unique(nodes), min_only=True, return_predecessors=True
    )
    owners = np.where(np.isfinite(metres), owners, -1)
    return metres.astype(np.float32), owners.astype(np.int32)


def on_foot(network: Network, profile: Profile) -> tuple[Streets, Flags]:
    """
    Take a city's streets from its network, without what the profile avoids.

    Returns:
        The streets, and over their arcs whether each is one of a bridge.
    """
    graph = network.numpy_csr(profile)
    lat, lon = (np.frombuffer(axis, np.int32) / DEGREE for axis in (network.lat, network.lon))
    # Two ends of a stretch may lie in one place; to scipy a way of 0 would be none.
    metres = np.maximum(graph.data, 1) / 10
    flags = np.frombuffer(network.flags, np.uint8)
    walked = flags[(flags & profile.avoid) == 0]
    return Streets(graph.indptr, graph.indices, metres, lat, lon), (walked & BRIDGE) > 0


def _pairs(tails: Ints, heads: Ints, nodes: int) -> Counts:
    """Name each arc by its way, so that both arcs of one have the same name."""
    low, high = np.minimum(tails, heads), np.maximum(tails, heads)
    return low.astype(np.int64) * nodes + high
