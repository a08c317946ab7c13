"""
Who listens to what: one entry for each set of areas, one group of connections for each wire form.

What concerns a set of areas is worked out once for all who listen to it. An entry is there as long
as somebody is in it. Connections themselves are the fan-out's; here they are counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple, Protocol

from tocsin.edge.groups import Group
from tocsin.edge.topics import Interest, Topics
from tocsin.edge.writes import Sink
from tocsin.kernel.errors import Unavailable
from tocsin.kernel.ids import AreaCode
from tocsin.kernel.wire import Form

SETS_MAX: Final = 20_000
"""Sets of areas: each takes about a microsecond of a message, so 20 ms before the first write."""

CODES_MAX: Final = 200_000
"""Area codes in them together: 200,000 × 3 areas around each × 100 bytes = 60 MB."""


class Handle(Protocol):
    """Something that will happen, and need not."""

    def cancel(self) -> None:
        """Let it not happen."""
        ...


class FanOut(Protocol):
    """What the hub needs of `tocsin.edge.fanout`."""

    def group(self, catch_up: Callable[[], bytes]) -> Group:
        """Make a group; `catch_up` gives what a reader needs that has missed something."""
        ...

    def add(self, group: Group, sink: Sink, first: bytes, *, actuator: bool = False) -> None:
        """Take a connection over and write its first bytes."""
        ...

    def broadcast(self, work: Sequence[tuple[Group, bytes]], *, lossy: bool = False) -> None:
        """Write to everybody in some groups; what is lossy may be missed without consequence."""
        ...

    def close(self, group: Group, sink: Sink) -> None:
        """Close one connection."""
        ...


class Poll:
    """One question that waits; without `answer`, whoever asked is gone."""

    __slots__ = ("answer", "listeners", "timeout")

    def __init__(self, listeners: Listeners, answer: Callable[[bytes], None]) -> None:
        self.answer: Callable[[bytes], None] | None = answer
        self.listeners = listeners
        self.timeout: Handle | None = None


class Listeners:
    """All who listen to one set of areas."""

    __slots__ = ("areas", "groups", "interest", "polls", "sizes")

    def __init__(self, areas: frozenset[AreaCode], interest: Interest) -> None:
        self.areas = areas
        self.interest = interest
        self.groups: dict[Form, Group] = {}
        self.sizes: Counter[Form] = Counter()
        self.polls: set[Poll] = set()


class _Home(NamedTuple):
    listeners: Listeners
    form: Form


class Subscribers:
    """
    The entries, found by areas and by group. Not thread-safe.

    Args:
        topics: Makes an interest of a set of areas.
    """

    def __init__(self, topics: Topics) -> None:
        self._topics = topics
        self._entries: dict[frozenset[AreaCode], Listeners] = {}
        self._homes: dict[Group, _Home] = {}
        self._codes = 0
        self.open: Counter[Form] = Counter()

    def __iter__(self) -> Iterator[Listeners]:
        return iter(self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)

    def retell(self, topics: Topics) -> None:
        """Take another tree."""
        self._topics = topics
        for listeners in self._entries.values():
            listeners.interest = topics.interest(listeners.areas)

    def listeners(self, areas: frozenset[AreaCode]) -> Listeners:
        """
        Find or make the entry for a set of areas; `tidy` takes it away again.

        Raises:
            Unavailable: `stream.too_many_sets`.
        """
        found = self._entries.get(areas)
        if found is None:
            if len(self._entries) >= SETS_MAX or self._codes + len(areas) > CODES_MAX:
                sentence = "Too many different sets of areas are listened to; ask for one area."
                raise Unavailable("stream.too_many_sets", sentence, retry_after_s=30)
            found = self._entries[areas] = Listeners(areas, self._topics.interest(areas))
            self._codes += len(areas)
        return found

    def enter(self, listeners: Listeners, form: Form, make: Callable[[], Group]) -> Group:
        """Count somebody into the group of one form, which is made for the first."""
        group = listeners.groups.get(form)
        if group is None:
            group = listeners.groups[form] = make()
            self._homes[group] = _Home(listeners, form)
        listeners.sizes[form] += 1
        self.open[form] += 1
        return group

    def leave(self, group: Group) -> None:
        """Count somebody out."""
        home = self._homes.get(group)
        if home is None:
            return
        listeners, form = home
        self.open[form] -= 1
        listeners.sizes[form] -= 1
        if not listeners.sizes[form]:
            del listeners.groups[form], listeners.sizes[form], self._homes[group]
            self.tidy(listeners)

    def home(self, group: Group) -> tuple[frozenset[AreaCode], Form] | None:
        """Tell what a group listens to and in which form; None where it is none of these."""
        home = self._homes.get(group)
        return None if home is None else (home.listeners.areas, home.form)

    def tidy(self, listeners: Listeners) -> None:
        """Forget an entry that nobody is in any more."""
        if (
            not (listeners.groups or listeners.polls)
            and self._entries.pop(listeners.areas, None) is not None
        ):
            self._codes -= len(listeners.areas)
