"""
Short ways to say what senders say, for examples that read like the night they are about.

Times are minutes after 05:45:43Z on 26 January 2023. Every command gets an id of its own unless
one is given.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

import msgspec
from tests.alerts.country import GAZETTEER

from tocsin.alerts import alert, coverage
from tocsin.alerts.alert import CALM
from tocsin.alerts.messages import (
    BeginCoverage,
    CorrectAlert,
    EndCoverage,
    GiveAllClear,
    GiveOwnAllClear,
    Hazard,
    Level,
    RaiseAlert,
    UpdateAlert,
)
from tocsin.commands import Request, fingerprint
from tocsin.kernel.ids import AlertId, AreaCode, CommandId, SenderId
from tocsin.kernel.time import rfc3339
from tocsin.kernel.words import Rank, Status

RUSH_HOUR = datetime(2023, 1, 26, 5, 45, 43, tzinfo=UTC)
MILITARY = (SenderId("military"), Rank.AUTHORITY)
RESCUERS = (SenderId("rescuers"), Rank.AUTHORITY)
VOLUNTEERS = (SenderId("volunteers"), Rank.OBSERVER)
RADIO = (SenderId("radio"), Rank.OBSERVER)

_numbers = count(1)


def minute(number):
    """The moment so many minutes after the alarm sounded in Kyiv."""
    return rfc3339(RUSH_HOUR + timedelta(minutes=number))


def an_id():
    """An id that no other command has."""
    return CommandId(str(UUID(int=next(_numbers))))


def said(kind, who=MILITARY, area="COAST", at=0, command_id=None, **more):
    """One command of any kind."""
    sender, rank = who
    return kind(
        command_id=command_id or an_id(),
        sender=sender,
        rank=rank,
        area=AreaCode(area),
        at=minute(at),
        **more,
    )


def sound(who=MILITARY, area="COAST", hazard=Hazard.AIR_RAID, level=Level.WARNING, **more):
    """Raise an actual alert, unless the status says otherwise."""
    more.setdefault("status", Status.ACTUAL)
    return said(RaiseAlert, who, area, hazard=hazard, level=level, **more)


def drill(who=MILITARY, area="COAST", **more):
    """Raise a drill."""
    return sound(who, area, status=Status.EXERCISE, **more)


def update(alert_id, who=MILITARY, **more):
    """Change what is said of an alert."""
    return said(UpdateAlert, who, area_of(alert_id), alert=alert_id, **more)


def all_clear(alert_id, who=MILITARY, **more):
    """Say that the danger is over."""
    return said(GiveAllClear, who, area_of(alert_id), alert=alert_id, **more)


def own_all_clear(who=MILITARY, area="COAST", hazard=Hazard.AIR_RAID, **more):
    """Say that the danger is over, by area and hazard."""
    more.setdefault("status", Status.ACTUAL)
    return said(GiveOwnAllClear, who, area, hazard=hazard, **more)


def correct(alert_id, who=MILITARY, reason="a wrong key", **more):
    """Say that an alert was false."""
    return said(CorrectAlert, who, area_of(alert_id), alert=alert_id, reason=reason, **more)


def begin(who=MILITARY, area="LAND", **more):
    """Say that a source is heard from now on."""
    return said(BeginCoverage, who, area, **more)


def end(who=MILITARY, area="LAND", **more):
    """Say that a source is no longer heard."""
    return said(EndCoverage, who, area, **more)


def area_of(alert_id):
    """The area that an alert was raised for: an id begins with it."""
    return alert_id.rsplit("-", 2)[0]


def request(*commands, grant=None, command_id=None):
    """What a door makes of commands that came together."""
    named = command_id or commands[0].command_id
    together = [msgspec.structs.replace(command, command_id=named) for command in commands]
    content = [msgspec.to_builtins(command) for command in together]
    return Request(named, together, fingerprint(content), grant)


class Room:
    """The room alone, without a desk or a ledger: decide, evolve, and remember the events."""

    def __init__(self):
        self.areas = {}
        self.sources = {}
        self.events = []

    def area(self, code):
        return self.areas.get(AreaCode(code), CALM)

    def near(self, code):
        around = (*GAZETTEER.lineage(code), *GAZETTEER.descendants(code))
        return [(other, self.area(other)) for other in around]

    def tell(self, command):
        """Let the room answer one command; the events that it caused."""
        code = command.area
        if isinstance(command, BeginCoverage | EndCoverage):
            sources = self.sources.get(code, ())
            events = coverage.decide(self.area(code).version, sources, command)
        else:
            events = alert.decide(self.area(code), command, self.near(code))
        for event in events:
            self.areas[event.area] = alert.evolve(self.area(event.area), event)
            change = coverage.change(event)
            if change is not None:
                here = self.sources.get(event.area, ())
                self.sources[event.area] = coverage.evolve(here, change)
        self.events += events
        return events

    def standing(self, area="COAST", hazard=Hazard.AIR_RAID, status=Status.ACTUAL):
        return self.area(area).find(hazard, status)

    def sound(self, *args, **more):
        """Raise, and tell the id of the alert that stands then."""
        command = sound(*args, **more)
        self.tell(command)
        found = self.area(command.area).find(command.hazard, command.status)
        return AlertId(found.id)


def facts(events):
    """The kinds of some events, in order."""
    return [type(event.fact).__name__ for event in events]
