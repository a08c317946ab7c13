"""
The words of the room: what a shelter is, what is asked, and what is recorded.

A listing is what a register says of a shelter and holds for years; statements, reports and counts
say how it is now and grow old. What nobody has said is `unknown`, and unknown is never yes.

Coordinates are integers, degrees × 10,000,000 (1 cm), since nothing in the ledger is a fraction.
A fact never repeats a column: area, status, sender and time stand beside it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NewType, TypeAlias

import msgspec

from tocsin.kernel.ids import AreaCode, CommandId, EventId, SenderId
from tocsin.kernel.time import Moment
from tocsin.kernel.words import Rank, Status

ShelterId = NewType("ShelterId", str)
"""`REGISTER.NUMBER`, `[a-z0-9][a-z0-9._-]{0,63}`; it lasts as long as its register has it."""

DEGREE: Final = 10_000_000
"""One degree in the units of a recorded coordinate."""


class Said(StrEnum):
    """Yes, no, or nobody has said."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Kind(StrEnum):
    """What a shelter is built as."""

    METRO = "metro"
    UNDERPASS = "underpass"
    PARKING = "parking"
    BASEMENT = "basement"
    DUAL_USE = "dual_use"
    DEDICATED = "dedicated"
    HOUSEHOLD = "household"
    MOBILE = "mobile"
    UNKNOWN = "unknown"


class Access(StrEnum):
    """Whom a shelter lets in."""

    PUBLIC = "public"
    RESIDENTS = "residents"
    PUPILS_AND_STAFF = "pupils_and_staff"
    ON_ORDER = "on_order"
    UNKNOWN = "unknown"


class Visibility(StrEnum):
    """To whom a shelter is shown."""

    PUBLIC = "public"
    AREA = "area"
    """To whoever asks near it, in no list of all."""
    STAFF = "staff"


class CapacityBasis(StrEnum):
    """What a capacity was counted from."""

    PLACES = "places"
    AREA = "area"
    """Square metres, at so many a person as the register says."""
    ESTIMATE = "estimate"


class State(StrEnum):
    """How a shelter is said to be, the one to be warned of most last."""

    OPEN = "open"
    FILLING = "filling"
    FULL = "full"
    CLOSED = "closed"
    DAMAGED = "damaged"


class SourceKind(StrEnum):
    """Who says how a shelter is."""

    OFFICIAL = "official"
    OPERATOR = "operator"
    """Its keeper."""
    SENSOR = "sensor"


class Entrance(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    A door.

    Args:
        lat: Degrees × 10,000,000, WGS 84; `lon` as well.
        verified_at: When somebody stood there and found it so.
    """

    lat: int
    lon: int
    name: str = ""
    step_free: Said = Said.UNKNOWN
    verified_at: Moment | None = None


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """
    Hours of one day or several.

    Args:
        days: 1 (Monday) to 7, ascending.
        start: Minutes after local midnight, 0 to 1439.
        end: Minutes after local midnight, above `start`; up to 2880 runs into the next day.
    """

    days: tuple[int, ...]
    start: int
    end: int


class Hours(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    When a shelter lets people in.

    Args:
        zone: IANA name of the time zone.
        spans: All of them together; always open is one of seven days from 0 to 1440.
        words: As the register writes it.
    """

    zone: str
    spans: tuple[Span, ...]
    words: str = ""


class Listing(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    What a register says of one shelter.

    Args:
        entrances: The first is where it is drawn; empty for an address that is yet to be located.
        capacity: People; None where nobody has said, which is not none at all.
        network: Whether a phone has a connection there.
        fit: By hazard (`[a-z_]{1,32}`, alerts' words and others such as `earthquake`).
        power_group: The group of the grid that it hangs on, as its company names it.
        register: `[a-z0-9][a-z0-9-]{0,31}`; `source_id` is the register's own number there.
        source: Whom to name for it; `licence` under what terms; `retrieved_at` when it was fetched.
    """

    id: ShelterId
    name: str
    kind: Kind = Kind.UNKNOWN
    address: str = ""
    entrances: tuple[Entrance, ...] = ()
    access: Access = Access.UNKNOWN
    hours: Hours | None = None
    capacity: int | None = None
    capacity_basis: CapacityBasis | None = None
    step_free: Said = Said.UNKNOWN
    pets: Said = Said.UNKNOWN
    water: Said = Said.UNKNOWN
    toilet: Said = Said.UNKNOWN
    heating: Said = Said.UNKNOWN
    first_aid: Said = Said.UNKNOWN
    network: Said = Said.UNKNOWN
    generator: Said = Said.UNKNOWN
    fit: dict[str, Said] = {}
    power_group: str | None = None
    visibility: Visibility = Visibility.PUBLIC
    note: str = ""
    register: str
    source_id: str
    source: str
    licence: str
    retrieved_at: Moment


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """
    What all commands carry.

    Args:
        command_id: Chosen by the sender; the same id acts once.
        area: Of the shelter that it is about; the area itself for the area's own settings.
        at: When the sender says it happened.
    """

    command_id: CommandId
    sender: SenderId
    rank: Rank
    area: AreaCode
    at: Moment


class ReplaceRegister(Command, frozen=True, kw_only=True):
    """
    Put a register in place of what was listed of it before.

    Args:
        area: Where the register as a whole belongs; each listing has its own in `areas`.
        listings: Every shelter of the register, each id once.
        areas: By shelter, the finest area that it lies in; those left out lie in `area`.
        fewer: Let it through although it lists far fewer than before.
    """

    register: str
    source: str
    licence: str
    retrieved_at: Moment
    listings: tuple[Listing, ...]
    areas: dict[ShelterId, AreaCode] = {}
    fewer: bool = False


class LocateShelter(Command, frozen=True, kw_only=True):
    """Say where a shelter's doors are, by whoever looked; it outlives editions of the register."""

    shelter: ShelterId
    entrances: tuple[Entrance, ...]


class SayStatus(Command, frozen=True, kw_only=True):
    """
    Say how a shelter is.

    Args:
        state: None where only the number of people is said.
        occupancy: People inside now.
        expires_at: Until when it may be relied on; None for as long as that source's word lasts.
        status: An exercise is recorded, and changes nothing that anybody is shown as so.
    """

    shelter: ShelterId
    source: SourceKind
    status: Status
    state: State | None = None
    occupancy: int | None = None
    reason: str | None = None
    expires_at: Moment | None = None


class CountPeople(Command, frozen=True, kw_only=True):
    """Add who came in and who left since the counter's last word, each 0 to 10,000."""

    shelter: ShelterId
    status: Status
    entered: int
    left: int


class ReportShelter(Command, frozen=True, kw_only=True):
    """
    Tell what somebody found at the door: `open` or `closed`.

    Args:
        phone: Pseudonym of one phone, 16 hexadecimal digits; nobody can be told from it.
    """

    shelter: ShelterId
    phone: str
    state: State


class ShowShelters(Command, frozen=True, kw_only=True):
    """Show the shelters of an area and all in it to the public, or keep them from it."""

    shown: bool


class SetTimeToShelter(Command, frozen=True, kw_only=True):
    """
    Set how many seconds people in an area and all in it have to reach shelter once warned.

    Args:
        within_s: 10 to 86,400; None takes the area's own figure back.
    """

    within_s: int | None


class Fact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What happened, as an event's body holds it."""


class RegisterReplaced(Fact, frozen=True, kw_only=True):
    """A register was read; its shelters' own events follow. Counts are of shelters."""

    register: str
    source: str
    licence: str
    retrieved_at: Moment
    rows: int
    listed: int = 0
    changed: int = 0
    delisted: int = 0


class ShelterListed(Fact, frozen=True, kw_only=True):
    """A shelter is listed, or listed otherwise than before, from here on."""

    listing: Listing


class ShelterDelisted(Fact, frozen=True, kw_only=True):
    """A shelter's register no longer has it."""

    shelter: ShelterId
    register: str


class ShelterLocated(Fact, frozen=True, kw_only=True):
    """Somebody said where its doors are."""

    shelter: ShelterId
    entrances: tuple[Entrance, ...]


class StatusSaid(Fact, frozen=True, kw_only=True):
    """Somebody who may said how a shelter is; the event's time is when it was seen."""

    shelter: ShelterId
    source: SourceKind
    state: State | None = None
    occupancy: int | None = None
    reason: str | None = None
    expires_at: Moment | None = None


class PeopleCounted(Fact, frozen=True, kw_only=True):
    """So many came in and left in the time before."""

    shelter: ShelterId
    entered: int
    left: int


class ShelterReported(Fact, frozen=True, kw_only=True):
    """One phone reported what its owner found at the door."""

    shelter: ShelterId
    phone: str
    state: State


class SheltersShown(Fact, frozen=True, kw_only=True):
    """The area's shelters are shown to the public from here on, or are not."""

    shown: bool


class TimeToShelterSet(Fact, frozen=True, kw_only=True):
    """People in the area have so long to reach shelter; None: what holds around it."""

    within_s: int | None = None


ShelterCommand: TypeAlias = (
    ReplaceRegister
    | LocateShelter
    | SayStatus
    | CountPeople
    | ReportShelter
    | ShowShelters
    | SetTimeToShelter
)
ShelterFact: TypeAlias = (
    RegisterReplaced
    | ShelterListed
    | ShelterDelisted
    | ShelterLocated
    | StatusSaid
    | PeopleCounted
    | ShelterReported
    | SheltersShown
    | TimeToShelterSet
)


class ShelterEvent(msgspec.Struct, frozen=True):
    """A fact with the columns of its event; `at` is when its sender says it happened."""

    id: EventId
    area: AreaCode
    version: int
    status: Status
    sender: SenderId
    at: Moment
    fact: ShelterFact
