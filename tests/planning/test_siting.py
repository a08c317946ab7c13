"""
The next shelters are where they cover most people whom nothing covers yet.

Method: towns, people and shelters are drawn; each choice is compared with all others there were.
"""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.planning.small_city import people_at, place, town, towns_with_people

from tocsin.planning.cells import cells
from tocsin.planning.places import doors
from tocsin.planning.siting import sites
from tocsin.planning.streets import nearest


@settings(max_examples=40)
@given(towns_with_people(), st.sampled_from([150.0, 400.0]))
def test_each_site_covers_as_many_more_people_as_it_says_and_no_other_would_cover_more(
    drawn, limit_m
):
    made, people, places = drawn
    metres, _ = nearest(made, doors(places).nodes)
    cut = cells(made, people)

    found = sites(made, people, cut, metres, limit_m=limit_m, count=3)

    reach = {
        int(node): nearest(made, np.array([node], np.int32))[0][people.nodes] <= limit_m
        for node in cut.node
    }
    missed = metres[people.nodes] > limit_m
    for site in found:
        gains = {node: people.people[missed & near].sum() for node, near in reach.items()}
        assert site.people == gains[site.node] == max(gains.values()) > 0
        missed &= ~reach[site.node]
    if len(found) < 3:
        assert not any(people.people[missed & near].sum() for near in reach.values())


def test_where_everybody_is_covered_no_site_is_named():
    made = town()
    people = people_at(made, [0, 1], [5, 5])
    metres, _ = nearest(made, doors((place("a", 0),)).nodes)

    assert sites(made, people, cells(made, people), metres, limit_m=400) == ()


def test_a_site_says_where_it_is():
    made = town()
    metres, _ = nearest(made, np.empty(0, np.int32))
    people = people_at(made, [55], [8])

    (site,) = sites(made, people, cells(made, people), metres, limit_m=400)

    assert (site.node, site.people) == (55, 8)
    assert (site.lat, site.lon) == (made.lat[55], made.lon[55])
