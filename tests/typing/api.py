"""
What users of the package rely on, as types: checked by mypy, never run.

Method: `assert_type` pins down what a call answers, and an ignore that mypy does not need is an
error (`warn_unused_ignores`), so each ignored line shows a mistake that the types must catch.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import assert_never, assert_type

from tocsin.alerts.alert import AreaAlerts, decide, evolve
from tocsin.alerts.board import Board
from tocsin.alerts.messages import (
    AlertCommand,
    AlertEvent,
    CorrectAlert,
    GiveAllClear,
    GiveOwnAllClear,
    Hazard,
    Level,
    RaiseAlert,
    UpdateAlert,
)
from tocsin.areas.area import Area
from tocsin.areas.gazetteer import load_pack
from tocsin.client.alert import Alert, State
from tocsin.client.follow import follow, follow_sync
from tocsin.client.following import Change
from tocsin.kernel.ids import AlertId, AreaCode, CommandId, SenderId
from tocsin.kernel.time import rfc3339
from tocsin.kernel.words import Rank, Status

AT = rfc3339(datetime(2023, 1, 26, 5, 45, 43, tzinfo=UTC))
KYIV = AreaCode("UA80000000000093317")

RAISE = RaiseAlert(
    command_id=CommandId("7e2d7a1c-3f5b-4d0e-9a1b-2c3d4e5f6071"),
    sender=SenderId("kmva"),
    rank=Rank.AUTHORITY,
    area=KYIV,
    at=AT,
    hazard=Hazard.AIR_RAID,
    level=Level.WARNING,
    status=Status.ACTUAL,
)

assert_type(load_pack().get("UA-30"), Area)
assert_type(decide(AreaAlerts(), RAISE), tuple[AlertEvent, ...])
assert_type(Board().area(KYIV), AreaAlerts)

for event in decide(AreaAlerts(), RAISE):
    assert_type(evolve(AreaAlerts(), event), AreaAlerts)
    AlertId(event.id)


def spoken(command: AlertCommand) -> str:
    """Handle every command; a new one that is not handled here is an error of types."""
    match command:
        case RaiseAlert() | UpdateAlert():
            return "take shelter"
        case GiveAllClear() | GiveOwnAllClear():
            return "all clear"
        case CorrectAlert():
            return "false alarm"
        case _:
            assert_never(command)


# No status has a default (decision 0005).
RaiseAlert(  # type: ignore[call-arg]
    command_id=RAISE.command_id,
    sender=RAISE.sender,
    rank=Rank.AUTHORITY,
    area=KYIV,
    at=AT,
    hazard=Hazard.AIR_RAID,
    level=Level.WARNING,
)

load_pack().get(31)  # type: ignore[arg-type]  # A uid is text here, as in a URL.
RAISE.level = Level.WATCH  # type: ignore[misc]  # A message never changes.


async def told(url: str) -> None:
    """Listen in a coroutine and in a plain loop: both give the same."""
    async with follow(url, ["UA-30"]) as kyiv:
        assert_type(kyiv.state, State)
        async for change in kyiv:
            assert_type(change, Change)
            assert_type(change.began, tuple[Alert, ...])
    for change in follow_sync(url):
        assert_type(change, Change)


follow("http://127.0.0.1:8026", area="UA-30")  # type: ignore[call-arg]  # Several: `areas`.
Change("forgotten")  # type: ignore[arg-type]
