"""
Goal: a frame is what every reader of server-sent events reads, and a place is read back as written.

Method: properties; frames are read by the client's own reader, which knows the standard and not
this module.
"""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from tocsin.client.stream import read_frames
from tocsin.kernel.wire import RELATIONS, Place, encode, parse_place, related, sse

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
