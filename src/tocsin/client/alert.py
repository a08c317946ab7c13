"""
Alerts and areas as a listener holds them: read from the wire, checked, never changed.

Reading is lenient where leniency is the safer side: a word that this library does not know yet
stays as it is, a level that it does not know is taken for a warning, a status that it does not
know for an actual one. Without an id, an area and a version there is no alert, and whatever held
it counts as unreadable. Moments stay as they are on the wire, RFC 3339 in UTC, so that comparing
the texts compares the times; `tocsin.kernel.time.parse_rfc3339` makes datetimes of them.

Source: design, section 5 ("Shapes"); CAP 1.2, section 3.2.1 for the statuses.
"""

from __future__ import annotations

from typing import Any, Final, Literal, TypeAlias, TypeVar

import msgspec

from tocsin.kernel.errors import Malformed

State: TypeAlias = Literal["warning", "watch", "unknown", "drill", "calm"]

ReadT = TypeVar("ReadT")

DANGER: Final[tuple[State, ...]] = ("warning", "watch", "unknown", "drill", "calm")
"""All states, the most dangerous first. Calm only when nothing else is left."""


class Area(msgspec.Struct, frozen=True):
    """
    A place with its codes.

    Args:
        code: The primary one (KATOTTH in Ukraine).
        iso: ISO 3166-2; first-level areas have one.
        uid: The number that Ukraine's alert interfaces share.
        level: 1, 2 or 3 from the country down; 0 for the country, or where nobody said.
        name: By language.
        parent: Code of the area it lies in.
    """

    code: str
    iso: str | None = None
    uid: int | None = None
    level: int = 0
    name: dict[str, str] = {}
    parent: str | None = None


class Confirmation(msgspec.Struct, frozen=True):
    """Another sender that says the same, since when."""

    sender: str
    at: str = ""


class Alert(msgspec.Struct, frozen=True):
    """
    One area told of one hazard, as it stands, or as it was just before its end.

    Args:
        version: The area's version at which this alert last changed.
        since: When it was raised.
        shelter_within_s: Seconds to reach shelter; None where nobody said.
        reason: Why it was changed or withdrawn, where its sender said so.
        text: What to tell people, by language; of an alert that has ended, that it has.
    """

    id: str
    area: Area
    version: int
    hazard: str = "other"
    level: str = "warning"
    status: str = "Actual"
    threat: str | None = None
    since: str = ""
    sender: str = ""
    confirmations: tuple[Confirmation, ...] = ()
    shelter_within_s: int | None = None
    reason: str | None = None
    text: dict[str, str] = {}

    @property
    def drill(self) -> bool:
        """Say whether nobody needs to act on it."""
        return self.status in {"Exercise", "Test"}

    @property
    def kind(self) -> Literal["warning", "watch", "drill"]:
        """Say what it asks of people."""
        if self.drill:
            return "drill"
        return "watch" if self.level == "watch" else "warning"


class Gap(msgspec.Struct, frozen=True):
    """
    An area about which nobody is heard: unknown, which is not calm.

    Args:
        since: None where that is not known either.
    """

    area: Area
    since: str | None = None


class Board(msgspec.Struct, frozen=True):
    """
    All that stands, as of a place in the stream.

    Args:
        position: With the epoch, the place.
        as_of: When the server last vouched for it, on its own clock.
        replay: Whether this is a day of the past, played again.
    """

    epoch: str
    position: int
    as_of: str
    replay: bool
    alerts: tuple[Alert, ...]
    unknown: tuple[Gap, ...]


class Message(msgspec.Struct, frozen=True):
    """
    What the stream says when one alert changes.

    Args:
        position: None for an alarm that its server could not put into the record yet.
        standing: All that stands in the area at this version.
        alert: The one that changed; after its end, as it was, with the words of its end.
    """

    epoch: str
    area: Area
    version: int
    standing: tuple[Alert, ...]
    position: int | None = None
    at: str = ""
    alert: Alert | None = None


class Beat(msgspec.Struct, frozen=True):
    """A heartbeat, as far as a listener acts on it."""

    epoch: str
    position: int
    at: str


def read_board(data: dict[str, Any]) -> Board:
    """
    Read a board.

    Raises:
        Malformed: `stream.unreadable`.
    """
    return _read(data, Board)


def read_message(data: dict[str, Any]) -> Message:
    """
    Read a message.

    Raises:
        Malformed: `stream.unreadable`.
    """
    return _read(data, Message)


def read_beat(data: dict[str, Any]) -> Beat:
    """
    Read a heartbeat.

    Raises:
        Malformed: `stream.unreadable`.
    """
    return _read(data, Beat)


def _read(data: dict[str, Any], kind: type[ReadT]) -> ReadT:
    try:
        return msgspec.convert(data, kind)
    except (msgspec.ValidationError, RecursionError) as error:
        sentence = f"The server said something that cannot be read: {error}."
        raise Malformed("stream.unreadable", sentence[:200], where="stream") from None
