"""
Shelters as planning sees them: where their doors are, whether they are open, how many they hold.

What is not known is not made up. A shelter that nobody has called open is not open; one whose
capacity nobody has said takes nobody in a plan, unless the planner says how many to reckon with,
and every answer says how many shelters that was so for.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import chain

import msgspec
import numpy as np

from tocsin.planning.table import Counts, Ints


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """
    A shelter.

    Args:
        nodes: The network's node at each door; none where it is not on the network.
        capacity: People; None where nobody has said.
        open: Known to be open. What nobody has said is False.
        generator: None where nobody has said.
        power_group: The group of the grid that it hangs on; None where nobody has said.
    """

    id: str
    nodes: tuple[int, ...]
    capacity: int | None = None
    open: bool = True
    generator: bool | None = None
    power_group: str | None = None


@dataclass(frozen=True, slots=True)
class Doors:
    """The doors of all open places: the node of each and, beside it, the number of its place."""

    nodes: Ints
    places: Ints


@dataclass(frozen=True, slots=True)
class Rooms:
    """
    How many people each place may be sent.

    Args:
        room: People, one for each place, 0 where it is not open.
        unknown: How many open places have a capacity that nobody has said.
        assumed: What each of those is taken to hold; 0 where the planner gave no figure.
    """

    room: Counts
    unknown: int
    assumed: int


def doors(places: Sequence[Place]) -> Doors:
    """List the doors of the places that are open, by place."""
    opened = [(number, place.nodes) for number, place in enumerate(places) if place.open]
    return Doors(
        np.fromiter(chain.from_iterable(nodes for _, nodes in opened), np.int32),
        np.repeat(
            np.array([number for number, _ in opened], np.int32),
            np.array([len(nodes) for _, nodes in opened], np.int64),
        ),
    )


def rooms(places: Sequence[Place], assumed: int | None = None) -> Rooms:
    """Say how many people each place may be sent; `assumed` is for those of unknown capacity."""
    default = assumed or 0
    room = (
        (default if place.capacity is None else place.capacity) if place.open else 0
        for place in places
    )
    unknown = sum(place.open and place.capacity is None for place in places)
    return Rooms(np.fromiter(room, np.int64, len(places)), unknown, default)


def shut(places: Sequence[Place], ids: Collection[str]) -> tuple[Place, ...]:
    """Close the places of these ids; an id that none has closes nothing."""
    gone = frozenset(ids)
    return tuple(
        msgspec.structs.replace(place, open=False) if place.id in gone else place
        for place in places
    )
