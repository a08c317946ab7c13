"""
The words that more than one room must mean the same by are spelled as their standards spell them.

Method: values against CAP 1.2, section 3.2.1, and the design's sections 2 and 5.
"""

from __future__ import annotations

import pytest

from tocsin.kernel.words import Rank, Relation, Status


def test_a_status_is_spelled_as_in_cap():
    assert [status.value for status in Status] == ["Actual", "Exercise", "Test"]


@pytest.mark.parametrize("status", Status)
def test_nobody_needs_to_act_on_what_is_not_actual(status):
    assert status.drill is (status is not Status.ACTUAL)


def test_a_status_that_nobody_gave_is_none_of_them():
    with pytest.raises(ValueError, match="is not a valid Status"):
        Status("")


def test_there_are_two_ranks_and_three_relations():
    assert {rank.value for rank in Rank} == {"authority", "observer"}
    assert {relation.value for relation in Relation} == {"here", "inside", "around"}
