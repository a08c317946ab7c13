"""
How often one address may ask: a bucket for each that empties by asking and fills with time.

What is remembered of an address is how much it may still ask, in memory alone, for as long as its
bucket takes to fill. Nothing here reads a clock; whoever asks says what time it is.
"""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address
from typing import Final

ADDRESSES_KEPT: Final = 50_000
"""50,000 × 150 bytes = 8 MB. Beyond that those that asked longest ago begin anew."""

UNKNOWN: Final = "unknown"


class Allowance:
    """
    Let everybody ask so often, each for itself.

    Args:
        burst: How much may be asked at once after a rest; above 0.
        per_s: How much more each second; above 0.
        kept: How many are remembered.
    """

    def __init__(self, burst: float, per_s: float, kept: int = ADDRESSES_KEPT) -> None:
        self._burst = burst
        self._per_s = per_s
        self._kept = kept
        self._left: dict[str, tuple[float, float]] = {}

    def ask(self, who: str, now: float, cost: float = 1.0) -> float:
        """
        Take from what is left: 0 where it was enough, else after how many seconds it will be.

        Who is refused loses nothing by having asked.

        Args:
            now: Seconds on a clock that only goes forward.
            cost: At most the burst.
        """
        left, at = self._left.pop(who, (self._burst, now))
        left = min(self._burst, left + max(0.0, now - at) * self._per_s)
        wait = 0.0 if left >= cost else (cost - left) / self._per_s
        self._left[who] = (left if wait else left - cost, now)
        if len(self._left) > self._kept:
            del self._left[next(iter(self._left))]  # Of all, the one that asked longest ago.
        return wait

    def __len__(self) -> int:
        """Count those that are remembered."""
        return len(self._left)


def caller(address: str | None) -> str:
    """
    Tell who counts as one: an IPv4 address, or the /64 that a household or a phone has in IPv6.

    What is no address is one and the same.
    """
    return _prefix(address, 32, 64)


def neighbourhood(address: str | None) -> str:
    """Tell which addresses are likely to be one party's: an IPv4 /24, an IPv6 /48."""
    return _prefix(address, 24, 48)


def _prefix(address: str | None, four: int, six: int) -> str:
    try:
        found = ip_address((address or "").partition("%")[0])
    except ValueError:
        return UNKNOWN
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is None:
            return f"{int(found) >> (128 - six):x}/{six}"
        found = found.ipv4_mapped
    return f"{int(found) >> (32 - four):x}/{four}"
