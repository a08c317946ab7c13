"""
How many connections there are, and for how long each may be slow.

Slowness is not a right: a connection has so many seconds for a whole head, for a body, for reading
an answer. One timer looks at all of them each second, since a timer for each would cost more than
the answers do; so a patience of ten seconds ends after ten or eleven.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import partial
from typing import NamedTuple


@dataclass(slots=True)
class Connections:
    """
    How many connections there are, in all and from each address, against their limits.

    The machine's own addresses are held to the total alone: what comes from them is a proxy that
    speaks for everybody, or the operator.
    """

    most: int
    most_per_address: int
    by_address: Counter[str] = field(default_factory=Counter)
    total: int = 0
    refused: int = 0
    _ways_out: dict[str, Callable[[], None]] = field(default_factory=dict)

    def enter(self, address: str) -> bool:
        """Count a connection in; False, uncounted, where a limit is reached."""
        many_from_one = self.by_address[address] >= self.most_per_address and not own(address)
        if many_from_one or self.total >= self.most:
            self.refused += 1
            if not self.by_address[address]:
                del self.by_address[address]
            return False
        self.by_address[address] += 1
        self.total += 1
        return True

    def leave(self, address: str) -> None:
        """Count a connection out."""
        self.by_address[address] -= 1
        self.total -= 1
        if not self.by_address[address]:
            del self.by_address[address]
            self._ways_out.pop(address, None)

    def way_out(self, address: str) -> Callable[[], None]:
        """Give what counts a connection out: the same for all of one address, for their memory."""
        way_out = self._ways_out.get(address)
        if way_out is None:
            way_out = self._ways_out[address] = partial(self.leave, address)
        return way_out


class Stage(Enum):
    """What a connection is waiting for."""

    HEAD = auto()
    BODY = auto()
    ANSWER = auto()
    """For us, or for the core."""
    IDLE = auto()
    """For its next request."""
    END = auto()
    """For the client to take what was written."""


class Patience(NamedTuple):
    """
    How long each thing may take, in seconds.

    Args:
        head_s: For a whole head, from the connection or its first byte. A phone on a bad link
            sends its 1 kB in 2 s; ten leave room for lost packets.
        body_s: For a body: 64 kB over a bad 64 kbit/s link take 8 s.
        idle_s: Between an answer and the next request.
        stalled_s: While an answer is written, without one byte more of it read.
        look_s: Between two looks at all connections.
    """

    head_s: float = 10.0
    body_s: float = 15.0
    idle_s: float = 15.0
    stalled_s: float = 20.0
    look_s: float = 1.0


def own(address: str) -> bool:
    """Say whether an address is this machine's own."""
    return address.startswith("127.") or address in {"::1", ""}
