"""
Goal: silence is never taken for safety. An area is calm only while somebody who may say so is
heard about it; otherwise it is unknown, and the board says since when.

Method: properties over any sources in a small country, against the rule written out naively for
each area: whoever covers it or anything around it, authorities before observers.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.alerts.country import CODES, GAZETTEER, TREE, areas, areas_around
from tests.alerts.sayings import (
    MILITARY,
    RADIO,
    RESCUERS,
    VOLUNTEERS,
    Room,
    begin,
    end,
    facts,
    minute,
    sound,
)

from tocsin.alerts import coverage
from tocsin.alerts.coverage import Source, Unknown
from tocsin.kernel.ids import AreaCode, SenderId
from tocsin.kernel.words import Rank, Status

moments = st.integers(0, 60)
sources = st.builds(
    lambda who, since, until: Source(*who, minute(since), None if until is None else minute(until)),
    st.sampled_from([MILITARY, RESCUERS, VOLUNTEERS, RADIO]),
    moments,
    st.none() | moments,
)
covered = st.dictionaries(areas, st.lists(sources, min_size=1, max_size=3).map(tuple))


def concerning(code, said):
    return [s for around in (code, *areas_around(code)) for s in said.get(around, ())]


def known(code, said):
    """An authority that is heard; or any observer, where no authority was ever heard."""
    found = concerning(code, said)
    weighty = [s for s in found if s.rank is Rank.AUTHORITY] or found
    return any(s.until is None for s in weighty)


def leaves():
    return [code for code in CODES if code not in TREE.values()]


def spread(entries):
    """All the areas without parts that a list of unknown areas is about."""
    named = {entry.area for entry in entries}
    return {leaf for leaf in leaves() if named.intersection((leaf, *areas_around(leaf)))}


@given(covered)
def test_what_is_listed_as_unknown_is_what_nobody_is_heard_about(said):
    entries = coverage.unknown(said, GAZETTEER)
    assert spread(entries) == {leaf for leaf in leaves() if not known(leaf, said)}


@given(covered)
def test_each_unknown_area_is_listed_once_at_its_largest(said):
    entries = coverage.unknown(said, GAZETTEER)
    assert list(entries) == sorted(entries, key=lambda entry: entry.area)
    named = [entry.area for entry in entries]
    for area in named:
        assert named.count(area) == 1
        assert not set(areas_around(area)).intersection(named)


@given(covered)
def test_unknown_is_never_empty_while_no_source_is_heard(said):
    silent = {
        area: tuple(Source(s.sender, s.rank, s.since, s.until or s.since) for s in there)
        for area, there in said.items()
    }
    assert spread(coverage.unknown(silent, GAZETTEER)) == set(leaves())


@given(covered)
def test_unknown_is_since_the_last_who_mattered_fell_silent(said):
    for area, since in coverage.unknown(said, GAZETTEER):
        found = concerning(area, said)
        weighty = [s for s in found if s.rank is Rank.AUTHORITY] or found
        assert since == max((s.until for s in weighty), default=None)


@given(covered, areas, st.sampled_from([VOLUNTEERS, RADIO]), moments)
def test_an_observer_makes_nothing_known_that_an_authority_left(said, area, observer, at):
    before = spread(coverage.unknown(said, GAZETTEER))
    there = said.get(area, ())
    told = Source(*observer, minute(at))
    after = spread(coverage.unknown({**said, area: (*there, told)}, GAZETTEER))
    for leaf in before - after:
        assert all(s.rank is Rank.OBSERVER for s in concerning(leaf, said))


def test_a_country_that_nobody_ever_covered_is_one_entry():
    assert coverage.unknown({}, GAZETTEER) == (Unknown(AreaCode("LAND"), None),)


def test_where_one_part_is_covered_the_others_are_listed():
    room = Room()
    room.tell(begin(MILITARY, "COAST"))
    assert [u.area for u in coverage.unknown(room.sources, GAZETTEER)] == ["HILLS", "NORTH"]
    room.tell(end(MILITARY, "COAST", at=7))
    assert coverage.unknown(room.sources, GAZETTEER) == (
        Unknown(AreaCode("COAST"), minute(7)),
        Unknown(AreaCode("HILLS"), None),
        Unknown(AreaCode("NORTH"), None),
    )


def test_an_area_that_left_the_tree_is_passed_over_and_hides_nothing():
    there = {AreaCode("ABOLISHED"): (Source(*MILITARY, minute(0)),)}
    assert coverage.unknown(there, GAZETTEER) == (Unknown(AreaCode("LAND"), None),)


def test_beginning_or_ending_twice_is_already_so():
    room = Room()
    assert room.tell(end()) == ()
    assert facts(room.tell(begin())) == ["CoverageBegan"]
    assert room.tell(begin(at=5)) == ()
    assert facts(room.tell(end(at=6))) == ["CoverageEnded"]
    assert room.tell(end(at=7)) == ()


def test_a_source_that_fell_silent_keeps_the_moment_from_which_it_was_heard():
    room = Room()
    room.tell(begin(at=3))
    room.tell(end(at=9))
    assert room.sources["LAND"] == (Source(*MILITARY, minute(3), minute(9)),)
    room.tell(begin(at=12))
    assert room.sources["LAND"] == (Source(*MILITARY, minute(12)),)


def test_each_source_is_heard_for_itself():
    room = Room()
    room.tell(begin(MILITARY))
    room.tell(begin(RESCUERS))
    room.tell(end(MILITARY, at=5))
    assert coverage.unknown(room.sources, GAZETTEER) == ()
    room.tell(end(RESCUERS, at=6))
    assert coverage.unknown(room.sources, GAZETTEER) == (Unknown(AreaCode("LAND"), minute(6)),)


def test_a_source_that_becomes_an_authority_counts_as_one_from_then_on():
    promoted, room = (VOLUNTEERS[0], Rank.AUTHORITY), Room()
    room.tell(begin(VOLUNTEERS))
    assert facts(room.tell(begin(promoted, at=5))) == ["CoverageBegan"]
    assert room.sources["LAND"] == (Source(VOLUNTEERS[0], Rank.AUTHORITY, minute(5)),)


@pytest.mark.parametrize("again", [begin, end])
def test_a_lesser_token_does_not_make_an_authoritys_coverage_an_observers(again):
    demoted, room = (MILITARY[0], Rank.OBSERVER), Room()
    room.tell(begin(MILITARY))
    room.tell(again(demoted, at=5))
    room.tell(end(demoted, at=6))
    room.tell(begin(VOLUNTEERS, at=7))
    assert coverage.unknown(room.sources, GAZETTEER) != ()


def test_coverage_moves_its_areas_version_on_and_is_no_alert():
    room = Room()
    room.sound(area="LAND")
    (began,) = room.tell(begin(RADIO))
    assert (began.version, room.area("LAND").version) == (2, 2)
    assert len(room.area("LAND").standing) == 1
    assert (began.sender, began.status) == (SenderId("radio"), Status.ACTUAL)
    assert coverage.change(began).begins
    (raised,) = room.tell(sound(RESCUERS, "NORTH"))
    assert coverage.change(raised) is None
