"""
What a simulated system is made of: the honest parts, any of which a planted bug replaces.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.sim.disk import SimLedger
from tests.sim.listeners import Page, Relay, Siren

from tocsin.commands import Desk
from tocsin.edge.hub import Hub
from tocsin.views.projections import Projections


@dataclass(frozen=True)
class Parts:
    """
    The classes to build from.

    Args:
        swapped: Names in modules that stand for something else while the world runs:
            (module or class, name, value).
    """

    ledger: Any = SimLedger
    desk: Any = Desk
    hub: Any = Hub
    load: Any = Projections.load
    page: Any = Page
    relay: Any = Relay
    siren: Any = Siren
    swapped: tuple[tuple[Any, str, Any], ...] = ()


HONEST = Parts()
