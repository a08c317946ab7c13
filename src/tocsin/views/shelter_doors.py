"""
Doors: where the shelters near a point are, as the crow flies.

Made once for each edition of what is listed, from every shelter that somebody near it may be told
of. It knows where doors are and not how anything is; that is looked up when it is asked for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from math import ceil
from typing import Final, NamedTuple

from tocsin.areas.gazetteer import Gazetteer
from tocsin.shelters.map import ShelterMap
from tocsin.shelters.messages import DEGREE, Entrance, Said, ShelterId
from tocsin.shelters.shelter import Shelter
from tocsin.views.shelter_roll import around
from tocsin.walking.ground import UNIT_M, metres, squeeze

CELL: Final = DEGREE // 50
"""2.2 km of latitude, 1.4 km of longitude in Kyiv: 1.5 km around a point are 9 or 15 cells."""


class Crow(NamedTuple):
    """One shelter, its nearest door, and how far that is through the air."""

    metres: float
    shelter: ShelterId
    entrance: Entrance


class Doors:
    """
    Where doors are. It never changes, so any number of threads may read it.

    Args:
        edition: Of the map that it was made from.
    """

    def __init__(self, shelters: Iterable[Shelter], edition: int) -> None:
        self.edition = edition
        self.of_shelter: dict[ShelterId, tuple[Entrance, ...]] = {}
        self._cells: defaultdict[tuple[int, int], list[tuple[ShelterId, Entrance]]]
        self._cells = defaultdict(list)
        for shelter in shelters:
            name = shelter.listing.id
            self.of_shelter[name] = shelter.entrances
            for entrance in shelter.entrances:
                self._cells[_cell(entrance)].append((name, entrance))

    @classmethod
    def of(cls, shelters: ShelterMap, gazetteer: Gazetteer) -> Doors:
        """Make the doors of a map as it is now."""
        near = (
            one
            for one in shelters.all()
            if one.entrances and shelters.shown(one, around(one, gazetteer), near=True)
        )
        return cls(near, shelters.edition)

    def __len__(self) -> int:
        """Count the shelters that have a door."""
        return len(self.of_shelter)

    def within(self, lat: int, lon: int, most_m: float, *, step_free: bool) -> list[Crow]:
        """
        List the shelters with a door so near, the nearest first, each with its nearest door.

        Args:
            lat: Degrees × 10,000,000, as a door's; `lon` as well.
            step_free: Only doors that wheels may pass, as `fit_for_wheels` has it.
        """
        best: dict[ShelterId, Crow] = {}
        for name, entrance in self._about(lat, lon, most_m):
            away = metres(lat, lon, entrance.lat, entrance.lon)
            known = best.get(name)
            if away > most_m or (known is not None and known.metres <= away):
                continue
            if not step_free or entrance in fit_for_wheels(self.of_shelter[name]):
                best[name] = Crow(away, name, entrance)
        return sorted(best.values(), key=lambda one: (one.metres, one.shelter))

    def _about(self, lat: int, lon: int, most_m: float) -> Iterator[tuple[ShelterId, Entrance]]:
        rows = ceil(most_m / UNIT_M / CELL)
        columns = min(ceil(most_m / squeeze(lat) / CELL), 360 * DEGREE // CELL)
        for row in range(lat // CELL - rows, lat // CELL + rows + 1):
            for column in range(lon // CELL - columns, lon // CELL + columns + 1):
                yield from self._cells.get((row, column), ())


def fit_for_wheels(doors: tuple[Entrance, ...]) -> tuple[Entrance, ...]:
    """Give the doors that are said to be step-free; where none is, those of which nobody knows."""
    sure = tuple(one for one in doors if one.step_free is Said.YES)
    return sure or tuple(one for one in doors if one.step_free is Said.UNKNOWN)


def _cell(entrance: Entrance) -> tuple[int, int]:
    return entrance.lat // CELL, entrance.lon // CELL
