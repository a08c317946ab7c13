"""
Telling everybody: a message to all whom it concerns, a board or a heartbeat to all.

Each is encoded once for each relation and form that somebody uses. Those in its area come before
those who look on from around it. Long polls are answered after the streams are on their way.
"""

from __future__ import annotations

from typing import Final

from tocsin.edge.groups import Group
from tocsin.edge.kept import Message
from tocsin.edge.polls import Polls, poll_body
from tocsin.edge.snapshot import Snapshot
from tocsin.edge.state import State
from tocsin.edge.subscribers import FanOut, Poll, Subscribers
from tocsin.edge.topics import Lineage
from tocsin.kernel import wire
from tocsin.kernel.wire import Form
from tocsin.kernel.words import Relation

_NEAREST_FIRST: Final = (Relation.HERE, Relation.AROUND, Relation.INSIDE)


class Telling:
    """Know who is to be told, and tell them. Not thread-safe."""

    def __init__(
        self, fan_out: FanOut, state: State, subscribers: Subscribers, polls: Polls
    ) -> None:
        self._fan_out = fan_out
        self._state = state
        self._subscribers = subscribers
        self._polls = polls

    def message(self, message: Message, above: Lineage) -> None:
        """
        Tell a message to all whom it concerns.

        Args:
            above: What its area lies in.
        """
        frames: dict[tuple[Relation, Form], bytes] = {}
        work: dict[Relation, list[tuple[Group, bytes]]] = {}
        polls: dict[Relation, list[Poll]] = {}
        for listeners in self._subscribers:
            relation = listeners.interest.relation(message.area, above)
            if relation is None:
                continue
            for form, group in listeners.groups.items():
                frame = frames.get((relation, form))
                if frame is None:
                    data = wire.related(message.data, relation)
                    frame = wire.frame(form, message.event, data, message.place)
                    frames[relation, form] = frame
                work.setdefault(relation, []).append((group, frame))
            if listeners.polls:
                polls.setdefault(relation, []).extend(listeners.polls)
        if work:
            ordered = [told for relation in _NEAREST_FIRST for told in work.get(relation, ())]
            self._fan_out.broadcast(ordered)
        for relation, waiting in polls.items():
            self.answer(waiting, [enclosed(message, relation)])

    def board(self) -> None:
        """Give everybody a new board, where no message can say what has changed."""
        work: list[tuple[Group, bytes]] = []
        answers: list[tuple[Poll, bytes]] = []
        for listeners in self._subscribers:
            board = self._state.board(listeners.areas)
            work += [(group, board.frame(form)) for form, group in listeners.groups.items()]
            if listeners.polls:
                body = poll_board(board)
                answers += [(poll, body) for poll in listeners.polls]
        if work:
            self._fan_out.broadcast(work)
        self._polls.answer(answers)

    def event(self, event: str, data: bytes) -> None:
        """Tell everybody something that may be missed without consequence, and has no place."""
        frames: dict[Form, bytes] = {}
        work: list[tuple[Group, bytes]] = []
        for listeners in self._subscribers:
            for form, group in listeners.groups.items():
                if form not in frames:
                    frames[form] = wire.frame(form, event, data)
                work.append((group, frames[form]))
        if work:
            self._fan_out.broadcast(work, lossy=True)

    def everyone_waiting(self) -> list[Poll]:
        """List all long polls that wait."""
        return [poll for listeners in self._subscribers for poll in listeners.polls]

    def answer(self, polls: list[Poll], events: list[bytes]) -> None:
        """Answer long polls with some events, or with none."""
        body = poll_body(self._state.place, events)
        self._polls.answer([(poll, body) for poll in polls])


def enclosed(message: Message, relation: Relation) -> bytes:
    """Write a message as one event of a long poll's answer."""
    return wire.enclosed(message.event, wire.related(message.data, relation), message.place)


def poll_board(board: Snapshot) -> bytes:
    """Write the answer to a long poll that a board answers."""
    return poll_body(board.place, [wire.enclosed("board", board.plain, board.place)])
