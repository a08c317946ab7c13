"""
Goal: whatever room an event is of, it comes back from the ledger as it went in, in canonical JSON.

Method: a room made for the test, there and back; the rooms' own facts are in their `test_codec`.
"""

from __future__ import annotations

import json

import msgspec
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from tocsin.kernel.errors import Corrupt
from tocsin.kernel.words import Status
from tocsin.ledger.event import seal
from tocsin.ledger.facts import Facts

AT = "2023-01-26T05:45:43.000Z"


class BellRung(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    tower: str
    strokes: int = 1


class BellEvent(msgspec.Struct, frozen=True):
    id: str
    area: str
    version: int
    status: Status
    sender: str
    at: str
    fact: BellRung


BELLS = Facts("bells", [BellRung], BellEvent, lambda said: Corrupt("bell.unreadable_event", said))


def recorded(event):
    return seal(7, event.id[-8:], "c", BELLS.encode(event), AT, "0" * 64)


def rung(**fact):
    return BellEvent("TOWN-3-0123abcd", "TOWN", 3, Status.TEST, "sexton", AT, BellRung(**fact))


@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(1, 2**53 - 1))
def test_an_event_comes_back_as_it_went_in_and_is_written_canonically(tower, strokes):
    event = rung(tower=tower, strokes=strokes)
    new = BELLS.encode(event)

    assert (new.room, new.kind, new.status) == ("bells", "BellRung", "Test")
    assert new.body.encode() == rfc8785.dumps(json.loads(new.body))
    assert BELLS.decode(recorded(event)) == event


@pytest.mark.parametrize(
    "broken", [{"kind": "BellCracked"}, {"body": "{}"}, {"status": "Perhaps"}, {"body": "["}]
)
def test_what_cannot_be_read_is_told_by_the_rooms_own_code(broken):
    with pytest.raises(Corrupt, match=r"bell\.unreadable_event.*Event 7"):
        BELLS.decode(recorded(rung(tower="t"))._replace(**broken))
