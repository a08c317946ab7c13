"""The kinds of this room's events, and how they are written and read (`ledger.facts`)."""

from __future__ import annotations

from typing import Final

from tocsin.kernel.errors import Corrupt
from tocsin.ledger.facts import Facts
from tocsin.power.messages import (
    CompanyListed,
    EmergencyDeclared,
    EmergencyLifted,
    OutageReported,
    PlanApproved,
    PowerEvent,
    PowerFact,
    PowerRestored,
    ReadFailed,
    SchedulePublished,
    TemplatePublished,
)

ROOM: Final = "power"

FACTS: Final[tuple[type[PowerFact], ...]] = (
    CompanyListed,
    SchedulePublished,
    TemplatePublished,
    EmergencyDeclared,
    EmergencyLifted,
    OutageReported,
    PowerRestored,
    ReadFailed,
    PlanApproved,
)

_FACTS: Final = Facts(ROOM, FACTS, PowerEvent, lambda said: Corrupt("power.unreadable_event", said))

encode = _FACTS.encode
decode = _FACTS.decode
"""Raises `Corrupt`, `power.unreadable_event`."""
