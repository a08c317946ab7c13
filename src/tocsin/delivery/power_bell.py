"""
The bell of the power: it tells each notice when it is due, once, by the clock alone.

It asks nobody and waits for nobody: what it needs is the plan that is known here. Whatever channel
is to carry its notices further is handed them once they are on disk as told.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from tocsin.delivery.power_notices import Notice, notices
from tocsin.delivery.power_told import Told, ToldFile
from tocsin.kernel.time import Clock, Moment, parse_rfc3339, rfc3339
from tocsin.power.grid import Grid
from tocsin.power.state import ZoneState

STEP_S: Final = 0.5
"""At the longest so long after it was heard a schedule is looked at; a boundary is slept up to."""

AGAIN: Final = timedelta(hours=1)
"""After that long a zone of which nothing was heard is worked out again, for the hours ahead."""

Hear = Callable[[Sequence[Told]], None]
"""Handed the notices that were told at one moment."""


class _Planned(NamedTuple):
    state: ZoneState
    until: datetime
    notices: list[Notice]


class Bell:
    """
    Tell notices when they are due. Not thread-safe: the event loop owns it.

    Args:
        grid: Folded by whoever feeds it.
        minutes: How long before a boundary it is told beforehand; 0 for not at all.
        hear: Handed what was told.
        seconds_until: Tells how many real seconds it is until the clock shows a moment.
    """

    def __init__(
        self,
        grid: Grid,
        clock: Clock,
        told: ToldFile,
        minutes: int,
        *,
        hear: Sequence[Hear] = (),
        seconds_until: Callable[[datetime], float] | None = None,
    ) -> None:
        self.told = told
        self._grid = grid
        self._clock = clock
        self._minutes = minutes
        self._hear = hear
        self._seconds_until = seconds_until or self._seconds
        self._planned: dict[tuple[str, str], _Planned] = {}

    async def run(self) -> None:
        """
        Tell what is due, for ever.

        Raises:
            Unavailable: `power.notices_unwritable`; whoever runs it runs it again.
        """
        while True:
            await self.ring()
            following = self.next_due()
            wait_s = STEP_S if following is None else self._seconds_until(following)
            await asyncio.sleep(min(max(wait_s, 0.0), STEP_S))

    async def ring(self) -> list[Told]:
        """
        Tell what is due now and has not been told; give it.

        Raises:
            Unavailable: `power.notices_unwritable`.
        """
        now = self._clock.now()
        moment = rfc3339(now)
        self.told.load(moment)
        due = [
            one
            for planned in await self._plans(now)
            for one in planned.notices[: _after(planned.notices, moment)]
            if one.due(moment) and one not in self.told
        ]
        new = await self.told.add(sorted(due, key=lambda one: (one.due_at, one.id)), moment)
        if new:
            for hear in self._hear:
                hear(new)
        return new

    def next_due(self) -> datetime | None:
        """Tell when the next notice is due, by what was known when it last rang."""
        moment = rfc3339(self._clock.now())
        ahead = [
            planned.notices[following].due_at
            for planned in self._planned.values()
            if (following := _after(planned.notices, moment)) < len(planned.notices)
        ]
        return parse_rfc3339(min(ahead)) if ahead else None

    async def _plans(self, now: datetime) -> list[_Planned]:
        """Work out the zones of which anything new is known; the others stay as they are."""
        found: dict[tuple[str, str], _Planned] = {}
        for state in self._grid.zones():
            key = (state.operator, state.zone.code)
            known = self._planned.get(key)
            if known is None or known.state is not state or not now < known.until:
                # A dozen groups are 20 ms of work, in which nobody has to wait.
                made = await asyncio.to_thread(notices, state, now, self._minutes)
                known = _Planned(state, now + AGAIN, made)
            found[key] = known
        self._planned = found
        return list(found.values())

    def _seconds(self, moment: datetime) -> float:
        return (moment - self._clock.now()).total_seconds()


def _after(ordered: Sequence[Notice], moment: Moment) -> int:
    """Tell the first of notices in the order they are due that is so after a moment."""
    return bisect_right(ordered, moment, key=lambda one: one.due_at)
