"""
Downstream: other edges that feed from this one, so that edges form a tree.

Each is handed the core's lines as they came, signatures and all, and believes the core and not
us. It begins with what every feed begins with; one that tells its place gets what it missed.
Only one that has shown an edge's token is told which tokens are those of devices, and it is told
everything first, as they are: sirens may hang on it (decision 0022).

Each is a group of its own: one that has fallen behind is closed and comes back with its place,
since no board that is written here would have the core's signature.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from tocsin.edge.groups import Group
from tocsin.edge.kept import Kept
from tocsin.edge.polls import Timer
from tocsin.edge.state import State
from tocsin.edge.subscribers import FanOut
from tocsin.edge.writes import Sink
from tocsin.kernel.errors import Unavailable
from tocsin.kernel.feed import UNSIGNED, Line
from tocsin.kernel.wire import Place

EDGES_MAX: Final = 256
"""Each takes every line: 256 × a board of 1.6 MB = 400 MB, written once an hour at worst."""


class Downstream:
    """
    The edges that feed from here, and the lines that each begins with. Not thread-safe.

    Args:
        kept: The lines that one may have missed.
        state: What stands, where no line says it any more.
    """

    def __init__(self, fan_out: FanOut, timer: Timer, kept: Kept, state: State) -> None:
        self._fan_out = fan_out
        self._timer = timer
        self._kept = kept
        self._state = state
        self._begins_with: dict[str, Line] = {}
        self._heartbeat: Line | None = None
        self._sinks: dict[Group, Sink] = {}
        self._trusted: set[Group] = set()

    def __len__(self) -> int:
        return len(self._sinks)

    def __contains__(self, group: object) -> bool:
        return group in self._sinks

    def join(
        self,
        sink: Sink,
        since: Place | None,
        head: bytes,
        took: Callable[[], None],
        *,
        trusted: bool = False,
    ) -> None:
        """
        Let one more feed from here.

        Args:
            since: The place it knows, where it tells one.
            head: The head of the answer.
            trusted: Whether it may know the tokens of devices.
            took: Called when the connection has become ours.

        Raises:
            Unavailable: `stream.too_many_edges`.
        """
        if len(self._sinks) >= EDGES_MAX:
            sentence = "Too many edges feed from this one; feed from another."
            raise Unavailable("stream.too_many_edges", sentence, retry_after_s=30)
        took()
        group: Group

        def fell_behind() -> bytes:
            self._timer.call_later(0, self._fan_out.close, group, sink)
            return b""

        group = self._fan_out.group(fell_behind)
        self._sinks[group] = sink
        if trusted:
            self._trusted.add(group)
        first = head + b"".join(line.encode() for line in self.opening(since, trusted=trusted))
        self._fan_out.add(group, sink, first, actuator=trusted)

    def leave(self, group: Group) -> None:
        """Forget one that is gone."""
        self._sinks.pop(group, None)
        self._trusted.discard(group)

    def doubt(self) -> None:
        """Let all who may know the tokens of devices come back and show theirs again."""
        for group in tuple(self._trusted):
            self._fan_out.close(group, self._sinks[group])

    def hand_on(self, line: Line, *, lossy: bool = False) -> None:
        """Hand a line on to all whom it may be told."""
        groups = self._trusted if line.kind == "devices" else self._sinks
        if groups:
            raw = line.encode()
            self._fan_out.broadcast([(group, raw) for group in groups], lossy=lossy)

    def hand_on_news(self, line: Line) -> bool:
        """
        Hand on a line that a source repeats when it comes back, unless it says the same again.

        Returns:
            Whether it was new.
        """
        known = self._begins_with.get(line.kind)
        self._begins_with[line.kind] = line
        if known is not None and known.body == line.body:
            return False
        self.hand_on(line)
        return True

    def vouch(self, heartbeat: Line | None) -> None:
        """Take the last heartbeat, or that there is none that holds."""
        self._heartbeat = heartbeat

    def opening(self, since: Place | None, *, trusted: bool) -> list[Line]:
        """List what somebody must know before the next line."""
        known = self._begins_with
        kinds = ("hello", "topics", *(("devices",) if trusted else ()))
        lines = [known[kind] for kind in kinds if kind in known]
        if self._state.place is not None:
            missed = self._kept.lines_since(since, self._state.place)
            lines += self._anew() if missed is None else missed
        if self._heartbeat is not None:
            lines.append(self._heartbeat)
        return lines

    def _anew(self) -> list[Line]:
        """List the lines that tell everything; one without a signature where none are left."""
        written = self._kept.lines_anew()
        return written or [Line("board", self._state.board(frozenset()).plain, UNSIGNED)]
