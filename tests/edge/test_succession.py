"""
Goal: connections change hands all at once or not at all, whoever dies, and whenever.

Method: the two ends of a link, each in a thread of its own, and pipes for connections: what is
written into one says whose it is. Each end is ended after each step that there is. What is handed
over is drawn at random; so is what a predecessor of another version might send.
"""

from __future__ import annotations

import os
import resource
import socket
import threading
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.edge import succession
from tocsin.edge.succession import Connection, ask_to_wait, close_all, hand_over, receive
from tocsin.kernel.errors import Unavailable
from tocsin.kernel.wire import Form, Place

PLACE = Place("0123456789abcdef", 42)
PLAIN = Connection(Form.SSE)


def open_files():
    return len(list(Path("/proc/self/fd").iterdir()))


@contextmanager
def both_ends():
    here, there = socket.socketpair()
    with here, there:
        yield here, there


@contextmanager
def pipes(count):
    """Give pipes; the writing ends are what changes hands."""
    made = [os.pipe() for _ in range(count)]
    try:
        yield [reading for reading, _ in made], [writing for _, writing in made]
    finally:
        close_all(end for pair in made for end in pair)


def handed_over(link, place, handed, within_s=30.0):
    """Hand over in a thread; what came of it is in the list when that has ended."""
    came = []
    thread = threading.Thread(
        target=lambda: came.append(hand_over(link, place, handed, within_s)), daemon=True
    )
    thread.start()
    return thread, came


connections = st.builds(
    Connection,
    form=st.none() | st.sampled_from(Form),
    areas=st.lists(st.text("ABC0123456789", min_size=1, max_size=12), max_size=5).map(tuple),
    actuator=st.booleans(),
    missed=st.booleans(),
    rest=st.binary(max_size=500),
)


@given(st.lists(connections, max_size=8), st.none() | st.just(PLACE))
@settings(max_examples=30)
def test_each_connection_arrives_with_what_it_listens_to(told, place):
    with both_ends() as (here, there), pipes(len(told)) as (readings, writings):
        thread, came = handed_over(here, place, list(zip(writings, told, strict=True)))
        inheritance = receive(there)
        thread.join(30)

        assert came == [True]
        assert inheritance.place == place
        assert [connection for _, connection in inheritance.connections] == told
        for number, (descriptor, _) in enumerate(inheritance.connections):
            assert not os.get_inheritable(descriptor)
            os.write(descriptor, b"%d" % number)
            assert os.read(readings[number], 9) == b"%d" % number
        close_all(descriptor for descriptor, _ in inheritance.connections)


def test_a_thousand_go_in_batches_that_the_kernel_lets_through():
    with both_ends() as (here, there), Path(os.devnull).open("wb") as null:
        thread, came = handed_over(here, PLACE, [(null.fileno(), PLAIN)] * 1_001)
        inheritance = receive(there)
        thread.join(30)
        close_all(descriptor for descriptor, _ in inheritance.connections)

    assert came == [True]
    assert len(inheritance.connections) == 1_001


def test_long_rests_go_in_more_batches(monkeypatch):
    monkeypatch.setattr(succession, "BATCH_BYTES", 1_000)
    told = [Connection(Form.FEED, rest=b"x" * 700)] * 5
    with both_ends() as (here, there), pipes(5) as (_, writings):
        thread, came = handed_over(here, PLACE, list(zip(writings, told, strict=True)))
        inheritance = receive(there)
        thread.join(30)
        close_all(descriptor for descriptor, _ in inheritance.connections)

    assert (came, [one for _, one in inheritance.connections]) == ([True], told)


# --- Whoever dies ---------------------------------------------------------------------------------

STEPS = ["batch", "got", "batch", "got", "batch", "got", "all", "got", "yours"]
"""What passes for five connections, two in a batch."""


def follow(link, steps):
    """Go so many steps as a successor, and give what has been got; then die."""
    got = []
    until = succession.monotonic() + 30
    for step in STEPS[:steps]:
        if step == "got":
            link.sendall(b"+")
        else:
            _, _, descriptors = succession._hear(link, until)
            got += descriptors
    return got


@pytest.mark.parametrize("steps", range(len(STEPS) + 1))
def test_until_the_last_word_a_successor_that_dies_leaves_everything_as_it_was(steps, monkeypatch):
    monkeypatch.setattr(succession, "BATCH", 2)
    with both_ends() as (here, there), pipes(5) as (readings, writings):
        before = open_files()
        thread, came = handed_over(here, PLACE, [(one, PLAIN) for one in writings])
        close_all(follow(there, steps))  # As the kernel does it.
        there.shutdown(socket.SHUT_RDWR)
        thread.join(30)

        # The last word may have been on its way to one that died after saying that it has all.
        could_be = {len(STEPS): [[True]], len(STEPS) - 1: [[True], [False]]}
        assert came in could_be.get(steps, [[False]])
        assert open_files() == before
        for reading, writing in zip(readings, writings, strict=True):
            os.write(writing, b"still here")
            assert os.read(reading, 99) == b"still here"


@pytest.mark.parametrize("steps", range(len(STEPS)))
def test_a_successor_keeps_nothing_of_a_predecessor_that_dies_before_its_last_word(
    steps, monkeypatch
):
    monkeypatch.setattr(succession, "BATCH", 2)
    passed = []
    say = succession._say

    def mortal(link, until, kind, body=b"", descriptors=()):
        if len(passed) * 2 >= steps:
            raise OSError("dead")
        passed.append(kind)
        say(link, until, kind, body, descriptors)

    monkeypatch.setattr(succession, "_say", mortal)
    with both_ends() as (here, there), pipes(5) as (_, writings):
        before = open_files()
        thread, came = handed_over(here, PLACE, [(one, PLAIN) for one in writings])
        thread.join(0.05)
        if not thread.is_alive():
            here.shutdown(socket.SHUT_RDWR)
        else:
            threading.Thread(
                target=lambda: (thread.join(30), here.shutdown(socket.SHUT_RDWR)), daemon=True
            ).start()
        with pytest.raises(Unavailable, match=r"edge\.not_handed_over"):
            receive(there)
        thread.join(30)

        assert came == [False]
        assert open_files() == before


def test_a_successor_that_stands_still_is_waited_for_no_longer_than_that():
    with both_ends() as (here, _), pipes(1) as (_, writings):
        assert not hand_over(here, PLACE, [(writings[0], PLAIN)], within_s=0.02)
        assert not hand_over(here, PLACE, [(writings[0], PLAIN)], within_s=0.0)


def test_so_is_a_predecessor_that_does():
    with both_ends() as (_, there), pytest.raises(Unavailable, match=r"edge\.not_handed_over"):
        receive(there, within_s=0.02)


def test_a_successor_that_may_open_no_more_files_takes_none():
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    with both_ends() as (here, there), pipes(20) as (_, writings):
        before = open_files()
        thread, came = handed_over(here, PLACE, [(one, PLAIN) for one in writings])
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(writings) + 8, limits[1]))
        try:
            with pytest.raises(Unavailable, match=r"edge\.not_handed_over"):
                receive(there)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, limits)
        there.shutdown(socket.SHUT_RDWR)
        thread.join(30)

        assert came == [False]
        assert open_files() == before


# --- What else may be said ------------------------------------------------------------------------


def test_a_successor_is_told_what_it_has_to_know_first():
    with both_ends() as (here, there):
        ask_to_wait(here, PLACE)
        assert receive(there) == (PLACE, [], False)
    ask_to_wait(here, PLACE)  # One that is gone is told nothing.


def test_what_another_version_says_besides_is_passed_over():
    body = msgspec.json.encode(
        {"connections": [{"form": "sse", "mood": "calm"}], "weather": "fair"}
    )
    with both_ends() as (here, there), pipes(1) as (_, writings):
        socket.send_fds(here, [succession._HEAD.pack(b"B", len(body), 1)], writings)
        here.sendall(body + succession._HEAD.pack(b"A", 0, 0) + succession._HEAD.pack(b"Y", 0, 0))
        ((descriptor, connection),) = receive(there).connections
        close_all([descriptor])
    assert connection == PLAIN


@given(st.sampled_from([b"B", b"A", b"W", b"Z"]), st.binary(max_size=40), st.booleans())
@settings(max_examples=60)
def test_whatever_comes_instead_nothing_is_kept_of_it(kind, body, cut):
    before = open_files()
    with both_ends() as (here, there), pipes(1) as (_, writings):
        size = len(body) + (1 if cut else 0)
        descriptors = writings if kind == b"B" else []
        head = succession._HEAD.pack(kind, size, len(descriptors))
        socket.send_fds(here, [head], descriptors)
        here.sendall(body)
        here.shutdown(socket.SHUT_WR)
        with suppress(Unavailable):
            assert receive(there).connections == []
    assert open_files() == before


def test_a_batch_of_no_sensible_size_is_not_read():
    with both_ends() as (here, there):
        here.sendall(succession._HEAD.pack(b"B", succession.BODY_BYTES + 1, 0))
        with pytest.raises(Unavailable, match=r"edge\.not_handed_over"):
            receive(there)
