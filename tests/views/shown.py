"""
What the views need to stand on: a ledger that holds a history, a clock, a country, and a view.

No test is here. The ledger is the one in memory that keeps the contract; its events were decided
by the room (`tests/alerts/histories.py`).
"""

from __future__ import annotations

from datetime import timedelta

from tests.alerts.country import GAZETTEER
from tests.alerts.sayings import RUSH_HOUR
from tests.contract.memory_ledger import MemoryLedger

from tocsin.areas.geometry import Outlines
from tocsin.delivery.audience import Audience
from tocsin.ledger.event import GENESIS, NewEvent, seal
from tocsin.views.live import Live
from tocsin.views.projections import Projections


class Clock:
    """A clock that a test sets, in minutes after the alarm in Kyiv."""

    def __init__(self, minutes=0):
        self.minutes = minutes

    def now(self):
        return RUSH_HOUR + timedelta(minutes=self.minutes)


def ledger_of(events=()):
    """A ledger that holds recorded events."""
    ledger = MemoryLedger()
    add(ledger, events)
    return ledger


def add(ledger, events):
    """Let a ledger hold more; they follow what it holds."""
    shelf = ledger.shelf
    for event in events:
        assert event.position == len(shelf.events) + 1
        shelf.events.append(event)
        shelf.areas.setdefault((event.room, event.area), []).append(event)


def of_another_room(ledger, kind="SomethingElse", room="elsewhere"):
    """Let something be recorded that is no alert."""
    events = ledger.shelf.events
    version = len(ledger.shelf.areas.get((room, "LAND"), [])) + 1
    new = NewEvent(room, "LAND", version, kind, "Actual", "operator", events[-1].happened_at
                   if events else "2023-01-26T05:45:43.000Z", "{}")  # fmt: skip
    prev = events[-1].hash if events else GENESIS
    add(ledger, [seal(len(events) + 1, "0" * 8, "x", new, new.happened_at, prev)])


def view_of(ledger, *, minutes=0, gazetteer=GAZETTEER):
    """A live view of a ledger, and the projections that feed it."""
    projections = Projections.load(ledger)
    live = Live(
        ledger=ledger,
        gazetteer=gazetteer,
        outlines=Outlines(gazetteer, None),
        clock=Clock(minutes),
        board=projections.board,
        history=projections.history,
        topics=Audience(gazetteer).topics,
    )
    return live, projections
