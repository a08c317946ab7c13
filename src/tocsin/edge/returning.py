"""
Who comes back: what somebody missed who tells its place, written once for all who tell the same.

After an edge or a network was gone for a moment thousands come back from one place at once. So
what was written for one is kept for the next until something happens, and their own next times
to come back are drawn from a wider span. Source: design, section 2, rule 5.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from tocsin.edge.kept import Kept, Message
from tocsin.edge.topics import Topics
from tocsin.kernel import wire
from tocsin.kernel.ids import AreaCode
from tocsin.kernel.wire import Form, Place
from tocsin.kernel.words import Relation

RECONNECT_MS: Final = (500, 4_000)
"""Where `retry:` is drawn from, so that all who lost an edge do not return in one instant."""

RECONNECT_WIDE_MS: Final = (1_000, 12_000)
"""
The same while the core is not heard or in a storm: 20,000 come back at fewer than 2,000 a second.
Nobody waits longer than the 12 s after which a listener says by itself that its link is lost.
"""

STORM: Final = 1_000
"""As many in one second are no visitors any more: 20,000 in ten minutes are 33 a second."""

WRITTEN_BYTES: Final = 16_777_216
"""Kept of what was written; 1,000 bytes are counted for each place besides."""


class Returning:
    """
    Write what was missed. Not thread-safe.

    Args:
        topics: The tree, as it is now.
        draw: Draws a whole number between two, both included.
    """

    def __init__(
        self, kept: Kept, topics: Callable[[], Topics], draw: Callable[[int, int], int]
    ) -> None:
        self._kept = kept
        self._topics = topics
        self._draw = draw
        self._written: dict[tuple[frozenset[AreaCode], Form, Place], bytes] = {}
        self._bytes = 0
        self._second = self._joined = 0

    def missed(
        self, areas: frozenset[AreaCode], form: Form, since: Place | None, shown: Place
    ) -> bytes | None:
        """Write all that came after a place for some areas; None where a board must say it."""
        if since is None:
            return None
        key = (areas, form, since)
        written = self._written.get(key)
        if written is None:
            messages = self._kept.since(since, shown)
            if messages is None:
                return None
            written = b"".join(
                wire.frame(form, m.event, wire.related(m.data, relation), m.place)
                for m, relation in self.concerning(areas, messages)
            )
            if self._bytes + len(written) + 1_000 > WRITTEN_BYTES:
                self.forget()
            self._written[key] = written
            self._bytes += len(written) + 1_000
        return written

    def concerning(
        self, areas: frozenset[AreaCode], messages: Iterable[Message]
    ) -> list[tuple[Message, Relation]]:
        """Pick the messages that concern some areas, with how they lie to them."""
        topics = self._topics()
        interest = topics.interest(areas)
        pairs = ((m, interest.relation(m.area, topics.above(m.area))) for m in messages)
        return [(message, relation) for message, relation in pairs if relation is not None]

    def forget(self) -> None:
        """Forget what was written, since something has happened."""
        self._written.clear()
        self._bytes = 0

    def retry_ms(self, now: float, *, lost: bool) -> int:
        """
        Draw how long somebody shall wait before it comes back, and count it as one who came.

        Args:
            now: Seconds, of a clock that only goes on.
            lost: Whether the core is not heard.
        """
        second = int(now)
        if second != self._second:
            self._second, self._joined = second, 0
        self._joined += 1
        wide = lost or self._joined > STORM
        return self._draw(*(RECONNECT_WIDE_MS if wide else RECONNECT_MS))
