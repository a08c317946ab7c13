"""
The map: which shelters there are, how each is, and what holds for an area as a whole.

A projection: it holds nothing the ledger does not, and may be thrown away and rebuilt.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from tocsin.kernel.ids import AreaCode
from tocsin.ledger.event import Recorded
from tocsin.shelters.codec import ROOM, decode
from tocsin.shelters.messages import (
    PeopleCounted,
    RegisterReplaced,
    ShelterDelisted,
    ShelterEvent,
    ShelterId,
    ShelterListed,
    ShelterLocated,
    ShelterReported,
    SheltersShown,
    StatusSaid,
    TimeToShelterSet,
    Visibility,
)
from tocsin.shelters.shelter import Shelter, evolve

SNAPSHOT: Final = "shelters.map"
SNAPSHOT_SHAPE: Final = 1
"""Raise by one whenever a field of `_Snapshot`, `Shelter`, `Listing` or `Told` changes."""


class _Snapshot(msgspec.Struct, array_like=True):
    position: int
    edition: int
    status_edition: int
    shelters: list[Shelter]
    registers: dict[str, RegisterReplaced]
    versions: dict[AreaCode, int]
    shown: dict[AreaCode, bool]
    within_s: dict[AreaCode, int]


class ShelterMap:
    """
    Know every shelter by its id. Not thread-safe: one task owns it.

    Attributes:
        position: The last folded.
        edition: Rises with every change of what is listed, where, or shown to whom.
        status_edition: Rises with every word, count and report.
    """

    def __init__(self) -> None:
        self.position = 0
        self.edition = 0
        self.status_edition = 0
        self.registers: dict[str, RegisterReplaced] = {}
        self._shelters: dict[ShelterId, Shelter] = {}
        self._versions: dict[AreaCode, int] = {}
        self._shown: dict[AreaCode, bool] = {}
        self._within_s: dict[AreaCode, int] = {}

    def apply(self, recorded: Recorded) -> ShelterEvent | None:
        """
        Fold one recorded event; None where it was seen before or is another room's.

        Raises:
            Corrupt: As of `decode`.
        """
        if recorded.position <= self.position:
            return None
        self.position = recorded.position
        if recorded.room != ROOM:
            return None
        event = decode(recorded)
        self._versions[event.area] = event.version
        self._fold(event)
        return event

    def get(self, shelter: str) -> Shelter | None:
        """Give the shelter that has this id; None where there is none."""
        return self._shelters.get(ShelterId(shelter))

    def all(self) -> Sequence[Shelter]:
        """List all shelters by their ids."""
        return [self._shelters[name] for name in sorted(self._shelters)]

    def __len__(self) -> int:
        """Count the shelters."""
        return len(self._shelters)

    def in_register(self, register: str) -> dict[ShelterId, Shelter]:
        """Give the shelters that are listed of one register."""
        return {
            name: one for name, one in self._shelters.items() if one.listing.register == register
        }

    def version(self, area: AreaCode) -> int:
        """Tell the room's version of an area."""
        return self._versions.get(area, 0)

    def shows(self, lineage: Iterable[AreaCode]) -> bool:
        """
        Say whether shelters are shown to the public in an area.

        Args:
            lineage: The area, then those it lies in, innermost first; the innermost word holds.
        """
        return next((self._shown[code] for code in lineage if code in self._shown), True)

    def shown(self, shelter: Shelter, lineage: Iterable[AreaCode], *, near: bool = False) -> bool:
        """
        Say whether the public is shown a shelter.

        Args:
            lineage: Its area, then those it lies in, innermost first.
            near: Asked by somebody close to it, not as one of a list.
        """
        visibility = shelter.listing.visibility
        seen = visibility is Visibility.PUBLIC or (near and visibility is Visibility.AREA)
        return seen and self.shows(lineage)

    def within_s(self, lineage: Iterable[AreaCode]) -> int | None:
        """
        Tell how long people in an area have to reach shelter; None where nobody has said.

        Args:
            lineage: The area, then those it lies in, innermost first; the innermost word holds.
        """
        return next((self._within_s[code] for code in lineage if code in self._within_s), None)

    def word(self, area: AreaCode) -> bool | None:
        """Tell whether an area's own word is to show its shelters; None where it has none."""
        return self._shown.get(area)

    def own_within_s(self, area: AreaCode) -> int | None:
        """Tell the time to shelter set for this very area; None where none is."""
        return self._within_s.get(area)

    def _fold(self, event: ShelterEvent) -> None:
        fact = event.fact
        match fact:
            case ShelterListed():
                self._put(fact.listing.id, event)
                self.edition += 1
            case ShelterDelisted() | ShelterLocated():
                self._put(fact.shelter, event)
                self.edition += 1
            case StatusSaid() | PeopleCounted() | ShelterReported():
                self._put(fact.shelter, event)
                self.status_edition += 1
            case RegisterReplaced():
                self.registers[fact.register] = fact
            case SheltersShown():
                self._shown[event.area] = fact.shown
                self.edition += 1
            case TimeToShelterSet():
                if fact.within_s is None:
                    self._within_s.pop(event.area, None)
                else:
                    self._within_s[event.area] = fact.within_s
                self.edition += 1

    def _put(self, name: ShelterId, event: ShelterEvent) -> None:
        after = evolve(self._shelters.get(name), event)
        if after is None:
            self._shelters.pop(name, None)
        else:
            self._shelters[name] = after

    def dump(self) -> bytes:
        """Pack the map for a snapshot."""
        return msgspec.msgpack.encode(
            _Snapshot(
                self.position,
                self.edition,
                self.status_edition,
                list(self._shelters.values()),
                self.registers,
                self._versions,
                self._shown,
                self._within_s,
            )
        )

    @classmethod
    def load(cls, packed: bytes) -> ShelterMap:
        """Unpack a map from a snapshot of the same `SNAPSHOT_SHAPE`."""
        kept = msgspec.msgpack.decode(packed, type=_Snapshot)
        made = cls()
        made.position = kept.position
        made.edition, made.status_edition = kept.edition, kept.status_edition
        made._shelters = {one.listing.id: one for one in kept.shelters}
        made.registers, made._versions = kept.registers, kept.versions
        made._shown, made._within_s = kept.shown, kept.within_s
        return made
