"""
Server-sent events are read as they stand, however the bytes are cut.

Method: frames made by the server's own code, cut at random places; then what no server sends.
"""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.client.stream import Event, Frame, read_event, read_frames
from tocsin.kernel.errors import Malformed, Unavailable
from tocsin.kernel.wire import Place, encode, sse

WORDS = {"position": 3, "text": {"uk": "Тривога\u2028рядок", "en": "two\nlines"}}

frames = st.lists(
    st.tuples(
        st.sampled_from(["alert", "board", "heartbeat"]),
        st.dictionaries(st.text(max_size=5), st.text(max_size=20), max_size=3),
        st.none() | st.integers(0, 10**6).map(lambda n: Place("0123456789abcdef", n)),
    ),
    max_size=6,
)


@given(frames, st.data())
def test_frames_are_read_the_same_however_the_bytes_are_cut(told, data):
    whole = b"".join(sse(name, encode(body), place) for name, body, place in told)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=8)))
    chunks = [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)]

    read = list(read_frames(chunks))

    assert [frame.event for frame in read] == [name for name, _, _ in told]
    assert [json.loads(frame.data) for frame in read] == [body for _, body, _ in told]


def test_a_place_holds_until_the_next_one():
    first = sse("alert", b"{}", Place("e", 4))
    read = list(read_frames([first, sse("heartbeat", b"{}")]))
    assert [frame.id for frame in read] == ["e:4", "e:4"]


def test_an_event_that_the_end_cuts_short_is_left_out():
    assert list(read_frames([b"event: alert\ndata: {}\n"])) == []


def test_comments_and_unknown_fields_are_passed_over():
    (frame,) = read_frames([b": hello\r\nevent: board\r\nshape: round\r\ndata: {}\r\n\r\n"])
    assert frame == Frame("board", "{}", "", None)


def test_a_server_may_say_how_long_to_wait():
    (frame,) = read_frames([b"retry: 2500\n\n"])
    assert frame.retry_ms == 2500


def test_an_event_without_an_end_is_refused_before_the_memory_is_full():
    endless = (b"data: " + b"x" * 1_000_000 for _ in range(100))
    with pytest.raises(Unavailable, match=r"stream\.too_large"):
        list(read_frames(endless))


@given(st.text(max_size=30))
def test_what_is_no_json_object_is_unreadable(text):
    frame = Frame("board", text or "x", "", None)
    try:
        readable = isinstance(json.loads(frame.data), dict)
    except (ValueError, RecursionError):
        readable = False
    if readable:
        assert read_event(frame).data == json.loads(text)
    else:
        with pytest.raises(Malformed, match=r"stream\.unreadable"):
            read_event(frame)


def test_a_word_about_waiting_is_no_event():
    assert read_event(Frame("message", "", "", 500)) is None


def test_an_event_knows_its_place():
    assert read_event(Frame("alert", "{}", "e:4", None)) == Event("alert", Place("e", 4), {})
