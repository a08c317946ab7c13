"""
The feed: what the core tells its edges, told once for all of them and signed once.

Whoever carries it further (a socket, a bus) subscribes and takes lines as they come; one that
comes back tells the place it knows and is given the messages after that, or, where those are not
all at hand, earlier messages for its own readers and one board in place of everything. So a
carrier may lose what it likes: nothing depends on it (design, section 2, rule 5).

Every line is signed by the ledger's key when somebody first takes it: 70 µs for a message, 5 ms
for a board of 1.6 MB. On the core's own Unix socket nobody needs that; further away everybody does.

Not thread-safe: the event loop owns it. Source: `tocsin.kernel.feed`; design, sections 3 and 7.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Final

from tocsin.areas.gazetteer import Gazetteer
from tocsin.kernel import wire
from tocsin.kernel.feed import LINES_KEPT, Line
from tocsin.kernel.time import Moment
from tocsin.kernel.vouch import Vouch, digest_topics, encode_vouch
from tocsin.kernel.wire import Place
from tocsin.views.live import Message

_AS_OF: Final = re.compile(rb'"as_of":"([^"]{24})"')

Sign = Callable[[bytes], str]
Take = Callable[[Line], None]


class _Told:
    """A message that was told, as the line it is and as the line it becomes for those who come."""

    __slots__ = ("_line", "_past", "message")

    def __init__(self, message: Message) -> None:
        self.message = message
        self._line: Line | None = None
        self._past: Line | None = None

    def line(self, sign: Sign) -> Line:
        if self._line is None:
            self._line = _signed(self.message.event, self.message.data, sign)
        return self._line

    def past(self, sign: Sign) -> Line:
        if self._past is None:
            event, data = self.message.event.encode(), self.message.data
            self._past = _signed("past", b'{"event":"%s","data":%s}' % (event, data), sign)
        return self._past


class Feed:
    """
    Say everything that edges must know, in order, to whoever subscribes.

    Args:
        sign: Signs bytes with the ledger's key: 86 characters of base64url.
        hello: The first line's body: version, key and epoch.
        topics: The tree of areas, as `topics_of` writes it.
        shown: The place in the stream that a board shows now.
        board: The encoded public board of all areas, as it is now.
        now: The time by which ages are judged.
        sent: The machine's own time, where `now` is that of a replay.
    """

    def __init__(
        self,
        sign: Sign,
        *,
        hello: Mapping[str, str],
        topics: Mapping[str, Any],
        shown: Callable[[], Place],
        board: Callable[[], bytes],
        now: Callable[[], Moment],
        sent: Callable[[], Moment] | None = None,
    ) -> None:
        self._sign = sign
        self._shown = shown
        self._board = board
        self._now = now
        self._sent = sent or now
        self._hello_said = dict(hello)
        self._said = 0
        self._unplaced: list[Line] = []
        self._unplaced_at = -1
        self._takers: list[Take] = []
        self._kept: deque[_Told] = deque(maxlen=LINES_KEPT)
        self._place = self._complete_after = shown()
        self._greet()
        self._topics = _signed("topics", wire.encode(dict(topics)), sign)
        self._devices = _signed("devices", b"{}", sign)
        self._heartbeat: Line | None = None

    @property
    def place(self) -> Place:
        """Tell the place of the last message or board that was told, or that it began with."""
        return self._place

    def subscribe(self, take: Take) -> Callable[[], None]:
        """Hand every line from now on to `take`; the answer ends that, and may be called twice."""
        self._takers.append(take)

        def leave() -> None:
            if take in self._takers:
                self._takers.remove(take)

        return leave

    def opening(self, since: Place | None = None) -> list[Line]:
        """
        Say all that somebody must know before the next line, ended by a tick.

        Args:
            since: The place it knows; what it knows stays true where all after it is at hand.
        """
        lines = [self._hello, self._topics, self._devices]
        missed = self._missed(since)
        if missed is None:
            lines += [told.past(self._sign) for told in self._kept]
            lines += self._board_lines()
        else:
            lines += missed
        if self._heartbeat is not None:
            lines.append(self._heartbeat)
        return [*lines, self._tick_line()]

    def renewal(self) -> list[Line]:
        """Say a board, ended by a tick, to somebody who has heard everything until now."""
        return self._board_lines()

    def recent(self) -> list[Line]:
        """List the last messages, oldest first; nothing is missing between them."""
        return [told.line(self._sign) for told in self._kept]

    def publish(self, message: Message) -> None:
        """Tell one change."""
        if len(self._kept) == LINES_KEPT:
            self._complete_after = self._kept[0].message.place
        told = _Told(message)
        self._kept.append(told)
        self._place = message.place
        self._said += 1
        if self._takers:  # Who catches up with a day's record before anybody listens signs nothing.
            self._tell(told.line(self._sign))

    def publish_unplaced(self, event: str, data: bytes) -> None:
        """
        Tell one change that the record does not hold yet: it has no place.

        Who comes back with the place of before is therefore given a board.
        """
        self._unplaced_at = self._place.position
        self._said += 1
        line = _signed(event, data, self._sign)
        self._unplaced = [*self._unplaced[1 - LINES_KEPT :], line]
        self._tell(line)

    def unplaced(self) -> list[Line]:
        """List what was told and waits to be recorded: the last thousand of it, oldest first."""
        return list(self._unplaced)

    def begin(self) -> None:
        """
        Begin to speak anew: this core has become the one that speaks for the record.

        Who checks what comes from far away believes the run that began last.
        """
        self._greet()
        self._said = 0
        self._tell(self._hello)
        self.publish_board()

    def publish_board(self, *, waits: bool = False) -> None:
        """
        Tell everything anew, where no single message can say what has changed.

        Args:
            waits: It shows something that has no place; at its own place others may lack it.
        """
        self._kept.clear()
        self._place = self._complete_after = self._shown()
        if waits:
            self._unplaced_at = self._place.position
        else:
            self._unplaced.clear()
        if self._takers:
            for line in self._board_lines():
                self._tell(line)

    def publish_devices(self, devices: Mapping[str, Mapping[str, str]]) -> None:
        """Tell which tokens are those of devices and edges; nothing where that has not changed."""
        body = wire.encode({kind: dict(sorted(told.items())) for kind, told in devices.items()})
        if body != self._devices.body:
            self._devices = _signed("devices", body, self._sign)
            self._tell(self._devices)

    def heartbeat(self, statement: Mapping[str, Any]) -> None:
        """Tell the signed head of the record."""
        self._heartbeat = _signed("heartbeat", wire.encode(dict(statement)), self._sign)
        self._tell(self._heartbeat)

    def tick(self) -> None:
        """Tell that the core lives, and its time."""
        if self._takers:
            self._tell(self._tick_line())

    def _tell(self, line: Line) -> None:
        for take in tuple(self._takers):
            take(line)

    def _greet(self) -> None:
        self._run = self._sent()
        body = wire.encode({**self._hello_said, "at": self._run})
        self._hello = _signed("hello", body, self._sign)

    def _board_lines(self) -> list[Line]:
        """Say a board, and in the same moment how much had been said until then."""
        board = self._board()
        as_of = _AS_OF.search(board, 0, 256)
        at = Moment(as_of[1].decode()) if as_of else self._now()
        return [_signed("board", board, self._sign), self._tick_line(at)]

    def _tick_line(self, at: Moment | None = None) -> Line:
        vouch = Vouch(
            at=at or self._now(),
            run=self._run,
            sent=self._sent(),
            place=self._place,
            said=self._said,
            topics=digest_topics(self._topics.body),
        )
        return _signed("tick", encode_vouch(vouch), self._sign)

    def _missed(self, since: Place | None) -> list[Line] | None:
        """List the messages after a place; None where they are not all at hand any more."""
        start, end = self._complete_after, self._place
        if (
            since is None
            or since.epoch != end.epoch
            or not start.position <= since.position <= end.position
            or since.position <= self._unplaced_at
        ):
            return None
        return [
            told.line(self._sign)
            for told in self._kept
            if told.message.place.position > since.position
        ]


def topics_of(gazetteer: Gazetteer) -> dict[str, Any]:
    """Write a tree as the body of the line `topics`: what lies in what, under which codes."""
    above: Final = {area.code: list(gazetteer.lineage(area.code)) for area in gazetteer}
    return {"root": gazetteer.root.code, "above": above, "known_as": dict(gazetteer.codes())}


def _signed(kind: str, body: bytes, sign: Sign) -> Line:
    line = Line(kind, body)
    return line._replace(signature=sign(line.signed_text()))
