"""
Whose report of a closed door counts: so many an hour from one address, two phones of one network.

What is told apart here (addresses, networks) stays in memory for two hours and is written nowhere;
the record has a pseudonym of the phone for this one shelter, by which nobody is found again at
another.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from typing import Final

from tocsin.kernel.allowance import Allowance, caller, neighbourhood
from tocsin.kernel.errors import Unavailable
from tocsin.shelters.messages import ShelterId

REPORTS_AN_HOUR: Final = 6
"""Of one address: somebody who walks past six closed doors in an hour has done enough."""

PHONES_OF_A_NETWORK: Final = 2
"""At one shelter; five phones cast doubt on it (decision 0024), which takes three networks."""

REMEMBERED_S: Final = 7_200
"""As long as a report counts."""

KEPT: Final = 50_000
"""Networks at shelters; 50,000 × 300 bytes = 15 MB. Beyond that the longest ago is forgotten."""


class Reporters:
    """
    Tell whose report counts. Not thread-safe: the event loop owns it.

    Args:
        clock: Seconds on a clock that only goes forward.
        secret: Mixed into pseudonyms; they can be compared with those of no other server.
    """

    def __init__(self, clock: Callable[[], float], secret: bytes) -> None:
        self._clock = clock
        self._secret = secret
        self._allowance = Allowance(REPORTS_AN_HOUR, REPORTS_AN_HOUR / 3_600)
        self._heard: dict[tuple[str, ShelterId], dict[str, float]] = {}

    def pseudonym(self, phone: str, shelter: ShelterId) -> str:
        """Name a phone at one shelter: 16 hexadecimal digits that tell nothing of it elsewhere."""
        mixed = f"{shelter}\n{phone}".encode()
        return blake2b(mixed, digest_size=8, key=self._secret[:64]).hexdigest()

    def admit(self, address: str | None) -> None:
        """
        Let a report through from an address that has not sent too many.

        Raises:
            Unavailable: `shelters.too_many`, HTTP 429.
        """
        wait = self._allowance.ask(caller(address), self._clock())
        if wait:
            raise Unavailable(
                "shelters.too_many",
                "Too many reports came from here; try again later.",
                status=429,
                retry_after_s=int(wait) + 1,
            )

    def counts(self, address: str | None, phone: str, shelter: ShelterId) -> bool:
        """Say whether a phone's report of a shelter counts, and remember it where it does."""
        now = self._clock()
        key = (neighbourhood(address), shelter)
        heard = {
            known: at for known, at in self._heard.pop(key, {}).items() if now - at < REMEMBERED_S
        }
        counted = phone in heard or len(heard) < PHONES_OF_A_NETWORK
        if counted:
            heard[phone] = now
        self._heard[key] = heard
        if len(self._heard) > KEPT:
            del self._heard[next(iter(self._heard))]
        return counted
