"""
Goal: the tables of who is in which row always agree with each other.

Method: a random history of coming, slowing down, speeding up and leaving, against a model that is
a plain dictionary.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.edge.groups import NEVER, Group, Roster

STEPS = st.lists(
    st.tuples(st.sampled_from(["enter", "leave", "fast", "slow"]), st.integers(0, 12)), max_size=60
)


@given(STEPS)
def test_rows_hold_exactly_the_fast_ones_whatever_came_before(steps):
    roster, groups = Roster(), [Group(bytes), Group(bytes)]
    model = {}
    for number, (what, one) in enumerate(steps, 1):
        row = groups[one % 2].rows[one % 3 % 2]
        if what == "enter" and one not in model:
            assert roster.enter(row, one) == one
            model[one] = None
        elif what == "leave" and one in model:
            roster.leave(one)
            del model[one]
        elif what == "fast" and model.get(one, 0) is None:
            roster.speed_up(one, number)
            model[one] = number
        elif what == "slow" and one in model:
            roster.slow_down(one)
            model[one] = None

    fast = [one for group in groups for row in group.rows for one in row.plain]
    assert sorted(fast) == sorted(one for one, since in model.items() if since is not None)
    for one in range(13):
        assert (roster.row(one) is None) == (one not in model)
        if one in model:
            row = groups[one % 2].rows[one % 3 % 2]
            assert roster.row(one) is row
            assert roster.is_fast(one, row) == (one in row.plain) == (model[one] is not None)
            assert roster.since[one] == (NEVER if model[one] is None else model[one])
    assert sorted(descriptor for descriptor, _ in roster.all()) == sorted(model)


def test_a_descriptor_is_a_member_once():
    roster, group = Roster(), Group(bytes)
    roster.enter(group.rows[0], 5)

    with pytest.raises(ValueError, match="member already"):
        roster.enter(group.rows[1], 5)
    assert roster.row(99) is None
    assert roster.row(-1) is None
