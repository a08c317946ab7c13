"""
Goal: people are told the time that their own area's authority has set, else that around it.

Method: a figure at each level of the tests' country, asked from below; an area nobody knows.
"""

from __future__ import annotations

from tests.alerts.country import GAZETTEER
from tests.shelters.sayings import recorded, says

from tocsin.kernel.ids import AreaCode
from tocsin.kernel.words import Status
from tocsin.shelters.map import ShelterMap
from tocsin.shelters.messages import TimeToShelterSet
from tocsin.shelters.shelter import event
from tocsin.views.time_to_shelter import times_to_shelter


def test_the_innermost_figure_holds():
    land, north, port = AreaCode("LAND"), AreaCode("NORTH"), AreaCode("PORT")
    known = ShelterMap()
    within_s = times_to_shelter(known, GAZETTEER)
    assert within_s(port) is None

    figures = ((land, 900), (north, 300), (port, 90))
    asked = []
    for one in recorded(
        *(
            event(says(), 1, TimeToShelterSet(within_s=s), Status.ACTUAL, code)
            for code, s in figures
        )
    ):
        known.apply(one)
        asked.append((within_s(port), within_s(land)))

    assert asked == [(900, 900), (300 if north in GAZETTEER.lineage(port) else 900, 900), (90, 900)]


def test_an_area_of_an_older_tree_has_no_time_of_its_own():
    assert times_to_shelter(ShelterMap(), GAZETTEER)(AreaCode("GONE")) is None
