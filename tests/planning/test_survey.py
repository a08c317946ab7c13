"""
What is planned for is what is known: no shelter counts as open that nobody called open.

Method: a street of three crossings with shelters of every state, and people beside it.
"""

import numpy as np
import pytest
from tests.shelters.sayings import at, cellar, door, says
from tests.streets import ABOUT, opened

from tocsin.planning.demand import Points
from tocsin.planning.survey import by_area, survey
from tocsin.shelters.messages import Access, Said, State
from tocsin.shelters.shelter import decide, evolve
from tocsin.shelters.suit import Question
from tocsin.walking.build import Draft
from tocsin.walking.profile import WALK, WHEELS

STEP = 0.001


@pytest.fixture(scope="module")
def street():
    draft = Draft()
    for number in range(3):
        draft.node(number, round((50.45 + number * STEP) * 1e7), 305_200_000)
    draft.edge(0, 1, None, 0)
    draft.edge(1, 2, None, 1)  # Stairs.
    return opened(draft, ABOUT)


def said(one, state):
    """Let a keeper say how a shelter is."""
    for happened in decide(one, 0, says(state, number=int(one.listing.source_id))):
        one = evolve(one, happened)
    return one


def points(*rows):
    lat, people = zip(*rows, strict=True)
    lon = np.full(len(rows), 30.52)
    return Points(np.array(lat), lon, np.array(people), ("",) * len(rows))


def seen(street, shelters, rows=((50.45, 5),), profile=WALK, **more):
    return survey(street, shelters, points(*rows), Question(at(60)), profile=profile, **more)


def test_open_is_what_somebody_called_open_and_lets_strangers_in(street):
    shelters = [
        said(cellar(1), State.OPEN),
        said(cellar(2), State.FILLING),
        said(cellar(3), State.FULL),
        said(cellar(4), State.CLOSED),
        cellar(5),
        said(cellar(6, access=Access.PUPILS_AND_STAFF), State.OPEN),
        cellar(7, access=Access.RESIDENTS),
    ]

    found = seen(street, shelters)
    reckoned = seen(street, shelters, reckon_unknown=True)

    assert [place.id for place in found.city.places if place.open] == ["city.1", "city.2"]
    assert (found.unknown, found.apart) == (1, 0)
    opened = [place.id for place in reckoned.city.places if place.open]
    assert opened == ["city.1", "city.2", "city.5"]


def test_a_shelter_is_at_the_crossings_nearest_to_its_doors_each_once(street):
    doors = (door(50.45), door(50.4501), door(50.4521), door(50.6))
    (place,) = seen(street, [cellar(1, entrances=doors, capacity=9)]).city.places

    assert (place.nodes, place.capacity) == ((0, 2), 9)


def test_what_is_known_of_power_comes_along(street):
    facts = {"power_group": "1.1"}
    places = seen(
        street, [cellar(n, generator=generator, **facts) for n, generator in enumerate(Said, 1)]
    ).city.places

    assert [place.generator for place in places] == [True, False, None]
    assert {place.power_group for place in places} == {"1.1"}


def test_an_open_shelter_to_which_no_street_leads_is_counted(street):
    found = seen(street, [said(cellar(1, entrances=(door(50.6),)), State.OPEN)])

    assert (found.apart, found.city.places[0].nodes) == (1, ())


def test_people_are_where_a_street_is_near_and_progress_is_told(street):
    heard = []

    found = seen(
        street, [], ((50.45, 5), (50.4519, 7), (50.6, 11)),
        told=lambda done, of: heard.append((done, of)),
    )  # fmt: skip

    demand = found.city.demand
    assert dict(zip(demand.nodes.tolist(), demand.people.tolist(), strict=True)) == {0: 5, 2: 7}
    assert demand.off_network == 11
    assert heard == [(0, 3)]


def test_whoever_is_on_wheels_has_streets_without_stairs(street):
    assert len(seen(street, [], profile=WHEELS).city.streets.indices) == 2


def test_areas_are_looked_up_only_where_the_table_has_none():
    bare = points((50.45, 5), (60.0, 5))
    told = Points(bare.lat, bare.lon, bare.people, ("UA-30", ""))

    def area_at(lat, lon):
        return "UA80" if lat < 55 else None

    assert by_area(bare, area_at).areas == ("UA80", "")
    assert by_area(told, area_at).areas == ("UA-30", "")
