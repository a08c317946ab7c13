"""
The invented city ships whole, says that it is invented, and lies where nobody lives.

Method: the files that ship against those that the script makes now, byte for byte; its register
against its streets and against the land.
"""

from __future__ import annotations

import pytest
from bench import demo_city
from tests.replay.told import GAZETTEER, KYIV

from tocsin.areas.geometry import load_outlines
from tocsin.replay.invented_city import edition, shipped
from tocsin.shelters.messages import DEGREE, Access, Kind, Said
from tocsin.walking.network import Network
from tocsin.walking.snap import Snapper

FILES = (".walk", ".json", "_day.csv")


@pytest.fixture(scope="module")
def network():
    return Network.open(shipped(".walk"))


@pytest.fixture(scope="module")
def listings():
    return edition().listings


def test_what_ships_is_what_the_script_makes(tmp_path):
    demo_city.write(tmp_path)

    for ending in FILES:
        assert shipped(ending).read_bytes() == (tmp_path / shipped(ending).name).read_bytes()


def test_it_is_small_enough_to_ship():
    assert sum(shipped(ending).stat().st_size for ending in FILES) < 400_000


def test_it_says_that_it_is_invented(network, listings):
    assert network.about.invented
    assert {one.register for one in listings} == {"invented-city"}
    assert "Invented" in network.about.attribution


def test_it_lies_in_the_open_ocean_and_in_no_area(network):
    outlines = load_outlines(GAZETTEER)

    assert 0 <= min(network.lat) <= max(network.lat) < 0.05 * DEGREE
    assert -30 * DEGREE <= min(network.lon) <= max(network.lon) < -29.95 * DEGREE
    assert all(outlines.at(spot.lat, spot.lon) is None for spot in edition().places)


def test_kyivs_alerts_are_played_over_it_and_the_time_to_shelter_is_its_own():
    assert (edition().plays, edition().within_s) == (KYIV, 300)


def test_every_door_is_on_its_streets_and_one_can_walk_from_any_to_any(network, listings):
    snapper = Snapper(network)
    doors = [entrance for one in listings for entrance in one.entrances]
    snaps = [snapper.snap(door.lat / DEGREE, door.lon / DEGREE) for door in doors]

    assert all(snap is not None and snap.metres < 1 for snap in snaps)
    assert {network.part[snap.node] for snap in snaps} == {0}


def test_where_one_may_stand_a_page_rounds_nobody_elsewhere(network):
    snapper = Snapper(network)

    for spot in edition().places:
        assert (round(spot.lat, 3), round(spot.lon, 3)) == (spot.lat, spot.lon)
        assert snapper.snap(spot.lat, spot.lon) is not None


def test_its_shelters_are_of_every_sort(listings):
    assert len(listings) == len({one.id for one in listings}) == 42
    assert [one.kind for one in listings].count(Kind.METRO) == 5
    assert {one.access for one in listings} == set(Access)
    assert {one.generator for one in listings} == set(Said)
    doors = {entrance.step_free for one in listings for entrance in one.entrances}
    assert doors == set(Said)


def test_every_name_is_told_in_both_languages(network, listings):
    names = {network.street(arc) for arc in range(network.arcs)} - {""}
    names |= {one.name for one in listings} | {one.address for one in listings}

    assert all(" / " in name for name in names)
