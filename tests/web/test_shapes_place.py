"""
Goal: what a place is told is what is published, its shelters in the shape of the nearest.

Method: a place with a shelter near it, in memory; `test_api.py` holds a server's answers to it.
"""

from __future__ import annotations

from tests.alerts.country import GAZETTEER
from tests.alerts.sayings import sound
from tests.power.grids import WEST, cuts, day, publishes
from tests.views.power_town import PowerTown
from tests.views.town import LAT, LON, Town, near

from tocsin.views.place import place_shape
from tocsin.views.shelter_near import Asked
from tocsin.web.shapes_place import PlaceShape


def test_a_place_with_a_shelter_has_the_published_shape():
    town = Town()
    town.lists(near(1, 100))
    town.say(sound(area="PORT"))
    town.view.doors()
    told = town.view.nearest(Asked(LAT, LON), town.view.over(LAT, LON))["shelters"]
    place = place_shape(town.live, GAZETTEER.get("PORT"), told)

    assert set(place) == set(PlaceShape.model_fields)
    read = PlaceShape.model_validate(place)
    assert read.shelters is not None
    assert [one.id for one in read.shelters] == ["city.1"]
    assert PlaceShape.model_validate(place_shape(town.live, None)).shelters is None


def test_a_place_tells_the_zones_of_the_grid_over_it_and_null_where_none_is_known():
    town = PowerTown()
    town.say(publishes(day(group="2.1"), code="west", area=WEST), cuts(code="west", area=WEST))
    port = GAZETTEER.get("PORT")
    place = place_shape(town.live, port, None, town.power.at_place(port.code))

    read = PlaceShape.model_validate(place)
    assert read.power is not None
    assert [(one.zone, one.regime.value) for one in read.power] == [("west", "emergency")]
    assert read.power[0].emergency is not None
    assert PlaceShape.model_validate(place_shape(town.live, port)).power is None
