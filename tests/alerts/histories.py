"""
Histories for properties: lists of recorded events that the room itself decided.

Moments are drawn in any order, so events recorded late are the rule and not the exception.
"""

from __future__ import annotations

from hypothesis import strategies as st
from tests.alerts.country import areas
from tests.alerts.sayings import (
    MILITARY,
    RADIO,
    RESCUERS,
    VOLUNTEERS,
    Room,
    all_clear,
    an_id,
    begin,
    correct,
    end,
    minute,
    own_all_clear,
    sound,
    update,
)

from tocsin.alerts.codec import encode
from tocsin.alerts.messages import Hazard, Level, Threat
from tocsin.kernel.errors import Refused
from tocsin.kernel.words import Status
from tocsin.ledger.event import GENESIS, seal

WHO = (MILITARY, RESCUERS, VOLUNTEERS, RADIO)


def recorded_events(events, after=0):
    """Give decided events their places, as a ledger would."""
    sealed, prev = [], GENESIS
    for position, event in enumerate(events, start=after + 1):
        mark = event.id.rsplit("-", 1)[1]
        sealed.append(seal(position, mark, an_id(), encode(event), minute(0), prev))
        prev = sealed[-1].hash
    return sealed


AROUND_THE_HOUR = st.integers(-60, 60)


@st.composite
def histories(draw, *, minutes=AROUND_THE_HOUR, at_most=25):
    """Draw a history: what was refused has left no trace in it."""
    room, raised = Room(), []
    for _ in range(draw(st.integers(0, at_most))):
        command = draw(_commands(raised, minutes))
        try:
            events = room.tell(command)
        except Refused:
            continue
        raised += [event.id for event in events if type(event.fact).__name__ == "AlertRaised"]
    return recorded_events(room.events)


@st.composite
def _commands(draw, raised, minutes):
    who, area, at = draw(st.sampled_from(WHO)), draw(areas), draw(minutes)
    hazard = draw(st.sampled_from([Hazard.AIR_RAID, Hazard.FLOOD]))
    kinds = ["raise", "raise", "drill", "begin", "end", "own"]
    if raised:
        kinds += ["clear", "clear", "correct", "update"]
        alert = draw(st.sampled_from(raised))
    match draw(st.sampled_from(kinds)):
        case "raise":
            return sound(who, area, hazard, draw(st.sampled_from(Level)), at=at)
        case "drill":
            return sound(who, area, hazard, status=Status.EXERCISE, at=at)
        case "begin":
            return begin(who, area, at=at)
        case "end":
            return end(who, area, at=at)
        case "own":
            return own_all_clear(who, area, hazard, at=at)
        case "clear":
            return all_clear(alert, who, at=at, estimated=draw(st.booleans()))
        case "correct":
            return correct(alert, who, at=at)
        case "update":
            return update(alert, who, threat=draw(st.sampled_from(Threat)), at=at)
    raise AssertionError
