"""
The published shapes of the power, for the OpenAPI document: what a client may rely on.

As those in `shapes`: answers are not validated against these on the way out; a test does that.
"""

from __future__ import annotations

import datetime as dt
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from tocsin.kernel.words import Relation
from tocsin.power.messages import Power, Regime
from tocsin.web.shapes import AreaShape

Words = dict[str, str]

Seen = Annotated[
    Power, Field(description="`on` only by a company's own word; `unknown` is never that.")
]


class EmergencyShape(BaseModel):
    """A shutdown at once and until further notice."""

    since: datetime
    reason: str
    source: str


class DamageShape(BaseModel):
    """People without power because something is damaged."""

    id: str
    since: datetime
    cause: str
    people: int | None = Field(description="Null where nobody has said.")
    expected_at: datetime | None


class FailingShape(BaseModel):
    """Since when the company's schedule cannot be read."""

    since: datetime
    source: str
    reason: str


class PlaceZoneShape(BaseModel):
    """What of a zone matters at a point."""

    relation: Relation = Field(description="`inside`: somewhere in the area; maybe not here.")
    operator: str
    zone: str
    name: str
    regime: Regime
    emergency: EmergencyShape | None
    failing: FailingShape | None
    updated_at: datetime | None
    groups: list[str]


class ZoneShape(BaseModel):
    """A part of a company's land with a regime of its own."""

    operator: str
    zone: str
    name: str
    area: AreaShape
    areas: list[AreaShape]
    regime: Regime
    emergency: EmergencyShape | None
    outages: list[DamageShape]
    failing: FailingShape | None
    updated_at: datetime | None = Field(description="When the newest schedule was first seen.")
    published_at: datetime | None = Field(description="The company's own stamp on it.")
    groups: list[str]


class _Framed(BaseModel):
    as_of: datetime
    position: int
    replay: bool


class OutagesShape(_Framed):
    """All zones."""

    zones: list[ZoneShape]


class DayTotalShape(BaseModel):
    """What the plan takes off on a day."""

    date: dt.date
    regime: Regime
    total_off_minutes: int | None = Field(
        description="Null where no plan is known, and while an emergency suspends it."
    )
    total_maybe_minutes: int | None
    known_at: datetime | None


class GroupRowShape(BaseModel):
    """A group as a row of a table."""

    operator: str
    group: str
    zone: str
    power: Seen
    regime: Regime
    since: datetime | None = Field(description="Null where it is not known.")
    until: datetime | None = Field(description="Null where nobody can say.")
    next: Power | None
    days: list[DayTotalShape]


class GroupsShape(_Framed):
    """All groups."""

    groups: list[GroupRowShape]


class HalfHourShape(BaseModel):
    """Half an hour of a day."""

    from_: datetime = Field(alias="from")
    to: datetime
    state: Power


class ChangeShape(BaseModel):
    """What the newest edition of a day made different."""

    at: datetime
    words: Words
    revision: int = Field(description="How many editions of the day there have been.")


class DayShape(DayTotalShape):
    """A day of a group: 46, 48 or 50 half-hours."""

    slots: list[HalfHourShape]
    words: Words
    changed: ChangeShape | None


class GroupShape(_Framed):
    """All that is known of a group at a moment."""

    operator: str
    group: str
    zone: str
    area: AreaShape
    clock: str = Field(description="IANA name of the zone that its days are in.")
    power: Seen
    regime: Regime
    since: datetime | None
    until: datetime | None
    next: Power | None
    source: str | None
    known_at: datetime | None
    published_at: datetime | None
    age_s: int | None = Field(description="How long ago what is told was first seen.")
    emergency: EmergencyShape | None
    outages: list[DamageShape] = Field(description="In the zone; whether the group is hit is open.")
    failing: FailingShape | None
    days: list[DayShape]
    words: Words


class CandidateShape(BaseModel):
    """A group that it may be."""

    operator: str
    group: str
    place: str | None


class FoundShape(_Framed):
    """What is known at a point or a house."""

    group: GroupShape | None = Field(description="Null where there is more than one candidate.")
    candidates: list[CandidateShape]
    zones: list[PlaceZoneShape]


class NoticeShape(BaseModel):
    """Something that was told to the people of a group."""

    id: str
    kind: Literal["soon", "now", "emergency", "lifted", "schedule"]
    operator: str
    zone: str
    group: str
    change: Power | None = Field(description="What the power changes to; null for a schedule.")
    at: datetime = Field(description="When it changes, or when it was heard.")
    due_at: datetime
    told_at: datetime
    date: dt.date | None = Field(description="Of the day that has another schedule.")
    words: Words


class NoticesShape(_Framed):
    """What was told after a moment."""

    notices: list[NoticeShape]
    since: datetime | None = Field(description="To ask with next time; null before anything came.")
