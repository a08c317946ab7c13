"""
How many people each shelter would get, against what it holds.

Not for the public (design, section 1): who knows which shelter is full knows where a crowd stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tocsin.planning.demand import Demand
from tocsin.planning.places import Doors, Place
from tocsin.planning.table import Counts, Ints


@dataclass(frozen=True, slots=True)
class Load:
    """
    What one shelter gets.

    Args:
        place: Its id.
        people: Sent to it, or nearest to it.
        capacity: None where nobody has said.
    """

    place: str
    people: int
    capacity: int | None

    @property
    def over(self) -> int:
        """How many people more than it holds; 0 where that is not known."""
        return 0 if self.capacity is None else max(0, self.people - self.capacity)


@dataclass(frozen=True, slots=True)
class Loads:
    """
    What all shelters get.

    Args:
        places: Those that get anybody, the most beyond capacity first, then the fullest, then
            the largest.
        over: People beyond capacity, all together.
        unknown: People at places whose capacity nobody has said.
    """

    places: tuple[Load, ...]
    over: int
    unknown: int


def loads(places: Sequence[Place], people: Counts) -> Loads:
    """Set the people of each place, as an assignment or `to_nearest` counts them, against it."""
    held = [
        Load(place.id, int(many), place.capacity)
        for place, many in zip(places, people, strict=True)
        if many
    ]
    held.sort(key=lambda one: (-one.over, -_share(one), -one.people, one.place))
    return Loads(
        tuple(held),
        sum(one.over for one in held),
        sum(one.people for one in held if one.capacity is None),
    )


def to_nearest(demand: Demand, owner: Ints, doors: Doors, places: int) -> Counts:
    """
    Count who gets to each place if everybody goes to the nearest one.

    Args:
        owner: Of every node of the network, the node of the nearest door, -1 for none.
        places: How many there are.
    """
    nodes, first = np.unique(doors.nodes, return_index=True)
    to = owner[demand.nodes]
    goes = to >= 0
    place = doors.places[first][np.searchsorted(nodes, to[goes])]
    return np.bincount(place, demand.people[goes], places).astype(np.int64)


def _share(one: Load) -> float:
    return one.people / one.capacity if one.capacity else 0.0
