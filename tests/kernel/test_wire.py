"""
Goal: a frame is what every reader of server-sent events reads, and a place is read back as written.

Method: properties; frames are read by the client's own reader, which knows the standard and not
this module.
"""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.client.stream import read_frames
from tocsin.kernel.wire import (
    RELATIONS,
    Form,
    Place,
    encode,
    frame,
    parse_place,
    related,
    sse,
    text_frame,
)

epochs = st.text("0123456789abcdef", min_size=16, max_size=16)
places = st.builds(Place, epochs, st.integers(0, 10**18 - 1))
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
data = st.dictionaries(
    st.text(min_size=1).filter(lambda name: name != "relation"), values, min_size=1
)
names = st.from_regex(r"[a-z-]{1,12}", fullmatch=True)


@given(places)
def test_a_place_is_read_back_as_it_was_written(place):
    assert parse_place(str(place)) == place
    assert parse_place(f"  {place}\r") == place


@given(st.text(max_size=40))
def test_any_text_is_a_place_or_none(text):
    place = parse_place(text)

    assert place is None or (place.epoch and 0 <= place.position < 10**18)


def test_what_only_looks_like_a_place_is_none():
    for text in ("", ":", "e:", ":1", "e:-1", "e:+1", "e:1.0", "e:٣", "e: 1", "e:" + "9" * 19, "e"):
        assert parse_place(text) is None, text


@given(names, data, st.none() | places, st.sampled_from(RELATIONS), st.integers(1, 50))
def test_a_frame_is_read_as_one_event_however_it_is_cut(name, said, place, relation, size):
    frame = sse(name, related(encode(said), relation), place)
    cut = [frame[at : at + size] for at in range(0, len(frame), size)]
    (read,) = read_frames(cut)

    assert read.event == name
    assert read.id == ("" if place is None else str(place))
    assert json.loads(read.data) == {"relation": relation.value, **said}


@given(st.lists(st.tuples(names, data), max_size=5))
def test_frames_one_after_the_other_are_as_many_events(said):
    frames = b"".join(sse(name, encode(what)) for name, what in said)

    assert [(f.event, json.loads(f.data)) for f in read_frames([frames])] == said


@given(data)
def test_encoded_data_is_one_line_of_text(said):
    text = encode(said)

    assert b"\n" not in text
    assert b"\r" not in text
    assert json.loads(text) == said


@given(names, data, places | st.none())
def test_a_line_of_json_says_what_a_server_sent_event_says(event, said, place):
    line = frame(Form.NDJSON, event, encode(said), place)

    assert line.count(b"\n") == 1
    assert json.loads(line) == {"event": event, "id": str(place) if place else None, "data": said}


@given(st.integers(0, 70_000))
def test_a_text_frame_tells_its_size_in_as_few_bytes_as_the_standard_allows(size):
    framed = text_frame(b"x" * size)

    opcode, second, rest = framed[0], framed[1], framed[2:]
    wide = {126: 2, 127: 8}.get(second, 0)
    told = int.from_bytes(rest[:wide], "big") if wide else second
    assert (opcode, told, len(rest) - wide) == (0x81, size, size)
    assert wide == (0 if size < 126 else 2 if size < 65_536 else 8)


def test_a_feed_is_not_framed_but_handed_on():
    with pytest.raises(ValueError, match="feed"):
        frame(Form.FEED, "board", b"{}")
