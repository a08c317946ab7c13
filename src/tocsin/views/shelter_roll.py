"""
The roll: every shelter that may be listed, by its id, and those of them that a question fits.

Only facts are here, never how a shelter is. A shelter that is shown to nobody, or only to whoever
asks near it, is on no roll. Made once for each edition of what is listed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from tocsin.areas.gazetteer import Gazetteer
from tocsin.kernel.ids import AreaCode
from tocsin.shelters.map import ShelterMap
from tocsin.shelters.messages import DEGREE, Kind, Said
from tocsin.shelters.shelter import Shelter
from tocsin.views.shelter_shapes import step_free

LIMIT_MOST: Final = 1_000
"""A page of 1,000 shelters × 1 kB = 1 MB."""


class Box(NamedTuple):
    """What lies between two meridians and two parallels; across 180° where west is above east."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, lat: int, lon: int) -> bool:
        """Say whether a recorded point lies in it or on its edge."""
        if not self.south * DEGREE <= lat <= self.north * DEGREE:
            return False
        west, east = self.west * DEGREE, self.east * DEGREE
        return west <= lon <= east if west <= east else lon >= west or lon <= east


class Wanted(NamedTuple):
    """
    Which shelters are asked for; None asks for all.

    Args:
        area: A code; everything in it too.
        words: A part of the name or the address, in any case.
    """

    box: Box | None = None
    area: AreaCode | None = None
    kind: Kind | None = None
    words: str | None = None
    step_free: Said | None = None


class Roll:
    """
    All shelters that may be listed, by their ids. It never changes.

    Args:
        edition: Of the map that it was made from.
    """

    def __init__(self, shelters: Iterable[Shelter], gazetteer: Gazetteer, edition: int) -> None:
        self.edition = edition
        self._gazetteer = gazetteer
        self._shelters = tuple(shelters)

    @classmethod
    def of(cls, shelters: ShelterMap, gazetteer: Gazetteer) -> Roll:
        """Make the roll of a map as it is now."""
        listed = (one for one in shelters.all() if shelters.shown(one, around(one, gazetteer)))
        return cls(listed, gazetteer, shelters.edition)

    def __len__(self) -> int:
        """Count the shelters on it."""
        return len(self._shelters)

    def find(self, wanted: Wanted) -> Sequence[Shelter]:
        """Give those that a question fits, by their ids."""
        if wanted == Wanted():
            return self._shelters
        words = None if wanted.words is None else wanted.words.casefold()
        return [one for one in self._shelters if self._fits(one, wanted, words)]

    def _fits(self, shelter: Shelter, wanted: Wanted, words: str | None) -> bool:
        listing = shelter.listing
        if wanted.box is not None:
            doors = shelter.entrances  # It is drawn at the first, and found where it is drawn.
            if not doors or not wanted.box.holds(doors[0].lat, doors[0].lon):
                return False
        if wanted.kind not in {None, listing.kind}:
            return False
        if wanted.step_free not in {None, step_free(shelter)}:
            return False
        if words is not None and words not in f"{listing.name}\n{listing.address}".casefold():
            return False
        return wanted.area is None or wanted.area in around(shelter, self._gazetteer)


def around(shelter: Shelter, gazetteer: Gazetteer) -> tuple[AreaCode, ...]:
    """List a shelter's area and all it lies in, innermost first."""
    if shelter.area not in gazetteer:  # Of an older tree; it still lies in the country.
        return (shelter.area, gazetteer.root.code)
    return (shelter.area, *gazetteer.lineage(shelter.area))
