"""
Frames are what WHATWG HTML, section 9.2, reads back, and a place survives being written down.

Method: whatever is framed is read again by the rules of the standard, written here in a few
lines; places are written and parsed at random, and what is no place is none.
"""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.kernel.wire import Place, encode, parse_place, related, sse
from tocsin.kernel.words import Relation

texts = st.text(st.characters(codec="utf-8"))
places = st.builds(
    Place, st.text("0123456789abcdef", min_size=16, max_size=16), st.integers(0, 10**18 - 1)
)
messages = st.dictionaries(texts, texts | st.integers() | st.booleans() | st.none(), min_size=1)


def read_back(frame):
    """Read one frame as a browser does: fields by line, the event at the empty line."""
    text = frame.decode()
    assert text.endswith("\n\n")
    assert "\r" not in text
    fields = dict(line.split(": ", 1) for line in text[:-2].split("\n"))
    return fields["event"], fields.get("id"), json.loads(fields["data"])


@given(places)
def test_a_place_that_was_written_down_is_the_same_place(place):
    assert parse_place(str(place)) == place


@pytest.mark.parametrize(
    "text",
    ["", "5", ":5", "abc:", "abc:-1", "abc:5x", "abc:٥", "abc:" + "9" * 19, "abc:1.5"],
)
def test_what_is_no_place_is_none(text):
    assert parse_place(text) is None


@given(texts)
def test_no_text_that_a_stranger_sends_breaks_the_parser(text):
    place = parse_place(text)

    assert place is None or parse_place(str(place)) == place


@given(messages, places | st.none())
def test_a_frame_is_one_event_whatever_it_says(data, place):
    event, written, said = read_back(sse("alert", encode(data), place))

    assert (event, said) == ("alert", data)
    assert written == (None if place is None else str(place))


@given(messages, st.sampled_from(Relation))
def test_a_message_says_how_its_area_lies_and_is_otherwise_unchanged(data, relation):
    said = json.loads(related(encode(data), relation))

    assert said == {"relation": relation.value} | data
