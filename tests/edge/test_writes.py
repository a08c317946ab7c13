"""
Goal: one that fails stops nobody after it, and is named.

Method: pipes and sockets that are full, closed or well, in any order.
"""

from __future__ import annotations

import os
import socket

from hypothesis import given
from hypothesis import strategies as st

from tocsin.edge.writes import end, pull, push, write_plain


def _pipe(state):
    read_end, write_end = os.pipe()
    os.set_blocking(write_end, False)
    if state == "full":
        os.write(write_end, b"x" * 65_536)
    elif state == "nearly full":  # A pipe takes more than a page in parts.
        os.write(write_end, b"x" * (65_536 - 4_096))
    elif state == "broken":
        os.close(read_end)
        read_end = None
    return read_end, write_end


@given(st.lists(st.sampled_from(["well", "full", "nearly full", "broken"]), max_size=12))
def test_each_is_written_once_and_those_that_did_not_take_it_whole_are_named(states):
    pipes = [_pipe(state) for state in states]
    untaken = write_plain([write_end for _, write_end in pipes], b"f" * 5_000)
    by_state = {
        state: [pipe for pipe, s in zip(pipes, states, strict=True) if s == state]
        for state in set(states)
    }

    assert sorted(untaken.broken) == sorted(w for _, w in by_state.get("broken", []))
    assert sorted(untaken.short) == sorted(
        [(w, 0) for _, w in by_state.get("full", [])]
        + [(w, 4_096) for _, w in by_state.get("nearly full", [])]
    )
    for read_end, _ in by_state.get("well", []):
        assert os.read(read_end, 65_536) == b"f" * 5_000
    for read_end, write_end in pipes:
        os.close(write_end)
        if read_end is not None:
            os.close(read_end)


def test_what_is_pushed_and_not_taken_is_left_over():
    here, there = socket.socketpair()
    here.setblocking(False)
    there.setblocking(False)
    data = memoryview(os.urandom(1_000_000))
    got = b""
    while data:
        data = push(here.fileno(), data)
        got += pull(there.fileno(), 65_536) or b""
    while more := pull(there.fileno(), 65_536):
        got += more

    assert len(got) == 1_000_000
    assert pull(there.fileno(), 1) is None
    end(here.detach())
    assert pull(there.fileno(), 1) == b""
    there.close()
