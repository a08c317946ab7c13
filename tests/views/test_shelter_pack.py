"""
Goal: a pack has what a phone needs to find its way without a network, and nothing that grows old.

Method: a street of four corners and shelters on it; where each door joins the streets of the
excerpt is worked out here once more, from the excerpt alone.
"""

from __future__ import annotations

import json

import pytest
from tests.alerts.country import GAZETTEER
from tests.shelters.sayings import cellar, door, says
from tests.streets import town as streets
from tests.views.town import Town, near

from tocsin.shelters.messages import State
from tocsin.views.shelter_pack import METRES_USUAL, pack_of
from tocsin.views.shelter_walks import Walks

CORNERS = [(0, 0), (0, 9_000), (0, 18_000), (0, 27_000)]
STREET = [(0, 1, None, 0, "Main Street"), (1, 2, None, 0, "Main Street"), (2, 3, None, 0)]
AT = (0.0, -30.0)


@pytest.fixture(scope="module")
def walks():
    return Walks(streets(CORNERS, STREET))


def at(metres, off=10):
    return door(off / 111_195, -30 + metres / 111_195, name=str(metres))


def packed(walks, *shelters, metres=METRES_USUAL):
    return pack_of(shelters, GAZETTEER, walks, AT, metres)


def test_each_door_says_where_it_joins_the_streets_of_the_pack(walks):
    shelter = cellar(1, entrances=(at(130), at(5_000)))
    pack = packed(walks, shelter)
    (kept,) = pack["shelters"]
    near_by, far_off = kept["entrances"]

    edge, lower, higher, off = near_by["place"]
    assert (lower + higher, off) == (pack["network"]["edges"][edge * 3 + 2], 100)
    assert {round(lower, -2), round(higher, -2)} == {300, 700}
    assert far_off["place"] is None, "no street is near it"


def test_a_pack_without_a_network_has_its_shelters_and_no_streets():
    pack = packed(None, cellar(1, entrances=(at(130),)))

    assert (pack["network"], pack["metres"], pack["invented"]) == (None, METRES_USUAL, False)
    assert pack["shelters"][0]["entrances"][0]["place"] is None
    assert pack["attribution"] == ["The city"]


def test_whom_to_name_is_named_once_for_streets_and_for_each_register(walks):
    pack = packed(walks, cellar(1), cellar(2), cellar(3, source="The county"))

    assert pack["attribution"] == ["Nobody", "The city", "The county"]
    assert pack["invented"] is True, "the streets are"


def test_how_a_shelter_is_is_in_no_pack(walks):
    town = Town(walks)
    town.lists(near(1, 0))
    town.view.doors()
    before = town.view.pack(50.45, 30.52, 500)
    town.say(says(State.CLOSED, area="PORT", reason="flooded"))
    after = town.view.pack(50.45, 30.52, 500)

    assert before["shelters"] == after["shelters"]
    assert "flooded" not in json.dumps(after)


def test_the_centre_is_rounded_to_a_hundred_metres():
    pack = pack_of((), GAZETTEER, None, (50.4501234, 30.5234567), 500)

    assert pack["centre"] == [30.523, 50.45]
