"""
The words of the room: what grid companies publish, declare and report, and what is recorded of it.

A day of a group is written in minutes of the wall's clock, 0 to 1440, as companies publish it; what
that is in UTC, on days of 23 and 25 hours too, is worked out in `day.py`. What nobody has said is
`unknown`, and neither unknown nor waiting is ever "power on".

No feeder, load or protected customer is in any of these words: they need a token to be seen, and
an event's body has none (design, section 1).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NewType, TypeAlias

import msgspec

from tocsin.kernel.ids import AreaCode, CommandId, EventId, SenderId
from tocsin.kernel.time import Moment
from tocsin.kernel.words import Rank, Status

OperatorId = NewType("OperatorId", str)
"""A grid company: `[a-z0-9][a-z0-9-]{0,31}`."""

GroupCode = NewType("GroupCode", str)
"""A queue and its part as the company writes it, without its prefix: `3.1`, `1001.1`."""

ZoneCode = NewType("ZoneCode", str)
"""Where one regime holds, as the company names it: `[a-z0-9][a-z0-9.-]{0,31}`."""

OutageId = NewType("OutageId", str)
"""An outage by damage is named by the event that reported it."""

DAY_MINUTES: Final = 1_440


class Power(StrEnum):
    """Whether there is power, as far as is said."""

    ON = "on"
    OFF = "off"
    MAYBE = "maybe"
    EMERGENCY = "emergency"
    UNKNOWN = "unknown"


class Regime(StrEnum):
    """By which rule power is shared out in a zone on a day."""

    HOURLY = "hourly"
    EMERGENCY = "emergency"
    WAITING = "waiting"
    """The company says that a schedule will come."""
    NONE = "none"
    """The company says that nothing is to be cut; an empty answer does not say that."""
    UNKNOWN = "unknown"


class Slot(msgspec.Struct, frozen=True, array_like=True):
    """
    A stretch of one day.

    Args:
        start: Minutes of the wall's clock after midnight, 0 to 1439.
        end: Above `start`, to 1440.
        power: `on`, `off`, `maybe` or `unknown`.
    """

    start: int
    end: int
    power: Power


class GroupDay(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    One day of one group in one edition of a schedule.

    Args:
        date: `YYYY-MM-DD` in the company's own zone.
        slots: Without gaps from 0 to 1440 under `hourly`; else empty.
    """

    group: GroupCode
    date: str
    regime: Regime
    slots: tuple[Slot, ...] = ()


class Zone(msgspec.Struct, frozen=True, kw_only=True):
    """
    A part of a company's land that has a regime of its own.

    Args:
        area: The area that its events are recorded in; `areas` are all that it reaches into.
        groups: The groups that hang on it.
    """

    code: ZoneCode
    name: str
    area: AreaCode
    areas: tuple[AreaCode, ...]
    groups: tuple[GroupCode, ...]


class Company(msgspec.Struct, frozen=True, kw_only=True):
    """
    A grid company.

    Args:
        clock: IANA name of the time zone that its schedules are in.
        zones: Each code once, each group in one of them.
    """

    operator: OperatorId
    name: str
    clock: str
    zones: tuple[Zone, ...]


class PlanKind(StrEnum):
    """What a plan that somebody approved is for."""

    SHED = "shed"
    DAY = "day"


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """
    What all commands carry.

    Args:
        command_id: Chosen by the sender; the same id acts once.
        area: Of the zone that it is about.
        at: When the sender says it happened, or was seen.
    """

    command_id: CommandId
    sender: SenderId
    rank: Rank
    area: AreaCode
    at: Moment


class ListCompany(Command, frozen=True, kw_only=True):
    """Say which zones and groups a grid company has, in place of what was listed of it."""

    company: Company


class PublishSchedule(Command, frozen=True, kw_only=True):
    """
    Put in what a company published: whatever is as known already changes nothing.

    Args:
        days: Each group and date once; what is left out stays as it is known.
        published_at: The company's own stamp; None where it has none.
        payload: As it was fetched; `payload_sha256` names it.
        fewer: Let it through although groups of a known day are missing.
    """

    operator: OperatorId
    zone: ZoneCode
    source: str
    days: tuple[GroupDay, ...]
    published_at: Moment | None = None
    payload: str = ""
    payload_sha256: str = ""
    fewer: bool = False


class PublishTemplate(Command, frozen=True, kw_only=True):
    """
    Put in what usually holds, by weekday.

    Args:
        weeks: By group, seven days from Monday, each without gaps.
    """

    operator: OperatorId
    zone: ZoneCode
    source: str
    weeks: dict[GroupCode, tuple[tuple[Slot, ...], ...]]


class DeclareEmergency(Command, frozen=True, kw_only=True):
    """
    Say that power is cut in a zone at once and until further notice.

    Args:
        reason: In the company's words, for instance "imminent danger".
    """

    operator: OperatorId
    zone: ZoneCode
    status: Status
    reason: str
    source: str = ""


class LiftEmergency(Command, frozen=True, kw_only=True):
    """Say that a zone's emergency shutdown is over; its hourly plan holds again."""

    operator: OperatorId
    zone: ZoneCode
    status: Status


class ReportOutage(Command, frozen=True, kw_only=True):
    """
    Say that people are without power because something is damaged.

    Args:
        people: How many; None where nobody has said.
        expected_at: When power is expected back; None where nobody has said.
    """

    operator: OperatorId
    zone: ZoneCode
    status: Status
    cause: str
    people: int | None = None
    expected_at: Moment | None = None


class ReportRestoration(Command, frozen=True, kw_only=True):
    """Say that an outage by damage is over, or for how many it is not yet."""

    operator: OperatorId
    outage: OutageId
    people_left: int = 0


class NoteFailedRead(Command, frozen=True, kw_only=True):
    """Say that a company's schedule could not be read; what was known last stays, and grows old."""

    operator: OperatorId
    zone: ZoneCode
    source: str
    reason: str


class ApprovePlan(Command, frozen=True, kw_only=True):
    """
    Say that a person at the grid company approved a plan.

    Args:
        plan_sha256: Of the whole plan, feeders and all, which stays with the company.
        megawatts: What it takes off at its peak, rounded up.
        days: What the public may know of it: which groups are off when.
        bound_percent: How far above the proven bound its harm lies, in per cent rounded up.
    """

    operator: OperatorId
    zone: ZoneCode
    kind: PlanKind
    plan_sha256: str
    megawatts: int
    bound_percent: int | None = None
    days: tuple[GroupDay, ...] = ()


class Fact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What happened, as an event's body holds it."""

    operator: OperatorId


class CompanyListed(Fact, frozen=True, kw_only=True):
    """A grid company has these zones and groups from here on."""

    company: Company


class SchedulePublished(Fact, frozen=True, kw_only=True):
    """
    A schedule is another than before: `days` holds what is different, and nothing else.

    Args:
        payload: As it was fetched; empty where it was too large to keep.
    """

    zone: ZoneCode
    source: str
    days: tuple[GroupDay, ...]
    published_at: Moment | None = None
    payload: str = ""
    payload_sha256: str = ""


class TemplatePublished(Fact, frozen=True, kw_only=True):
    """What usually holds by weekday is another than before."""

    zone: ZoneCode
    source: str
    weeks: dict[GroupCode, tuple[tuple[Slot, ...], ...]]


class EmergencyDeclared(Fact, frozen=True, kw_only=True):
    """Power is cut in the zone until further notice; its hourly plan is suspended."""

    zone: ZoneCode
    reason: str
    source: str = ""


class EmergencyLifted(Fact, frozen=True, kw_only=True):
    """The zone's hourly plan holds again."""

    zone: ZoneCode


class OutageReported(Fact, frozen=True, kw_only=True):
    """People are without power because something is damaged."""

    zone: ZoneCode
    cause: str
    people: int | None = None
    expected_at: Moment | None = None


class PowerRestored(Fact, frozen=True, kw_only=True):
    """An outage by damage is over, or only `people_left` are still without power."""

    outage: OutageId
    people_left: int = 0


class ReadFailed(Fact, frozen=True, kw_only=True):
    """A company's schedule could not be read; the last one that could stays."""

    zone: ZoneCode
    source: str
    reason: str


class PlanApproved(Fact, frozen=True, kw_only=True):
    """A person at the grid company approved a plan; who, says the event's sender."""

    zone: ZoneCode
    kind: PlanKind
    plan_sha256: str
    megawatts: int
    bound_percent: int | None = None
    days: tuple[GroupDay, ...] = ()


PowerCommand: TypeAlias = (
    ListCompany
    | PublishSchedule
    | PublishTemplate
    | DeclareEmergency
    | LiftEmergency
    | ReportOutage
    | ReportRestoration
    | NoteFailedRead
    | ApprovePlan
)
PowerFact: TypeAlias = (
    CompanyListed
    | SchedulePublished
    | TemplatePublished
    | EmergencyDeclared
    | EmergencyLifted
    | OutageReported
    | PowerRestored
    | ReadFailed
    | PlanApproved
)


class PowerEvent(msgspec.Struct, frozen=True):
    """A fact with the columns of its event; `at` is when its sender says it happened."""

    id: EventId
    area: AreaCode
    version: int
    status: Status
    sender: SenderId
    at: Moment
    fact: PowerFact
