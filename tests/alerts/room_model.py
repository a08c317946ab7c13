"""
The rules of alerts, written a second time and as plainly as possible, to hold the desk against.

Nothing of `tocsin.alerts` or `tocsin.commands` decides here; only the words of the messages are
used. A list of alerts, a counter of versions, and one paragraph of the design for each method.
"""

from __future__ import annotations

import copy
import json
from collections import Counter
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from tests.alerts.country import related

from tocsin.alerts.messages import (
    BeginCoverage,
    CorrectAlert,
    EndCoverage,
    GiveAllClear,
    GiveOwnAllClear,
    Level,
    RaiseAlert,
    UpdateAlert,
)
from tocsin.kernel.words import Rank, Status


class Refusal(Exception):  # It is an outcome, not a fault.
    """The model turns a request down, with this code."""


@dataclass
class Alert:
    """One alert that stands, with who holds it as what."""

    id: str
    area: str
    hazard: str
    status: Status
    level: Level
    since: str
    version: int
    threat: Any
    text: dict
    reason: Any = None
    holders: dict = field(default_factory=dict)

    @property
    def official(self):
        return Rank.AUTHORITY in self.holders.values()


@dataclass
class State:
    """All that a ledger's worth of commands leaves behind."""

    alerts: list = field(default_factory=list)
    versions: Counter = field(default_factory=Counter)
    heard: dict = field(default_factory=dict)
    raised: set = field(default_factory=set)
    position: int = 0

    def copied(self):
        """A copy that no later command reaches into."""
        alerts = [replace(alert, holders=dict(alert.holders)) for alert in self.alerts]
        versions, heard, raised = Counter(self.versions), dict(self.heard), set(self.raised)
        return State(alerts, versions, heard, raised, self.position)


class Model:
    """Answer requests one after the other."""

    def __init__(self):
        self.state = State()
        self.answers = {}

    def handle(self, request):
        """Give ("answer", body, repeated) or ("refused", code); a refusal changes nothing."""
        known = self.answers.get(request.command_id)
        if known is not None:
            if known[0] != request.fingerprint:
                return "refused", "command.id_reused"
            return "answer", known[1], True
        before = self.state.copied()
        try:
            accepted = [self._act(command) for command in request.commands]
        except Refusal as refusal:
            self.state = before
            return "refused", str(refusal)
        position = {"position": self.state.position}
        if isinstance(request.commands[0], UpdateAlert | GiveAllClear | CorrectAlert):
            body = accepted[0] | position
        else:
            body = {"accepted": [said for said in accepted if said]} | position
        self.answers[request.command_id] = (request.fingerprint, body)
        return "answer", body, False

    def _act(self, command):
        match command:
            case RaiseAlert():
                return self._raise(command)
            case UpdateAlert():
                self._update(command, self._named(command))
            case GiveAllClear() | CorrectAlert():
                alert = self._named(command)
                if alert is not None:
                    self._end(command, alert)
            case GiveOwnAllClear():
                alert = self._find(command)
                if alert is not None and command.sender in alert.holders:
                    self._end(command, alert)
                return None
            case BeginCoverage() | EndCoverage():
                self._cover(command)
                return None
        return {"id": command.alert, "version": self.state.versions[command.area]}

    def _raise(self, command):
        near = [a for a in self.state.alerts if related(a.area, command.area)]
        if command.status is not Status.ACTUAL and any(a.status is Status.ACTUAL for a in near):
            raise Refusal("alert.drill_during_actual")
        alert = self._find(command)
        if alert is not None:
            self._join(command, alert)
        else:
            if command.status is Status.ACTUAL:
                for drill in near:
                    if drill.status is not Status.ACTUAL:
                        self.state.alerts.remove(drill)
                        self._step(drill.area)
            version = self._step(command.area)
            mark = sha256(command.command_id.encode()).hexdigest()[:8]
            alert = Alert(
                f"{command.area}-{version}-{mark}",
                command.area,
                command.hazard,
                command.status,
                command.level,
                command.at,
                version,
                command.threat,
                command.text,
                holders={command.sender: command.rank},
            )
            self.state.alerts.append(alert)
            self.state.raised.add(alert.id)
        return {"area": alert.area, "id": alert.id, "version": alert.version}

    def _join(self, command, alert):
        official = alert.official
        if alert.holders.get(command.sender) not in {command.rank, Rank.AUTHORITY}:
            alert.holders[command.sender] = command.rank
            alert.version = self._step(alert.area)
        decides = command.rank is Rank.AUTHORITY or not official
        before = (alert.level, alert.threat, alert.text)
        if command.level is Level.WARNING:
            alert.level = Level.WARNING
        if command.threat and (decides or not alert.threat):
            alert.threat = command.threat
        if command.text and (decides or not alert.text):
            alert.text = command.text
        if before != (alert.level, alert.threat, alert.text):
            alert.version = self._step(alert.area)

    def _update(self, command, alert):
        if alert is None:
            raise Refusal("alert.over")
        if not self._may_touch(command, alert):
            raise Refusal("alert.held_by_another")
        before = copy.copy(alert)
        for name in ("level", "threat", "reason"):
            setattr(alert, name, getattr(command, name) or getattr(alert, name))
        if command.text is not None:
            alert.text = command.text
        if alert != before:
            alert.version = self._step(alert.area)

    def _end(self, command, alert):
        mine = alert.holders.get(command.sender)
        own_word = mine is command.rank or (mine is not None and command.rank is Rank.AUTHORITY)
        if not own_word and not self._may_touch(command, alert):
            raise Refusal("alert.held_by_another")
        official = alert.official
        if mine is not None:
            del alert.holders[command.sender]
        if official:
            stands = alert.official
        else:
            stands = command.rank is Rank.OBSERVER and bool(alert.holders)
        if not stands:
            self.state.alerts.remove(alert)
        alert.version = self._step(alert.area)

    def _cover(self, command):
        key = (command.area, command.sender)
        rank = self.state.heard.get(key)
        if isinstance(command, BeginCoverage):
            if rank in {command.rank, Rank.AUTHORITY}:
                return
            self.state.heard[key] = command.rank
        elif self.state.heard.pop(key, None) is None:
            return
        self._step(command.area)

    def _may_touch(self, command, alert):
        """An authority touches what it holds and what only observers hold; an observer its own."""
        if not alert.official:
            return command.rank is Rank.AUTHORITY or command.sender in alert.holders
        return command.rank is Rank.AUTHORITY and command.sender in alert.holders

    def _named(self, command):
        if command.alert not in self.state.raised:
            raise Refusal("alert.unknown")
        return next((a for a in self.state.alerts if a.id == command.alert), None)

    def _find(self, command):
        wanted = (command.area, command.hazard, command.status)
        for alert in self.state.alerts:
            if (alert.area, alert.hazard, alert.status) == wanted:
                return alert
        return None

    def _step(self, area):
        self.state.versions[area] += 1
        self.state.position += 1
        return self.state.versions[area]


def as_said(standing):
    """One alert of a board, or of the model, as a tuple that both can be compared by."""
    if isinstance(standing, Alert):
        holders = sorted((s, r.value) for s, r in standing.holders.items())
    else:
        holders = sorted((h.sender, h.rank.value) for h in standing.holders)
    words = json.dumps(standing.text, sort_keys=True)
    return (
        standing.id,
        standing.area,
        standing.hazard,
        standing.status,
        standing.level,
        standing.since,
        standing.version,
        standing.threat,
        words,
        standing.reason,
        tuple(holders),
    )
