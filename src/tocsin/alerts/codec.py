"""
Between the room's events and the ledger's: bodies to facts and back.

A body is the fact alone, as canonical JSON: msgspec writes sorted keys and the same escapes as
RFC 8785 for strings, integers, booleans and objects, which a test holds against `rfc8785`.
An unknown kind is corruption, not an event to skip: a board that skips is wrong.
"""

from __future__ import annotations

from typing import Final

import msgspec

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
from tocsin.kernel.time import Moment
from tocsin.kernel.words import Status
from tocsin.ledger.event import NewEvent, Recorded

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

_DECODE = {fact.__name__: msgspec.json.Decoder(fact).decode for fact in FACTS}
_ENCODER = msgspec.json.Encoder(order="sorted")
_STATUS = {str(status): status for status in Status}


def encode(event: AlertEvent) -> NewEvent:
    """Write a decided event for the ledger."""
    fact = event.fact
    body = _ENCODER.encode(fact).decode()
    return NewEvent(
        ROOM,
        event.area,
        event.version,
        type(fact).__name__,
        event.status.value,
        event.sender,
        event.at,
        body,
    )


def decode(recorded: Recorded) -> AlertEvent:
    """
    Read a recorded event of this room.

    Raises:
        Corrupt: `alert.unreadable_event`: an unknown kind, or a body that does not fit it.
    """
    try:
        fact = _DECODE[recorded.kind](recorded.body)
        return AlertEvent(
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
            "alert.unreadable_event",
            f"Event {recorded.position} ({recorded.kind}) cannot be read: {error}",
        ) from None
