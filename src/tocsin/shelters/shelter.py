"""
One shelter: what is decided about it, and what it becomes.

The rules are in decision 0024. Whoever says how a shelter is says until when; where nothing is
said of that, its word lasts as long as here. What changes nothing makes no event.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import msgspec

from tocsin.kernel.errors import Malformed, Refused
from tocsin.kernel.ids import AreaCode
from tocsin.kernel.time import Moment, parse_rfc3339, rfc3339
from tocsin.kernel.words import Status
from tocsin.ledger.event import command_mark, event_id
from tocsin.shelters import status
from tocsin.shelters.messages import (
    DEGREE,
    CountPeople,
    Entrance,
    Listing,
    LocateShelter,
    PeopleCounted,
    ReportShelter,
    SayStatus,
    ShelterCommand,
    ShelterDelisted,
    ShelterEvent,
    ShelterFact,
    ShelterListed,
    ShelterLocated,
    ShelterReported,
    SourceKind,
    State,
    StatusSaid,
)
from tocsin.shelters.status import RULES, Count, Effective, Inside, Report, Rules, Statement, Told

LASTS_S: Final = {
    SourceKind.OFFICIAL: 86_400,
    SourceKind.OPERATOR: 43_200,
    SourceKind.SENSOR: 900,
}
"""How long a word that one can go in holds where its sender does not say."""

LASTS_MOST_S: Final = {
    SourceKind.OFFICIAL: 366 * 86_400,
    SourceKind.OPERATOR: 7 * 86_400,
    SourceKind.SENSOR: 3_600,
}
"""A sensor that fell silent must not keep a door open; a station may be open for the year."""

PEOPLE_MOST: Final = 100_000
"""More than the largest metro station holds, by a factor of ten."""

COUNTED_MOST: Final = 10_000
"""In one report of a counter: a full train a second for ten seconds."""

REPEATED_S: Final = 600
"""The same phone saying the same again within this is one report."""

ENTRANCES_MOST: Final = 64

_UNTIL_FURTHER_NOTICE: Final = frozenset({State.CLOSED, State.DAMAGED})

OneShelterCommand = LocateShelter | SayStatus | CountPeople | ReportShelter


class Shelter(msgspec.Struct, frozen=True, array_like=True):
    """
    A shelter as it is known.

    Args:
        area: The finest area that it lies in.
        located: Its doors as somebody found them, in place of the register's; empty for those.
        told: What was said of how it is.
    """

    listing: Listing
    area: AreaCode
    located: tuple[Entrance, ...] = ()
    told: Told = status.NOTHING

    @property
    def entrances(self) -> tuple[Entrance, ...]:
        """List its doors; none where nobody knows where it is."""
        return self.located or self.listing.entrances

    def effective(self, at: Moment, rules: Rules = RULES) -> Effective:
        """Work out how it is at a moment that is no earlier than what was said of it."""
        return status.effective(self.told, at, self.listing.capacity, rules)


def decide(
    shelter: Shelter | None, version: int, command: OneShelterCommand
) -> tuple[ShelterEvent, ...]:
    """
    Answer a command about one shelter with at most one event; none means "it is already so".

    Args:
        version: The room's version of the command's area so far.

    Raises:
        Refused: `shelter.unknown`, HTTP 404.
        Malformed: `shelter.status_malformed`, `shelter.entrance_malformed`.
    """
    if shelter is None or shelter.area != command.area:
        raise unknown(command.shelter)
    fact: ShelterFact | None
    meant = Status.ACTUAL
    match command:
        case LocateShelter():
            check_entrances(command.entrances)
            same = command.entrances == shelter.entrances
            fact = (
                None
                if same
                else ShelterLocated(shelter=command.shelter, entrances=command.entrances)
            )
        case SayStatus():
            meant = command.status
            fact = _said(shelter, command)
        case CountPeople():
            meant = command.status
            if not (0 <= command.entered <= COUNTED_MOST and 0 <= command.left <= COUNTED_MOST):
                raise Malformed(
                    "shelter.status_malformed",
                    f"A counter says 0 to {COUNTED_MOST} people at once.",
                    where="entered",
                )
            none = command.entered == command.left == 0
            fact = (
                None
                if none
                else PeopleCounted(
                    shelter=command.shelter, entered=command.entered, left=command.left
                )
            )
        case ReportShelter():
            fact = _reported(shelter, command)
    return () if fact is None else (event(command, version + 1, fact, meant),)


def evolve(shelter: Shelter | None, happened: ShelterEvent) -> Shelter | None:
    """Say what a shelter is after an event about it; None where it is no longer listed."""
    fact = happened.fact
    match fact:
        case ShelterListed():
            if shelter is None:
                return Shelter(fact.listing, happened.area)
            return msgspec.structs.replace(shelter, listing=fact.listing, area=happened.area)
        case ShelterDelisted():
            return None
        case _ if shelter is None:
            return None
        case ShelterLocated():
            return msgspec.structs.replace(shelter, located=fact.entrances)
        case StatusSaid() | PeopleCounted() | ShelterReported() if not happened.status.drill:
            return msgspec.structs.replace(shelter, told=_told(shelter.told, happened))
        case _:
            return shelter


def check_entrances(entrances: tuple[Entrance, ...]) -> None:
    """
    Let doors through that can be on this Earth.

    Raises:
        Malformed: `shelter.entrance_malformed`.
    """
    fit = all(abs(e.lat) <= 90 * DEGREE and abs(e.lon) <= 180 * DEGREE for e in entrances)
    if not fit or len(entrances) > ENTRANCES_MOST:
        raise Malformed(
            "shelter.entrance_malformed",
            f"A shelter has at most {ENTRANCES_MOST} doors, each at −90…90° and −180…180°.",
            where="entrances",
        )


def event(
    command: ShelterCommand, version: int, fact: ShelterFact, meant: Status, area: str = ""
) -> ShelterEvent:
    """Make an event of a fact; its area is the command's unless another is named."""
    code = AreaCode(area) if area else command.area
    name = event_id(code, version, command_mark(command.command_id))
    return ShelterEvent(name, code, version, meant, command.sender, command.at, fact)


def unknown(shelter: str) -> Refused:
    """Say that no such shelter is listed."""
    return Refused("shelter.unknown", f"There is no shelter {shelter[:80]}.", status=404)


def _said(shelter: Shelter, command: SayStatus) -> StatusSaid | None:
    if command.state is None and command.occupancy is None:
        raise Malformed(
            "shelter.status_malformed",
            "Say how the shelter is, or how many people are inside.",
            where="state",
        )
    if command.occupancy is not None and not 0 <= command.occupancy <= PEOPLE_MOST:
        raise Malformed(
            "shelter.status_malformed",
            f"A shelter holds 0 to {PEOPLE_MOST} people.",
            where="occupancy",
        )
    said = StatusSaid(
        shelter=command.shelter,
        source=command.source,
        state=command.state,
        occupancy=command.occupancy,
        reason=command.reason,
        expires_at=_expires(command),
    )
    if command.status.drill:
        return said
    told = shelter.told
    if said.occupancy is not None:
        told = status.with_inside(told, Inside(command.at, said.occupancy))
    if said.state is not None:
        told = status.with_statement(told, _statement(said, command.sender, command.at))
    return None if told == shelter.told else said


def _expires(command: SayStatus) -> Moment | None:
    if command.state is None:
        return None
    since = parse_rfc3339(command.at)
    most = since + timedelta(seconds=LASTS_MOST_S[command.source])
    if command.expires_at is not None:
        if not since < parse_rfc3339(command.expires_at) <= most:
            raise Malformed(
                "shelter.status_malformed",
                "Its end lies after it was said, and no later than that source may say: an hour "
                "for a sensor, a week for a keeper, a year for an official.",
                where="expires_at",
            )
        return command.expires_at
    if command.source is SourceKind.SENSOR or command.state not in _UNTIL_FURTHER_NOTICE:
        return rfc3339(since + timedelta(seconds=LASTS_S[command.source]))
    return None


def _reported(shelter: Shelter, command: ReportShelter) -> ShelterReported | None:
    if command.state not in {State.OPEN, State.CLOSED}:
        raise Malformed(
            "shelter.status_malformed", "A phone reports “open” or “closed”.", where="state"
        )
    closed = command.state is State.CLOSED
    since = rfc3339(parse_rfc3339(command.at) - timedelta(seconds=REPEATED_S))
    for known in shelter.told.reports:
        if known.phone == command.phone and known.closed == closed and known.at > since:
            return None
    return ShelterReported(shelter=command.shelter, phone=command.phone, state=command.state)


def _told(told: Told, happened: ShelterEvent) -> Told:
    """Take in what was said, counted or reported."""
    fact = happened.fact
    match fact:
        case StatusSaid():
            if fact.occupancy is not None:
                told = status.with_inside(told, Inside(happened.at, fact.occupancy))
            if fact.state is not None:
                told = status.with_statement(told, _statement(fact, happened.sender, happened.at))
        case PeopleCounted():
            told = status.with_count(told, Count(happened.at, fact.entered - fact.left))
        case ShelterReported():
            closed = fact.state is State.CLOSED
            told = status.with_report(told, Report(happened.at, fact.phone, closed))
        case _:
            pass
    return told


def _statement(fact: StatusSaid, sender: str, at: Moment) -> Statement:
    assert fact.state is not None, "only a word about the door is a statement"
    return Statement(fact.source, sender, at, fact.state, fact.reason, fact.expires_at)  # type: ignore[arg-type]
