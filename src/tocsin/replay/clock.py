"""
A clock that shows a day of the past and runs as fast as it is told, or stands still.

It counts on a monotonic clock, so that a step of the machine's own clock does not jump through
the day. Everything in a replay that speaks of "now" or of ages asks this clock.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from tocsin.kernel.errors import Malformed

FASTEST: Final = 100_000.0
"""A day in 0.9 s. Faster than that, nobody sees anything; use `tocsin board --at`."""

_END: Final = datetime.max.replace(tzinfo=UTC)


class PlayingClock:
    """
    Show the past.

    Args:
        start: What it shows when it is made; aware.
        speed: Seconds of the day for each real second, 0 to 100,000; at 0 it stands still.
        monotonic: Counts real seconds.

    Raises:
        Malformed: `replay.speed`.
    """

    def __init__(
        self,
        start: datetime,
        speed: float,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        if not 0 <= speed <= FASTEST:
            raise Malformed(
                "replay.speed",
                f"A replay runs at 0 to {FASTEST:,.0f} times the real speed.",
                where="speed",
            )
        self.speed = speed
        self._start = start.astimezone(UTC)
        self._monotonic = monotonic
        self._began = monotonic()

    def now(self) -> datetime:
        """Tell the moment that is played, in UTC, cut to the millisecond."""
        played_ms = math.floor((self._monotonic() - self._began) * self.speed * 1000)
        try:
            return self._start + timedelta(milliseconds=played_ms)
        except OverflowError:
            return _END

    def seconds_until(self, moment: datetime) -> float:
        """Tell how many real seconds it is until a moment is shown; 0 where it was, or infinity."""
        ahead_s = (moment - self.now()).total_seconds()
        if ahead_s <= 0:
            return 0.0
        return ahead_s / self.speed if self.speed else math.inf
