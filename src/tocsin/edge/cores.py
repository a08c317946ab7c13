"""
Which of several cores an edge asks first: the one that answered last, and no dead one for a while.

One that could not be reached, or let somebody wait for long, is doubted: for two seconds it is
asked only where no other is left. So while one machine is gone and the other does not yet speak
for the record, people hear at once that they must ask again, instead of waiting for the dead.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Final

from tocsin.edge.upstream import Address

DOUBTED_FOR_S: Final = 2.0
"""As long as a connection to a machine that is gone is waited for; then one request tries it."""


class Cores:
    """
    The cores of an edge, in the order in which they were named.

    Args:
        clock: Seconds that only go forward.
    """

    def __init__(self, addresses: Sequence[Address], clock: Callable[[], float]) -> None:
        self.addresses = addresses
        self.first = 0
        self._clock = clock
        self._doubted_until = [0.0] * len(addresses)

    def order(self, tried: Collection[int] = ()) -> list[int]:
        """List those not tried yet: the first one, the others, and at the end those in doubt."""
        count = len(self.addresses)
        numbers = [(self.first + step) % count for step in range(count)]
        return sorted((n for n in numbers if n not in tried), key=self._in_doubt)

    def has_another(self, tried: Collection[int]) -> bool:
        """Say whether one that is not in doubt was not tried yet."""
        return not all(map(self._in_doubt, self.order(tried)))

    def doubt(self, number: int) -> None:
        """Take note that a core could not be reached or did not answer."""
        self._doubted_until[number] = self._clock() + DOUBTED_FOR_S
        if number == self.first:
            self.first = (number + 1) % len(self.addresses)

    def trust(self, number: int, *, first: bool) -> None:
        """Take note that a core has answered; `first` where it did what another had not done."""
        self._doubted_until[number] = 0.0
        if first:
            self.first = number

    def _in_doubt(self, number: int) -> bool:
        return self._clock() < self._doubted_until[number]
