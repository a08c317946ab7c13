"""
Goal: a query is understood whole or refused; what is misspelt is never passed over.

Method: properties over any bytes and any parameters, then the examples that a person types.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime
from urllib.parse import quote, quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.web.page_source import ukraine

from tocsin.kernel.errors import Malformed
from tocsin.kernel.limits import AREAS_ASKED
from tocsin.kernel.time import rfc3339
from tocsin.web.query import read_areas, read_coordinate, read_moment, read_query

ALLOWED = frozenset({"areas", "at", "q"})
KYIV = "UA80000000000093317"

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)


def outcome(read, *given):
    """Give what was read and None, or None and the refusal; anything else fails the test."""
    try:
        return read(*given), None
    except Malformed as error:
        return None, error


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_and_nothing_else(query):
    found, refusal = outcome(read_query, query, ALLOWED)

    if refusal is None:
        assert found.keys() <= ALLOWED
    else:
        assert refusal.code in {"query.malformed", "query.unknown_parameter"}
        assert 0 < len(refusal.where) <= 40


@given(
    st.dictionaries(st.sampled_from(sorted(ALLOWED)), texts), st.sampled_from([quote, quote_plus])
)
def test_what_was_written_is_read_back(said, how):
    query = urlencode(said, quote_via=how).encode()

    assert read_query(query, ALLOWED) == said


@given(texts.filter(lambda name: name not in ALLOWED))
def test_a_name_that_is_not_known_is_refused_and_said(name):
    with pytest.raises(Malformed) as refused:
        read_query(urlencode({"q": "x", name: "1"}).encode(), ALLOWED)

    assert refused.value.code == "query.unknown_parameter"
    assert refused.value.where == (name[:40] or "query")


@pytest.mark.parametrize("query", [b"q=1&q=1", b"q=%00", b"q=%ff", b"q=\xff", b"q=%d0"])
def test_what_can_be_read_in_two_ways_or_in_none_is_refused(query):
    with pytest.raises(Malformed, match=r"query\.malformed"):
        read_query(query, ALLOWED)


def test_no_more_parameters_are_read_than_anybody_has():
    with pytest.raises(Malformed, match=r"query\.malformed"):
        read_query(b"&".join(b"q=" for _ in range(33)), ALLOWED)


@given(st.lists(st.sampled_from(["31", "UA-30", KYIV, "ua-30", KYIV.lower()]), max_size=8))
def test_areas_come_out_by_their_primary_codes_once_each(codes):
    found = read_areas(ukraine(), ",".join(codes))

    assert found == (frozenset({KYIV}) if codes else frozenset())


def test_empty_places_in_a_list_of_areas_are_nothing():
    assert read_areas(ukraine(), ",31,,UA-32,") == {KYIV, ukraine().get("UA-32").code}
    assert read_areas(ukraine(), None) == read_areas(ukraine(), "") == frozenset()


def test_as_many_areas_may_be_asked_for_as_a_page_needs():
    codes = [area.code for area in ukraine()]

    assert len(read_areas(ukraine(), ",".join(codes[:AREAS_ASKED]))) == AREAS_ASKED
    with pytest.raises(Malformed, match=r"query\.too_many_areas"):
        read_areas(ukraine(), ",".join(codes[: AREAS_ASKED + 1]))


@given(st.text(max_size=30))
def test_any_text_is_a_list_of_known_areas_or_refused(text):
    found, refusal = outcome(read_areas, ukraine(), text)

    if refusal is None:
        assert all(code in ukraine() for code in found)
    else:
        assert refusal.code in {"area.unknown", "query.too_many_areas"}


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_moment_is_read_as_it_was_written(moment):
    cut = moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    assert read_moment(rfc3339(moment), "at") == cut


def test_a_space_where_a_plus_was_is_a_plus():
    written = datetime(2023, 1, 26, 6, 30, tzinfo=UTC)

    assert read_moment("2023-01-26T08:30:00 02:00", "at") == written
    assert read_moment("2023-01-26T08:30:00+02:00", "at") == written
    assert read_moment(None, "at") is None


@given(st.text(max_size=40))
def test_any_text_is_a_moment_or_refused_with_its_parameter(text):
    found, refusal = outcome(read_moment, text, "from")

    if refusal is None:
        assert found.tzinfo is UTC
    else:
        assert (refusal.code, refusal.where) == ("time.malformed", "from")


@given(st.floats(-180, 180))
def test_a_coordinate_is_read_as_it_was_written(value):
    assert read_coordinate(repr(value), "lon", 180.0) == value


@given(st.one_of(st.text(max_size=20), st.floats().map(repr), st.none()))
def test_any_text_is_a_coordinate_within_bounds_or_refused(text):
    value, refusal = outcome(read_coordinate, text, "lat", 90.0)

    if refusal is None:
        assert math.isfinite(value)
        assert -90 <= value <= 90
    else:
        assert (refusal.code, refusal.where) == ("query.malformed", "lat")
