"""
The streets around one point, as compact JSON that a phone keeps and walks without a network.

    v           1
    origin      latitude and longitude of the first point, degrees × 100,000 (1.1 m)
    metres      how far it reaches from where it was asked for; less than asked where streets are
                so dense that it would be too large
    points      latitude and longitude of each node, from the one before it (the first from origin)
    edges       three numbers each: lower node (from that of the edge before), how much higher the
                other node's number is, decimetres
    names       street names; the first is empty
    streets     two numbers each: place in `names`, for how many edges in a row
    stairs      numbers of edges that are stairs, each from the one before
    rough       numbers of edges that are said not to be step-free, likewise
    bridges     numbers of edges that are bridges, likewise; they are entered at their ends alone
    covered     numbers of edges that are underpasses or tunnels, likewise entered
    barriers    four numbers each: a stretch that no straight line crosses, from origin, from its
                first end to its second
    licence, attribution, invented     as the network says

Where a door is, `Excerpt.place` tells in four numbers: edge, decimetres along it to its lower node
and to its higher one, decimetres from the street to the door.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import hypot
from typing import Any, Final

from tocsin.kernel.errors import Malformed
from tocsin.walking.doors import stretch
from tocsin.walking.ground import DEGREE, UNIT_M, squeeze
from tocsin.walking.network import Network
from tocsin.walking.profile import BRIDGE, COVERED, NOT_STEP_FREE, STAIRS
from tocsin.walking.snap import Snap

METRES_MAX: Final = 5_000
"""More than an hour on foot."""

NODES_MAX: Final = 30_000
"""
30,000 nodes and 33,000 edges are about 0.6 MB of JSON, 0.2 MB packed, and a fifth of a second of
work: two kilometres around a point of a dense city.
"""

BARRIERS_MAX: Final = 20_000

_COARSE: Final = DEGREE // 100_000


@dataclass(frozen=True, slots=True)
class Excerpt:
    """
    An excerpt, and where things are in it.

    Args:
        shape: What is sent, as the module says.
        edges: Number of each edge by its two nodes in the network, the lower first.
    """

    shape: dict[str, Any]
    edges: dict[tuple[int, int], int]

    def place(self, snap: Snap) -> list[int] | None:
        """Tell where a door joins the streets; None where its street is not in the excerpt."""
        edge = self.edges.get(stretch(snap))
        if edge is None:
            return None
        ends = [snap.to_tail, snap.to_head]
        lower, higher = ends if snap.tail < snap.head else reversed(ends)
        return [edge, lower, higher, snap.off]


def excerpt(network: Network, lat: float, lon: float, metres: float) -> Excerpt:
    """
    Cut out what lies within some metres of a point, in a straight line.

    Args:
        lat: Degrees, WGS 84; `lon` as well.
        metres: Up to 5,000.

    Raises:
        Malformed: `walking.out_of_range`.
    """
    if not (-90 <= lat <= 90 and -180 <= lon <= 180 and 0 < metres <= METRES_MAX):
        raise Malformed("walking.out_of_range", "There is no excerpt of that size there.")
    y, x = round(lat * DEGREE), round(lon * DEGREE)
    near = _near(network, y, x, metres)
    if len(near) > NODES_MAX:
        ranked = sorted(near.values())
        metres = ranked[NODES_MAX - 1]
        near = {node: far for node, far in near.items() if far < metres}
    nodes = sorted(near)
    place = {node: number for number, node in enumerate(nodes)}
    arcs = [
        (node, network.indices[arc], arc)
        for node in nodes
        for arc in range(network.indptr[node], network.indptr[node + 1])
        if network.indices[arc] > node and network.indices[arc] in place
    ]
    origin = [network.lat[nodes[0]] // _COARSE, network.lon[nodes[0]] // _COARSE] if nodes else []
    names, streets = _streets(network, [arc for _, _, arc in arcs])
    shape = {
        "v": 1,
        "origin": origin,
        "metres": int(metres),
        "points": list(_points(network, nodes, origin)),
        "edges": list(_edges(network, arcs, place)),
        "names": names,
        "streets": streets,
        "stairs": _numbers(network, arcs, STAIRS),
        "rough": _numbers(network, arcs, NOT_STEP_FREE),
        "bridges": _numbers(network, arcs, BRIDGE),
        "covered": _numbers(network, arcs, COVERED),
        "barriers": list(_barriers(network, (y, x), metres, origin)) if nodes else [],
        "licence": network.about.licence,
        "attribution": network.about.attribution,
        "invented": network.about.invented,
    }
    return Excerpt(shape, {(one, other): number for number, (one, other, _) in enumerate(arcs)})


def _near(network: Network, y: int, x: int, metres: float) -> dict[int, float]:
    """Find the nodes within some metres that have a street, and how far each is."""
    across, near = squeeze(y), dict[int, float]()
    for cell in _cells(network, y, x, metres):
        for at in range(network.cell_arcs_ptr[cell], network.cell_arcs_ptr[cell + 1]):
            arc = network.cell_arcs[at]
            for node in (network.tail(arc), network.indices[arc]):
                if node not in near:
                    east = (network.lon[node] - x) * across
                    far = hypot(east, (network.lat[node] - y) * UNIT_M)
                    if far <= metres:
                        near[node] = far
    return near


def _cells(network: Network, y: int, x: int, metres: float) -> Iterator[int]:
    up, right = int(metres / UNIT_M), int(metres / squeeze(y))
    return network.cells.over(y - up, x - right, y + up, x + right)


def _points(network: Network, nodes: Sequence[int], origin: Sequence[int]) -> Iterator[int]:
    before = tuple(origin)
    for node in nodes:
        here = (network.lat[node] // _COARSE, network.lon[node] // _COARSE)
        yield here[0] - before[0]
        yield here[1] - before[1]
        before = here


def _edges(
    network: Network, arcs: Iterable[tuple[int, int, int]], place: dict[int, int]
) -> Iterator[int]:
    before = 0
    for tail, head, arc in arcs:
        lower = place[tail]
        yield lower - before
        yield place[head] - lower
        yield network.decimetres[arc]
        before = lower


def _streets(network: Network, arcs: Sequence[int]) -> tuple[list[str], list[int]]:
    names, runs, last = {"": 0}, list[int](), -1
    for arc in arcs:
        number = names.setdefault(network.street(arc), len(names))
        if number == last:
            runs[-1] += 1
        else:
            runs += [number, 1]
        last = number
    return list(names), runs


def _numbers(network: Network, arcs: Sequence[tuple[int, int, int]], flag: int) -> list[int]:
    found = [number for number, (_, _, arc) in enumerate(arcs) if network.flags[arc] & flag]
    return [number - before for before, number in zip([0, *found], found, strict=False)]


def _barriers(
    network: Network, centre: tuple[int, int], metres: float, origin: Sequence[int]
) -> Iterator[int]:
    seen: set[int] = set()
    for cell in _cells(network, *centre, metres):
        for at in range(network.cell_barriers_ptr[cell], network.cell_barriers_ptr[cell + 1]):
            barrier = network.cell_barriers[at]
            if barrier in seen or len(seen) >= BARRIERS_MAX:
                continue
            seen.add(barrier)
            lat1, lon1, lat2, lon2 = (
                value // _COARSE for value in network.barriers[4 * barrier : 4 * barrier + 4]
            )
            yield from (lat1 - origin[0], lon1 - origin[1], lat2 - lat1, lon2 - lon1)
