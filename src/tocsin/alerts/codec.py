"""The kinds of this room's events, and how they are written and read (`ledger.facts`)."""

from __future__ import annotations

from typing import Final

from tocsin.alerts.messages import (
    AlertConfirmed,
    AlertCorrected,
    AlertEvent,
    AlertFact,
    AlertRaised,
    AlertUpdated,
    AllClearGiven,
    ConfirmationWithdrawn,
    CoverageBegan,
    CoverageEnded,
    CoverageFact,
    DrillGaveWay,
)
from tocsin.kernel.errors import Corrupt
from tocsin.ledger.facts import Facts

ROOM: Final = "alerts"

FACTS: Final[tuple[type[AlertFact | CoverageFact], ...]] = (
    AlertRaised,
    AlertConfirmed,
    AlertUpdated,
    ConfirmationWithdrawn,
    AllClearGiven,
    AlertCorrected,
    DrillGaveWay,
    CoverageBegan,
    CoverageEnded,
)

_FACTS: Final = Facts(ROOM, FACTS, AlertEvent, lambda said: Corrupt("alert.unreadable_event", said))

encode = _FACTS.encode
decode = _FACTS.decode
"""Raises `Corrupt`, `alert.unreadable_event`."""
