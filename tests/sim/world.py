"""
A world on one random number generator: the same seed gives the same ten minutes, event by event.

Time is a number of seconds that only the heap of things to come moves on. Nothing here or in the
parts that live in it looks at a clock, a socket or another source of chance; so a failure is
repeated by its seed alone. Faults happen until the world is calm.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from tests.alerts.sayings import RUSH_HOUR


class PowerCut(BaseException):
    """The machine is gone, in the middle of whatever it did; nothing may catch this but it."""


@dataclass(frozen=True)
class Faults:
    """
    What goes wrong, and how often. Each seed draws its own, so that some worlds are mild and
    others bad in one way only; a bug that two faults hide from each other still meets one alone.

    Args:
        loss, doubling: Share of messages that vanish, or come twice.
        late_s: The longest that a message takes; a doubled one may take ten times as long.
        aimed: Share of commits that the power fails in, at one of the four places that matter.
        crash_s, link_s, step_s, full_s, beside_s, edge_s, feed_s: Mean seconds between crashes,
            broken links, steps of the server's clock by up to an hour either way, times of a full
            disk, writes by another process, deaths of the edge, and broken links between it and
            the core; 0 for never.
    """

    loss: float
    doubling: float
    late_s: float
    aimed: float
    crash_s: float
    link_s: float
    step_s: float
    full_s: float
    beside_s: float
    edge_s: float
    feed_s: float

    @classmethod
    def drawn(cls, chance: Random) -> Faults:
        return cls(
            loss=chance.choice([0, 0.02, 0.1, 0.3]),
            doubling=chance.choice([0, 0.05, 0.3]),
            late_s=chance.choice([0.05, 0.5, 2.0]),
            aimed=chance.choice([0, 0.05, 0.15]),
            crash_s=chance.choice([0, 60, 200]),
            link_s=chance.choice([0, 30, 120]),
            step_s=chance.choice([0, 45, 150]),
            full_s=chance.choice([0, 0, 120]),
            beside_s=chance.choice([0, 0, 60]),
            edge_s=chance.choice([0, 60, 200]),
            feed_s=chance.choice([0, 30, 120]),
        )


class World:
    """Time, chance, and what is still to come."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.faults = Faults.drawn(self.random)
        self.now = 0.0
        self.calm = False
        self.steps = 0
        self.clock_off_s = 0.0
        self.wrong: list[str] = []
        self._coming: list[tuple[float, int, Callable[..., None], tuple[Any, ...]]] = []
        self._count = 0

    def after(self, seconds: float, act: Callable[..., None], *args: Any) -> None:
        """Let something happen later; of two at one moment, the one asked for first."""
        self._count += 1
        heapq.heappush(self._coming, (self.now + seconds, self._count, act, args))

    def every(self, seconds: float, act: Callable[[], None]) -> None:
        """Let something happen again and again, for ever."""

        def again() -> None:
            act()
            self.after(seconds, again)

        self.after(self.random.uniform(0, seconds), again)

    def now_and_then(self, mean_s: float, act: Callable[[], None]) -> None:
        """Let a fault happen at random moments, until the world is calm."""
        if mean_s:

            def again() -> None:
                if not self.calm:
                    act()
                    self.after(self.random.expovariate(1 / mean_s), again)

            self.after(self.random.expovariate(1 / mean_s), again)

    def run(self, until: float) -> None:
        """Let everything happen that is due by then."""
        while self._coming and self._coming[0][0] <= until:
            self.now, _, act, args = heapq.heappop(self._coming)
            act(*args)
            self.steps += 1
        self.now = until

    def chance(self, share: float) -> bool:
        """Draw a fault; a calm world has none."""
        return not self.calm and self.random.random() < share

    def send(
        self,
        deliver: Callable[..., None],
        *args: Any,
        much_later: bool = True,
        random: Random | None = None,
    ) -> None:
        """
        Carry a message that may be lost, come twice, or be overtaken by later ones.

        Args:
            much_later: Whether a second copy may come so late that its matter is long over.
            random: The sender's own chance, where it has one.
        """
        random = random or self.random
        faults = self.faults
        if not self.calm and random.random() < faults.loss:
            return
        late = 0.05 if self.calm else faults.late_s
        self.after(random.uniform(0.01, late), deliver, *args)
        if not self.calm and random.random() < faults.doubling:
            slow = random.choice([late, 90.0]) if much_later else late
            self.after(random.uniform(0.01, slow), deliver, *args)

    def step_clock(self) -> None:
        """Set the server's clock an hour or less to either side of the truth."""
        self.clock_off_s = self.random.choice([-3600, -60, 0, 60, 3600])

    def violate(self, what: str) -> None:
        """Note that a promise was broken."""
        self.wrong.append(f"{self.now:7.2f} s: {what}")


class ServerClock:
    """The clock on the server's wall, which somebody keeps setting."""

    def __init__(self, world: World) -> None:
        self._world = world

    def now(self) -> datetime:
        return RUSH_HOUR + timedelta(seconds=round(self._world.now + self._world.clock_off_s, 3))
