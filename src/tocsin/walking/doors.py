"""
The doors of what is walked to: where each joins the network, and whose it is.

A target (a shelter) is a number from 0 of the caller's; it may have several doors, and counts
once. A door without a snap (across water, too far from any street) is left out: there is no way
on foot to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from tocsin.walking.network import Network
from tocsin.walking.snap import Snap


@dataclass(frozen=True, slots=True)
class Doors:
    """
    All doors, ordered by target, then as given.

    Args:
        targets: Whose each door is.
        snaps: Where each joins the network.
        at: For a node the doors that one comes to from it, with the decimetres from there.
        along: For a stretch (its lower node, its higher one) the doors on it.
    """

    targets: tuple[int, ...]
    snaps: tuple[Snap, ...]
    at: dict[int, tuple[tuple[int, int], ...]]
    along: dict[tuple[int, int], tuple[int, ...]]

    @classmethod
    def of(cls, doors: Iterable[tuple[int, Snap | None]]) -> Self:
        """Take doors, each with its target."""
        known = sorted(
            ((target, snap) for target, snap in doors if snap is not None), key=lambda d: d[0]
        )
        at: dict[int, list[tuple[int, int]]] = {}
        along: dict[tuple[int, int], list[int]] = {}
        for door, (_, snap) in enumerate(known):
            for node, decimetres in snap.starts:
                at.setdefault(node, []).append((door, decimetres))
            along.setdefault(stretch(snap), []).append(door)
        return cls(
            targets=tuple(target for target, _ in known),
            snaps=tuple(snap for _, snap in known),
            at={node: tuple(found) for node, found in at.items()},
            along={pair: tuple(found) for pair, found in along.items()},
        )


def stretch(snap: Snap) -> tuple[int, int]:
    """Name the stretch that a snap is on, the same from both ends."""
    return min(snap.tail, snap.head), max(snap.tail, snap.head)


def along(one: Snap, other: Snap) -> int:
    """Measure between two snaps on one stretch, along it, in decimetres from point to point."""
    to_lower = [s.to_tail if s.tail < s.head else s.to_head for s in (one, other)]
    return one.off + abs(to_lower[0] - to_lower[1]) + other.off


def avoided(network: Network, snap: Snap, avoid: int) -> bool:
    """Say whether one would walk on what is avoided; at a node there may be another way on."""
    return bool(network.flags[snap.arc] & avoid) and min(snap.to_tail, snap.to_head) > 0
