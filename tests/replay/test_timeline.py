"""
Rows in any order become one order of commands that says the same.

Method: random rows, overlapping, touching and repeated, against a union of intervals that counts
minute by minute.
"""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.replay.told import KYIV, ODESA, minute

from tocsin.alerts.messages import BeginCoverage, EndCoverage, GiveOwnAllClear, RaiseAlert
from tocsin.kernel.time import rfc3339
from tocsin.kernel.words import Rank
from tocsin.replay.air_alerts import OFFICIAL, VOLUNTEER, Row
from tocsin.replay.timeline import Heard, command, name, weave

LAST = 30


def row(area, start, end, *, volunteer=False, estimated=False):
    sender, rank = (VOLUNTEER, Rank.OBSERVER) if volunteer else (OFFICIAL, Rank.AUTHORITY)
    finished = None if end is None else rfc3339(minute(end))
    return Row(area, rfc3339(minute(start)), finished, sender, rank, estimated, 2)


def heard(start, end):
    return Heard(OFFICIAL, Rank.AUTHORITY, rfc3339(minute(start)), rfc3339(minute(end)))


def told(rows, coverages=(), until=None):
    """Weave, and say what happens as (minute, kind of command, area)."""
    steps = weave(rows, coverages, "UA", None if until is None else rfc3339(minute(until)))
    minutes = {rfc3339(minute(m)): m for m in range(-LAST, 3 * LAST)}
    return [(minutes[s.at], type(command(s)), s.area) for s in steps]


@st.composite
def rows(draw):
    start = draw(st.integers(0, LAST - 1))
    end = draw(st.one_of(st.none(), st.integers(start + 1, LAST)))
    return row(draw(st.sampled_from([KYIV, ODESA])), start, end, volunteer=draw(st.booleans()))


many = st.lists(rows(), max_size=12)


@given(many)
def test_at_any_minute_stands_what_any_row_says(given_rows):
    steps = weave(given_rows, [], "UA")
    for count in range(LAST + 1):
        at = rfc3339(minute(count))
        stands = set()
        for step in steps:
            if step.at <= at:
                change = stands.add if step.turn == 2 else stands.remove
                change((step.sender, step.area))
        assert stands == {
            (r.sender, r.area)
            for r in given_rows
            if r.started <= at and (r.finished is None or at < r.finished)
        }


@given(many, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_and_their_repeats_mean_nothing(given_rows, chance):
    shuffled = given_rows + given_rows[:3]
    chance.shuffle(shuffled)

    assert weave(shuffled, [], "UA") == weave(given_rows, [], "UA")


@given(many)
def test_things_are_told_in_time_and_each_has_a_name_of_its_own(given_rows):
    steps = weave(given_rows, [heard(0, LAST)], "UA")
    names = [name(step) for step in steps]

    assert [s.at for s in steps] == sorted(s.at for s in steps)
    assert len(set(names)) == len(names)
    assert all(UUID(named).version == 8 and str(UUID(named)) == named for named in names)
    assert [named[:15] for named in names] == sorted(named[:15] for named in names)


@given(many, st.integers(0, LAST))
def test_what_is_told_until_a_moment_is_the_beginning_of_the_whole(given_rows, until):
    whole = weave(given_rows, [], "UA")

    assert weave(given_rows, [], "UA", rfc3339(minute(until))) == [
        step for step in whole if step.at <= rfc3339(minute(until))
    ]


def test_an_alert_raised_in_the_second_in_which_another_ended_is_a_new_one():
    assert told([row(KYIV, 0, 5), row(KYIV, 5, 9)]) == [
        (0, RaiseAlert, KYIV),
        (5, GiveOwnAllClear, KYIV),
        (5, RaiseAlert, KYIV),
        (9, GiveOwnAllClear, KYIV),
    ]


def test_an_alert_raised_while_it_stands_is_the_same_one():
    assert told([row(KYIV, 0, 5), row(KYIV, 3, 9)]) == [
        (0, RaiseAlert, KYIV),
        (9, GiveOwnAllClear, KYIV),
    ]


def test_at_one_second_coverage_begins_first_and_ends_last():
    kinds = [kind for _, kind, _ in told([row(KYIV, 0, 5), row(ODESA, 2, 5)], [heard(0, 5)])]

    assert kinds[0] is BeginCoverage
    assert kinds[-1] is EndCoverage


def test_an_authority_is_told_before_an_observer_and_areas_by_their_code():
    steps = weave([row(KYIV, 0, 5, volunteer=True), row(KYIV, 0, 5), row(ODESA, 0, 5)], [], "UA")

    assert [(s.area, s.sender) for s in steps[:3]] == [
        (ODESA, OFFICIAL),
        (KYIV, OFFICIAL),
        (KYIV, VOLUNTEER),
    ]


def test_coverage_that_overlaps_or_touches_is_one_and_a_gap_is_a_gap():
    spans = [heard(0, 5), heard(3, 8), heard(8, 9), heard(12, 15)]
    begun = [(m, kind) for m, kind, _ in told([], spans)]

    assert begun == [
        (0, BeginCoverage),
        (9, EndCoverage),
        (12, BeginCoverage),
        (15, EndCoverage),
    ]


def test_coverage_ends_where_the_telling_is_told_to_stop():
    assert told([row(KYIV, 2, 5)], [heard(0, 20), heard(30, 40)], until=4) == [
        (0, BeginCoverage, "UA"),
        (2, RaiseAlert, KYIV),
        (4, EndCoverage, "UA"),
    ]


@pytest.mark.parametrize(("first", "second"), [(True, False), (False, True)])
def test_an_end_announced_in_the_same_second_as_one_made_up_counts(first, second):
    steps = weave([row(KYIV, 0, 5, estimated=first), row(KYIV, 1, 5, estimated=second)], [], "UA")

    assert command(steps[-1]).estimated is False


def test_the_end_that_counts_is_the_last():
    steps = weave([row(KYIV, 0, 5, estimated=False), row(KYIV, 1, 6, estimated=True)], [], "UA")

    assert command(steps[-1]).estimated is True


def test_a_name_shows_its_time_and_depends_on_nothing_but_what_is_said():
    [raised, _] = weave([row(KYIV, 7 * 60 + 45, 500)], [], "UA")

    assert name(raised).startswith("20230126-0545-800")
    for other in (
        raised._replace(area=ODESA),
        raised._replace(turn=1),
        raised._replace(sender=VOLUNTEER),
        raised._replace(at=rfc3339(minute(466))),
    ):
        assert name(other) != name(raised)
    assert name(raised._replace(announced=False)) == name(raised)
