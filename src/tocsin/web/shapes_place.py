"""The published shape of one place, for the OpenAPI document; it is made of the rooms' own."""

from __future__ import annotations

from pydantic import BaseModel, Field

from tocsin.web.shapes import AlertShape, AreaShape
from tocsin.web.shapes_power import PlaceZoneShape
from tocsin.web.shapes_shelters import NearShape


class PlaceShape(BaseModel):
    """What matters at one point."""

    area: AreaShape | None
    alerts: list[AlertShape]
    part: list[AlertShape] = Field(description="Alerts in parts of the area; maybe not here.")
    unknown: bool = Field(description="Nobody is heard about the area.")
    shelter_within_s: int | None
    instructions: dict[str, str] | None
    shelters: list[NearShape] | None = Field(
        description="The three nearest; null where none is known, or too often was asked."
    )
    power: list[PlaceZoneShape] | None = Field(
        description='The zones of the grid there; null where none is known, which is not "on".'
    )
