"""
From what is known to what is planned for: a network, a table of people, and words on shelters.

A shelter counts as open where somebody whose word counts says that it lets people in, and where it
would let in whoever comes. What nobody has said is counted apart; a planner may reckon with those
too, and is told how many they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from tocsin.planning.demand import Points, place_on
from tocsin.planning.places import Place
from tocsin.planning.plan import City
from tocsin.planning.streets import on_foot
from tocsin.planning.table import Flags, Ints
from tocsin.shelters.messages import DEGREE, Said
from tocsin.shelters.shelter import Shelter
from tocsin.shelters.suit import Question, suit
from tocsin.walking.network import Network
from tocsin.walking.profile import Profile
from tocsin.walking.snap import Snapper

Told = Callable[[int, int], None]

GENERATOR = {Said.YES: True, Said.NO: False, Said.UNKNOWN: None}


@dataclass(frozen=True, slots=True)
class Survey:
    """
    A city as it is known.

    Args:
        city: What is planned for.
        bridges: Over all arcs of its streets: whether it is one of a bridge.
        unknown: Shelters that would let people in, of which nobody has said how they are.
        apart: Shelters that are open, or reckoned so, and have no door on the network.
    """

    city: City
    bridges: Flags
    unknown: int
    apart: int


def survey(
    network: Network,
    shelters: Iterable[Shelter],
    points: Points,
    question: Question,
    *,
    profile: Profile,
    reckon_unknown: bool = False,
    told: Told = lambda _done, _of: None,
) -> Survey:
    """
    Put people and shelters on a network.

    Args:
        question: Whom the shelters have to let in, and when.
        reckon_unknown: Take those for open of which nobody has said how they are.
        told: How many of how many people's points are placed.
    """
    snapper = Snapper(network)
    streets, bridges = on_foot(network, profile)
    places, unknown, apart = [], 0, 0
    for shelter in shelters:
        now = shelter.effective(question.at)
        fits = suit(shelter, now, question).tier is not None
        unknown += fits and now.state is None
        opened = fits and (now.lets_in or (reckon_unknown and now.state is None))
        place = _place(shelter, snapper, profile, opened=opened)
        apart += opened and not place.nodes
        places.append(place)
    demand = place_on(streets, points, _settled(snapper, points, profile, told))
    return Survey(City(streets, demand, tuple(places)), bridges, unknown, apart)


def by_area(points: Points, area_at: Callable[[float, float], str | None]) -> Points:
    """Say which area each point lies in, where its table does not."""
    if any(points.areas):
        return points
    where = zip(points.lat.tolist(), points.lon.tolist(), strict=True)
    found = (area_at(lat, lon) for lat, lon in where)
    return replace(points, areas=tuple(area or "" for area in found))


def _place(shelter: Shelter, snapper: Snapper, profile: Profile, *, opened: bool) -> Place:
    listing = shelter.listing
    snaps = (
        snapper.snap(door.lat / DEGREE, door.lon / DEGREE, profile) for door in shelter.entrances
    )
    return Place(
        id=listing.id,
        nodes=tuple(dict.fromkeys(snap.node for snap in snaps if snap is not None)),
        capacity=listing.capacity,
        open=opened,
        generator=GENERATOR[listing.generator],
        power_group=listing.power_group,
    )


def _settled(snapper: Snapper, points: Points, profile: Profile, told: Told) -> Ints:
    """Find the node of each point, -1 where no street is near enough, or water is between."""
    nodes = np.full(len(points.people), -1, np.int32)
    where = zip(points.lat.tolist(), points.lon.tolist(), strict=True)
    for row, (lat, lon) in enumerate(where):
        snap = snapper.snap(lat, lon, profile)
        if snap is not None:
            nodes[row] = snap.node
        if row % 1_000 == 0:
            told(row, len(nodes))
    return nodes
