"""
The remit: what a sender may do, and for which areas.

A scope is written `POWER:AREA`, for instance `alerts:write:UA`: the power holds for the area and
everything in it, and for nothing around it. There is no power over all areas but the root's.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from tocsin.kernel.errors import Malformed, Refused
from tocsin.kernel.ids import AreaCode, SenderId
from tocsin.kernel.words import Rank

ALERTS_WRITE: Final = "alerts:write"
DEVICES_LISTEN: Final = "devices:listen"
"""A siren, a display, a bell: what it says may be done by anybody, but it is told first."""

EDGES_FEED: Final = "edges:feed"
"""An edge of somebody else's: it may know which tokens are those of devices, to tell them first."""

SHELTERS_WRITE: Final = "shelters:write"
"""An official's word on shelters: how each is, whether they are shown, the time to reach one."""

SHELTERS_KEEP: Final = "shelters:keep"
"""A keeper's: open, close, and count who is inside."""

SHELTERS_SENSE: Final = "shelters:sense"
"""A sensor's at the door."""

SHELTERS_READ: Final = "shelters:read"
"""To see what could help an attacker: how full each is, the load, the gaps."""

POWER_WRITE: Final = "power:write"
"""A grid company's word: schedules, emergencies, outages, and which plan was approved."""

POWER_READ: Final = "power:read"
"""To see what could help an attacker: feeders, loads, priorities and protected customers."""

SAY_STATUS: Final = (SHELTERS_WRITE, SHELTERS_KEEP, SHELTERS_SENSE)
"""Whoever may say how a shelter is; how much that weighs is the shelters' own rule."""

TOKENS_WRITE: Final = "tokens:write"
"""No scope holds it: only who has the database at hand makes and revokes tokens."""

POWERS: Final = (
    ALERTS_WRITE,
    DEVICES_LISTEN,
    EDGES_FEED,
    SHELTERS_WRITE,
    SHELTERS_KEEP,
    SHELTERS_SENSE,
    SHELTERS_READ,
    POWER_WRITE,
    POWER_READ,
)


class Remit(NamedTuple):
    """One power over one area and everything in it."""

    power: str
    area: AreaCode


class Grant(NamedTuple):
    """Who speaks by a token, how much its word weighs, and what it may do."""

    sender: SenderId
    rank: Rank
    remit: Remit


def parse_scope(scope: str) -> tuple[str, str]:
    """
    Split `POWER:AREA` into the power and any code of the area.

    Raises:
        Malformed: `token.scope_malformed`.
    """
    power, _, area = scope.rpartition(":")
    if power not in POWERS or not area:
        raise Malformed(
            "token.scope_malformed",
            f"“{scope[:60]}” is not a scope; write it like {ALERTS_WRITE}:UA.",
            where="scope",
        )
    return power, area


def require(
    grant: Grant, powers: tuple[str, ...], area: AreaCode, lineage: Iterable[AreaCode]
) -> None:
    """
    Let a command through where the sender's remit covers its area.

    Args:
        powers: Any of which is enough.
        lineage: The areas that `area` lies in.

    Raises:
        Refused: `remit.outside`, HTTP 403.
    """
    remit = grant.remit
    if remit.power in powers and (remit.area == area or remit.area in lineage):
        return
    raise Refused(
        "remit.outside",
        f"The remit of {grant.sender} is {remit.power} in {remit.area}; {area} is not in it.",
        status=403,
    )
