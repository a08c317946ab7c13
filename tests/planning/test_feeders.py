"""
A table of feeders is believed as a whole or refused, and the refusal gives nothing away.

Method: tables with one thing wrong each, beside one that is right.
"""

from dataclasses import replace

import pytest
from tests.planning.small_grid import SMALL

from tocsin.kernel.errors import Malformed
from tocsin.planning.feeders import Feeder, check, may_be_cut


def test_a_table_that_is_right_passes():
    check(tuple(SMALL))


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": ""},
        {"id": "a"},
        {"queue": ""},
        {"watts": (-1,)},
        {"watts": (1,) * 47},
        {"weight": 0.0},
        {"shelters": -1},
        {"off_hours": 200.0},
    ],
)
def test_a_table_with_one_thing_wrong_is_refused_without_naming_a_feeder(wrong):
    secret = replace(SMALL[1], id="secret-substation")
    table = (SMALL[0], replace(secret, **wrong))

    with pytest.raises(Malformed, match=r"planning\.feeders_malformed") as refused:
        check(table)
    assert "secret" not in refused.value.sentence


def test_an_empty_table_is_refused():
    with pytest.raises(Malformed, match=r"planning\.feeders_malformed"):
        check(())


def test_whoever_is_protected_is_not_among_those_that_may_be_cut():
    assert [one.id for one in may_be_cut(SMALL)] == ["a", "b", "c"]


def test_shelters_heating_and_hours_off_before_make_a_feeder_weigh_more():
    plain = SMALL[0]

    assert replace(plain, shelters=2).harm > plain.harm
    assert SMALL[2].harm > plain.harm
    assert replace(plain, off_hours=5.0).harm > plain.harm


def test_a_load_is_of_its_half_hour():
    feeder = Feeder(id="a", queue="1.1", zone="z", watts=tuple(range(48)))

    assert feeder.load(17) == 17
