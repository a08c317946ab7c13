"""
For one person: the nearest targets on foot, with the way to each.

Dijkstra from the person outwards, which stops as soon as enough sure targets are found. What is
not connected is not found, however near it is: there is no way on foot, and never a wrong one.
Works on the mapped network alone, without numpy; half a millisecond for most points of a city.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import Final

from tocsin.walking.doors import Doors, along, avoided, stretch
from tocsin.walking.network import Network
from tocsin.walking.profile import WALK, Profile
from tocsin.walking.snap import Snap

LIMIT_M: Final = 3_000
"""38 minutes at an ordinary pace. A dense city has 30,000 nodes in it: 60 ms at the very worst."""

SURE: Final = 0
UNSURE: Final = 1

_LOW: Final = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Way:
    """
    A way on foot.

    Args:
        target: Whom it leads to.
        tier: 0 for a sure target, 1 for an unsure one.
        metres: All of it, with the straight bits at both ends; likewise `seconds`.
        nodes: Nodes passed, in order; none where both ends are on one stretch.
        start: Where it begins; `door` is where it ends.
    """

    target: int
    tier: int
    metres: float
    seconds: float
    nodes: tuple[int, ...]
    start: Snap
    door: Snap


def always(target: int) -> int | None:  # noqa: ARG001  # It admits whatever it is asked about.
    """Admit every target as a sure one."""
    return SURE


def nearest(
    network: Network,
    start: Snap,
    doors: Doors,
    *,
    k: int = 5,
    profile: Profile = WALK,
    limit_metres: float = LIMIT_M,
    admit: Callable[[int], int | None] = always,
    closed: frozenset[int] = frozenset(),
) -> list[Way]:
    """
    Find the `k` nearest sure targets, and up to `k` unsure ones that are met before the last.

    A start or a door that was put onto something the profile avoids has no way.

    Args:
        start: Where the person joins the network.
        k: How many.
        limit_metres: How far to look, the straight bits at both ends included.
        admit: Asked once about each target that is met: 0 sure, 1 unsure, None not at all.
        closed: Arcs that are not walked, for instance a bridge that is down; both ways each.

    Returns:
        Ordered by distance, then target.
    """
    indptr, indices, decimetres = network.indptr, network.indices, network.decimetres
    flags, avoid, nodes, at = network.flags, profile.avoid, network.nodes, doors.at
    picky, limit = bool(avoid or closed), int(limit_metres * 10)
    best, before = dict(start.starts), dict[int, int]()
    heap = _first(network, start, doors, avoid, closed)
    met, counts, ways = set[int](), [0, 0], list[Way]()
    while heap and counts[SURE] < k:
        key = heappop(heap)
        reach, node = key >> 32, key & _LOW
        if reach > limit:
            break
        if node >= nodes:
            door = node - nodes
            target = doors.targets[door]
            if target in met or avoided(network, doors.snaps[door], avoid):
                continue
            met.add(target)
            tier = admit(target)
            if tier is not None and counts[tier] < k:
                counts[tier] += 1
                passed = _passed(doors.snaps[door], reach, best, before)
                ways.append(_way(doors, door, start, (tier, reach, passed), profile))
            continue
        if reach > best[node]:
            continue
        for door, further in at.get(node, ()):
            heappush(heap, reach + further << 32 | nodes + door)
        for arc in range(indptr[node], indptr[node + 1]):
            if picky and (flags[arc] & avoid or arc in closed):
                continue
            head = indices[arc]
            longer = reach + decimetres[arc]
            known = best.get(head)
            if known is None or longer < known:
                best[head] = longer
                before[head] = node
                heappush(heap, longer << 32 | head)
    return ways


def _first(
    network: Network, start: Snap, doors: Doors, avoid: int, closed: frozenset[int]
) -> list[int]:
    """List what is met without passing a node: one or two nodes, and doors on the same stretch."""
    if avoided(network, start, avoid):
        return []
    heap = [reach << 32 | node for node, reach in start.starts]
    if start.arc not in closed and not network.flags[start.arc] & avoid:
        heap += [
            along(start, doors.snaps[door]) << 32 | network.nodes + door
            for door in doors.along.get(stretch(start), ())
        ]
    heapify(heap)
    return heap


def _passed(
    door: Snap, reach: int, best: dict[int, int], before: dict[int, int]
) -> tuple[int, ...]:
    """Walk back from a door to the start; every node on the way is settled by now."""
    for node, further in door.starts:
        if best.get(node, _LOW) + further == reach:
            passed = [node]
            while (node := before.get(node, -1)) >= 0:
                passed.append(node)
            return tuple(reversed(passed))
    return ()


def _way(
    doors: Doors, door: int, start: Snap, found: tuple[int, int, tuple[int, ...]], profile: Profile
) -> Way:
    tier, reach, nodes = found
    return Way(
        target=doors.targets[door],
        tier=tier,
        metres=reach / 10,
        seconds=profile.seconds(reach / 10),
        nodes=nodes,
        start=start,
        door=doors.snaps[door],
    )
