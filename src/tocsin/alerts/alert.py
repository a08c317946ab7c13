"""
The alert: one area is told to take shelter from one hazard, and later told all clear.

Pure: no clock, no disk, no network. `decide` answers a command with events or refuses it;
`evolve` folds one event into what stands. The rules that live here and nowhere else:

- **Silence is not safety.** No clock closes an alert; only an all-clear or a correction does.
- **A drill gives way.** It is refused where an actual alert stands, in the area, in a part of it
  or around it; it never ends one, and it is over when one is raised.
- **Several senders of one alert confirm it.** It ends when no authority holds it any more. An
  observer withdraws its own word, and ends only what no authority held.
- **"Already so" is success**, with no events.

Source: CAP 1.2 section 3.2.1 for `status`; design, section 2, rules 1, 2, 6 and 7.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from tocsin.alerts.messages import (
    AlertCommand,
    AlertConfirmed,
    AlertCorrected,
    AlertEvent,
    AlertFact,
    AlertRaised,
    AlertUpdated,
    AllClearGiven,
    ConfirmationWithdrawn,
    CorrectAlert,
    CoverageBegan,
    CoverageEnded,
    DrillGaveWay,
    GiveAllClear,
    GiveOwnAllClear,
    Hazard,
    Level,
    RaiseAlert,
    Threat,
    UpdateAlert,
)
from tocsin.kernel.errors import Refused
from tocsin.kernel.ids import AlertId, AreaCode, SenderId
from tocsin.kernel.time import Moment
from tocsin.kernel.words import Rank, Status
from tocsin.ledger.event import command_mark, event_id


class Holder(msgspec.Struct, frozen=True, array_like=True):
    """A sender who says that an alert stands, and since when it has said so."""

    sender: SenderId
    rank: Rank
    at: Moment


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """
    One alert that stands.

    Args:
        version: The area's version at which this alert last changed.
        holders: Never empty; authorities first, then by the time they joined.
        reason: Why it was last changed, where whoever changed it said so.
    """

    id: AlertId
    area: AreaCode
    hazard: Hazard
    level: Level
    status: Status
    since: Moment
    version: int
    holders: tuple[Holder, ...]
    threat: Threat | None = None
    text: dict[str, str] = {}
    reason: str | None = None
    wording: int = 1

    def holder(self, sender: SenderId) -> Holder | None:
        """Look up what a sender holds the alert as; None where it does not hold it."""
        for holder in self.holders:
            if holder.sender == sender:
                return holder
        return None

    def held_by(self, sender: SenderId, rank: Rank) -> bool:
        """Say whether a sender holds the alert as what it may end by a word of this rank."""
        holder = self.holder(sender)
        return holder is not None and (rank is holder.rank or rank is Rank.AUTHORITY)

    @property
    def official(self) -> bool:
        """Say whether an authority holds the alert."""
        return self.holders[0].rank is Rank.AUTHORITY


class AreaAlerts(msgspec.Struct, frozen=True, array_like=True):
    """
    What stands in one area, as of the area's version.

    Args:
        standing: Ordered by hazard, then status; at most one alert for each pair.
    """

    version: int = 0
    standing: tuple[Standing, ...] = ()

    def find(self, hazard: Hazard, status: Status) -> Standing | None:
        """Look up the alert for one hazard, actual, exercise or test."""
        for alert in self.standing:
            if alert.hazard is hazard and alert.status is status:
                return alert
        return None

    def by_id(self, wanted: AlertId) -> Standing | None:
        """Look up an alert by its id; None where it does not stand, or no longer."""
        for alert in self.standing:
            if alert.id == wanted:
                return alert
        return None


CALM = AreaAlerts()


def decide(
    area: AreaAlerts,
    command: AlertCommand,
    nearby: Iterable[tuple[AreaCode, AreaAlerts]] = (),
) -> tuple[AlertEvent, ...]:
    """
    Answer a command with the events it causes; no events means "it is already so".

    Args:
        nearby: What stands around the area and in its parts; calm ones may be left out. A raise
            may end drills there, so its events can be about several areas.

    Raises:
        Refused: `alert.drill_during_actual`, `alert.held_by_another`, `alert.over`.
    """
    match command:
        case RaiseAlert():
            return _raise(area, command, tuple(nearby))
        case UpdateAlert():
            return _update(area, command)
        case GiveAllClear() | CorrectAlert():
            alert = area.by_id(command.alert)
            return () if alert is None else _end(area, alert, command)
        case GiveOwnAllClear():
            alert = area.find(command.hazard, command.status)
            if alert is None or alert.holder(command.sender) is None:
                return ()
            return _end(area, alert, command)


def evolve(area: AreaAlerts, event: AlertEvent) -> AreaAlerts:
    """Fold one event into what stands; never refuses, because it has happened."""
    fact = event.fact
    match fact:
        case AlertRaised():
            raised = Standing(
                id=AlertId(event.id),
                area=event.area,
                hazard=fact.hazard,
                level=fact.level,
                status=event.status,
                since=event.at,
                version=event.version,
                holders=(Holder(event.sender, fact.rank, event.at),),
                threat=fact.threat,
                text=fact.text,
                wording=fact.wording,
            )
            if not area.standing:
                return AreaAlerts(event.version, (raised,))
            standing = (*area.standing, raised)
            return AreaAlerts(event.version, tuple(sorted(standing, key=_order)))
        case AllClearGiven() | AlertCorrected() | DrillGaveWay():
            return AreaAlerts(event.version, tuple(a for a in area.standing if a.id != fact.alert))
        case CoverageBegan() | CoverageEnded():
            return AreaAlerts(event.version, area.standing)
        case AlertConfirmed() | AlertUpdated() | ConfirmationWithdrawn():
            return AreaAlerts(
                event.version,
                tuple(_change(a, event, fact) if a.id == fact.alert else a for a in area.standing),
            )


def _change(
    alert: Standing,
    event: AlertEvent,
    fact: AlertConfirmed | AlertUpdated | ConfirmationWithdrawn,
) -> Standing:
    match fact:
        case AlertConfirmed():
            others = tuple(h for h in alert.holders if h.sender != event.sender)
            joined = (*others, Holder(event.sender, fact.rank, event.at))
            ranked = tuple(sorted(joined, key=lambda holder: holder.rank is not Rank.AUTHORITY))
            return msgspec.structs.replace(alert, version=event.version, holders=ranked)
        case ConfirmationWithdrawn():
            left = tuple(h for h in alert.holders if h.sender != event.sender)
            return msgspec.structs.replace(alert, version=event.version, holders=left)
        case AlertUpdated():
            return msgspec.structs.replace(
                alert,
                version=event.version,
                level=fact.level,
                threat=fact.threat,
                text=fact.text,
                reason=fact.reason,
            )


def _raise(
    area: AreaAlerts, command: RaiseAlert, nearby: tuple[tuple[AreaCode, AreaAlerts], ...]
) -> tuple[AlertEvent, ...]:
    drill = command.status.drill
    unlike = [
        (code, there.version, alert)
        for code, there in ((command.area, area), *nearby)
        for alert in there.standing
        if alert.status.drill is not drill
    ]
    if drill and unlike:
        raise Refused(
            "alert.drill_during_actual",
            "An actual alert stands here; a drill has to wait until it is over.",
        )
    alert = area.find(command.hazard, command.status)
    if alert is not None:
        return _join(area, alert, command)
    raised = AlertRaised(
        hazard=command.hazard,
        level=command.level,
        rank=command.rank,
        threat=command.threat,
        text=command.text,
    )
    if not unlike:
        return (_event(command, command.area, area.version + 1, raised, command.status),)
    writing = _Writing(command)
    for code, version, gives_way in unlike:
        writing.add(code, version, DrillGaveWay(alert=gives_way.id), gives_way.status)
    writing.add(command.area, area.version, raised, command.status)
    return writing.events()


def _join(area: AreaAlerts, alert: Standing, command: RaiseAlert) -> tuple[AlertEvent, ...]:
    """Confirm a standing alert, and take over what makes it more urgent or better known."""
    writing = _Writing(command)
    holder = alert.holder(command.sender)
    if holder is None or (holder.rank, command.rank) == (Rank.OBSERVER, Rank.AUTHORITY):
        confirmed = AlertConfirmed(alert=alert.id, rank=command.rank)
        writing.add(command.area, area.version, confirmed, alert.status)
    decides = command.rank is Rank.AUTHORITY or not alert.official
    level = Level.WARNING if command.level is Level.WARNING else alert.level
    threat = command.threat if command.threat and decides else alert.threat or command.threat
    text = command.text if command.text and decides else alert.text or command.text
    if (level, threat, text) != (alert.level, alert.threat, alert.text):
        updated = AlertUpdated(
            alert=alert.id, level=level, threat=threat, text=text, reason=alert.reason
        )
        writing.add(command.area, area.version, updated, alert.status)
    return writing.events()


def _update(area: AreaAlerts, command: UpdateAlert) -> tuple[AlertEvent, ...]:
    alert = area.by_id(command.alert)
    if alert is None:
        raise Refused("alert.over", "This alert is over; raise a new one.")
    _refuse_outsider(alert, command, "change")
    updated = AlertUpdated(
        alert=alert.id,
        level=command.level or alert.level,
        threat=command.threat or alert.threat,
        reason=command.reason or alert.reason,
        text=alert.text if command.text is None else command.text,
    )
    if _said(updated) == _said(alert):
        return ()
    return (_event(command, command.area, area.version + 1, updated, alert.status),)


def _end(
    area: AreaAlerts, alert: Standing, command: GiveAllClear | GiveOwnAllClear | CorrectAlert
) -> tuple[AlertEvent, ...]:
    if not alert.held_by(command.sender, command.rank):
        _refuse_outsider(alert, command, "end")
    left = [holder for holder in alert.holders if holder.sender != command.sender]
    stands = bool(left) and (
        left[0].rank is Rank.AUTHORITY if alert.official else command.rank is Rank.OBSERVER
    )
    fact: AlertFact
    if isinstance(command, CorrectAlert):
        kind = ConfirmationWithdrawn if stands else AlertCorrected
        fact = kind(alert=alert.id, reason=command.reason)
    else:
        ending = ConfirmationWithdrawn if stands else AllClearGiven
        fact = ending(alert=alert.id, estimated=command.estimated)
    return (_event(command, command.area, area.version + 1, fact, alert.status),)


def _refuse_outsider(alert: Standing, command: AlertCommand, verb: str) -> None:
    """An authority's alert is its holders' own; one that no authority holds is any authority's."""
    if command.rank is Rank.AUTHORITY and not alert.official:
        return
    holds = alert.held_by(command.sender, command.rank)
    if holds and (command.rank is Rank.AUTHORITY or not alert.official):
        return
    raise Refused(
        "alert.held_by_another",
        f"This alert is held by {alert.holders[0].sender}; only who holds it can {verb} it.",
    )


def _said(of: Standing | AlertUpdated) -> tuple[object, ...]:
    return of.level, of.threat, of.reason, of.text


def _order(alert: Standing) -> tuple[Hazard, Status]:
    return alert.hazard, alert.status


def _event(
    command: AlertCommand, area: AreaCode, version: int, fact: AlertFact, status: Status
) -> AlertEvent:
    name = event_id(area, version, command_mark(command.command_id))
    return AlertEvent(name, area, version, status, command.sender, command.at, fact)


class _Writing:
    """Give the events of one command their versions, in order."""

    def __init__(self, command: AlertCommand) -> None:
        self._command = command
        self._versions: dict[AreaCode, int] = {}
        self._events: list[AlertEvent] = []

    def add(self, area: AreaCode, version: int, fact: AlertFact, status: Status) -> None:
        version = self._versions.get(area, version) + 1
        self._versions[area] = version
        self._events.append(_event(self._command, area, version, fact, status))

    def events(self) -> tuple[AlertEvent, ...]:
        return tuple(self._events)
