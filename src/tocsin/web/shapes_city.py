"""The published shapes of coverage, load, gaps and the plan, for the OpenAPI document."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from tocsin.web.shapes import AreaShape


class Counting(BaseModel):
    """What was counted as a shelter."""

    listed: int
    counted: int = Field(description="As open, or as listed; see `counted`.")
    off_network: int = Field(description="Whose doors no street leads to, or are not located.")
    closed: list[str] = Field(description="Taken for closed because it was asked so.")


class CityShape(BaseModel):
    """What all answers about a city have."""

    as_of: datetime
    position: int
    version: str = Field(description="For `since`: another one once anything is said or listed.")
    invented: bool
    attribution: str
    speed: Literal["walk", "slow", "wheels"]
    counted: Literal["open", "listed"] = Field(
        description="`open`: surely open to everybody. `listed`: also what nobody has spoken for."
    )
    counting: Counting


class Covered(BaseModel):
    """How many people reach shelter in time."""

    people: int
    within: list[int] = Field(description="People, for each of `minutes`.")
    shares: list[float] = Field(description="Of all people, 0 to 1.")
    no_way: int = Field(description="Who can walk to none at all.")
    median_m: int | None
    worst_m: int | None


class AreaCovered(Covered):
    """The same of one area."""

    area: AreaShape


class ChangeShape(BaseModel):
    """Who would be worse off."""

    minutes: int
    lost: int = Field(description="People in time before who are not any more.")
    gained: int
    cut_off: int = Field(description="People who could walk to some shelter, and can to none.")
    farther_m: int


class CoverageShape(CityShape):
    """Who reaches an open shelter in time."""

    minutes: list[int]
    whole: Covered = Field(description="Of the whole network, whatever the token is for.")
    areas: list[AreaCovered] = Field(description="In the token's remit.")
    change: ChangeShape | None = Field(None, description="With `closed`.")


class LoadOfShelter(BaseModel):
    """How many would come to one shelter."""

    id: str
    name: str
    people: int
    capacity: int | None
    over: int


class LoadShape(CityShape):
    """How many would come to each shelter if everybody went to the nearest."""

    over: int = Field(description="People beyond capacity, all together.")
    of_unknown_capacity: int = Field(description="People at shelters of unknown capacity.")
    no_way: int
    shelters: list[LoadOfShelter]


class GapShape(BaseModel):
    """A cell of 200 m in which people live who reach no open shelter in time."""

    lat: float
    lon: float
    people: int
    metres: int | None


class GapsShape(CityShape):
    """Where people live who reach no open shelter in time, most people first."""

    minutes: int
    people: int
    off_network: int
    cells: int
    gaps: list[GapShape]


class PlannedShelter(BaseModel):
    """How many are sent to one shelter."""

    id: str
    name: str
    people: int
    capacity: int | None
    room: int = Field(description="How many more could be sent there.")


class PlanMove(BaseModel):
    """People who are to go elsewhere than they were."""

    from_: str | None = Field(alias="from", description="Null: they were sent nowhere.")
    to: str | None = Field(description="Null: nowhere, until there is a new plan.")
    people: int


class PlanShape(CityShape):
    """Who is to go where, as the plan stands with what was repaired in it."""

    made_at: datetime | None = Field(
        description="As of when the shelters are that it was made for; null before the first plan."
    )
    replanning: bool = Field(description="A new plan is being made.")
    failed: str | None = Field(description="The code of why no new plan could be made.")
    method: Literal["cells", "greedy"] | None = Field(
        description="`cells`: the best plan of cells of 200 m. `greedy`: by distance alone."
    )
    proven: bool = Field(description="Nothing better is there for these cells.")
    because: str | None = Field(description="The code of why it is greedy.")
    repaired: int = Field(description="Shelters that closed or filled since it was made.")
    people: int = Field(description="All, those included whom no street is near enough to.")
    placed: int | None = Field(description="Sent to a shelter, near or far.")
    beyond: int | None = Field(description="Of these, farther than 1,500 m.")
    unplaced: int | None = Field(description="On the streets, and sent nowhere.")
    off_network: int
    of_unknown_capacity: int = Field(description="Open shelters of unknown capacity.")
    mean_m: int | None = Field(description="The mean way of those within 1,500 m.")
    shelters: list[PlannedShelter] = Field(description="Of the remit, the fullest first.")
    moves: list[PlanMove] = Field(description="Of the last repair, from or to the remit.")
