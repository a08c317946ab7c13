"""
Between the room's events and the ledger's: bodies to facts and back.

A body is the fact alone, as canonical JSON (`tocsin.alerts.codec` says how). An unknown kind is
corruption, not an event to skip.
"""

from __future__ import annotations

from typing import Final

import msgspec

from tocsin.kernel.errors import Corrupt
from tocsin.kernel.time import Moment
from tocsin.kernel.words import Status
from tocsin.ledger.event import NewEvent, Recorded
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

_DECODE = {fact.__name__: msgspec.json.Decoder(fact).decode for fact in FACTS}
_ENCODER = msgspec.json.Encoder(order="sorted")
_STATUS = {str(status): status for status in Status}


def encode(event: PowerEvent) -> NewEvent:
    """Write a decided event for the ledger."""
    return NewEvent(
        ROOM,
        event.area,
        event.version,
        type(event.fact).__name__,
        event.status.value,
        event.sender,
        event.at,
        _ENCODER.encode(event.fact).decode(),
    )


def decode(recorded: Recorded) -> PowerEvent:
    """
    Read a recorded event of this room.

    Raises:
        Corrupt: `power.unreadable_event`: an unknown kind, or a body that does not fit it.
    """
    try:
        fact: PowerFact = _DECODE[recorded.kind](recorded.body)
        return PowerEvent(
            recorded.id,
            recorded.area,
            recorded.version,
            _STATUS[recorded.status],
            recorded.sender,
            Moment(recorded.happened_at),
            fact,
        )
    except (KeyError, msgspec.MsgspecError) as error:
        raise Corrupt(
            "power.unreadable_event",
            f"Event {recorded.position} ({recorded.kind}) cannot be read: {error}",
        ) from None
