"""
What will be known of the shelters once everything decided so far is on disk.

As `draft.Draft` does for alerts: a layer over a map that stays untouched, which takes back what
the request at hand has changed where that is refused.
"""

from __future__ import annotations

from tocsin.commands.undo import Undo
from tocsin.kernel.errors import Malformed
from tocsin.kernel.ids import AreaCode
from tocsin.kernel.words import Status
from tocsin.ledger.event import NewEvent
from tocsin.shelters import codec, register, shelter
from tocsin.shelters.map import ShelterMap
from tocsin.shelters.messages import (
    RegisterReplaced,
    ReplaceRegister,
    SetTimeToShelter,
    ShelterCommand,
    ShelterEvent,
    ShelterId,
    ShelterListed,
    SheltersShown,
    ShowShelters,
    TimeToShelterSet,
)
from tocsin.shelters.shelter import Shelter

WITHIN_LEAST_S = 10
WITHIN_MOST_S = 86_400
"""A warning of a day is a flood's; under ten seconds nobody reaches a door."""


class ShelterDraft:
    """One group of requests about shelters in the making; see the module."""

    def __init__(self, known: ShelterMap) -> None:
        self._known = known
        self._shelters: dict[ShelterId, Shelter | None] = {}
        self._versions: dict[AreaCode, int] = {}
        self._shown: dict[AreaCode, bool | None] = {}
        self._within: dict[AreaCode, int | None] = {}
        self._undo = Undo()

    def keep(self) -> None:
        """Let what the request at hand has changed stand."""
        self._undo.keep()

    def forget(self) -> None:
        """Take back what the request at hand has changed."""
        self._undo.forget()

    def decide(self, command: ShelterCommand) -> list[NewEvent]:
        """
        Decide a command, fold what was decided, and write it for the ledger.

        Raises:
            Refused, Malformed: As of `tocsin.shelters.shelter` and `tocsin.shelters.register`;
                `shelter.time_malformed`.
        """
        events: tuple[ShelterEvent, ...]
        version = self._version(command.area)
        match command:
            case ReplaceRegister():
                known = self._register(command.register)
                events = register.replace(known, self._version, command)
            case ShowShelters():
                known_word = self._shown.get(command.area, self._known.word(command.area))
                shown = SheltersShown(shown=command.shown)
                event = shelter.event(command, version + 1, shown, Status.ACTUAL)
                events = () if known_word is command.shown else (event,)
            case SetTimeToShelter():
                events = self._set_time(command, version)
            case _:
                events = shelter.decide(self._get(command.shelter), version, command)
        return [self._fold(event) for event in events]

    def _set_time(self, command: SetTimeToShelter, version: int) -> tuple[ShelterEvent, ...]:
        within = command.within_s
        if within is not None and not WITHIN_LEAST_S <= within <= WITHIN_MOST_S:
            raise Malformed(
                "shelter.time_malformed",
                f"The time to shelter is {WITHIN_LEAST_S} to {WITHIN_MOST_S} seconds.",
                where="within_s",
            )
        if self._within.get(command.area, self._known.own_within_s(command.area)) == within:
            return ()
        fact = TimeToShelterSet(within_s=within)
        return (shelter.event(command, version + 1, fact, Status.ACTUAL),)

    def _get(self, name: ShelterId) -> Shelter | None:
        return self._shelters[name] if name in self._shelters else self._known.get(name)

    def _register(self, name: str) -> dict[ShelterId, Shelter]:
        found = self._known.in_register(name)
        for changed, after in self._shelters.items():
            found.pop(changed, None)
            if after is not None and after.listing.register == name:
                found[changed] = after
        return found

    def _version(self, area: AreaCode) -> int:
        return self._versions.get(area) or self._known.version(area)

    def _fold(self, event: ShelterEvent) -> NewEvent:
        fact = event.fact
        self._undo.put(self._versions, event.area, event.version)
        if isinstance(fact, SheltersShown):
            self._undo.put(self._shown, event.area, fact.shown)
        elif isinstance(fact, TimeToShelterSet):
            self._undo.put(self._within, event.area, fact.within_s)
        elif not isinstance(fact, RegisterReplaced):
            name = fact.listing.id if isinstance(fact, ShelterListed) else fact.shelter
            self._undo.put(self._shelters, name, shelter.evolve(self._get(name), event))
        return codec.encode(event)
