"""
Goal: what a room decided is read back as it was, its body is RFC 8785 to the byte, and what cannot
be read is named as corruption and never skipped.

Method: properties over every kind of fact with any text, against the `rfc8785` package.
"""

from __future__ import annotations

import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from tests.alerts.country import areas
from tests.alerts.sayings import an_id, minute

from tocsin.alerts import messages
from tocsin.alerts.codec import FACTS, ROOM, decode, encode
from tocsin.alerts.messages import AlertEvent, AlertRaised, Hazard, Level, Threat
from tocsin.kernel.errors import Corrupt
from tocsin.kernel.ids import AlertId, SenderId
from tocsin.kernel.words import Rank, Status
from tocsin.ledger.event import GENESIS, command_mark, event_id, seal

languages = st.sampled_from(["uk", "en", "crh", "pl", "ro", "hu"])
texts = st.dictionaries(languages, st.text(), max_size=6)
ids = st.builds("{}-{}-0123abcd".format, areas, st.integers(1, 99)).map(AlertId)
MEMBERS = {
    "hazard": st.sampled_from(Hazard),
    "level": st.sampled_from(Level),
    "rank": st.sampled_from(Rank),
    "threat": st.none() | st.sampled_from(Threat),
    "text": texts,
    "wording": st.integers(1, 2**31),
    "alert": ids,
    "reason": st.text(),
    "estimated": st.booleans(),
}


def any_fact(kind):
    return st.builds(kind, **{name: MEMBERS[name] for name in kind.__struct_fields__})


@st.composite
def events(draw):
    area, version, mark = draw(areas), draw(st.integers(1, 10_000)), command_mark(an_id())
    return AlertEvent(
        event_id(area, version, mark),
        area,
        version,
        draw(st.sampled_from(Status)),
        SenderId("military"),
        minute(draw(st.integers(-1000, 1000))),
        draw(st.one_of([any_fact(kind) for kind in FACTS])),
    )


def recorded(event, *, body=None, kind=None):
    mark = event.id.rsplit("-", 1)[1]
    sealed = seal(1, mark, an_id(), encode(event), minute(0), GENESIS)
    changes = {"body": body, "kind": kind}
    return sealed._replace(**{name: value for name, value in changes.items() if value is not None})


@given(events())
def test_what_is_written_is_read_back_as_it_was(event):
    assert decode(recorded(event)) == event


@given(events())
def test_a_body_is_canonical_json_to_the_byte(event):
    body = encode(event).body
    assert body.encode() == rfc8785.dumps(json.loads(body))


@given(events())
def test_a_body_repeats_no_column(event):
    columns = {"area", "version", "status", "sender", "at", "id", "kind", "room"}
    assert columns.isdisjoint(json.loads(encode(event).body))


def test_every_fact_of_the_room_can_be_read():
    facts = {
        kind
        for kind in vars(messages).values()
        if isinstance(kind, type) and issubclass(kind, messages.Fact) and kind is not messages.Fact
    }
    assert set(FACTS) == facts


RAISED = AlertEvent(
    event_id("PORT", 1, "0123abcd"),
    "PORT",
    1,
    Status.ACTUAL,
    SenderId("military"),
    minute(0),
    AlertRaised(hazard=Hazard.AIR_RAID, level=Level.WARNING, rank=Rank.AUTHORITY),
)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "null",
        "[]",
        "{}",
        "{",
        '{"hazard":"air_raid","level":"warning"}',
        '{"hazard":"meteor","level":"warning","rank":"authority"}',
        '{"hazard":"air_raid","level":"warning","rank":"king"}',
        '{"hazard":"air_raid","level":"warning","rank":"authority","text":{"uk":1}}',
        '{"hazard":"air_raid","level":"warning","rank":"authority","wording":"one"}',
    ],
)
def test_a_body_that_does_not_fit_its_kind_is_corruption(body):
    with pytest.raises(Corrupt, match=r"alert\.unreadable_event"):
        decode(recorded(RAISED, body=body))


@given(st.text())
def test_any_other_text_in_a_body_is_corruption(body):
    # No text at random is a whole alert.
    with pytest.raises(Corrupt, match=r"alert\.unreadable_event"):
        decode(recorded(RAISED, body=body))


@pytest.mark.parametrize("kind", ["AlertForgotten", "alertraised", "", "ReplayMarked"])
def test_an_unknown_kind_is_corruption_and_not_an_event_to_skip(kind):
    with pytest.raises(Corrupt, match=r"alert\.unreadable_event"):
        decode(recorded(RAISED, kind=kind))


def test_an_unknown_status_is_corruption():
    strange = recorded(RAISED)._replace(status="Draft")
    with pytest.raises(Corrupt, match=r"alert\.unreadable_event"):
        decode(strange)


def test_the_events_of_the_room_say_so():
    assert encode(RAISED).room == ROOM == "alerts"
