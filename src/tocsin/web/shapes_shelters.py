"""
The published shapes of shelters, for the OpenAPI document: what a client may rely on.

As those in `shapes`: answers are not validated against these on the way out; a test does that.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from tocsin.shelters.messages import Access, CapacityBasis, Kind, Said, SourceKind
from tocsin.web.shapes import AreaShape

Coordinates = Annotated[list[float], Field(min_length=2, max_length=2)]
"""`[lon, lat]`, WGS 84 degrees."""

Seen = Annotated[
    Literal["open", "filling", "full", "closed", "damaged", "unknown"],
    Field(description="`unknown` where nobody whose word counts has said: that is never open."),
]


class SpanOfDays(BaseModel):
    """Hours of one day or several."""

    days: list[int] = Field(description="1 (Monday) to 7.")
    start: int = Field(description="Minutes after local midnight.")
    end: int = Field(description="Likewise; up to 2880 runs into the next day.")


class HoursShape(BaseModel):
    """When a shelter lets people in, as its register says."""

    zone: str
    spans: list[SpanOfDays]
    words: str


class EntranceShape(BaseModel):
    """A door."""

    lat: float
    lon: float
    name: str
    step_free: Said
    verified_at: datetime | None = Field(description="When somebody stood there.")


class RegisterShape(BaseModel):
    """Where it is listed."""

    register_: str = Field(alias="register")
    id: str
    name: str
    licence: str
    retrieved_at: datetime


class ShelterProperties(BaseModel):
    """What is known of a shelter that does not change by the hour."""

    name: str
    kind: Kind
    address: str
    area: AreaShape | None
    access: Access
    hours: HoursShape | None
    capacity: int | None = Field(description="Null where nobody has said, which is not none.")
    capacity_basis: CapacityBasis | None
    step_free: Said
    pets: Said
    water: Said
    toilet: Said
    heating: Said
    first_aid: Said
    network: Said
    generator: Said
    fit: dict[str, Said] = Field(description="By hazard.")
    entrances: list[EntranceShape]
    note: str
    invented: bool
    source: RegisterShape


class PointShape(BaseModel):
    """A point (RFC 7946)."""

    type: Literal["Point"]
    coordinates: Coordinates


class ShelterFeature(BaseModel):
    """A shelter (RFC 7946)."""

    type: Literal["Feature"]
    id: str
    geometry: PointShape | None = Field(description="Null for an address yet to be located.")
    properties: ShelterProperties


class LinkShape(BaseModel):
    """Where another page is."""

    rel: Literal["self", "next", "prev"]
    href: str
    type: str


class SheltersPage(BaseModel):
    """A page of shelters by their ids, without how any of them is."""

    type: Literal["FeatureCollection"]
    timeStamp: datetime  # noqa: N815  # OGC API Features names it so, as the next two.
    position: int
    numberMatched: int  # noqa: N815
    numberReturned: int  # noqa: N815
    links: list[LinkShape]
    features: list[ShelterFeature]


class StatusShape(BaseModel):
    """How one shelter is said to be."""

    id: str
    state: Seen
    since: datetime | None
    by: SourceKind | None
    expires_at: datetime | None = Field(description="Until when that may be relied on.")
    reason: str | None
    closed_reports: int = Field(description="Phones that found it closed since, in two hours.")
    last_report_at: datetime | None
    doubted: bool = Field(description="So many that it is better not to rely on it.")
    as_of: datetime
    occupancy: int | None = Field(None, description="People inside; only with a token.")
    capacity: int | None = Field(None, description="Only with a token.")


class DoorShape(BaseModel):
    """The door that a way leads to."""

    lat: float
    lon: float
    name: str
    step_free: Said


class CutShape(BaseModel):
    """When the group of the grid that a shelter hangs on is without power."""

    from_: datetime = Field(alias="from")
    to: datetime | None = Field(description="Null where nobody has said.")
    now: bool = Field(description="It has begun.")


class NearShape(BaseModel):
    """One of the few nearest a point."""

    id: str
    name: str
    kind: Kind
    address: str
    access: Access
    state: Seen
    state_since: datetime | None
    state_by: SourceKind | None
    expires_at: datetime | None
    closed_reports: int
    last_report_at: datetime | None
    doubted: bool
    tier: Literal["sure", "unsure"]
    because: list[str] = Field(description="Why it is not sure, gravest first.")
    step_free: Said
    pets: Said
    no_power: CutShape | None = Field(
        description="When it is without power; null with a generator, or where none is known."
    )
    entrance: DoorShape
    metres: int
    seconds: int
    in_time: bool | None = Field(description="Null where nobody can say.")
    bearing_deg: int = Field(description="From the point to the door, from north.")
    directions: dict[str, str] | None
    path: list[Coordinates] | None


class NearestShape(BaseModel):
    """The few nearest one point, in the order in which they are best tried."""

    as_of: datetime
    position: int
    replay: bool
    invented: bool
    hazard: str | None
    within_s: int | None = Field(description="How long people there have; null if nobody said.")
    advice: Literal["go", "cover_now", "none_known"]
    way: Literal["on_foot", "straight_line"]
    speed: Literal["walk", "slow", "wheels"]
    attribution: str = Field(description="To be shown beside the ways; empty without any.")
    shelters: list[NearShape]


class KeptDoor(EntranceShape):
    """A door, and where it joins the streets of the pack."""

    place: list[int] | None = Field(
        description="Edge, decimetres to its lower and to its higher node, decimetres to the door."
    )


class KeptShelter(ShelterProperties):
    """What a pack says of one shelter."""

    id: str
    entrances: list[KeptDoor]  # type: ignore[assignment]  # A list of more than its base has.


class PackShape(BaseModel):
    """The public shelters and the streets around a point; facts alone."""

    made_at: datetime
    position: int
    replay: bool
    centre: Coordinates = Field(description="Rounded to 100 m.")
    metres: int = Field(description="How far it reaches.")
    invented: bool
    attribution: list[str] = Field(description="Whom to name for streets and shelters.")
    shelters: list[KeptShelter]
    network: dict[str, Any] | None = Field(
        description="Streets as `tocsin.walking.excerpt` writes them; null without a network."
    )
