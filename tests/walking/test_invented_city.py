"""
The invented city is where nobody lives, whole, and the same each time.

Method: the small one, which is made by the same rules as the large one.
"""

from __future__ import annotations

import csv

import pytest
from bench import city as invented

from tocsin.walking.doors import Doors
from tocsin.walking.nearest import nearest
from tocsin.walking.network import Network
from tocsin.walking.profile import BRIDGE
from tocsin.walking.snap import Snapper


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """The small city, its folder and its network."""
    city = invented.make(invented.SMALL)
    folder = tmp_path_factory.mktemp("city")
    city.write_all(folder)
    return city, folder, Network.open(folder / "city.walk")


def test_it_lies_in_the_open_ocean_and_says_that_it_is_invented(small):
    _, _, network = small
    west, south, east, north = network.box
    assert (west, south) == (-30, 0)
    assert east < -29.9
    assert north < 0.1
    assert network.about.invented
    large = invented.LARGE
    assert large.columns * large.rows == 200_256
    assert large.columns * invented.STEP_M < 18_000


def test_the_same_seed_gives_the_same_city(small):
    city, _, network = small
    assert invented.make(invented.SMALL) == city
    assert city.draft().write(small[1] / "again.walk", invented.ABOUT).nodes == network.nodes
    assert Network.open(small[1] / "again.walk").digest == network.digest
    assert invented.make(invented.SMALL, seed=1).streets != city.streets


def test_all_of_its_people_can_walk_to_all_of_its_shelters(small):
    city, folder, network = small
    assert sum(home.people for home in city.homes) == 30_000
    assert sum(s.capacity for s in city.shelters) == pytest.approx(48_000, rel=0.02)
    assert sum(s.metro for s in city.shelters) == 4
    snapper = Snapper(network)
    with (folder / "shelters.csv").open() as file:
        rows = list(csv.DictReader(file))
    doors = Doors.of(
        (n, snapper.snap(float(row["lat"]), float(row["lon"]))) for n, row in enumerate(rows)
    )
    assert [snap.node for snap in doors.snaps] == [shelter.node for shelter in city.shelters]
    with (folder / "people.csv").open() as file:
        home = next(csv.DictReader(file))
    start = snapper.snap(float(home["lat"]), float(home["lon"]))
    assert len(nearest(network, start, doors, k=99, limit_metres=10**4)) == len(rows) == 40
    assert {network.part[home.node] for home in city.homes} == {0}


def test_nothing_crosses_its_river_but_its_bridges(small):
    city, _, network = small
    bridges = [street for street in city.streets if street[2] & BRIDGE]
    assert len(bridges) == city.size.bridges
    doors = Doors.of((s.number, Snapper(network).at_node(s.node)) for s in city.shelters)
    south = Snapper(network).at_node(city.homes[0].node)
    closed = frozenset(
        arc for one, other, *_ in bridges for arc in
        (network.arc_between(one, other), network.arc_between(other, one))
    )  # fmt: skip
    everywhere = nearest(network, south, doors, k=99, limit_metres=10**5)
    one_bank = nearest(network, south, doors, k=99, limit_metres=10**5, closed=closed)
    assert 0 < len(one_bank) < len(everywhere)
