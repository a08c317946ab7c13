"""The kinds of this room's events, and how they are written and read (`ledger.facts`)."""

from __future__ import annotations

from typing import Final

from tocsin.kernel.errors import Corrupt
from tocsin.ledger.facts import Facts
from tocsin.shelters.messages import (
    PeopleCounted,
    RegisterReplaced,
    ShelterDelisted,
    ShelterEvent,
    ShelterFact,
    ShelterListed,
    ShelterLocated,
    ShelterReported,
    SheltersShown,
    StatusSaid,
    TimeToShelterSet,
)

ROOM: Final = "shelters"

FACTS: Final[tuple[type[ShelterFact], ...]] = (
    RegisterReplaced,
    ShelterListed,
    ShelterDelisted,
    ShelterLocated,
    StatusSaid,
    PeopleCounted,
    ShelterReported,
    SheltersShown,
    TimeToShelterSet,
)

_FACTS: Final = Facts(
    ROOM, FACTS, ShelterEvent, lambda said: Corrupt("shelter.unreadable_event", said)
)

encode = _FACTS.encode
decode = _FACTS.decode
"""Raises `Corrupt`, `shelter.unreadable_event`."""
