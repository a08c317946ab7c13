"""
Goal: nobody misses an event in, inside or around an area they asked for, and each hears it once.

Method: all sets of areas of a small country against a definition written out naively here (count
the steps along the tree to every subscribed area, take the nearest), then single cases by name.
"""

from __future__ import annotations

from itertools import chain, combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.alerts.country import CODES, GAZETTEER, areas, areas_around

from tocsin.areas.gazetteer import load_pack
from tocsin.delivery import audience
from tocsin.delivery.audience import Audience
from tocsin.kernel.ids import AreaCode
from tocsin.kernel.words import Relation

EVERY_SET = [
    frozenset(chosen)
    for chosen in chain.from_iterable(combinations(CODES, n) for n in range(1, len(CODES) + 1))
]


def nearest(subscribed, area):
    """The definition: (steps, around before inside) to each subscribed area, the least of them."""
    found = []
    for asked in subscribed:
        if asked == area:
            found.append((0, 0, Relation.HERE))
        elif area in areas_around(asked):
            found.append((areas_around(asked).index(area) + 1, 0, Relation.AROUND))
        elif asked in areas_around(area):
            found.append((areas_around(area).index(asked) + 1, 1, Relation.INSIDE))
    return min(found)[2] if found else None


def test_every_set_of_areas_hears_of_every_area_by_its_nearest_relation():
    hall = Audience(GAZETTEER)
    for subscribed in EVERY_SET:
        for area in CODES:
            assert hall.relation(subscribed, area) is nearest(subscribed, area), (subscribed, area)


def test_topics_list_exactly_what_a_set_of_areas_must_hear_of():
    hall = Audience(GAZETTEER)
    for subscribed in EVERY_SET:
        wanted = {area: nearest(subscribed, area) for area in CODES}
        topics = hall.topics(subscribed)
        assert dict(topics) == {area: said for area, said in wanted.items() if said}
        assert len(topics) == len(dict(topics))


def test_who_names_no_area_hears_of_the_whole_country():
    hall = Audience(GAZETTEER)
    assert set(hall.topics(frozenset())) == set(CODES)
    assert hall.relation(frozenset(), AreaCode("LAND")) is Relation.HERE
    assert hall.relation(frozenset(), AreaCode("PORT")) is Relation.INSIDE


def test_a_raion_client_hears_of_its_oblast_and_an_oblast_client_of_its_raion():
    # Since late 2025 alerts come per raion, and clients bound to one of the two fell silent.
    hall = Audience(GAZETTEER)
    assert hall.relation(frozenset({"COAST"}), AreaCode("SOUTH")) is Relation.AROUND
    assert hall.relation(frozenset({"SOUTH"}), AreaCode("COAST")) is Relation.INSIDE
    assert hall.relation(frozenset({"COAST"}), AreaCode("HILLS")) is None


def test_of_two_areas_equally_near_the_one_around_is_named():
    hall = Audience(GAZETTEER)
    both = frozenset({AreaCode("LAND"), AreaCode("COAST")})
    assert hall.relation(both, AreaCode("SOUTH")) is Relation.AROUND


def test_an_area_of_an_older_tree_concerns_whoever_asked_for_the_country():
    hall = Audience(GAZETTEER)
    abolished = AreaCode("ABOLISHED")
    assert hall.relation(frozenset(), abolished) is Relation.INSIDE
    assert hall.relation(frozenset({AreaCode("PORT")}), abolished) is None
    with pytest.raises(KeyError):
        hall.topics(frozenset({AreaCode("PORT")}))[abolished]
    assert hall.topics(frozenset({AreaCode("PORT")})).get(abolished, "nothing") == "nothing"


@given(st.lists(st.frozensets(areas, max_size=3), max_size=30))
def test_forgetting_a_set_changes_no_answer(asked):
    hall = Audience(GAZETTEER)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(audience, "TOPICS_KEPT", 2)
        for subscribed in asked:
            topics = hall.topics(subscribed)
            assert hall.topics(subscribed) is topics
            assert dict(topics) == {
                area: said
                for area in CODES
                if (said := nearest(subscribed or {"LAND"}, area)) is not None
            }
            assert len(hall._kept) <= 2


def test_in_ukraine_the_country_hears_of_all_and_kyiv_of_itself_and_the_country():
    ukraine = load_pack()
    hall = Audience(ukraine)
    assert len(hall.topics(frozenset())) == len(ukraine)
    kyiv = ukraine.get("UA-30").code
    assert hall.topics(frozenset({kyiv}))[ukraine.root.code] is Relation.AROUND
    assert hall.topics(frozenset({kyiv}))[kyiv] is Relation.HERE
