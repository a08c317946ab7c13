"""
The bodies of what is said of shelters by HTTP, and the shapes that it is answered with.

Read strictly: what is not known is refused, what is missing is never assumed, and whether it is an
exercise is always said.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from tocsin.intake.bodies import AT, PRINTABLE, Body, SaidShape, SaidStatus, Written, moment
from tocsin.shelters.messages import DEGREE, Entrance, Said, State
from tocsin.shelters.shelter import COUNTED_MOST, ENTRANCES_MOST, PEOPLE_MOST

_Reason = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=PRINTABLE)]
_Phone = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{16,64}$")]


class StatusBody(Body):
    """Say how a shelter is, or how many are inside, or both."""

    status: SaidStatus
    state: State | None = None
    occupancy: Annotated[int, Field(ge=0, le=PEOPLE_MOST)] | None = None
    reason: _Reason | None = None
    expires_at: Written | None = Field(
        None, description="Until when it may be relied on; as long as that source's word lasts."
    )
    at: str | None = AT

    @model_validator(mode="after")
    def _says_something(self) -> StatusBody:
        if self.state is None and self.occupancy is None:
            raise ValueError("say how it is, or how many are inside")
        return self


class CountBody(Body):
    """Say how many came in and how many left since this was last said."""

    status: SaidStatus
    entered: Annotated[int, Field(ge=0, le=COUNTED_MOST)]
    left: Annotated[int, Field(ge=0, le=COUNTED_MOST)]
    at: str | None = AT


class ReportBody(Body):
    """Say what you found at the door."""

    phone: _Phone = Field(description="Made up once by the phone and kept there; not a number.")
    state: Literal["closed", "open"]


class DoorBody(BaseModel):
    """One entrance."""

    model_config = ConfigDict(extra="forbid")

    lat: Annotated[float, Field(ge=-90, le=90)]
    lon: Annotated[float, Field(ge=-180, le=180)]
    name: Annotated[str, StringConstraints(max_length=200, pattern=PRINTABLE)] = ""
    step_free: Said = Said.UNKNOWN
    verified_at: Written | None = None


class EntrancesBody(Body):
    """Say where a shelter's doors are, having looked; an empty list takes the register's back."""

    entrances: Annotated[list[DoorBody], Field(max_length=ENTRANCES_MOST)]


class AreaBody(Body):
    """Set what holds for the shelters of an area and all in it; what is left out stays."""

    shown: bool | None = Field(None, description="Whether the public is shown them.")
    within_s: Annotated[int, Field(ge=10, le=86_400)] | None = Field(
        None, description="Seconds to reach shelter once warned; null takes the own figure back."
    )

    @model_validator(mode="after")
    def _says_something(self) -> AreaBody:
        if self.shown is None and "within_s" not in self.model_fields_set:
            raise ValueError("say whether they are shown, or how long people have")
        return self


class CountedShape(SaidShape):
    """An accepted count."""

    occupancy: int | None = Field(description="People inside now; null where nobody knows.")


class ReportedShape(SaidShape):
    """A report that was heard."""

    counted: bool = Field(description="False where enough phones near this one have reported.")


def entrance(door: DoorBody) -> Entrance:
    """
    Turn a door into the room's words.

    Raises:
        Malformed: `time.malformed`.
    """
    return Entrance(
        lat=round(door.lat * DEGREE),
        lon=round(door.lon * DEGREE),
        name=door.name,
        step_free=door.step_free,
        verified_at=moment(door.verified_at, "verified_at"),
    )
