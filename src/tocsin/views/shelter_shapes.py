"""
What a shelter looks like in public: its facts as GeoJSON, and how it is as a few words.

Two shapes that are never mixed: facts hold for years, go out in bulk and may be kept offline; how
a shelter is goes out for few at a time. How many are inside is in neither, but for who may know.

Source: RFC 7946 for a feature; coordinates are WGS 84, `[lon, lat]`.
"""

from __future__ import annotations

from typing import Any, Final

from tocsin.areas.gazetteer import Gazetteer
from tocsin.kernel.time import Moment
from tocsin.shelters.messages import DEGREE, Entrance, Hours, Said
from tocsin.shelters.shelter import Shelter
from tocsin.shelters.status import Effective

UNKNOWN: Final = "unknown"
"""What is shown where nobody whose word counts has said; it is never `open`."""

INVENTED: Final = "invented"
"""Registers of this name, or of one that begins with it and a hyphen, are of no real city."""


def degrees(said: int) -> float:
    """Turn a recorded coordinate into degrees."""
    return said / DEGREE


def invented(shelter: Shelter) -> bool:
    """Say whether a shelter was made up for a demonstration."""
    return shelter.listing.register.partition("-")[0] == INVENTED


def step_free(shelter: Shelter) -> Said:
    """Say whether wheels get in: one step-free door is enough."""
    doors = {entrance.step_free for entrance in shelter.entrances}
    return Said.YES if Said.YES in doors else shelter.listing.step_free


def feature(shelter: Shelter, gazetteer: Gazetteer) -> dict[str, Any]:
    """Show what is known of a shelter that does not change by the hour, as a GeoJSON feature."""
    listing = shelter.listing
    doors = shelter.entrances
    area = gazetteer.get(shelter.area).public() if shelter.area in gazetteer else None
    return {
        "type": "Feature",
        "id": listing.id,
        "geometry": _point(doors[0]) if doors else None,
        "properties": {
            "name": listing.name,
            "kind": listing.kind.value,
            "address": listing.address,
            "area": area,
            "access": listing.access.value,
            "hours": None if listing.hours is None else _hours(listing.hours),
            "capacity": listing.capacity,
            "capacity_basis": listing.capacity_basis and listing.capacity_basis.value,
            "step_free": step_free(shelter).value,
            "pets": listing.pets.value,
            "water": listing.water.value,
            "toilet": listing.toilet.value,
            "heating": listing.heating.value,
            "first_aid": listing.first_aid.value,
            "network": listing.network.value,
            "generator": listing.generator.value,
            "fit": {hazard: fit.value for hazard, fit in sorted(listing.fit.items())},
            "entrances": [door(entrance) for entrance in doors],
            "note": listing.note,
            "invented": invented(shelter),
            "source": {
                "register": listing.register,
                "id": listing.source_id,
                "name": listing.source,
                "licence": listing.licence,
                "retrieved_at": listing.retrieved_at,
            },
        },
    }


def door(entrance: Entrance) -> dict[str, Any]:
    """Show one entrance."""
    return {
        "lat": degrees(entrance.lat),
        "lon": degrees(entrance.lon),
        "name": entrance.name,
        "step_free": entrance.step_free.value,
        "verified_at": entrance.verified_at,
    }


def state_of(now: Effective) -> str:
    """Name how a shelter is; `unknown` where nobody whose word counts has said."""
    return UNKNOWN if now.state is None else now.state.value


def status_shape(
    shelter: Shelter, now: Effective, as_of: Moment, *, counts: bool = False
) -> dict[str, Any]:
    """
    Show how one shelter is said to be.

    Args:
        counts: For who may know how many are inside.
    """
    shape = {
        "id": shelter.listing.id,
        "state": state_of(now),
        "since": now.since,
        "by": now.source and now.source.value,
        "expires_at": now.expires_at,
        "reason": now.reason,
        "closed_reports": now.closed_reports,
        "last_report_at": now.last_report_at,
        "doubted": now.doubted,
        "as_of": as_of,
    }
    if counts:
        shape |= {"occupancy": now.occupancy, "capacity": shelter.listing.capacity}
    return shape


def _point(entrance: Entrance) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [degrees(entrance.lon), degrees(entrance.lat)]}


def _hours(hours: Hours) -> dict[str, Any]:
    return {
        "zone": hours.zone,
        "spans": [
            {"days": list(span.days), "start": span.start, "end": span.end} for span in hours.spans
        ],
        "words": hours.words,
    }
