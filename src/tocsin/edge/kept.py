"""
What is kept of the stream, for those who come back: the last messages, with nothing between them.

Whoever tells a place is given exactly the messages after it, or nothing at all and then a board:
there is never a gap without one. `complete_after` is the earliest place for which all that came
later is at hand. A message without a place lies after the one it was heard after; who comes back
to that place is told it again, and knows by its version whether it is news.

Lines are kept as they came, too, so that an edge further down can be given what it missed with
the core's own signature. A message of before the board (`past`) was signed as such and can only be
handed on together with that board.

Source: design, section 2, rule 5.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import islice
from typing import Final, NamedTuple

import msgspec

from tocsin.edge.state import Said, read_message
from tocsin.kernel.errors import Malformed
from tocsin.kernel.feed import LINES_KEPT, Line
from tocsin.kernel.ids import AreaCode
from tocsin.kernel.wire import Place

KEPT_BYTES: Final = 67_108_864
"""1,000 messages of 1 to 4 kB are 4 MB; a night of eight languages in full is 64 MB."""


class _Past(msgspec.Struct):
    event: str
    data: msgspec.Raw


_PAST: Final = msgspec.json.Decoder(_Past)


class Message(NamedTuple):
    """
    One message of the stream.

    Args:
        place: None where it has none.
        after: The position it comes after: its own less one, or the last one heard.
        data: As in the line, without the relation.
        line: As it came.
    """

    place: Place | None
    after: int
    area: AreaCode
    event: str
    data: bytes
    line: Line


def message_of(line: Line, event: str, data: bytes, said: Said, *, heard_after: int) -> Message:
    """
    Put a message together from its line and what was read of it.

    Args:
        heard_after: The last position heard before it, where it has none of its own.
    """
    if said.position is None:
        return Message(None, heard_after, said.area.code, event, data, line)
    place = Place(said.epoch, said.position)
    after = max(said.position - 1, heard_after)
    return Message(place, after, said.area.code, event, data, line)


class Pasts:
    """Messages of before a board, as they come in front of it."""

    def __init__(self) -> None:
        self._messages: deque[Message] = deque(maxlen=LINES_KEPT)
        self._heard = 0

    def take(self, line: Line) -> None:
        """
        Take in one line `past`.

        Raises:
            Malformed: `feed.malformed`.
        """
        try:
            past = _PAST.decode(line.body)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise Malformed(
                "feed.malformed", f"A line of the feed cannot be read: {error}.", where="past"
            ) from error
        data = bytes(past.data)
        said = read_message(data)
        heard_after = self._heard
        if said.position is not None and said.position <= heard_after:
            self._messages.clear()  # The feed broke off in the middle, and begins again here.
            heard_after = 0
        message = message_of(line, past.event, data, said, heard_after=heard_after)
        self._messages.append(message)
        self._heard = heard_after if message.place is None else message.place.position

    def hand_over(self) -> list[Message]:
        """Give what has come, to whom the board is, and begin anew."""
        messages = list(self._messages)
        self._messages.clear()
        self._heard = 0
        return messages


class Kept:
    """The last messages after a board, oldest first. Not thread-safe."""

    def __init__(self) -> None:
        self._messages: deque[Message] = deque()
        self._bytes = 0
        self._complete_after: Place | None = None
        self._board: Line | None = None
        self._tick: Line | None = None
        self._pasts: tuple[Line, ...] = ()
        self._since_board = 0

    def __len__(self) -> int:
        return len(self._messages)

    def begin(self, board: Line, place: Place, pasts: Sequence[Message], *, moved: bool) -> None:
        """
        Start over from a board, with messages of before it that may be resumed from as well.

        Args:
            moved: Whether the place is another than before. At the same place nobody's place
                tells whether it has seen this board or another, so everybody needs one.
        """
        self._messages.clear()
        self._bytes = 0
        if not moved:
            pasts = ()
            place = Place(place.epoch, place.position + 1)
        self._complete_after = place
        self.note(board, pasts)
        if pasts:
            self._complete_after = Place(place.epoch, pasts[0].after)
        for message in pasts:
            self._put(message)
        self._since_board = 0

    def note(self, board: Line, pasts: Sequence[Message] = ()) -> None:
        """Take in a board that says what is known: an edge further down may begin with it."""
        self._board = board
        self._tick = None
        self._pasts = tuple(message.line for message in pasts)
        self._since_board = 0

    def vouch(self, tick: Line) -> None:
        """Take in a tick: the one that comes with a board is handed on with it."""
        if self._tick is None and self._since_board == 0:
            self._tick = tick

    def add(self, message: Message) -> None:
        """Keep one more message; the oldest makes room."""
        self._put(message)
        self._since_board += 1

    def since(self, seen: Place | None, shown: Place) -> list[Message] | None:
        """
        List what came after a place; None where that is not all at hand.

        Args:
            shown: The place that is shown now.
        """
        start = self._complete_after
        if (
            seen is None
            or start is None
            or seen.epoch != start.epoch
            or not start.position <= seen.position <= shown.position
        ):
            return None
        return [message for message in self._messages if message.after >= seen.position]

    def lines_since(self, seen: Place | None, shown: Place) -> list[Line] | None:
        """List the lines after a place for another edge; None where it needs a board first."""
        missed = self.since(seen, shown)
        if missed is None or any(message.line.kind == "past" for message in missed):
            return None
        return [message.line for message in missed]

    def lines_anew(self) -> list[Line] | None:
        """List earlier messages, the board and the lines after it; None where they are gone."""
        if self._board is None or self._since_board > len(self._messages):
            return None
        first = len(self._messages) - self._since_board
        after = (message.line for message in islice(self._messages, first, None))
        vouched = () if self._tick is None else (self._tick,)
        return [*self._pasts, self._board, *vouched, *after]

    @property
    def board_is_old(self) -> bool:
        """Say whether the last board will soon have more messages after it than are kept."""
        return self._since_board > LINES_KEPT * 3 // 4

    def _put(self, message: Message) -> None:
        self._messages.append(message)
        self._bytes += len(message.data)
        while len(self._messages) > LINES_KEPT or (
            self._bytes > KEPT_BYTES and len(self._messages) > 1
        ):
            gone = self._messages.popleft()
            self._bytes -= len(gone.data)
            if self._complete_after is not None:
                self._complete_after = Place(self._complete_after.epoch, gone.after + 1)
