"""
What the ledger holds: events, each with its place, its hash and its canonical body.

`NewEvent` is what a room's decision becomes on its way in; `Recorded` is what comes out.
The ledger does not know what a body means: `room` and `kind` say who does.

The hash of an event is SHA-256 over its columns from `position` to `prev` in the order of
`Recorded`, joined by line feeds. No column can contain one: identifiers are checked where they
enter, canonical JSON escapes it, and `seal` counts them, so that two different events never have
one text (`docs/decisions/0003-position-and-epoch.md`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import lru_cache, partial
from hashlib import sha256
from typing import Final, NamedTuple

import msgspec

from tocsin.kernel.errors import Malformed
from tocsin.kernel.ids import AreaCode, CommandId, EventId, SenderId
from tocsin.kernel.limits import COMMANDS_PER_COMMIT
from tocsin.kernel.time import Moment, parse_rfc3339

GENESIS: Final = "0" * 64
"""`prev` of the first event."""

REPLAY_MARKED: Final = "ReplayMarked"
"""Kind of the first event of a replayed ledger, room `ledger`; it says where the data come from."""

_LINE_FEEDS: Final = 12
"""Between the 13 columns that are hashed."""


class NewEvent(msgspec.Struct, frozen=True):
    """
    An event that a room decided and nobody has recorded yet.

    Args:
        room: The room that understands `kind`: `alerts`, `authority`; `ledger` for its own marks.
        area: Primary code of the one area that the event is about.
        version: Dense version of (`room`, `area`): one more than the last recorded, from 1.
        status: `Actual`, `Exercise` or `Test` (CAP 1.2, section 3.2.1).
        happened_at: RFC 3339, UTC, milliseconds.
        body: Canonical JSON object (`tocsin.kernel.canonical`).
    """

    room: str
    area: AreaCode
    version: int
    kind: str
    status: str
    sender: SenderId
    happened_at: Moment
    body: str


class Recorded(NamedTuple):
    """
    An event in the ledger.

    Args:
        position: Its place, dense from 1.
        id: `AREA-VERSION-XXXXXXXX`, see `event_id`; unique within its room.
        recorded_at: RFC 3339, UTC, milliseconds, by the server's clock.
        prev: `hash` of the event before, 64 hexadecimal digits; `GENESIS` for the first.
        hash: SHA-256 of all the columns before it, 64 hexadecimal digits.
    """

    position: int
    id: EventId
    command_id: CommandId
    room: str
    area: AreaCode
    version: int
    kind: str
    status: str
    sender: SenderId
    happened_at: Moment
    recorded_at: Moment
    body: str
    prev: str
    hash: str

    def happened(self) -> datetime:
        """Tell when it happened, as a moment."""
        return parse_rfc3339(self.happened_at)


as_recorded: Callable[[Iterable[object]], Recorded] = partial(tuple.__new__, Recorded)
"""Take all columns, in their order, for an event; half the time of naming each."""


@lru_cache(maxsize=COMMANDS_PER_COMMIT)  # Asked twice: when its events are named, and sealed.
def command_mark(command_id: CommandId) -> str:
    """Shorten a command to the 8 hexadecimal digits that end the ids of its events."""
    return sha256(command_id.encode()).hexdigest()[:8]


def event_id(area: AreaCode, version: int, mark: str) -> EventId:
    """
    Name an event by its area, its area's version and its command's mark.

    Area and version alone are unique in one ledger; the mark keeps the ids of a fork (a restore
    from backup, decided differently) apart, with odds of 1 in 2^32 for a given pair.
    """
    return EventId(f"{area}-{version}-{mark}")


def seal(
    position: int, mark: str, command_id: CommandId, new: NewEvent, recorded_at: Moment, prev: str
) -> Recorded:
    """
    Give a new event its place in the chain.

    Raises:
        Malformed: `ledger.not_one_line`, where a column holds a line feed or half a surrogate pair.
    """
    area, version = new.area, new.version
    room, kind, status, sender = new.room, new.kind, new.status, new.sender
    happened_at, body = new.happened_at, new.body
    name = event_id(area, version, mark)
    text = (
        f"{position}\n{name}\n{command_id}\n{room}\n{area}\n{version}\n{kind}\n{status}\n{sender}\n"
        f"{happened_at}\n{recorded_at}\n{body}\n{prev}"
    )
    try:
        digest = sha256(text.encode()).hexdigest()
    except UnicodeEncodeError:
        raise _not_one_line(name) from None
    if text.count("\n") != _LINE_FEEDS:
        raise _not_one_line(name)
    return as_recorded((
        position, name, command_id, room, area, version, kind, status, sender,
        happened_at, recorded_at, body, prev, digest,
    ))  # fmt: skip


def digest_of(event: Recorded) -> str:
    """Compute the hash that an event's columns call for; equal to `event.hash` if untouched."""
    return sha256("\n".join(map(str, event[:-1])).encode()).hexdigest()


def _not_one_line(name: EventId) -> Malformed:
    return Malformed("ledger.not_one_line", f"Event {name} holds text that cannot be recorded.")
