"""
What the public pages need to know, as a port: the application hands in one that answers.

Pages read the public board and nothing behind it, so that they can say no more than the API does.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Protocol

from tocsin.areas.area import Area
from tocsin.areas.gazetteer import Gazetteer
from tocsin.kernel.ids import AreaCode
from tocsin.kernel.wire import Place


class Outlines(Protocol):
    """Where the map's shapes come from; `tocsin.areas` has one."""

    def coarse(self, code: AreaCode) -> Sequence[Sequence[tuple[float, float]]]:
        """List the rings of an area as (lon, lat), WGS 84; none when it has no outline."""
        ...

    def at(self, lat: float, lon: float) -> Area | None:
        """Find the finest area at a point, WGS 84 degrees; None outside the country."""
        ...


class PageSource(Protocol):
    """What the pages need to know, and from whom: the application hands it in."""

    @property
    def gazetteer(self) -> Gazetteer:
        """Give the tree of areas."""
        ...

    @property
    def outlines(self) -> Outlines:
        """Give the shapes of the areas."""
        ...

    @property
    def place(self) -> Place:
        """Tell the place in the stream that is shown."""
        ...

    @property
    def replay(self) -> bool:
        """Say whether what is shown is a replay."""
        ...

    @property
    def lost_after_s(self) -> float:
        """Tell after how many seconds without a heartbeat the link counts as lost."""
        ...

    def now(self) -> datetime:
        """Tell the moment that ages are judged by: a replay's own clock in a replay."""
        ...

    def board(self, at: datetime | None = None) -> dict[str, Any]:
        """Give the public board, of now or as known at a moment."""
        ...

    def changes(self, day: date) -> Sequence[tuple[datetime, int]]:
        """List when the number of first-level areas under alert changed; empty if unknown."""
        ...

    def cleared(self, code: AreaCode, at: datetime) -> datetime | None:
        """Tell when the last alert that covered the area ended before that moment, if known."""
        ...
