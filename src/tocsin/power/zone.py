"""
One zone of a grid company: what is decided about it, and what it becomes.

A schedule that did not change makes no event; one that did makes exactly one, with what is
different. Every version stays, so that what was known at any moment can be told again. A read that
failed or came back short changes nothing but the age of what is known, which is said.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from tocsin.kernel.errors import Malformed, Refused
from tocsin.kernel.time import Moment
from tocsin.kernel.words import Status
from tocsin.ledger.event import command_mark, event_id
from tocsin.power.day import read_date, whole
from tocsin.power.messages import (
    ApprovePlan,
    DeclareEmergency,
    EmergencyDeclared,
    EmergencyLifted,
    GroupCode,
    GroupDay,
    LiftEmergency,
    NoteFailedRead,
    OutageId,
    OutageReported,
    PlanApproved,
    PowerCommand,
    PowerEvent,
    PowerFact,
    PowerRestored,
    PublishSchedule,
    PublishTemplate,
    ReadFailed,
    Regime,
    ReportOutage,
    ReportRestoration,
    SchedulePublished,
    TemplatePublished,
)
from tocsin.power.state import Approved, Dated, Emergency, Failing, Outage, Version, ZoneState

DAYS_MOST: Final = 2_000
"""In one edition: 64 groups × 30 days, far more than companies publish at once."""

PAYLOAD_CHARACTERS: Final = 262_144
"""A raw schedule of 12 groups and two days is 8,000; what is longer is named by its hash alone."""

TEXT_CHARACTERS: Final = 1_000
PEOPLE_MOST: Final = 100_000_000
GROUPS_LEAST: Final = 0.8
"""Of the groups known of a day: an answer with fewer was cut off."""

ZoneCommand = (
    PublishSchedule
    | PublishTemplate
    | DeclareEmergency
    | LiftEmergency
    | ReportOutage
    | ReportRestoration
    | NoteFailedRead
    | ApprovePlan
)


def decide(state: ZoneState, version: int, command: ZoneCommand) -> tuple[PowerEvent, ...]:
    """
    Answer a command about one zone with at most one event; none means "it is already so".

    Args:
        version: The room's version of the command's area so far.

    Raises:
        Refused: `power.schedule_shrunk`; `power.outage_unknown`, HTTP 404.
        Malformed: `power.schedule_malformed`, `power.words_malformed`, `power.date_malformed`.
    """
    fact: PowerFact | None
    meant = Status.ACTUAL
    match command:
        case PublishSchedule():
            fact = _published(state, command)
        case PublishTemplate():
            fact = _template(state, command)
        case DeclareEmergency():
            meant = command.status
            fact = _declared(state, command)
        case LiftEmergency():
            meant = command.status
            lifts = meant.drill or state.standing is not None
            lifted = EmergencyLifted(operator=state.operator, zone=state.zone.code)
            fact = lifted if lifts else None
        case ReportOutage():
            meant = command.status
            fact = _reported(state, command)
        case ReportRestoration():
            fact = _restored(state, command)
        case NoteFailedRead():
            fact = _failed(state, command)
        case ApprovePlan():
            fact = _approved(state, command)
    return () if fact is None else (event(command, version + 1, fact, meant),)


def evolve(state: ZoneState, happened: PowerEvent) -> ZoneState:
    """Say what a zone is after an event about it; an exercise changes nothing."""
    if happened.status.drill:
        return state
    changes: dict[str, Any] = {}
    fact, at = happened.fact, happened.at
    match fact:
        case SchedulePublished():
            changes = {"versions": _with_days(state, fact, at)}
            changes |= {"failing": None} if _read_again(state, at) else {}
        case TemplatePublished():
            changes = {"weeks": state.weeks | fact.weeks}
        case EmergencyDeclared():
            begun = Emergency(at, happened.sender, fact.reason, fact.source)
            changes = {"emergencies": (*state.emergencies, begun)}
        case EmergencyLifted() if state.standing is not None:
            ended = msgspec.structs.replace(state.standing, until=at)
            changes = {"emergencies": (*state.emergencies[:-1], ended)}
        case OutageReported():
            added = Outage(
                OutageId(happened.id),
                at,
                happened.sender,
                fact.cause,
                fact.people,
                fact.expected_at,
            )
            changes = {"outages": (*state.outages, added)}
        case PowerRestored():
            changes = {"outages": tuple(_after(one, fact, at) for one in state.outages)}
        case ReadFailed():
            changes = {"failing": Failing(at, fact.source, fact.reason)}
        case PlanApproved():
            changes = {"approved": (*state.approved, Approved(at, happened.sender, fact))}
        case _:
            pass
    return msgspec.structs.replace(state, **changes)


def _with_days(
    state: ZoneState, fact: SchedulePublished, at: Moment
) -> dict[Dated, tuple[Version, ...]]:
    versions = dict(state.versions)
    for day in fact.days:
        key = (day.group, day.date)
        added = Version(at, fact.published_at, fact.source, day.regime, day.slots)
        known = [*versions.get(key, ()), added]
        versions[key] = tuple(sorted(known, key=lambda one: one.known_at))
    return versions


def event(
    command: PowerCommand, version: int, fact: PowerFact, meant: Status = Status.ACTUAL
) -> PowerEvent:
    """Make an event of a fact."""
    name = event_id(command.area, version, command_mark(command.command_id))
    return PowerEvent(name, command.area, version, meant, command.sender, command.at, fact)


def _published(state: ZoneState, command: PublishSchedule) -> SchedulePublished | None:
    _check_days(state, command.days)
    by_date: dict[str, set[GroupCode]] = {}
    for day in command.days:
        by_date.setdefault(day.date, set()).add(day.group)
    for date, groups in by_date.items():
        known = sum(1 for group, of in state.versions if of == date)
        if len(groups) < GROUPS_LEAST * known and not command.fewer:
            raise Refused(
                "power.schedule_shrunk",
                f"{len(groups)} groups are told for {date}, and {known} were known; the last good "
                "schedule stays. If it is meant, say so (--fewer).",
            )
    changed = tuple(day for day in command.days if _differs(state, day, command.at))
    if not changed and not _read_again(state, command.at):
        return None
    kept = len(command.payload) <= PAYLOAD_CHARACTERS
    return SchedulePublished(
        operator=state.operator,
        zone=state.zone.code,
        source=command.source,
        days=changed,
        published_at=command.published_at,
        payload=command.payload if kept else "",
        payload_sha256=command.payload_sha256,
    )


def _read_again(state: ZoneState, at: Moment) -> bool:
    """Say whether a schedule shows that a failing source is read again: an older one does not."""
    return state.failing is not None and state.failing.since <= at


def _differs(state: ZoneState, day: GroupDay, at: Moment) -> bool:
    known = state.known(day.group, day.date, at)
    return known is None or (known.regime, known.slots) != (day.regime, day.slots)


def _check_days(state: ZoneState, days: tuple[GroupDay, ...]) -> None:
    groups = set(state.zone.groups)
    seen: set[Dated] = set()
    for day in days:
        read_date(day.date)
        fits = whole(day.slots) if day.regime is Regime.HOURLY else not day.slots
        if day.group not in groups or (day.group, day.date) in seen or not fits:
            raise Malformed(
                "power.schedule_malformed",
                f"Group {day.group[:20]} on {day.date}: each group of the zone is told once a day, "
                "from midnight to midnight.",
                where="days",
            )
        seen.add((day.group, day.date))
    if len(days) > DAYS_MOST:
        raise Malformed(
            "power.schedule_malformed",
            f"A schedule has at most {DAYS_MOST} days of groups.",
            where="days",
        )


def _template(state: ZoneState, command: PublishTemplate) -> TemplatePublished | None:
    groups = set(state.zone.groups)
    for group, week in command.weeks.items():
        if group not in groups or len(week) != 7 or not all(map(whole, week)):
            raise Malformed(
                "power.schedule_malformed",
                f"The week of group {group[:20]} has seven days, each from midnight to midnight.",
                where="weeks",
            )
    changed = {
        group: week for group, week in command.weeks.items() if state.weeks.get(group) != week
    }
    if not changed:
        return None
    return TemplatePublished(
        operator=state.operator, zone=state.zone.code, source=command.source, weeks=changed
    )


def _declared(state: ZoneState, command: DeclareEmergency) -> EmergencyDeclared | None:
    _check_words(command.reason, command.source)
    if state.standing is not None and not command.status.drill:
        return None
    return EmergencyDeclared(
        operator=state.operator,
        zone=state.zone.code,
        reason=command.reason,
        source=command.source,
    )


def _reported(state: ZoneState, command: ReportOutage) -> OutageReported:
    _check_words(command.cause)
    if command.people is not None and not 0 < command.people <= PEOPLE_MOST:
        raise Malformed(
            "power.words_malformed", f"1 to {PEOPLE_MOST} people are without power.", where="people"
        )
    return OutageReported(
        operator=state.operator,
        zone=state.zone.code,
        cause=command.cause,
        people=command.people,
        expected_at=command.expected_at,
    )


def _restored(state: ZoneState, command: ReportRestoration) -> PowerRestored | None:
    outage = next((one for one in state.outages if one.id == command.outage), None)
    if outage is None:
        raise Refused(
            "power.outage_unknown", f"There is no outage {command.outage[:80]}.", status=404
        )
    if outage.until is not None or (command.people_left and command.people_left == outage.people):
        return None
    if not 0 <= command.people_left <= PEOPLE_MOST:
        raise Malformed(
            "power.words_malformed", f"0 to {PEOPLE_MOST} people are left.", where="people_left"
        )
    return PowerRestored(
        operator=state.operator, outage=command.outage, people_left=command.people_left
    )


def _failed(state: ZoneState, command: NoteFailedRead) -> ReadFailed | None:
    _check_words(command.reason, command.source)
    failing = state.failing
    if failing is not None and (failing.source, failing.reason) == (command.source, command.reason):
        return None
    if any(told[-1].known_at > command.at for told in state.versions.values()):
        return None  # It was read since.
    return ReadFailed(
        operator=state.operator,
        zone=state.zone.code,
        source=command.source,
        reason=command.reason,
    )


def _approved(state: ZoneState, command: ApprovePlan) -> PlanApproved | None:
    _check_days(state, command.days)
    if any(one.fact.plan_sha256 == command.plan_sha256 for one in state.approved):
        return None
    return PlanApproved(
        operator=state.operator,
        zone=state.zone.code,
        kind=command.kind,
        plan_sha256=command.plan_sha256,
        megawatts=command.megawatts,
        bound_percent=command.bound_percent,
        days=command.days,
    )


def _after(outage: Outage, fact: PowerRestored, at: Moment) -> Outage:
    if outage.id != fact.outage or outage.until is not None:
        return outage
    if fact.people_left:
        return msgspec.structs.replace(outage, people=fact.people_left)
    return msgspec.structs.replace(outage, until=at)


def _check_words(*texts: str) -> None:
    if any(len(text) > TEXT_CHARACTERS for text in texts):
        raise Malformed(
            "power.words_malformed",
            f"A reason has at most {TEXT_CHARACTERS} characters.",
            where="reason",
        )
