"""
The published shapes, for the OpenAPI document: what a client may rely on.

Answers are built from the same dictionaries that the page and the stream use, and are not
validated against these on the way out; a test does that. Source: design, section 5.
"""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field


class AreaShape(BaseModel):
    """An area with all its codes."""

    code: str = Field(description="Primary code; KATOTTH in Ukraine.")
    iso: str | None = Field(description="ISO 3166-2, first level only.")
    uid: int | None = Field(description="Number in the public alert APIs.")
    level: int = Field(description="0 for the country, then 1, 2, 3 going down.")
    name: dict[str, str]
    parent: str | None = Field(description="Code of the area that it lies in; null for the root.")


class AreaInTree(AreaShape):
    """An area with what it lies in, nearest first, and what lies in it."""

    lies_in: list[AreaShape]
    parts: list[AreaShape]


class Confirmation(BaseModel):
    """Another sender that says the same."""

    sender: str
    at: datetime


class AlertShape(BaseModel):
    """An alert that stands."""

    id: str
    area: AreaShape
    hazard: str
    level: str = Field(description="`watch`: be ready. `warning`: take shelter now.")
    threat: str | None
    status: str
    since: datetime
    version: int = Field(description="Version of the area at the alert's last change.")
    sender: str
    rank: str = Field(description="Of the sender: `authority` or `observer`.")
    confirmations: list[Confirmation]
    shelter_within_s: int | None
    reason: str | None
    text: dict[str, str]


class UnknownShape(BaseModel):
    """An area about which nobody is heard: not calm, unknown."""

    area: AreaShape
    since: datetime | None = Field(description="Null where nobody was ever heard.")


class BoardShape(BaseModel):
    """All that stands, as of a position."""

    epoch: str
    position: int
    as_of: datetime
    replay: bool
    alerts: list[AlertShape]
    unknown: list[UnknownShape]


class SpanShape(AlertShape):
    """An alert from its start to its end."""

    relation: str
    until: datetime | None
    ended_by: str | None
    ending: str | None
    estimated: bool


class Gap(BaseModel):
    """A time during which nobody was heard about the area."""

    from_: datetime = Field(alias="from")
    to: datetime


class HistoryShape(BaseModel):
    """What stood over an area, and when nobody was heard."""

    area: AreaShape
    from_: datetime = Field(alias="from")
    to: datetime
    alerts: list[SpanShape]
    gaps: list[Gap]


class AreasShape(BaseModel):
    """A list of areas."""

    areas: list[AreaShape]
