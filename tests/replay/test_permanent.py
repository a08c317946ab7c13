"""
The permanent alerts are the two that the data's publisher names, and they say who says so.

Method: what ships, read as it ships.
"""

from __future__ import annotations

from tests.replay.told import GAZETTEER

from tocsin.kernel.time import Moment
from tocsin.kernel.words import Rank
from tocsin.replay import permanent

LUHANSK = ("UA44000000000018893", "2022-04-04T16:45:00.000Z")
CRIMEA = ("UA01000000000013043", "2022-12-10T22:22:00.000Z")


def test_they_are_luhansk_and_crimea_and_no_others():
    assert [(one.area, one.since) for one in permanent.load()] == [LUHANSK, CRIMEA]
    assert GAZETTEER.get(LUHANSK[0]).iso == "UA-09"
    assert GAZETTEER.get(CRIMEA[0]).iso == "UA-43"


def test_each_says_where_it_is_known_from():
    for one in permanent.load():
        assert "README" in one.source


def test_they_have_no_end_and_are_an_authoritys_word():
    for row in permanent.rows(GAZETTEER, Moment("2023-01-26T00:00:00.000Z")):
        assert row.finished is None
        assert (row.sender, row.rank) == (permanent.SENDER, Rank.AUTHORITY)


def test_one_that_began_later_is_not_told_before_it_began():
    rows = permanent.rows(GAZETTEER, Moment("2022-12-10T22:21:59.999Z"))

    assert [(row.area, row.started) for row in rows] == [LUHANSK]
