"""
Nobody is lost between the table of people and the network.

Method: tables are drawn at random and also written wrong on purpose; sums are compared.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.planning.small_city import town

from tocsin.kernel.errors import Malformed
from tocsin.planning.demand import place_on, points, read_points

BLOCK = 100 / 111_195

rows = st.tuples(
    st.floats(-0.01, 0.02, allow_nan=False),
    st.floats(-0.01, 0.02, allow_nan=False),
    st.integers(0, 500),
    st.sampled_from(["", "UA-30", "UA-51"]),
)


def table(lines, header="lat,lon,people,area"):
    return points([header, *(",".join(map(str, line)) for line in lines)])


@given(st.lists(rows, max_size=30))
def test_all_people_are_on_the_network_or_counted_as_too_far_from_it(lines):
    demand = place_on(town(), table(lines))

    assert demand.total == sum(people for _, _, people, _ in lines)
    assert (demand.people > 0).all()
    keys = list(zip(demand.nodes.tolist(), demand.area.tolist(), strict=True))
    assert keys == sorted(set(keys))


@given(st.lists(st.tuples(st.just(0), st.just(0), st.floats(0, 9)), min_size=1, max_size=40))
def test_fractions_of_people_add_up(lines):
    read = table(lines, "lat,lon,people")

    assert abs(read.people.sum() - sum(people for _, _, people in lines)) <= 0.5 + 1e-6


def test_people_go_to_the_nearest_node_within_300_m_as_the_crow_flies():
    at = [(0.4 * BLOCK, 1.6 * BLOCK, 5, ""), (-2.9 * BLOCK, 0, 7, ""), (-3.1 * BLOCK, 0, 11, "")]

    demand = place_on(town(), table(at))

    assert dict(zip(demand.nodes.tolist(), demand.people.tolist(), strict=True)) == {2: 5, 0: 7}
    assert demand.off_network == 11


def test_whoever_knows_where_water_is_says_which_node():
    read = table([(0, 0, 5, ""), (0, 0, 6, "")])

    demand = place_on(town(), read, np.array([99, -1], np.int32))

    assert (demand.nodes.tolist(), demand.off_network) == ([99], 6)


def test_columns_go_by_many_names_and_blank_lines_are_none(tmp_path):
    file = tmp_path / "people.csv"
    file.write_text("\ufeffX,Population,Latitude\n0.0,12,0.0\n\n0.0,3,0.0\n", encoding="utf-8")

    read = read_points(file)

    assert read.people.tolist() == [12, 3]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", "line 1"),
        ("lat,people\n0,1\n", "line 1"),
        ("lat,lon,people\n0,0,1\n0,x,1\n", "line 3"),
        ("lat,lon,people\n0,0\n", "line 2"),
        ("lat,lon,people\n91,0,1\n", "line 2"),
        ("lat,lon,people\n0,0,-1\n", "line 2"),
        ("lat,lon,people\n0,0,nan\n", "line 2"),
        ("lat,lon,people\n0,0,1e12\n", "line 2"),
    ],
)
def test_a_table_that_is_wrong_is_refused_with_the_line(tmp_path, text, where):
    file = tmp_path / "people.csv"
    file.write_text(text)

    with pytest.raises(Malformed, match=r"planning\.people_malformed") as refused:
        read_points(file)

    assert refused.value.where == where


def test_a_file_that_is_no_text_is_refused(tmp_path):
    file = tmp_path / "people.csv"
    file.write_bytes(b"lat,lon,people\n\xff\xfe\n")

    with pytest.raises(Malformed, match=r"planning\.people_malformed"):
        read_points(file)
