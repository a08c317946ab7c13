"""
A way as it is walked: its points, and its stretches with their street and their kind.

It begins on the street beside whoever asked, not at the point that was asked for, and ends at the
door.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from tocsin.walking.ground import DEGREE
from tocsin.walking.nearest import Way
from tocsin.walking.network import Network


@dataclass(frozen=True, slots=True)
class Stretch:
    """
    A straight bit of a way.

    Args:
        start: Latitude and longitude, degrees × 10,000,000; `end` as well.
        decimetres: Its length as it is walked.
        street: Name of the street, empty where it has none.
        flags: As in `profile`; 0 for the bit from the street to the door.
    """

    start: tuple[int, int]
    end: tuple[int, int]
    decimetres: int
    street: str
    flags: int


def path(network: Network, way: Way) -> list[tuple[float, float]]:
    """List the points of a way, (lat, lon) in degrees; no point stands twice in a row."""
    bits = stretches(network, way)
    first = (way.start.street_lat, way.start.street_lon)
    points = [first, *(bit.end for bit in bits)]
    kept = [points[0], *(point for before, point in pairwise(points) if point != before)]
    return [(lat / DEGREE, lon / DEGREE) for lat, lon in kept]


def stretches(network: Network, way: Way) -> list[Stretch]:
    """List the stretches of a way in order, from the street at its start to its door."""
    start, door = way.start, way.door
    here = (start.street_lat, start.street_lon)
    street_at_door = (door.street_lat, door.street_lon)
    bits: list[Stretch] = []

    def go(there: tuple[int, int], decimetres: int, arc: int | None) -> None:
        nonlocal here
        street = "" if arc is None else network.street(arc)
        flags = 0 if arc is None else network.flags[arc]
        if decimetres or there != here:
            bits.append(Stretch(here, there, decimetres, street, flags))
        here = there

    if not way.nodes:
        go(street_at_door, round(way.metres * 10) - start.off - door.off, start.arc)
    else:
        go(_place(network, way.nodes[0]), dict(start.starts)[way.nodes[0]] - start.off, start.arc)
        for tail, head in pairwise(way.nodes):
            arc = network.arc_between(tail, head)
            assert arc is not None  # A way goes along arcs.
            go(_place(network, head), network.decimetres[arc], arc)
        go(street_at_door, dict(door.starts)[way.nodes[-1]] - door.off, door.arc)
    go((door.lat, door.lon), door.off, None)
    return bits


def _place(network: Network, node: int) -> tuple[int, int]:
    return network.lat[node], network.lon[node]
