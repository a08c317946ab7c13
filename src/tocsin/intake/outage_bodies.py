"""
The bodies of what a grid company says by HTTP.

Read strictly: what is not known is refused, what is missing is never assumed, and whether it is an
exercise is always said. There is no field for a feeder, a load or a customer, so that none can slip
into the record.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from tocsin.intake.bodies import AT, PRINTABLE, Body, SaidStatus, Written
from tocsin.kernel.errors import Malformed
from tocsin.power.messages import DAY_MINUTES, GroupCode, GroupDay, PlanKind, Power, Regime, Slot
from tocsin.power.zone import DAYS_MOST, PEOPLE_MOST, TEXT_CHARACTERS

_Words = Annotated[
    str, StringConstraints(min_length=1, max_length=TEXT_CHARACTERS, pattern=PRINTABLE)
]
_Source = Annotated[str, StringConstraints(max_length=200, pattern=PRINTABLE)]
_Wall = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-4]):[0-5][0-9]$")]
_People = Annotated[int, Field(ge=1, le=PEOPLE_MOST)]

SLOTS_MOST: Final = 96
"""A change every quarter of an hour."""


class EmergencyBody(Body):
    """Say that power is cut in a zone at once and until further notice."""

    status: SaidStatus
    reason: _Words = Field(description="In the company's own words.")
    source: _Source = ""
    at: str | None = AT


class LiftBody(Body):
    """Say that a zone's emergency shutdown is over; its hourly plan holds again."""

    status: SaidStatus
    at: str | None = AT


class DamageBody(Body):
    """Say that people are without power because something is damaged."""

    status: SaidStatus
    cause: _Words
    people: _People | None = Field(None, description="Left out where nobody has said.")
    expected_at: Written | None = Field(None, description="When power is expected back.")
    at: str | None = AT


class RestoredBody(Body):
    """Say that an outage by damage is over, or for how many it is not yet."""

    people_left: Annotated[int, Field(ge=0, le=PEOPLE_MOST)] = 0
    at: str | None = AT


class SlotBody(BaseModel):
    """A stretch of a day, by the wall's clock of the company."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    from_: _Wall = Field(alias="from")
    to: _Wall = Field(description="To `24:00`.")
    state: Literal["on", "off", "maybe", "unknown"]


class DayBody(BaseModel):
    """A day of a group: from midnight to midnight without gaps where it is hourly."""

    model_config = ConfigDict(extra="forbid")

    group: Annotated[str, StringConstraints(min_length=1, max_length=20)]
    date: Annotated[str, StringConstraints(min_length=10, max_length=10)]
    regime: Regime
    slots: Annotated[list[SlotBody], Field(max_length=SLOTS_MOST)] = Field(default_factory=list)


class ScheduleBody(Body):
    """Put in a schedule; what is as known already changes nothing."""

    source: Annotated[_Source, StringConstraints(min_length=1)]
    days: Annotated[list[DayBody], Field(min_length=1, max_length=DAYS_MOST)]
    published_at: Written | None = None
    fewer: bool = Field(
        False,  # noqa: FBT003  # As pydantic has it.
        description="Let it through although groups of a known day are missing.",
    )
    at: str | None = AT


class PlanBody(Body):
    """Say that a person at the company approved a plan; the plan itself stays with the company."""

    kind: PlanKind
    plan_sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    megawatts: Annotated[int, Field(ge=0, le=100_000)] = Field(description="Rounded up.")
    bound_percent: Annotated[int, Field(ge=0, le=100_000)] | None = Field(
        None, description="How far above the proven bound its harm lies, rounded up."
    )
    days: Annotated[list[DayBody], Field(max_length=DAYS_MOST)] = Field(default_factory=list)
    at: str | None = AT


def days(bodies: Sequence[DayBody]) -> tuple[GroupDay, ...]:
    """
    Turn days into the room's words.

    Raises:
        Malformed: `power.schedule_malformed`: a slot that ends before it begins.
    """
    return tuple(
        GroupDay(
            group=GroupCode(one.group),
            date=one.date,
            regime=one.regime,
            slots=tuple(map(_slot, one.slots)),
        )
        for one in bodies
    )


def _slot(body: SlotBody) -> Slot:
    start, end = _minute(body.from_), _minute(body.to)
    if not start < end <= DAY_MINUTES:
        raise Malformed(
            "power.schedule_malformed",
            f"A slot from {body.from_} to {body.to} is none.",
            where="days",
        )
    return Slot(start, end, Power(body.state))


def _minute(text: str) -> int:
    hours, minutes = map(int, re.findall(r"[0-9]+", text))
    return 60 * hours + minutes
