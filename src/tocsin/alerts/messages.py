"""
The words of the room: commands in the imperative, facts in the past tense.

A command asks; it carries who asks, with what rank, for which one area, and when. A fact is
what the ledger keeps in an event's body. `AlertEvent` is a fact with the columns of its event.

A fact never repeats a column: area, version, status, sender and time stand beside it. Facts
after the first name their alert by its id, which is the id of the event that raised it.

Source: CAP 1.2 section 3.2 for the words; design, section 4 for hazards, levels and threats.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias

import msgspec

from tocsin.kernel.ids import AlertId, AreaCode, CommandId, EventId, SenderId
from tocsin.kernel.time import Moment
from tocsin.kernel.words import Rank, Status


class Hazard(StrEnum):
    """What people are warned of."""

    AIR_RAID = "air_raid"
    ARTILLERY = "artillery"
    URBAN_FIGHTING = "urban_fighting"
    CHEMICAL = "chemical"
    NUCLEAR = "nuclear"
    FLOOD = "flood"
    FIRE = "fire"
    STORM = "storm"
    OTHER = "other"


class Level(StrEnum):
    """What people must do: be ready, or take shelter now."""

    WATCH = "watch"
    WARNING = "warning"


class Threat(StrEnum):
    """What the hazard comes from, where a sender says so."""

    DRONES = "drones"
    MISSILES = "missiles"
    BALLISTIC = "ballistic"
    BOMBS = "bombs"
    ARTILLERY = "artillery"


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """
    What all commands carry.

    Args:
        command_id: Chosen by the sender; the same id acts once.
        at: When the sender says it happened.
    """

    command_id: CommandId
    sender: SenderId
    rank: Rank
    area: AreaCode
    at: Moment


class RaiseAlert(Command, frozen=True, kw_only=True):
    """
    Tell one area to take shelter, or to be ready.

    Args:
        text: Words per language in place of the standard ones; empty for the standard ones.
    """

    hazard: Hazard
    level: Level
    status: Status
    threat: Threat | None = None
    text: dict[str, str] = {}


class UpdateAlert(Command, frozen=True, kw_only=True):
    """Change what is said of a standing alert; None leaves a thing as it is."""

    alert: AlertId
    level: Level | None = None
    threat: Threat | None = None
    reason: str | None = None
    text: dict[str, str] | None = None


class GiveAllClear(Command, frozen=True, kw_only=True):
    """
    Say that the danger is over.

    Args:
        estimated: The end was assumed by whoever kept the data, not announced.
    """

    alert: AlertId
    estimated: bool = False


class GiveOwnAllClear(Command, frozen=True, kw_only=True):
    """
    Say that the danger is over without knowing how the alert is named here.

    For senders whose words name an area and not an alert. It is about the alert for this hazard
    that the sender holds, if it holds one; it never touches what only others hold.

    Args:
        estimated: The end was assumed by whoever kept the data, not announced.
    """

    hazard: Hazard
    status: Status
    estimated: bool = False


class CorrectAlert(Command, frozen=True, kw_only=True):
    """Say that an alert was false, and why."""

    alert: AlertId
    reason: str


class BeginCoverage(Command, frozen=True, kw_only=True):
    """From now on this sender is heard about the area and everything in it."""


class EndCoverage(Command, frozen=True, kw_only=True):
    """This sender is no longer heard: what its silence means is unknown, never clear."""


class Fact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What happened, as an event's body holds it."""


class AlertRaised(Fact, frozen=True, kw_only=True):
    """
    An alert stands from here on.

    Args:
        wording: Edition of the standard words (`wording.py`) for the alert, its all-clear and its
            correction, all of which exist before the first is sent.
    """

    hazard: Hazard
    level: Level
    rank: Rank
    threat: Threat | None = None
    text: dict[str, str] = {}
    wording: int = 1


class AlertConfirmed(Fact, frozen=True, kw_only=True):
    """Another sender says the same and holds the alert from here on as well."""

    alert: AlertId
    rank: Rank


class AlertUpdated(Fact, frozen=True, kw_only=True):
    """Level, threat or words changed; the fields hold what is so from here on."""

    alert: AlertId
    level: Level
    threat: Threat | None = None
    reason: str | None = None
    text: dict[str, str] = {}


class ConfirmationWithdrawn(Fact, frozen=True, kw_only=True):
    """One sender no longer holds the alert; another does, so it stands."""

    alert: AlertId
    reason: str | None = None
    estimated: bool = False


class AllClearGiven(Fact, frozen=True, kw_only=True):
    """The alert is over."""

    alert: AlertId
    estimated: bool = False


class AlertCorrected(Fact, frozen=True, kw_only=True):
    """The alert was false, and is over."""

    alert: AlertId
    reason: str


class DrillGaveWay(Fact, frozen=True, kw_only=True):
    """A drill is over because an actual alert was raised where it stood."""

    alert: AlertId


class CoverageBegan(Fact, frozen=True, kw_only=True):
    """The sender is heard about the area from here on."""

    rank: Rank


class CoverageEnded(Fact, frozen=True, kw_only=True):
    """The sender is not heard about the area from here on."""

    rank: Rank


AlertCommand: TypeAlias = RaiseAlert | UpdateAlert | GiveAllClear | GiveOwnAllClear | CorrectAlert
CoverageCommand: TypeAlias = BeginCoverage | EndCoverage

Ending: TypeAlias = AllClearGiven | AlertCorrected | DrillGaveWay
AlertFact: TypeAlias = AlertRaised | AlertConfirmed | AlertUpdated | ConfirmationWithdrawn | Ending
CoverageFact: TypeAlias = CoverageBegan | CoverageEnded


class AlertEvent(msgspec.Struct, frozen=True):
    """
    A fact with the columns of its event; see `tocsin.ledger.event.NewEvent` for those.

    Args:
        id: Of the event; an alert's id where the fact is `AlertRaised`.
        at: When it happened (`happened_at`).
    """

    id: EventId
    area: AreaCode
    version: int
    status: Status
    sender: SenderId
    at: Moment
    fact: AlertFact | CoverageFact
