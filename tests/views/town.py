"""
A town with shelters for tests: a desk on a ledger in memory, and what is shown of it.

No test is here. The country is that of `tests.alerts.country`; whatever is said of shelters is
decided by the desk itself, so everything here could have happened.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import msgspec
from tests.alerts.country import GAZETTEER
from tests.contract.memory_ledger import MemoryLedger
from tests.shelters.sayings import NOON, door, edition, listing

from tocsin.areas.geometry import Outlines
from tocsin.commands import Desk, Request, fingerprint
from tocsin.delivery.audience import Audience
from tocsin.kernel.errors import TocsinError
from tocsin.kernel.ids import CommandId
from tocsin.shelters.shelter import Shelter
from tocsin.views.live import Live
from tocsin.views.projections import Projections
from tocsin.views.shelters import Shelters

LAT, LON = 50.45, 30.52
METRE = 1 / 111_195
"""Of latitude, in degrees."""


class Clock:
    """A clock that a test sets, in seconds after noon."""

    def __init__(self):
        self.seconds = 0

    def now(self):
        return NOON + timedelta(seconds=self.seconds)


class Town:
    """A ledger, the desk that writes it, and what is shown of it."""

    def __init__(self, walks=None):
        self.clock = Clock()
        self.ledger = MemoryLedger()
        self.desk = Desk(self.ledger, GAZETTEER, self.clock)
        self.projections = Projections.load(self.ledger)
        self.live = Live(
            ledger=self.ledger,
            gazetteer=GAZETTEER,
            outlines=Outlines(GAZETTEER, None),
            clock=self.clock,
            board=self.projections.board,
            history=self.projections.history,
            topics=Audience(GAZETTEER).topics,
        )
        self.view = Shelters(self.projections.shelters, self.live, walks)

    def say(self, *commands, grant=None):
        """Let the desk decide, and show what it recorded; each command gets an id of its own."""
        for command in commands:
            name = CommandId(str(uuid4()))
            one = msgspec.structs.replace(command, command_id=name)
            (answer,) = self.desk.handle([Request(name, [one], fingerprint(name), grant)])
            if isinstance(answer, TocsinError):
                raise answer
        self.projections.catch_up(self.ledger)

    def lists(self, *listings, area="PORT"):
        """List these shelters, and no others, in one area."""
        areas = {one.id: area for one in listings}
        self.say(edition(*listings, areas=areas, fewer=True))

    def get(self, name) -> Shelter:
        """Give a shelter, whoever may know of it."""
        found = self.projections.shelters.get(name)
        assert found is not None, name
        return found


def near(number, metres, **more):
    """List a shelter so many metres north of the square."""
    return listing(number, entrances=(door(LAT + metres * METRE, LON),), **more)
