"""
The table of who can walk where lists the nearest first; groups end to end are counted each alone.

Method: entries and tables drawn at random, many ways of equal length among them.
"""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tocsin.planning.table import ahead, joined, listed, numbered

entries = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 6), st.integers(1, 5)),
    unique_by=lambda entry: entry[:2],
)


@given(entries, st.integers(1, 8))
def test_each_row_lists_its_nearest_and_of_equals_the_lower_number(drawn, nearest):
    columns = list(zip(*drawn, strict=True)) or [(), (), ()]
    kinds = (np.int32, np.int32, np.float32)

    table = listed(*(np.array(c, k) for c, k in zip(columns, kinds, strict=True)), 5, nearest)

    for row in range(5):
        near = sorted((metres, place) for at, place, metres in drawn if at == row)[:nearest]
        wanted = near + [(np.inf, -1)] * (nearest - len(near))
        assert list(zip(table.metres[row], table.places[row], strict=True)) == wanted


def test_nothing_found_is_nothing_listed():
    assert [len(column) for column in joined([])] == [0, 0, 0]
    assert (listed(*joined([]), 2, 3).places == -1).all()


@given(st.lists(st.lists(st.integers(1, 50), min_size=1, max_size=5), max_size=6))
def test_before_each_entry_stand_those_of_its_own_group_alone(queues):
    groups = np.repeat(np.arange(len(queues), dtype=np.int32), [len(one) for one in queues])
    people = np.array([many for one in queues for many in one], np.int64)

    assert ahead(groups, people).tolist() == [
        sum(one[:at]) for one in queues for at in range(len(one))
    ]


def test_stretches_end_to_end_are_each_counted_from_nought():
    assert numbered(np.array([2, 0, 3])).tolist() == [0, 1, 0, 1, 2]


def test_the_way_of_a_row_to_a_place_is_infinite_where_it_is_not_listed():
    table = listed(
        np.array([0, 0, 1], np.int32), np.array([3, 2, 3], np.int32),
        np.array([7, 5, 9], np.float32), 2, 2,
    )  # fmt: skip
    rows, places = np.array([0, 0, 1, 1], np.int32), np.array([3, 2, 3, 2], np.int32)

    assert table.way(rows, places).tolist() == [7, 5, 9, np.inf]
