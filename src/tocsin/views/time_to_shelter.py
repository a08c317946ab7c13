"""How long people have, by area: what the shelters' room knows, asked by an area's code."""

from __future__ import annotations

from tocsin.areas.gazetteer import Gazetteer
from tocsin.kernel.ids import AreaCode
from tocsin.shelters.map import ShelterMap
from tocsin.views.board import WithinS


def times_to_shelter(shelters: ShelterMap, gazetteer: Gazetteer) -> WithinS:
    """Make what tells the seconds to reach shelter in an area: its own, else those around it."""

    def within_s(area: AreaCode) -> int | None:
        around = gazetteer.lineage(area) if area in gazetteer else ()
        return shelters.within_s((area, *around))

    return within_s
