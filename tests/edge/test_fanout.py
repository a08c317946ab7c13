"""
Goal: everybody in a group gets each frame once, whole and in order, or a board; nobody waits.

Method: real connections with small windows, and a loop that the test turns. Examples act between
two slices of a broadcast: leaving, coming, stalling, a descriptor that the kernel gives to
somebody else. Then a random history, after which each reader's own stream must show no gap but
before a board, no double and no torn frame; and two weakened builds that must not pass.
"""

from __future__ import annotations

import gc
import os
import socket
import struct
import tracemalloc

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tests.edge.circle import Circle, heard_of, line

from tocsin.edge import fanout as module
from tocsin.edge.fanout import Fanout
from tocsin.edge.loudness import INBOUND_BYTES
from tocsin.edge.waiting import WAITING_MAX
from tocsin.kernel.limits import STREAM_BUFFER_BYTES


@pytest.fixture
def circle():
    one = Circle()
    yield one
    one.close()


@pytest.fixture
def small_slices(monkeypatch):
    """Two writes, then the loop has its turn."""
    monkeypatch.setattr(module, "CHUNK", 2)
    monkeypatch.setattr(module, "SLICE_S", 0.0)
    monkeypatch.setattr(module, "SLICE_MAX_S", 0.0)


class State:
    """What stands, for one group: its newest number, and the board that says so."""

    def __init__(self, circle, size=0):
        self.circle, self.size = circle, size
        self.number = 0
        self.group = circle.fanout.group(lambda: line("b", self.number, self.size))

    def join(self, **how):
        return self.circle.join(self.group, line("f", self.number), **how)

    def tell(self, size=0):
        self.number += 1
        self.circle.fanout.broadcast([(self.group, line("m", self.number, size))])


# --- Telling everybody ----------------------------------------------------------------------------


def test_everybody_hears_everything_in_order_from_their_first_bytes_on(circle):
    state = State(circle)
    early = [state.join() for _ in range(5)]
    state.tell()
    circle.settle()
    late = state.join()
    state.tell()
    circle.settle()
    circle.drain([*early, late])

    assert [heard_of(reader.got) for reader in early] == [[("f", 0), ("m", 1), ("m", 2)]] * 5
    assert heard_of(late.got) == [("f", 1), ("m", 2)]
    assert circle.fanout.counts().delivered == state.group.counts().delivered == 11


def test_groups_hear_only_what_is_theirs(circle):
    kyiv, odesa = State(circle), State(circle)
    one, other = kyiv.join(), odesa.join()
    kyiv.tell()
    circle.drain([one, other])

    assert heard_of(one.got) == [("f", 0), ("m", 1)]
    assert heard_of(other.got) == [("f", 0)]


@pytest.mark.usefixtures("small_slices")
def test_actuators_of_all_groups_are_told_before_anybody_else(circle):
    first, second = State(circle), State(circle)
    people = [first.join() for _ in range(20)]
    siren = second.join(actuator=True)
    circle.fanout.broadcast([(first.group, line("m", 1)), (second.group, line("m", 1))])
    circle.turn()
    siren.read()

    assert ("m", 1) in heard_of(siren.got)
    assert not all(reader.read() and b"m1" in reader.got for reader in people)
    circle.drain(people)
    assert all(b"m1" in reader.got for reader in people)


@pytest.mark.usefixtures("small_slices")
def test_the_same_one_is_not_always_last(circle):
    state = State(circle)
    readers = [state.join() for _ in range(20)]
    last = set()
    for number in range(1, 6):
        state.tell()
        while True:
            told = {r for r in readers if r.read() and b"m%d " % number in r.got}
            if len(told) > 10:
                break
            circle.turn()
        last |= set(readers) - told
        circle.drain(readers)

    assert len(last) > 1


@pytest.mark.usefixtures("small_slices")
def test_others_are_let_in_while_a_broadcast_runs(circle):
    state = State(circle)
    readers = [state.join() for _ in range(20)]
    turns = []
    circle.loop.call_soon(turns.append, "before")
    state.tell()
    circle.loop.call_soon(lambda: circle.loop.call_soon(turns.append, "during"))
    while "during" not in turns:
        circle.turn()

    assert not all(reader.read() and b"m1" in reader.got for reader in readers)
    circle.drain(readers)
    assert all(b"m1" in reader.got for reader in readers)


@pytest.mark.usefixtures("small_slices")
def test_who_comes_while_broadcasts_wait_gets_only_those_asked_for_later(circle):
    state = State(circle)
    readers = [state.join() for _ in range(20)]
    state.tell()
    circle.turn()  # The first is being written;
    state.tell()  # these two wait, and are written as one.
    middle = state.join()
    state.tell()
    circle.drain([*readers, middle])

    assert all(heard_of(r.got) == [("f", 0), ("m", 1), ("m", 2), ("m", 3)] for r in readers)
    assert heard_of(middle.got) == [("f", 2), ("m", 3)]


def test_what_waits_together_is_one_write(circle):
    state = State(circle)
    reader = state.join()
    for _ in range(20):
        state.tell()
    circle.settle()
    first = reader.socket.recv(65_536)

    assert [number for _, number in heard_of(first)] == list(range(21))
    assert circle.fanout.counts().delivered == 20


def test_beyond_its_bound_the_queue_becomes_one_board(circle):
    state = State(circle)
    reader = state.join()
    for _ in range(WAITING_MAX + 1):
        state.tell()
    circle.drain([reader])

    assert heard_of(reader.got) == [("f", 0), ("b", WAITING_MAX + 1)]


# --- Coming and going -----------------------------------------------------------------------------


def test_who_goes_is_said_to_be_gone_once_and_before_the_descriptor_is_closed(circle):
    state, still_open = State(circle), []
    circle.fanout._gone = lambda _, sink: still_open.append((sink, os.fstat(sink) is not None))
    readers = [state.join() for _ in range(3)]
    readers[0].socket.close()
    circle.fanout.close(state.group, readers[1].sink)
    circle.fanout.close(state.group, readers[1].sink)
    circle.settle(lambda: len(still_open) == 2)

    assert sorted(still_open) == sorted([(readers[0].sink, True), (readers[1].sink, True)])
    assert not readers[1].read()
    assert circle.fanout.counts().subscribers == state.group.subscribers == 1


def test_what_fails_at_once_is_gone_as_well(circle):
    state = State(circle)
    read_end, write_end = os.pipe()
    os.set_blocking(write_end, False)
    os.close(read_end)
    circle.fanout.add(state.group, write_end, b"first")

    assert circle.gone == []  # Never from within.
    circle.turn(2)
    assert circle.gone == [(state.group, write_end)]


def _given_away(circle):
    """A reader leaves during a broadcast, and its descriptor is given to somebody of another group.

    Gives the newcomer.
    """
    here, there = State(circle), State(circle)
    readers = [here.join() for _ in range(20)]
    here.tell()
    circle.turn()
    untold = [reader for reader in readers if reader.read() and b"m1" not in reader.got]
    leaver = untold[-1]
    end, newcomer = circle.pair()
    circle.fanout.close(here.group, leaver.sink)
    circle.turn()  # It is closed, and the broadcast not yet over.
    assert circle.fanout._writing is not None
    os.dup2(end.detach(), leaver.sink)
    os.set_blocking(leaver.sink, False)
    circle.fanout.add(there.group, leaver.sink, line("f", 0))
    circle.drain([*readers, newcomer])
    return newcomer


@pytest.mark.usefixtures("small_slices")
def test_a_descriptor_given_to_somebody_else_never_carries_anothers_frame(circle):
    assert heard_of(_given_away(circle).got) == [("f", 0)]


@pytest.mark.usefixtures("small_slices")
def test_control_a_fan_out_that_asks_nobody_since_when_gives_the_frame_to_another():
    circle = Circle(_Trusting)
    assert ("m", 1) in heard_of(_given_away(circle).got)
    circle.close()


class _Trusting(Fanout):
    """Believes that whoever was in the row when a broadcast began still is."""

    def _write_row(self, row, parts):
        turned, whole = row.plain[:], b"".join(part.frame for part in parts)
        for begin in range(0, len(turned), module.CHUNK):
            self._write_parts(row, turned[begin : begin + module.CHUNK], parts, whole)
            yield


# --- Slow ones ------------------------------------------------------------------------------------


def test_a_slow_one_gets_the_rest_of_its_frame_then_one_board_and_misses_nothing_after(circle):
    state = State(circle)
    slow, quick = state.join(), state.join()
    while circle.fanout.counts().slow == 0:
        state.tell(1_000)
        circle.settle()
        quick.read()
    for _ in range(50):
        state.tell(1_000)
        circle.settle()
        quick.read()
    newest = state.number
    circle.drain([slow, quick])
    state.tell()
    circle.drain([slow, quick])
    heard = heard_of(slow.got)

    assert heard[-2:] == [("b", newest), ("m", newest + 1)]
    assert [mark for mark, _ in heard].count("b") == 1
    assert heard[1:-2] == [("m", number) for number in range(1, len(heard) - 2)]
    assert [number for _, number in heard_of(quick.got)] == list(range(newest + 2))


@pytest.mark.usefixtures("small_slices")
def test_who_wakes_while_a_broadcast_runs_has_it_as_a_board_and_not_again(circle):
    state = State(circle)
    slow, quick = state.join(), [state.join() for _ in range(40)]
    while circle.fanout.counts().slow == 0:
        state.tell(1_000)
        circle.settle()
        for reader in quick:
            reader.read()
    state.tell()
    circle.turn()
    assert circle.fanout._writing is not None
    slow.read()
    for _ in range(3):
        state.tell()
    circle.fanout._on_events()
    assert circle.fanout._writing is not None
    assert circle.fanout.counts().slow == 0
    circle.drain([slow, *quick])

    _check(heard_of(slow.got), state.number)
    assert heard_of(slow.got)[-1] == ("b", state.number)


def test_who_missed_only_heartbeats_needs_no_board(circle):
    state = State(circle)
    reader = state.join()
    while circle.fanout.counts().slow == 0:
        circle.fanout.broadcast([(state.group, line("h", 1, 1_000))], lossy=True)
        circle.settle()
    circle.fanout.broadcast([(state.group, line("h", 2))], lossy=True)
    circle.drain([reader])

    assert {mark for mark, _ in heard_of(reader.got)} == {"f", "h"}
    assert ("h", 2) not in heard_of(reader.got)


def test_a_first_board_that_is_larger_than_the_link_holds_nobody_up(circle):
    state = State(circle)
    reader = circle.join(state.group, line("f", 0, 900_000))
    quick = state.join()
    state.tell()
    circle.settle()
    quick.read()

    assert heard_of(quick.got) == [("f", 0), ("m", 1)]
    circle.drain([reader])
    assert heard_of(reader.got) == [("f", 0), ("b", 1)]


def test_who_takes_nothing_is_closed_and_who_takes_little_is_not(circle, monkeypatch):
    now = [1_000.0]
    monkeypatch.setattr(module, "monotonic", lambda: now[0])
    state = State(circle, size=200_000)
    stalled, dripping = state.join(), state.join()
    while circle.fanout.counts().slow < 2:
        state.tell(1_000)
        circle.settle()
    for _ in range(30):
        now[0] += 1.0
        for _ in range(20):  # Until its window has opened.
            dripping.sip(500)
            circle.turn()
        circle.fanout._check_stalled()
        circle.turn(2)

    assert circle.gone == [(state.group, stalled.sink)]
    assert circle.fanout.counts().closed == state.group.closed == 1


@pytest.mark.parametrize("window", [2_304, 32_768, 131_072])
@pytest.mark.parametrize("size", [300, 670, 2_000])
def test_a_stalled_one_holds_less_than_32_kilobytes(window, size):
    circle = Circle(send_buffer=STREAM_BUFFER_BYTES, window=window)
    state = State(circle)
    reader = state.join()
    held, further = [], 50
    while further:
        state.tell(size)
        circle.settle()
        held.append(_kernel_bytes(reader.sink))
        further -= circle.fanout.counts().slow

    assert 0 < max(held) <= 31_000
    circle.close()


def test_of_a_stalled_one_the_process_itself_keeps_less_than_a_kilobyte():
    circle = Circle(send_buffer=STREAM_BUFFER_BYTES)
    state = State(circle)
    asleep = [state.join() for _ in range(100)]
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    while circle.fanout.counts().slow < len(asleep):
        state.tell(670)
        circle.settle()
    gc.collect()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (after - before) / len(asleep) < 1_000
    circle.close()


def test_who_was_set_aside_comes_back_with_a_board_and_misses_nothing_after():
    circle = Circle(send_buffer=STREAM_BUFFER_BYTES, window=131_072)
    state = State(circle)
    slow, quick = state.join(), state.join()
    while circle.fanout.counts().slow == 0:
        state.tell(670)
        circle.settle()
        quick.read()
    for _ in range(5):
        state.tell(670)
        circle.settle()
        quick.read()
    newest = state.number
    circle.drain([slow, quick])
    state.tell()
    circle.drain([slow, quick])
    heard = heard_of(slow.got)

    assert heard[-1] == ("m", newest + 1)
    assert "b" in {mark for mark, _ in heard}
    _check(heard, state.number)
    assert [number for _, number in heard_of(quick.got)] == list(range(newest + 2))
    circle.close()


def test_who_reads_slowly_from_a_small_buffer_gets_a_large_board_whole():
    circle = Circle(send_buffer=STREAM_BUFFER_BYTES, window=16_384)
    state = State(circle)
    reader = circle.join(state.group, line("f", 0, 400_000))

    def all_read():
        reader.sip(3_000)
        return len(reader.got) > 400_000

    circle.settle(all_read)
    assert heard_of(reader.got) == [("f", 0)]
    circle.close()


def _kernel_bytes(descriptor):
    """
    Ask what the kernel holds for a socket's send queue, what it has reserved besides included.

    SO_MEMINFO is 55, its fifth word `fwd_alloc`, its sixth `wmem_queued` (linux/sock_diag.h).
    """
    with socket.socket(fileno=os.dup(descriptor)) as duplicate:
        words = struct.unpack("9I", duplicate.getsockopt(socket.SOL_SOCKET, 55, 36))
    return words[4] + words[5]


# --- Speaking to one ------------------------------------------------------------------------------


def test_what_one_says_is_heard_and_can_be_answered(circle):
    state = State(circle)
    reader, other = state.join(), state.join()
    reader.socket.send(b"ping")
    circle.settle(lambda: circle.heard)
    circle.fanout.send(state.group, reader.sink, b"h1 \n")
    circle.drain([reader, other])

    assert circle.heard == [(state.group, reader.sink, b"ping")]
    assert heard_of(reader.got) == [("f", 0), ("h", 1)]
    assert heard_of(other.got) == [("f", 0)]


def test_the_last_words_of_one_who_hangs_up_are_heard(circle):
    state = State(circle)
    reader = state.join()
    reader.socket.send(b"bye")
    reader.socket.close()
    circle.settle(lambda: circle.gone)

    assert [data for _, _, data in circle.heard] == [b"bye"]


def test_who_says_too_much_is_closed(circle):
    state = State(circle)
    reader = state.join()
    reader.socket.setblocking(True)
    said = 0
    while not circle.gone:
        try:
            said += reader.socket.send(b"x" * 1_000)
        except OSError:
            break
        circle.turn()

    circle.settle(lambda: circle.gone)
    assert sum(len(data) for _, _, data in circle.heard) <= INBOUND_BYTES
    assert said > INBOUND_BYTES // 2


def test_what_is_released_can_be_taken_over_without_a_gap(circle):
    state = State(circle)
    quick, slow = state.join(), state.join(actuator=True)
    while circle.fanout.counts().slow == 0:
        state.tell(1_000)
        circle.settle()
        quick.read()
    state.tell()
    released = {one.sink: one for one in circle.fanout.release()}
    assert circle.fanout.counts().subscribers == state.group.subscribers == 0

    circle.fanout = Fanout(circle.loop, received=lambda *_: None, gone=lambda *_: None)
    for sink, one in released.items():
        first = one.rest + (line("b", state.number) if one.missed else b"")
        circle.fanout.add(state.group, sink, first, actuator=one.actuator)
    circle.drain([quick, slow])
    state.tell()
    circle.drain([quick, slow])

    assert [number for _, number in heard_of(quick.got)] == list(range(state.number + 1))
    assert heard_of(slow.got)[-2:] == [("b", state.number - 1), ("m", state.number)]
    assert released[slow.sink].actuator
    assert not released[quick.sink].actuator


# --- Anything at all ------------------------------------------------------------------------------


class Listeners(RuleBasedStateMachine):
    """People come, stall, read, go, while broadcasts run two writes at a time."""

    fanout = Fanout

    @initialize()
    def begin(self):
        self.kept = module.CHUNK, module.SLICE_S, module.SLICE_MAX_S
        module.CHUNK, module.SLICE_S, module.SLICE_MAX_S = 2, 0.0, 0.0
        self.circle = Circle(self.fanout)
        self.states = [State(self.circle, 3_000), State(self.circle)]
        self.readers = []

    @rule(which=st.integers(0, 1), actuator=st.booleans(), count=st.integers(1, 4))
    def come(self, which, actuator, count):
        for _ in range(count):
            reader = self.states[which].join(actuator=actuator)
            self.readers.append((self.states[which], reader))

    @rule(which=st.integers(0, 1), size=st.sampled_from([0, 700, 5_000, 20_000]))
    def tell(self, which, size):
        self.states[which].tell(size)

    @rule(size=st.sampled_from([0, 700]))
    def tell_both(self, size):
        for state in self.states:
            state.number += 1
        self.circle.fanout.broadcast(
            [(state.group, line("m", state.number, size)) for state in self.states]
        )

    @rule()
    def beat(self):
        self.circle.fanout.broadcast([(s.group, line("h", 0)) for s in self.states], lossy=True)

    @rule(times=st.integers(1, 5))
    def turn(self, times):
        self.circle.turn(times)

    @rule(data=st.data())
    def read(self, data):
        if self.readers:
            data.draw(st.sampled_from(self.readers))[1].read()

    @rule(data=st.data(), how=st.sampled_from(["hangs up", "is closed"]))
    def go(self, data, how):
        if self.readers:
            state, reader = gone = data.draw(st.sampled_from(self.readers))
            if how == "hangs up":
                reader.socket.close()
            else:
                self.circle.fanout.close(state.group, reader.sink)
            self.readers.remove(gone)

    @invariant()
    def nobody_is_lost_or_counted_twice(self):
        if hasattr(self, "circle"):
            counts = self.circle.fanout.counts()
            groups = [state.group.counts() for state in self.states]
            assert counts.subscribers == sum(group.subscribers for group in groups)
            assert counts.slow == sum(group.slow for group in groups)
            fast = sum(
                len(row.plain) + len(row.tls) for state in self.states for row in state.group.rows
            )
            assert fast + counts.slow == counts.subscribers

    def teardown(self):
        if not hasattr(self, "circle"):
            return
        try:
            self.circle.drain([reader for _, reader in self.readers])
            for state, reader in self.readers:
                _check(heard_of(reader.got), state.number)
        finally:
            self.circle.close()
            module.CHUNK, module.SLICE_S, module.SLICE_MAX_S = self.kept


def _check(heard, newest):
    """A stream starts somewhere, goes on one by one, jumps only with a board, and ends now."""
    at = heard[0][1]
    for mark, number in heard:
        if mark == "m":
            assert number == at + 1, heard
        elif mark in "bf":
            assert number >= at, heard
        at = at if mark == "h" else number
    assert at == newest, heard


TestListeners = Listeners.TestCase
TestListeners.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


class _Forgetful(Fanout):
    """Takes a slow one back without the board that it missed."""

    def _go_on(self, descriptor, row):
        self._behind[descriptor].missed = False
        super()._go_on(descriptor, row)


def test_control_a_fan_out_that_forgets_who_missed_something_is_found_out():
    circle = Circle(_Forgetful)
    state = State(circle)
    reader = state.join()
    while circle.fanout.counts().slow == 0:
        state.tell(1_000)
        circle.settle()
    state.tell()
    circle.drain([reader])
    state.tell()
    circle.drain([reader])

    with pytest.raises(AssertionError):
        _check(heard_of(reader.got), state.number)
    circle.close()
