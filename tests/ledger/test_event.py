"""
An event's name and hash: the same columns give the same hash, and any other columns another.

Method: the hash is written out again from the rule in the module's docstring; drawn events are
changed in one column, or text is moved from one column to its neighbour.
"""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from tocsin.kernel.errors import Malformed
from tocsin.ledger.event import (
    GENESIS,
    NewEvent,
    Recorded,
    command_mark,
    digest_of,
    event_id,
    seal,
)

AT = "2023-01-26T05:45:43.000Z"
words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n"), max_size=9)
events = st.builds(
    NewEvent, words, words, st.integers(1, 9), words, words, words, st.just(AT), words
)


def sealed(new, position=1, command="c", prev=GENESIS):
    return seal(position, command_mark(command), command, new, AT, prev)


@given(events, st.integers(1, 2**40), words)
def test_the_hash_is_over_all_columns_before_it_each_on_its_line(new, position, command):
    event = sealed(new, position, command)
    lines = (
        f"{position}", event.id, command, new.room, new.area, f"{new.version}", new.kind,
        new.status, new.sender, AT, AT, new.body, GENESIS,
    )  # fmt: skip
    assert event.hash == sha256("\n".join(lines).encode()).hexdigest() == digest_of(event)
    assert event.id == f"{new.area}-{new.version}-{sha256(command.encode()).hexdigest()[:8]}"


@given(events, st.sampled_from(Recorded._fields[:-1]), words)
def test_a_change_in_any_column_shows(new, column, text):
    event = sealed(new)
    value = 99 if column in {"position", "version"} else text
    changed = event._replace(**{column: value})
    assert (digest_of(changed) == event.hash) == (changed == event)


@given(events, st.integers(0, 12), st.sampled_from(["\n", "\n\n", "x\ny", "\ud800", "\udfff"]))
def test_text_that_could_be_taken_for_another_event_is_refused(new, place, text):
    column = ("room", "area", "kind", "status", "sender", "body")[place % 6]
    with pytest.raises(Malformed, match=r"ledger\.not_one_line"):
        sealed(structs.replace(new, **{column: getattr(new, column)[:place] + text}))


def test_a_fork_that_decided_otherwise_has_other_ids():
    one, other = command_mark("f3b6a1de-0000-4000-8000-000000000001"), command_mark("another")
    assert event_id("UA", 1, one) != event_id("UA", 1, other)
    assert len(one) == 8


def test_an_event_tells_when_it_happened():
    event = sealed(NewEvent("alerts", "UA", 1, "AlertRaised", "Actual", "kmva", AT, "{}"))
    assert event.happened().isoformat() == "2023-01-26T05:45:43+00:00"
