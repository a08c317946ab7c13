"""
The pack: shelters and streets around one point, for a phone to keep and use without a network.

Facts alone, never how a shelter is: what is kept for months must not say that a door is open. It
holds the shelters that are on the roll and no others. Its centre is rounded to 100 m.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from tocsin.areas.gazetteer import Gazetteer
from tocsin.shelters.shelter import Shelter
from tocsin.views.shelter_shapes import door, feature, invented
from tocsin.views.shelter_walks import Walks
from tocsin.walking.excerpt import METRES_MAX, Excerpt, excerpt

METRES_LEAST: Final = 200
METRES_MOST: Final = METRES_MAX
METRES_USUAL: Final = 2_000
"""A quarter of an hour beyond the quarter of an hour that most people have."""

DECIMALS: Final = 3
"""What a page rounds a point to before it sends it."""


def pack_of(
    shelters: Sequence[Shelter],
    gazetteer: Gazetteer,
    walks: Walks | None,
    centre: tuple[float, float],
    metres: int,
) -> dict[str, Any]:
    """
    Put shelters and the streets around a point together.

    Args:
        shelters: Those within `metres` of it that may be listed.
        centre: Latitude and longitude.
        metres: `METRES_LEAST` to `METRES_MOST`; fewer where streets are too dense.
    """
    lat, lon = (round(degrees, DECIMALS) for degrees in centre)
    cut = None if walks is None else excerpt(walks.network, lat, lon, metres)
    sources = dict.fromkeys(one.listing.source for one in shelters)
    streets = [] if walks is None else [walks.attribution]
    return {
        "centre": [lon, lat],
        "metres": metres if cut is None else cut.shape["metres"],
        "invented": any(map(invented, shelters)) or (walks is not None and walks.invented),
        "attribution": [named for named in (*streets, *sources) if named],
        "shelters": [_kept(one, gazetteer, walks, cut) for one in shelters],
        "network": cut and cut.shape,
    }


def _kept(
    shelter: Shelter, gazetteer: Gazetteer, walks: Walks | None, cut: Excerpt | None
) -> dict[str, Any]:
    """Show a shelter's facts, and where each door joins the streets of the excerpt."""
    doors = []
    for entrance in shelter.entrances:
        snap = None if walks is None else walks.snap(entrance)
        place = None if cut is None or snap is None else cut.place(snap)
        doors.append({**door(entrance), "place": place})
    shape = feature(shelter, gazetteer)
    return {"id": shape["id"], **shape["properties"], "entrances": doors}
