"""
A cell is people who live together, and what a place costs it is what its people walk.

Method: towns with missing streets are drawn; each row's way to each place is walked by itself.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.planning.small_city import blocks, people_at, place, streets, towns_with_people

from tocsin.planning import cells as cutting
from tocsin.planning import reach as reaching
from tocsin.planning.cells import cell_reach, cells
from tocsin.planning.places import doors
from tocsin.planning.streets import nearest


@settings(max_examples=40)
@given(towns_with_people())
def test_cells_hold_everybody_once_and_lie_where_their_people_do(drawn):
    made, people, _ = drawn

    cut = cells(made, people)

    assert len(cut) == len(set(cut.cell_of.tolist()))
    assert cut.people.sum() == people.people.sum()
    x, y = made.plane()
    for number in range(len(cut)):
        mine = people.nodes[cut.cell_of == number]
        assert cut.people[number] == people.people[cut.cell_of == number].sum()
        assert cut.node[number] in mine
        assert np.ptp(x[mine]) < 200
        assert np.ptp(y[mine]) < 200


def test_two_banks_of_a_river_are_two_cells():
    # Ten columns by two lines 100 m apart, with no way from one line to the other.
    made = streets([way for way in blocks(10, 2) if way[1] == way[0] + 1], 10, 2)

    cut = cells(made, people_at(made, [0, 1, 10, 11], [1, 1, 1, 1]))

    assert cut.cell_of.tolist() == [0, 0, 1, 1]


@pytest.fixture(autouse=True)
def small_tiles(monkeypatch):
    monkeypatch.setattr(reaching, "TILE_M", 250.0)
    monkeypatch.setattr(cutting, "ACROSS_M", 100.0)


@settings(max_examples=60)
@given(towns_with_people(), st.sampled_from([150.0, 500.0]))
def test_a_place_costs_a_cell_the_mean_way_of_its_people(drawn, limit_m):
    """A place to which one of them has much farther than the limit is none for the cell."""
    made, people, places = drawn
    cut = cells(made, people)

    table = cell_reach(made, doors(places), people, cut, limit_m=limit_m, nearest=4)

    ways = {
        number: nearest(made, np.array(one.nodes, np.int32))[0][people.nodes]
        for number, one in enumerate(places)
        if one.open
    }
    for cell in range(len(cut)):
        rows = cut.cell_of == cell
        means = {
            number: np.average(way[rows], weights=people.people[rows])
            for number, way in ways.items()
            if way[rows].max() <= limit_m + 100
        }
        near = sorted(mean for mean in means.values() if mean <= limit_m)[:4]
        held = table.reach.places[cell] >= 0
        assert np.allclose(table.reach.metres[cell][held], near)
        for rank in np.flatnonzero(held):
            one = int(table.reach.places[cell][rank])
            assert np.isclose(means[one], table.reach.metres[cell][rank])
            assert np.array_equal(table.own[rows, rank], ways[one][rows].astype(np.float32))
        assert np.isinf(table.own[rows][:, ~held]).all()


def test_a_cell_of_which_a_part_is_out_of_sight_is_not_taken_for_the_rest():
    made = streets(blocks())
    people = people_at(made, [0, 1, 2], [5, 5, 5])

    table = cell_reach(made, doors((place("a", 3),)), people, cells(made, people), limit_m=150)

    assert (table.reach.places == -1).all()


def test_a_city_without_people_has_no_cells():
    made = streets(blocks())
    nobody = people_at(made, [], [])

    assert len(cells(made, nobody)) == 0
