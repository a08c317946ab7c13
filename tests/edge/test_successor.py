"""
Goal: who listens to an edge hears everything once, in order and whole, while edges succeed one
another; and goes on hearing where that fails.

Method: generations of an edge, each in a thread with a loop of its own, hear one small core; their
readers are real connections in every form, some of them slow. A predecessor that forgets where it
is, and one that does not let go, must be caught.
"""

from __future__ import annotations

import socket
from random import Random

import pytest
from tests.edge.dynasty import Generation
from tests.edge.hall import TOKEN, Core
from tests.edge.test_settings import SETTINGS

from tocsin.edge import successor as module
from tocsin.edge.control import find_edge
from tocsin.edge.predecessor import Predecessor
from tocsin.edge.websocket import SERVICE_RESTART, close_frame
from tocsin.kernel.errors import Unavailable
from tocsin.kernel.wire import Form, Place

ALL_FORMS = [Form.SSE, Form.WEBSOCKET, Form.NDJSON]


class Dynasty:
    """Edges one after another, and the core that those of them hear which are alive."""

    def __init__(self, path):
        self.core = Core()
        self.edges = []
        self.past = []
        self._path = path
        self._kind = Predecessor

    def begin(self, kind=Predecessor, *, hears=True):
        edge = Generation(SETTINGS, self._path, kind)
        self.edges.append(edge)
        if hears:
            edge.hear(self.core.topics(), self.core.devices(), self.core.board())
        return edge

    def happen(self, *args, **said):
        line = self.core.happen(*args, **said)
        for edge in self.edges:
            edge.hear(line)
        return self.core.place


@pytest.fixture
def dynasty(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "SETTLE_S", 0.0)
    monkeypatch.setattr(module, "OWN_SOURCE_S", 0.05)
    one = Dynasty(tmp_path / "edge.sock")
    yield one
    for edge in (*one.edges, *one.past):
        edge.end()


def positions(listener):
    """Tell at which positions it heard messages; a board counts for all before it."""
    return [data["position"] for name, _, data in listener.frames() if name != "heartbeat"]


def test_everybody_hears_everything_once_from_one_edge_and_then_the_next(dynasty):
    first = dynasty.begin().reign()
    listeners = [first.subscribe(form=form) for form in ALL_FORMS for _ in range(4)]
    last = [dynasty.happen() for _ in range(3)][-1]
    for generation in range(2):
        successor = dynasty.begin()
        assert successor.take_over() == len(listeners)
        assert dynasty.edges[generation].retired.wait(30)
        assert dynasty.edges[generation].limits.total == 0
        assert successor.limits.total == len(listeners)
        last = [dynasty.happen() for _ in range(3)][-1]

    for listener in listeners:
        listener.read_to(last)
        assert positions(listener) == list(range(10))
        assert not listener.ended


def test_what_the_predecessor_did_not_know_yet_is_told_by_the_successor(dynasty):
    first = dynasty.begin().reign()
    listener = first.subscribe()
    lines = [dynasty.core.happen() for _ in range(3)]
    successor = dynasty.begin(hears=False)
    successor.hear(dynasty.core.topics(), Core().board(), *lines)
    successor.take_over()

    assert positions(listener.read_to(dynasty.core.place)) == [0, 1, 2, 3]


def test_whom_the_successor_cannot_tell_what_was_missed_gets_a_board(dynasty):
    listener = dynasty.begin().reign().subscribe()
    dynasty.core.happen()
    dynasty.core.happen()
    dynasty.begin().take_over()  # It has heard a board only.

    assert positions(listener.read_to(dynasty.core.place)) == [0, 2]
    assert listener.names() == ["board", "board"]


def test_a_successor_that_knows_less_waits_until_it_knows_as_much(dynasty):
    first = dynasty.begin().reign()
    listener = first.subscribe()
    successor = dynasty.begin()
    late = dynasty.core.happen()
    first.hear(late)
    told = first.loop.call_later  # The successor is told while it asks again and again.
    first.call(told, 0.2, lambda: successor.loop.call_soon_threadsafe(successor.hub.take, late))
    assert successor.take_over() == 1
    last = dynasty.core.happen()
    successor.hear(last)

    assert positions(listener.read_to(dynasty.core.place)) == [0, 1, 2]


def test_one_that_never_does_leaves_everything_as_it_was(dynasty, monkeypatch):
    monkeypatch.setattr(module, "CATCH_UP_S", 0.1)
    first = dynasty.begin().reign()
    listener = first.subscribe()
    successor = dynasty.begin()
    first.hear(dynasty.core.happen())
    with pytest.raises(Unavailable, match=r"edge\.not_handed_over"):
        successor.take_over()
    first.hear(dynasty.core.happen())

    assert positions(listener.read_to(dynasty.core.place)) == [0, 1, 2]
    assert find_edge(dynasty._path) is not None


def test_where_no_core_is_heard_it_begins_with_what_the_predecessor_has_kept(dynasty):
    first = dynasty.begin().reign()
    listener = first.subscribe()
    last = [dynasty.happen() for _ in range(3)][-1]
    successor = dynasty.begin(hears=False)
    assert successor.take_over() == 1
    assert successor.hub.place == last
    came_back = successor.subscribe(since=Place(last.epoch, 1))
    last = dynasty.happen()

    assert positions(listener.read_to(last)) == [0, 1, 2, 3, 4]
    assert positions(came_back.read_to(last)) == [2, 3, 4]


def test_where_nobody_is_nothing_is_taken_over(dynasty):
    assert dynasty.begin().take_over() == 0


def test_devices_stay_devices_and_areas_stay_areas(dynasty):
    first = dynasty.begin().reign()
    device = first.subscribe("PORT", actuator=first.hub.actuator(TOKEN))
    other = first.subscribe("LAKE")
    successor = dynasty.begin()
    successor.take_over()
    (held, elsewhere) = sorted(
        successor.call(successor.fanout.held), key=lambda held: not held.actuator
    )

    assert held.actuator
    assert not elsewhere.actuator
    assert successor.hub.home(held.group) == (frozenset({"PORT"}), Form.SSE)
    assert successor.hub.home(elsewhere.group) == (frozenset({"LAKE"}), Form.SSE)
    last = dynasty.happen("PORT")
    device.read_to(last)
    last = dynasty.happen("LAKE")
    assert positions(other.read_to(last))[-1] == last.position


@pytest.mark.parametrize("form", ALL_FORMS)
def test_half_a_frame_is_ended_by_the_successor_and_then_comes_a_board(dynasty, form):
    first = dynasty.begin().reign()
    slow = first.subscribe(form=form, narrow=True)
    while not first.fanout.counts().slow:
        dynasty.happen(text="." * 3_000)
    dynasty.happen()
    successor = dynasty.begin()
    assert successor.take_over() == 1
    last = dynasty.happen()

    heard = positions(slow.read_to(last))
    assert slow.names()[-1] in {"board", "alert"}
    assert_no_gap_and_no_double(slow, heard)


def test_a_websocket_that_has_said_half_a_frame_is_asked_to_come_back(dynasty):
    first = dynasty.begin().reign()
    talker, listener = (first.subscribe(form=Form.WEBSOCKET) for _ in range(2))
    talker.socket.sendall(b"\x89")
    while not len(first.inbox):
        first.call(lambda: None)
    successor = dynasty.begin()

    assert successor.take_over() == 1
    assert talker.read().got.endswith(close_frame(SERVICE_RESTART))
    last = dynasty.happen()
    assert positions(listener.read_to(last)) == [0, 1]


ASK = b"GET /api/v1/board?areas=%s HTTP/1.1\r\nhost: x\r\n\r\n"


def asked(visitor, area, *, now=True):
    """Ask for a board, unless that was done already, and read one answer to its end."""
    if now:
        visitor.sendall(ASK % area)
    answer = b""
    while b"\r\n\r\n" not in answer or not answer.endswith(b'"unknown":[]}'):
        data = visitor.recv(65_536)
        assert data, "It was closed."
        answer += data
    assert answer.count(b"HTTP/1.1 200") == 1
    return answer


class Interrupted(Predecessor):
    """In the very moment in which it hands connections over that are idle, somebody asks there."""

    visitors = ()

    def pass_on(self, link, *resting):
        for visitor in self.visitors if resting else ():
            visitor.sendall(ASK % b"PORT")
        self.visitors = () if resting else self.visitors
        return super().pass_on(link, *resting)


def test_no_request_is_lost_that_comes_in_the_very_moment_of_a_succession(dynasty):
    edge = dynasty.begin(Interrupted).reign()
    fresh, used = edge.visit(), edge.visit()
    asked(used, b"HILLS")
    for _ in range(3):
        edge.predecessor.visitors = (fresh, used)
        successor = dynasty.begin(Interrupted)
        assert successor.take_over() == 0
        for visitor in (fresh, used):
            asked(visitor, b"PORT", now=False)
            asked(visitor, b"HILLS")
        assert edge.retired.wait(30)
        assert edge.predecessor.visitors == ()
        assert edge.limits.total == 0
        assert successor.limits.total == 2
        edge = successor


def test_half_a_request_is_answered_where_it_was_begun_and_its_connection_goes_on(dynasty):
    first = dynasty.begin().reign()
    visitor = first.visit()
    visitor.sendall((ASK % b"PORT")[:20])
    while first.call(lambda: [one.idle for one in first.front.links]) != [False]:
        pass
    successor = dynasty.begin()
    assert successor.take_over() == 0
    visitor.sendall((ASK % b"PORT")[20:])
    asked(visitor, b"PORT", now=False)
    assert first.retired.wait(30)
    assert successor.call(lambda: len(successor.front.links)) == 1
    asked(visitor, b"HILLS")


def test_a_long_poll_is_answered_with_nothing_and_its_connection_goes_on(dynasty):
    first = dynasty.begin().reign()
    visitor = first.visit()
    place = str(first.hub.place).encode()
    visitor.sendall(b"GET /api/v1/poll?since=%s HTTP/1.1\r\nhost: x\r\n\r\n" % place)
    while not first.call(lambda: first.hub.counts().polls):
        pass
    successor = dynasty.begin()
    assert successor.take_over() == 0
    assert b'"events":[]' in visitor.recv(65_536)
    assert first.retired.wait(30)
    asked(visitor, b"PORT")
    assert successor.limits.total == 1


def test_an_idle_connection_stays_where_the_successor_dies(dynasty):
    first = dynasty.begin().reign()
    visitor = first.visit()
    with socket.socket(socket.AF_UNIX) as link:
        link.connect(str(dynasty._path))
        link.sendall(b"succeed %s\n" % str(first.hub.place).encode())
        link.recv(4)
    asked(visitor, b"PORT")

    assert not first.succeeded.is_set()


class Request:
    """A connection whose request is being answered."""

    due = float("inf")
    idle = tunnel = False

    def __init__(self):
        self.transport = self

    def leave(self):
        """Stay until the answer is given."""

    def abort(self):
        """Be closed."""


def test_who_became_a_stream_during_the_retirement_goes_after_the_others(dynasty):
    first = dynasty.begin().reign()
    successor = dynasty.begin()
    first.front.links.add(Request())  # Which may become a stream.
    assert successor.take_over() == 0
    late = first.subscribe()
    assert first.retired.wait(30)
    last = dynasty.happen()

    assert positions(late.read_to(last)) == [0, 1]
    assert successor.limits.total == 1


def test_a_successor_with_smaller_limits_closes_nobody(dynasty):
    first = dynasty.begin().reign()
    listeners = [first.subscribe() for _ in range(3)]
    successor = dynasty.begin()
    successor.limits.most = 1
    assert successor.take_over() == 3
    last = dynasty.happen()

    assert [positions(one.read_to(last)) for one in listeners] == [[0, 1]] * 3


def test_a_successor_that_dies_before_the_last_word_is_as_if_it_had_never_been(dynasty):
    first = dynasty.begin().reign()
    listeners = [first.subscribe() for _ in range(3)]
    for bytes_read in (0, 4, 100):
        with socket.socket(socket.AF_UNIX) as link:
            link.connect(str(dynasty._path))
            link.sendall(b"succeed %s\n" % str(first.hub.place).encode())
            link.recv(bytes_read)
        last = dynasty.happen()

    assert [positions(one.read_to(last)) for one in listeners] == [[0, 1, 2, 3]] * 3
    assert not first.succeeded.is_set()


def assert_no_gap_and_no_double(listener, heard):
    for (name, _, _), before, here in zip(listener.frames()[1:], heard, heard[1:], strict=False):
        assert here > before, "Heard twice."
        assert name == "board" or here == before + 1, "A gap without a board."


# --- Anything at all ------------------------------------------------------------------------------


def history(dynasty, seed, kind=Predecessor):
    """Let things happen at random around two successions, then see what everybody heard."""
    chance = Random(seed)
    past = dynasty.past
    edge = dynasty.begin(kind).reign()
    listeners = []
    for _ in range(2):
        for _ in range(chance.randint(1, 12)):
            if chance.random() < 0.4:
                listeners.append(
                    edge.subscribe(form=chance.choice(ALL_FORMS), narrow=chance.random() < 0.5)
                )
            else:
                dynasty.happen(text="." * chance.choice([0, 0, 3_000]))
        successor = dynasty.begin(kind, hears=False)
        successor.hear(dynasty.core.topics())
        behind = chance.random() < 0.5
        lines = edge.call(edge.hub.opening)
        successor.hear(*(line for line in lines if line.kind != "devices"))
        if behind:
            line = dynasty.core.happen()
            successor.hear(line)  # The predecessor never hears it.
        successor.take_over()
        edge.retired.wait(30)
        past.append(edge)
        dynasty.edges.remove(edge)
        edge = successor
    last = dynasty.happen()
    for listener in listeners:
        heard = positions(listener.read_to(last))
        assert_no_gap_and_no_double(listener, heard)
        assert not listener.ended


@pytest.mark.parametrize("seed", range(12))
def test_nobody_misses_anything_or_hears_it_twice_whatever_happens(dynasty, seed):
    history(dynasty, seed)


class Forgetful(Predecessor):
    """Weakened: it does not tell how far it has told."""

    def pass_on(self, link, *resting):
        hub, self._hub = self._hub, Elsewhere(self._hub)
        try:
            return super().pass_on(link, *resting)
        finally:
            self._hub = hub


class Elsewhere:
    def __init__(self, hub):
        self._hub = hub

    home = property(lambda self: self._hub.home)

    @property
    def place(self):
        return Place(self._hub.place.epoch, max(0, self._hub.place.position - 1))


class Careless(Predecessor):
    """Weakened: the rest of a frame stays behind."""

    def pass_on(self, link, *resting):
        fan_out, self._fan_out = self._fan_out, Cut(self._fan_out)
        try:
            return super().pass_on(link, *resting)
        finally:
            self._fan_out = fan_out


class Cut:
    def __init__(self, fan_out):
        self._fan_out = fan_out
        self.close = fan_out.close

    def held(self):
        return [held._replace(rest=b"", missed=False) for held in self._fan_out.held()]


@pytest.mark.parametrize("weak", [Forgetful, Careless])
def test_a_weakened_predecessor_is_caught(dynasty, weak, monkeypatch):
    monkeypatch.setattr(
        "tests.edge.dynasty.LONG_S", 1.0
    )  # Who waits for a lost byte waits in vain.
    for seed in range(12):
        try:
            history(dynasty, seed, weak)
        except (AssertionError, ValueError, IndexError, TimeoutError):
            return
    pytest.fail("Nobody noticed.")
