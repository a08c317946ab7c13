"""
A town with electricity for tests: a desk on a ledger in memory, and what is shown of it.

No test is here. The company is that of `tests.power.grids`; whatever it says is decided by the desk
itself, so everything here could have happened.
"""

from __future__ import annotations

from datetime import timedelta

from tests.power.grids import NOON, lists
from tests.views.town import Town

from tocsin.kernel.ids import AreaCode
from tocsin.views.power import PowerView
from tocsin.views.power_addresses import AddressBook

ROWS = [
    ("grid", "вул. Шевченка", "1", "19", "odd", "1.1"),
    ("grid", "вул. Шевченка", "2", "20", "even", "1.2"),
    ("grid", "пров. Шевченка", "", "", "", "2.1"),
    ("grid", "вул. Шевченка", "7а", "", "", "2.1"),
]


def book(*rows):
    """An address book of these rows, or of the town's own."""
    names = ("operator", "street", "house_from", "house_to", "parity", "group")
    return AddressBook([dict(zip(names, row, strict=True)) for row in rows or ROWS])


class Clock:
    """A clock that a test sets, in seconds after noon."""

    def __init__(self):
        self.seconds = 0

    def now(self):
        return NOON + timedelta(seconds=self.seconds)


class PowerTown(Town):
    """A ledger, the desk that writes it, and what is shown of the power."""

    def __init__(self):
        super().__init__()
        self.clock = Clock()
        self.live._clock = self.clock
        self.desk._clock = self.clock
        self.power = PowerView(self.projections.grid, self.live, book())
        self.say(lists(area=AreaCode("LAND")))

    def goes_on(self, **time):
        """Let time pass."""
        self.clock.seconds += int(timedelta(**time).total_seconds())
