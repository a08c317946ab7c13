"""
Goal: of what a slow one was being told, exactly the rest of the frame begun is kept.

Method: joined frames cut at every byte; and the end of a real connection that does not read.
"""

from __future__ import annotations

import socket

from hypothesis import given
from hypothesis import strategies as st

from tocsin.edge.slow import (
    STALLED_S,
    TAKING_S,
    UNACKNOWLEDGED_BYTES,
    Behind,
    Part,
    laggards,
    rest_of,
    unacknowledged,
)

PARTS = st.lists(
    st.tuples(st.binary(min_size=1, max_size=9), st.booleans()), min_size=1, max_size=6
).map(lambda drawn: [Part(number, *one) for number, one in enumerate(drawn, 1)])


@given(PARTS, st.data())
def test_what_was_taken_and_the_rest_are_whole_frames_and_a_board_makes_up_for_the_others(
    parts, data
):
    whole = b"".join(part.frame for part in parts)
    taken = data.draw(st.integers(0, len(whole) - 1))
    rest, missed = rest_of(parts, whole, taken)
    told = whole[:taken] + bytes(rest)
    count = next(n for n in range(len(parts) + 1) if b"".join(p.frame for p in parts[:n]) == told)

    assert len(b"".join(part.frame for part in parts[: count - 1])) < taken or taken == 0
    assert (taken == 0) == (count == 0)
    assert missed == any(not part.lossy for part in parts[count:])


def _stuffed():
    here, there = socket.socketpair()
    here.setblocking(False)
    behind = Behind(here.fileno(), memoryview(b"x" * 1_000_000), missed=False, now=0.0)
    behind.write(0.0)
    return here, there, behind


def test_one_that_takes_nothing_has_stalled_and_one_that_takes_a_little_has_not():
    here, there, behind = _stuffed()
    assert behind.rest
    assert not behind.stalled(1.0)
    assert not behind.stalled(STALLED_S)
    there.recv(100_000)

    assert not behind.stalled(STALLED_S + 1.5)
    assert behind.write(STALLED_S + 2.0) > 0
    assert not behind.stalled(2 * STALLED_S)
    assert behind.stalled(3 * STALLED_S + 2.1)
    here.close()
    there.close()


def test_one_that_takes_a_frame_for_ever_has_stalled_as_well():
    here, there, behind = _stuffed()
    moments = range(1, int(TAKING_S) + 1)
    for now in moments:
        there.recv(1_000)
        behind.write(float(now))
        last = behind.stalled(float(now))

    assert last
    behind.begin(b"board", TAKING_S)
    assert not behind.stalled(TAKING_S + 1.0)
    here.close()
    there.close()


def test_the_kernel_tells_how_much_is_not_acknowledged():
    here, there = socket.socketpair()
    assert unacknowledged(here.fileno()) == 0
    here.send(b"x" * 1_000)

    assert unacknowledged(here.fileno()) >= 1_000
    here.close()
    there.close()


def test_who_has_not_acknowledged_much_is_found_among_those_who_have():
    (idle, _idle), (busy, _busy) = socket.socketpair(), socket.socketpair()
    busy.send(b"x" * UNACKNOWLEDGED_BYTES)
    idle.send(b"x")

    assert laggards([idle.fileno(), busy.fileno(), idle.fileno()]) == [busy.fileno()]
    for one in (idle, _idle, busy, _busy):
        one.close()
