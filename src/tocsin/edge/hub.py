"""
The hub: takes what the core says and tells each subscriber what concerns it, in its own form.

A message is encoded once for each relation and form that somebody uses. Whoever comes back with a
place gets exactly what came after it, if that is all at hand, else one board; there is never a gap
without one. So it is when the core itself comes back: messages after our place go on as if nothing
had been, and a board that says anything else than what is known here goes to everybody.

While the core is not heard every subscriber is told `stale` at once and every 5 s, and never a
heartbeat: nobody may believe that what it shows is vouched for. Their connections stay.

It owns no socket and decides nothing: what it is told, it tells. Not thread-safe.
Source: design, section 2, rules 1 and 5, and section 3, "Board and streams".
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from tocsin.edge.devices import Devices
from tocsin.edge.downstream import Downstream
from tocsin.edge.groups import Group
from tocsin.edge.kept import Kept, Pasts, message_of
from tocsin.edge.polls import POLLS_MAX, Polls, Timer, poll_body
from tocsin.edge.returning import Returning
from tocsin.edge.silence import Silence
from tocsin.edge.snapshot import Snapshot
from tocsin.edge.state import State, read_message, read_time
from tocsin.edge.subscribers import FanOut, Poll, Subscribers
from tocsin.edge.telling import Telling, enclosed, poll_board
from tocsin.edge.topics import Topics, read_topics
from tocsin.edge.writes import Sink
from tocsin.kernel import wire
from tocsin.kernel.errors import Malformed, Unavailable
from tocsin.kernel.feed import MESSAGES, Line
from tocsin.kernel.ids import AreaCode
from tocsin.kernel.wire import Form, Place


class Asked(NamedTuple):
    """
    What a request for a stream asked.

    Args:
        areas: Primary codes; empty for everything. An edge that feeds from here gets everything.
        since: The place it has seen, where it tells one.
        actuator: Whether it showed the token of a device, or as an edge that of one: it is served
            first, and such an edge is told which tokens these are.
        head: The head of the answer, written before anything else.
    """

    areas: frozenset[AreaCode]
    since: Place | None
    form: Form
    actuator: bool = False
    head: bytes = b""


class Counts(NamedTuple):
    """What the hub holds now: for `/metrics`."""

    open: dict[Form, int]
    sets: int
    polls: int
    kept: int
    lost: bool


class Hub:
    """
    Know what the core says, and who wants to hear of it.

    Args:
        fan_out: Makes what writes to connections; handed what it has to call when one is gone.
        timer: The event loop.
        draw: Draws a whole number between two, both included.
    """

    def __init__(
        self,
        fan_out: Callable[[Callable[[Group, Sink], None]], FanOut],
        timer: Timer,
        draw: Callable[[int, int], int],
    ) -> None:
        self._timer = timer
        self._fan_out = fan_out(self.gone)
        self._topics = Topics(AreaCode(""), {}, {})
        self._state = State(self._topics)
        self._kept = Kept()
        self._pasts = Pasts()
        self._devices = Devices()
        self._subscribers = Subscribers(self._topics)
        self._polls = Polls(timer, self._expire, self._subscribers.tidy)
        self._telling = Telling(self._fan_out, self._state, self._subscribers, self._polls)
        self._returning = Returning(self._kept, lambda: self._topics, draw)
        self._downstream = Downstream(self._fan_out, timer, self._kept, self._state)
        self._gone: dict[Sink, Callable[[], None]] = {}
        self._caught_up: dict[tuple[frozenset[AreaCode], Form], bytes] = {}
        self._heartbeat: Line | None = None
        self._silence = Silence(timer, self._state, self._telling)

    # What is known.

    @property
    def place(self) -> Place | None:
        """Tell the place in the stream of the last message or board; None before the first."""
        return self._state.place

    @property
    def ready(self) -> bool:
        """Say whether a board has been heard, so that anybody can be told anything."""
        return self._state.place is not None

    @property
    def lost(self) -> bool:
        """Say whether the core is not heard."""
        return self._silence.lasts

    @property
    def needs_board(self) -> bool:
        """
        Say whether the source should be asked for a board although nothing is missing.

        An edge further down that comes anew begins with a board that the core has signed, and
        needs every message after it. Where no edge feeds from here, none is asked for.
        """
        return self._kept.board_is_old and len(self._downstream) > 0

    def board(self, areas: frozenset[AreaCode]) -> Snapshot:
        """
        Show the board for some areas; the same object until something changes or time goes on.

        Raises:
            Unavailable: `stream.not_ready`.
        """
        if not self.ready:
            sentence = "The server has only just started and does not know yet what stands."
            raise Unavailable("stream.not_ready", sentence, retry_after_s=1)
        return self._state.board(areas)

    def read_areas(self, text: str | None) -> frozenset[AreaCode]:
        """
        Read a comma-separated list of any codes into primary ones; empty where there is none.

        Raises:
            Malformed: `area.unknown`, `query.too_many_areas`.
        """
        return self._topics.read_areas(text)

    def actuator(self, token: str) -> bool:
        """Say whether a token is that of a device, which is served first."""
        return self._devices.know(token)

    def trusts(self, token: str) -> bool:
        """Say whether a token is that of an edge which may know the tokens of devices."""
        return self._devices.know_edge(token)

    def counts(self) -> Counts:
        """Tell how many listen, wait and can be resumed from."""
        open_now = {**self._subscribers.open, Form.FEED: len(self._downstream)}
        return Counts(
            open_now, len(self._subscribers), len(self._polls), len(self._kept), self.lost
        )

    def home(self, group: Group) -> tuple[frozenset[AreaCode], Form] | None:
        """
        Tell what a group listens to, and in which form; None for a group that is not ours.

        A successor takes a connection over by `join`, with this and the place that is shown here,
        and with the rest of a frame as the head.
        """
        if group in self._downstream:
            return frozenset(), Form.FEED
        return self._subscribers.home(group)

    def opening(self) -> list[Line]:
        """List the lines that a successor, which has heard nobody yet, can begin with."""
        return self._downstream.opening(None, trusted=True)

    # What the core says.

    def take(self, line: Line) -> None:
        """
        Take in one line of the feed, whose signature was looked at.

        Raises:
            Malformed: `feed.malformed`, or `feed.out_of_turn` for a message before any board or
                of another epoch. Nothing has changed then, and the source is to ask for
                everything anew.
        """
        match line.kind:
            case kind if kind in MESSAGES:
                self._take_message(line)
            case "tick" | "heartbeat":
                self._take_time(line)
            case "board":
                self._take_board(line)
            case "past":
                self._pasts.take(line)
                self._downstream.hand_on(line)
            case "topics":
                self._take_topics(line)
            case "devices":
                if self._devices.take(line.body):
                    self._downstream.doubt()
                self._downstream.hand_on_news(line)
            case "hello":
                self._downstream.hand_on_news(line)
            case _:
                raise Malformed("feed.malformed", "A line of an unknown kind.", where="line")
        self._silence.heard()
        self._caught_up.clear()

    def silent(self, lost: bool) -> None:  # noqa: FBT001  # It is called with a word: lost, or not.
        """Be told that the source is lost, or back; its own lines then say what has changed."""
        if lost == self.lost:
            return
        self._caught_up.clear()
        if lost:
            self._vouched(None)  # The last heartbeat vouched for a core that was heard.
            self._silence.begin()
        else:
            self._silence.end()
            if self._heartbeat is not None:
                self._telling.event("heartbeat", self._heartbeat.body)

    def _vouched(self, heartbeat: Line | None) -> None:
        self._heartbeat = heartbeat
        self._downstream.vouch(heartbeat)

    def _take_time(self, line: Line) -> None:
        self._state.vouch(read_time(line))
        self._downstream.hand_on(line, lossy=True)
        if line.kind == "tick":
            self._kept.vouch(line)
            return
        self._vouched(line)
        if not self.lost:  # Else it waits until the source says that it is back.
            self._telling.event("heartbeat", line.body)

    def _take_topics(self, line: Line) -> None:
        topics = read_topics(line.body)
        if not self._downstream.hand_on_news(line):
            return
        self._topics = topics
        self._state.retell(topics)
        self._subscribers.retell(topics)
        if self.ready:
            self._publish_board()

    def _take_board(self, line: Line) -> None:
        before = self._state.place
        differs = self._state.take_board(line.body)
        pasts = self._pasts.hand_over()
        if differs is None:
            return  # A source that lags behind; its messages will say what is new.
        assert self._state.place is not None, "a board was taken"
        if differs:
            moved = self._state.place != before
            self._kept.begin(line, self._state.place, pasts, moved=moved)
            self._publish_board()
        else:
            self._kept.note(line, pasts)
        self._downstream.hand_on(line)

    def _take_message(self, line: Line) -> None:
        said = read_message(line.body)
        place = self._state.place
        if place is None or said.epoch != place.epoch:
            sentence = "A message came before the board that it belongs to."
            raise Malformed("feed.out_of_turn", sentence, where="message")
        if not self._state.take(said):
            return  # Told again, by a source that came back, or overtaken.
        message = message_of(line, line.kind, line.body, said, heard_after=place.position)
        self._kept.add(message)
        self._returning.forget()
        self._telling.message(message, self._topics.above(message.area))
        self._downstream.hand_on(line)

    def _publish_board(self) -> None:
        self._returning.forget()
        self._telling.board()

    # Telling one.

    def join(self, sink: Sink, asked: Asked, gone: Callable[[], None]) -> None:
        """
        Make a connection whose request was read into a stream.

        It hears at once what it missed, or a board; before a board was heard, nothing until then.

        Args:
            gone: Called once, when the connection is gone.

        Raises:
            Unavailable: `stream.too_many_sets`, `stream.too_many_edges`; the connection is then
                still the caller's.
        """
        if asked.form is Form.FEED:
            took = partial(self._gone.__setitem__, sink, gone)
            self._downstream.join(sink, asked.since, asked.head, took, trusted=asked.actuator)
            return
        listeners = self._subscribers.listeners(asked.areas)
        catch_up = partial(self._catch_up, asked.areas, asked.form)
        group = self._subscribers.enter(
            listeners, asked.form, lambda: self._fan_out.group(catch_up)
        )
        self._gone[sink] = gone
        first = asked.head
        if asked.form is Form.SSE:
            retry_ms = self._returning.retry_ms(self._timer.time(), lost=self.lost)
            first += b"retry: %d\n\n" % retry_ms
        self._fan_out.add(group, sink, first + self._news(asked), actuator=asked.actuator)

    def poll(self, asked: Asked, answer: Callable[[bytes], None]) -> Callable[[], None]:
        """
        Answer a question about what is new: at once if something is, else within 25 s.

        Args:
            answer: Called once with the body, maybe before this returns.

        Returns:
            What forgets the question, for when whoever asked is gone.

        Raises:
            Unavailable: `stream.too_many_sets`, `stream.too_many_polls`.
        """
        place = self._state.place
        if place is not None:
            missed = self._kept.since(asked.since, place)
            if missed is None:
                answer(poll_board(self._state.board(asked.areas)))
                return lambda: None
            events = self._returning.concerning(asked.areas, missed)
            if events:
                answer(poll_body(place, [enclosed(m, relation) for m, relation in events]))
                return lambda: None
        if len(self._polls) >= POLLS_MAX:
            sentence = "Too many questions wait for an answer; ask again later."
            raise Unavailable("stream.too_many_polls", sentence, retry_after_s=10)
        poll = self._polls.wait(self._subscribers.listeners(asked.areas), answer)
        return partial(self._polls.cancel, poll)

    def answer_polls(self) -> None:
        """Answer all who wait with nothing, as when their time is over."""
        self._telling.answer(self._telling.everyone_waiting(), [])

    def gone(self, group: Group, sink: Sink) -> None:
        """Be told by the fan-out that a connection is closed."""
        if group in self._downstream:
            self._downstream.leave(group)
        else:
            self._subscribers.leave(group)
        gone = self._gone.pop(sink, None)
        if gone is not None:
            gone()

    def _news(self, asked: Asked) -> bytes:
        """Write what somebody missed, or a board where that is not all at hand."""
        place = self._state.place
        if place is None:
            return b""
        news = self._returning.missed(asked.areas, asked.form, asked.since, place)
        if news is None:
            news = self._state.board(asked.areas).frame(asked.form)
        return news + self._stale(asked.form) if self.lost else news

    def _catch_up(self, areas: frozenset[AreaCode], form: Form) -> bytes:
        """
        Write what somebody needs who has missed something: a board, and whether it holds now.

        Heartbeats in its buffer may be half a minute old, and what it shows would look fresh by
        them until the next.
        """
        if not self.ready:
            return b""
        if self.lost:
            return self._state.board(areas).frame(form) + self._stale(form)
        written = self._caught_up.get((areas, form))
        if written is None:
            written = self._state.board(areas).frame(form)
            if self._heartbeat is not None:
                written += wire.frame(form, "heartbeat", self._heartbeat.body)
            self._caught_up[areas, form] = written
        return written

    def _stale(self, form: Form) -> bytes:
        return wire.frame(form, "stale", self._silence.data())

    def _expire(self, poll: Poll) -> None:
        self._telling.answer([poll], [])
