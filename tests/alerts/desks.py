"""
A desk over a ledger that can be made to fail, and short ways to ask it.
"""

from __future__ import annotations

import json
from datetime import timedelta

from tests.alerts.country import GAZETTEER
from tests.alerts.sayings import MILITARY, RUSH_HOUR, an_id, minute, request, sound
from tests.contract.memory_ledger import MemoryLedger

from tocsin.authority.messages import IssueToken, RevokeToken
from tocsin.authority.remit import ALERTS_WRITE, Grant, Remit
from tocsin.commands import Desk
from tocsin.kernel.errors import TocsinError, Unavailable
from tocsin.kernel.ids import AreaCode, SenderId
from tocsin.kernel.words import Rank


class UnsteadyLedger(MemoryLedger):
    """A ledger that sometimes cannot write, and into which somebody else writes sometimes."""

    def __init__(self, shelf):
        super().__init__(shelf)
        self.failing = False
        self.before_append = None

    def append(self, batches, recorded_at):
        if self.before_append is not None:
            act, self.before_append = self.before_append, None
            act()
        if self.failing:
            raise Unavailable("ledger.disk_full", "The disk is full.")
        return super().append(batches, recorded_at)


class BackwardClock:
    """A server clock that runs the wrong way, since no rule may depend on it."""

    def __init__(self):
        self._moment = RUSH_HOUR

    def now(self):
        self._moment -= timedelta(minutes=7)
        return self._moment


def restarted(shelf):
    desk = Desk(UnsteadyLedger(shelf), GAZETTEER, BackwardClock())
    desk.catch_up()
    return desk


def ask(desk, *commands, **more):
    """One request alone: its answer, or its error raised."""
    (answer,) = desk.handle([request(*commands, **more)])
    if isinstance(answer, TocsinError):
        raise answer
    return answer


def body(answer):
    return json.loads(answer.body)


def raised(desk, *args, **more):
    """Raise one alert and tell its id."""
    return body(ask(desk, sound(*args, **more)))["accepted"][0]["id"]


def kinds(shelf):
    return [event.kind for event in shelf.events]


def allowed(area="LAND", who=MILITARY, power=ALERTS_WRITE):
    return Grant(*who, Remit(power, AreaCode(area)))


def a_token(**more):
    """What the operator at the machine says to let an organisation speak."""
    who = {"sender": SenderId("operator"), "area": AreaCode("LAND"), "at": minute(0)}
    token = {"token": "0123456789ab", "name": SenderId("military"), "rank": Rank.AUTHORITY}
    secret = {"power": ALERTS_WRITE, "secret_sha256": "0" * 64}
    return IssueToken(**{"command_id": an_id(), **who, **token, **secret, **more})


def revocation(**more):
    """What the operator says to take that token back."""
    who = {"sender": SenderId("operator"), "area": AreaCode("LAND"), "at": minute(9)}
    return RevokeToken(**{"command_id": an_id(), **who, "token": "0123456789ab", **more})
