"""
Goal: the edge says of every area what the core would: whose code it is, and whom it concerns.

Method: the line `topics` as the core writes it, read back; then the edge's answers against
`delivery.audience` and `web.query`, for every set of a small country and random sets of Ukraine.
"""

from __future__ import annotations

from functools import cache
from itertools import chain, combinations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.alerts.country import CODES, GAZETTEER

from tocsin.areas.gazetteer import load_pack
from tocsin.channels.feed import topics_of
from tocsin.delivery.audience import Audience
from tocsin.edge.topics import read_topics
from tocsin.kernel.errors import Malformed
from tocsin.kernel.ids import AreaCode
from tocsin.kernel.wire import encode
from tocsin.web.query import read_areas

EVERY_SET = [
    frozenset(chosen)
    for chosen in chain.from_iterable(combinations(CODES, n) for n in range(len(CODES) + 1))
]


def topics(gazetteer):
    return read_topics(encode(topics_of(gazetteer)))


@cache
def ukraine():
    gazetteer = load_pack()
    return gazetteer, topics(gazetteer), Audience(gazetteer), [area.code for area in gazetteer]


def relation(told, areas, area):
    return told.interest(areas).relation(area, told.above(area))


def test_every_set_of_areas_hears_of_every_area_just_as_the_core_has_it():
    told, audience = topics(GAZETTEER), Audience(GAZETTEER)
    for areas in EVERY_SET:
        for area in (*CODES, AreaCode("ABOLISHED")):
            assert relation(told, areas, area) is audience.relation(areas, area), (areas, area)


@given(st.data())
def test_so_it_is_in_ukraine(data):
    gazetteer, told, audience, codes = ukraine()
    some = st.sampled_from(codes)
    near = some.flatmap(
        lambda code: st.sampled_from([code, *gazetteer.lineage(code), *gazetteer.children(code)])
    )
    areas = data.draw(st.frozensets(st.one_of(some, near), max_size=8))
    interest = told.interest(areas)
    asked = [*data.draw(st.lists(some, min_size=1, max_size=8)), *areas]
    for code in asked:
        for area in (code, *gazetteer.lineage(code), *gazetteer.children(code)):
            assert interest.relation(area, told.above(area)) is audience.relation(areas, area)


def read(read_any, text):
    try:
        return read_any(text)
    except Malformed as error:
        return error.code, error.where, error.status


@given(st.data())
def test_a_list_of_areas_is_read_as_the_core_reads_it(data):
    gazetteer, told, _, _ = ukraine()
    known = st.sampled_from([*dict(gazetteer.codes()), "UA-30", "31", "ua-46", " UA "])
    spelt = known.flatmap(lambda c: st.sampled_from([c, c.lower(), f" {c}\t", f"{c}x"]))
    text = ",".join(data.draw(st.lists(st.one_of(spelt, st.text(max_size=3)), max_size=6)))

    assert read(told.read_areas, text) == read(lambda t: read_areas(gazetteer, t), text)


@pytest.mark.parametrize("text", [None, "", ",", "UA," * 101, "UA," * 100, "x" * 100])
def test_so_are_lists_that_are_none_or_too_long(text):
    gazetteer, told, _, _ = ukraine()

    assert read(told.read_areas, text) == read(lambda t: read_areas(gazetteer, t), text)


@given(st.binary(max_size=40))
@example(b'{"root":"UA"}')
@example(b'{"root":"UA","above":{"UA":"UA"},"known_as":{}}')
@example(b'{"root":"\xff","above":{},"known_as":{}}')
@example(b'{"root":1,"above":{},"known_as":{}}')
def test_what_is_no_tree_is_refused_by_name(body):
    with pytest.raises(Malformed, match=r"feed\.malformed"):
        read_topics(body)


def test_the_size_of_the_tree_is_told():
    assert len(topics(GAZETTEER)) == len(CODES)
