"""
What a server says of the power, put together: the grid, the address book, the calendars, the bell.

The bell rings by this server's own clock, whatever the network does; only the active one of several
cores rings, so that nobody is told twice.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from fastapi import APIRouter

from tocsin.authority.remit import Grant
from tocsin.channels.calendar import calendars
from tocsin.commands import Answer, Request
from tocsin.delivery.power_bell import Bell
from tocsin.delivery.power_told import ToldFile, notices_path
from tocsin.intake.outages_http import Desk, outages_said
from tocsin.kernel.time import Clock, rfc3339
from tocsin.power.grid import Grid
from tocsin.replay.clock import PlayingClock
from tocsin.views.live import Live
from tocsin.views.power import PowerView
from tocsin.views.power_addresses import AddressBook
from tocsin.views.power_cuts import NO_CUTS, Cuts, dark, named
from tocsin.web.outages import Watching, outages
from tocsin.web.power_pages import power_pages

LOOK_S: Final = 0.5
"""How often it is looked whether a cut has begun or ended; a shelter is lowered within that."""


class Powering:
    """
    All that one server says of the power, and is told of it.

    Args:
        grid: Folded by whoever feeds `live`.
        addresses: Which house hangs on which group; None where no file is named.
        ledger: The path beside which lies what has been told.
        minutes: How long before a cut or the return of power it is told beforehand.
        submit: Hands a request to the desk, and answers once it is on disk and shown.
    """

    def __init__(
        self,
        grid: Grid,
        live: Live,
        addresses: AddressBook | None,
        *,
        clock: Clock,
        ledger: Path,
        minutes: int,
        submit: Callable[[Request], Awaitable[Answer]],
        authenticate: Callable[[str], Awaitable[Grant | None]],
    ) -> None:
        self.view = PowerView(grid, live, addresses)
        self._desk = Desk(self.view, clock, submit, authenticate)
        self._grid = grid
        self._live = live
        self._clock = clock
        self._cuts: Cuts = NO_CUTS
        self._dark: frozenset[str] = frozenset()
        plays = clock.seconds_until if isinstance(clock, PlayingClock) else None
        told = ToldFile(notices_path(ledger))
        self.bell = Bell(grid, clock, told, minutes, seconds_until=plays)

    def dark(self) -> frozenset[str]:
        """Name the groups that are without power now; may be asked from any thread."""
        return self._dark

    def cuts(self) -> Cuts:
        """Tell the cut of each group that is on now or comes next; may be asked from any thread."""
        return self._cuts

    async def look(self) -> None:
        """Know which groups are cut, for ever."""
        seen: tuple[int, str] | None = None
        while True:
            now = self._clock.now()
            if seen != (self._grid.edition, rfc3339(now)[:16]):
                seen = (self._grid.edition, rfc3339(now)[:16])
                # A country's groups are a tenth of a second of work, in which nobody has to wait.
                self._cuts = await asyncio.to_thread(named, self._grid.zones(), now)
                self._dark = dark(self._cuts)
            await asyncio.sleep(LOOK_S)

    def routers(self) -> list[APIRouter]:
        """List the routers of the API and of the pages."""
        return [
            outages(self.view, Watching(time.monotonic), self.bell.told.since),
            calendars(self.view),
            outages_said(self._desk),
            power_pages(self._live, self.view),
        ]
