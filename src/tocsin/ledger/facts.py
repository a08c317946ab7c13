"""
Between a room's events and the ledger's: bodies to facts and back, the same for every room.

A body is the fact alone, as canonical JSON: msgspec writes sorted keys and the same escapes as
RFC 8785 for strings, integers, booleans and objects, which a test holds against `rfc8785`.
An unknown kind is corruption, not an event to skip: a projection that skips is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, Protocol, TypeVar

import msgspec

from tocsin.kernel.errors import Corrupt
from tocsin.kernel.ids import AreaCode, EventId, SenderId
from tocsin.kernel.time import Moment
from tocsin.kernel.words import Status
from tocsin.ledger.event import NewEvent, Recorded


class Happened(Protocol):
    """A fact with the columns of its event, as every room has it."""

    @property
    def id(self) -> EventId:
        """Name the event."""
        ...

    @property
    def area(self) -> AreaCode:
        """Give the area that it is about."""
        ...

    @property
    def version(self) -> int:
        """Give the room's version of the area."""
        ...

    @property
    def status(self) -> Status:
        """Say how it is meant."""
        ...

    @property
    def sender(self) -> SenderId:
        """Say whose word it is."""
        ...

    @property
    def at(self) -> Moment:
        """Say when it happened."""
        ...

    @property
    def fact(self) -> object:
        """Give what its body holds."""
        ...


EventT = TypeVar("EventT", bound=Happened)

_ENCODER = msgspec.json.Encoder(order="sorted")
_STATUS = {str(status): status for status in Status}


class Facts(Generic[EventT]):
    """
    Write and read the events of one room.

    Args:
        kinds: Every fact of the room; its class name is the event's kind.
        event: Makes an event of id, area, version, status, sender, moment and fact.
        unreadable: Makes the error for an event that cannot be read, of a sentence.
    """

    def __init__(
        self,
        room: str,
        kinds: Sequence[type[Any]],
        event: Callable[..., EventT],
        unreadable: Callable[[str], Corrupt],
    ) -> None:
        self._room = room
        self._event = event
        self._unreadable = unreadable
        self._decode = {kind.__name__: msgspec.json.Decoder(kind).decode for kind in kinds}

    def encode(self, event: EventT) -> NewEvent:
        """Write a decided event for the ledger."""
        return NewEvent(
            self._room,
            event.area,
            event.version,
            type(event.fact).__name__,
            event.status.value,
            event.sender,
            event.at,
            _ENCODER.encode(event.fact).decode(),
        )

    def decode(self, recorded: Recorded) -> EventT:
        """
        Read a recorded event of the room.

        Raises:
            Corrupt: The room's own code: an unknown kind, or a body that does not fit it.
        """
        try:
            return self._event(
                recorded.id,
                recorded.area,
                recorded.version,
                _STATUS[recorded.status],
                recorded.sender,
                Moment(recorded.happened_at),
                self._decode[recorded.kind](recorded.body),
            )
        except (KeyError, msgspec.MsgspecError) as error:
            raise self._unreadable(
                f"Event {recorded.position} ({recorded.kind}) cannot be read: {error}"
            ) from None
