"""
How much one address may ask of the dialects: a bucket of tokens for each, refilled by the clock.

The bound keeps one careless poller from taking a core's time; it is never an answer about keys:
over it the answer is 429 with `Retry-After`, since a client that is told 401 gives up for good.
This machine's own address is a proxy that speaks for everybody, or the operator, and has no
bucket; whoever the proxy names in `X-Forwarded-For` has.

Source: RFC 6585, section 4; decision 0018.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from starlette.requests import HTTPConnection

TOKENS_PER_S: Final = 50.0
"""
An answer of 304 costs 0.3 ms of a core: 50 a second are 1.5 % of it. One address may be a
carrier's that speaks for 500 devices of 10 s each.
"""

TOKENS_MOST: Final = 300.0
"""All 300 devices of one building ask at once after a power cut."""

HISTORY_TOKENS: Final = 25
"""An oblast's month takes 50 ms of another thread for 25,000 alerts: twelve, then two a second."""

WEBHOOK_TOKENS: Final = 25
"""A webhook is a file written and synced: twelve, then two a second."""

ADDRESSES_KEPT: Final = 16_384
"""Of 150 bytes each, 2.5 MB; the one that asked longest ago is forgotten: its bucket is full."""

_OWN: Final = ("127.", "::1", "::ffff:127.")


class Buckets:
    """
    Tokens by address.

    Args:
        clock: Seconds that only go forward (`time.monotonic`).
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._kept: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, address: str, tokens: float = 1) -> float:
        """Take tokens out of an address's bucket; tell how many seconds to wait, 0 if it may."""
        if is_own(address):
            return 0
        now = self._clock()
        held, since = self._kept.pop(address, (TOKENS_MOST, now))
        held = min(TOKENS_MOST, held + (now - since) * TOKENS_PER_S)
        wait = max(0.0, (tokens - held) / TOKENS_PER_S)
        self._kept[address] = (held if wait else held - tokens, now)
        if len(self._kept) > ADDRESSES_KEPT:
            self._kept.popitem(last=False)
        return wait

    def __len__(self) -> int:
        return len(self._kept)


def is_own(address: str) -> bool:
    """Say whether an address is this machine's own, or that of a Unix socket, which has none."""
    return not address or address.startswith(_OWN)


def retry_after_s(wait: float) -> int:
    """Tell how many whole seconds to wait before the next try, at least one."""
    return max(1, math.ceil(wait))


def address_of(connection: HTTPConnection) -> str:
    """
    Name who asks: the peer, or whom this machine's own proxy names last in `X-Forwarded-For`.

    What stands before that may be anybody's invention. Over a Unix socket the peer has no address.
    """
    peer = connection.client.host if connection.client else ""
    if peer and not peer.startswith(_OWN):
        return peer
    named = connection.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    return named[:64] or peer
