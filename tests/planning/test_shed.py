"""
*Shed now* takes off enough, never a protected feeder, and hardly more harm than the least.

Method: small grids drawn at random, against every choice there is; larger ones for the bound.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.planning.small_grid import SMALL, grids, least_harm

from tocsin.kernel.errors import Malformed, Refused
from tocsin.planning import shed as shedding
from tocsin.planning.feeders import WATTS, Class, Feeder, may_be_cut
from tocsin.planning.shed import shed, watts_of


def cuttable(feeders):
    return sum(one.load(0) for one in may_be_cut(feeders))


@settings(max_examples=60)
@given(grids(), st.floats(0.01, 1.0))
def test_it_is_enough_never_protected_and_the_least_harm_of_all_choices(feeders, part):
    if not cuttable(feeders):
        with pytest.raises(Refused, match=r"planning\.nothing_to_cut"):
            shed(feeders, 1)
        return
    required = max(1, int(cuttable(feeders) * part))

    found = shed(feeders, required)

    assert not any(one.protected for one in found.feeders)
    assert len({one.id for one in found.feeders}) == len(found.feeders)
    assert found.watts == sum(one.load(0) for one in found.feeders) >= required
    assert found.missing == 0
    assert found.harm == pytest.approx(least_harm(feeders, required))
    assert found.bound <= found.harm


@settings(max_examples=25)
@given(grids(most=30), st.floats(0.01, 1.2), st.integers(1, 50), st.integers(1, 20))
def test_however_little_is_looked_at_it_is_enough_and_above_the_bound(feeders, part, most, wide):
    if not cuttable(feeders):
        return
    required = max(1, int(cuttable(feeders) * part))
    whole = shed(feeders, required)
    kept = shedding.STATES_MOST, shedding.STATES_WIDE, shedding.STATES_SPARED
    shedding.STATES_MOST, shedding.STATES_WIDE, shedding.STATES_SPARED = most, wide, 0
    try:
        hasty = shed(feeders, required)
    finally:
        shedding.STATES_MOST, shedding.STATES_WIDE, shedding.STATES_SPARED = kept

    assert hasty.watts >= min(required, cuttable(feeders))
    assert hasty.bound <= whole.harm * (1 + 1e-9)
    assert whole.bound <= hasty.harm * (1 + 1e-9)


@settings(max_examples=25)
@given(grids(most=30), st.floats(0.01, 1.0), st.randoms())
def test_the_same_question_has_the_same_answer_in_whatever_order_the_table_is(
    feeders, part, chance
):
    if not cuttable(feeders):
        return
    required = max(1, int(cuttable(feeders) * part))
    other = list(feeders)
    chance.shuffle(other)

    assert shed(feeders, required) == shed(other, required)


def test_where_all_is_not_enough_all_is_chosen_and_what_is_missing_is_said():
    found = shed(SMALL, 20 * WATTS)

    assert {one.id for one in found.feeders} == {"a", "b", "c"}
    assert found.missing == 11 * WATTS


def test_one_huge_feeder_does_not_spoil_the_choice():
    small = [
        Feeder(id=f"s{at}", queue="1.1", zone="z", watts=(WATTS,), weight=1.1) for at in range(20)
    ]
    huge = Feeder(id="huge", queue="1.1", zone="z", watts=(400 * WATTS,), weight=1.0)

    assert shed([*small, huge], 5 * WATTS).watts == 5 * WATTS


def test_a_feeder_of_heating_points_is_spared_where_another_will_do():
    heating = Feeder(id="a", queue="1.1", zone="z", watts=(WATTS,), kind=Class.HEATING)
    other = Feeder(id="b", queue="1.1", zone="z", watts=(WATTS,))

    assert shed([heating, other], WATTS).feeders == (other,)


def test_megawatts_become_watts_rounded_up():
    assert watts_of(0.1234567) == 123_457
    with pytest.raises(Malformed, match=r"planning\.megawatts_malformed"):
        watts_of(0)
    with pytest.raises(Malformed, match=r"planning\.megawatts_malformed"):
        watts_of(float("nan"))
