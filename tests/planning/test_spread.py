"""
A plan of cells becomes a plan of people, and on the way nothing is lost and no place gets more.

Method: towns, people and shelters are drawn; the cells are placed greedily and then spread.
"""

import numpy as np
from hypothesis import given, settings
from tests.planning.small_city import blocks, people_at, place, streets, towns_with_people

from tocsin.planning.assignment import Problem, greedy
from tocsin.planning.cells import cell_reach, cells
from tocsin.planning.places import doors, rooms
from tocsin.planning.spread import spread
from tocsin.planning.streets import nearest


def planned(made, people, places):
    cut = cells(made, people)
    table = cell_reach(made, doors(places), people, cut, limit_m=500, nearest=4)
    of_cells = greedy(Problem(people=cut.people, reach=table.reach, room=rooms(places, 9).room))
    return cut, of_cells, spread(of_cells, cut, table, people.people)


@settings(max_examples=60)
@given(towns_with_people())
def test_each_place_gets_from_each_cell_exactly_whom_the_plan_sends_it(drawn):
    made, people, places = drawn

    cut, of_cells, of_people = planned(made, people, places)

    def sums(cell, found):
        flat = cell.astype(np.int64) * len(places) + found.places
        return np.bincount(flat, found.people, len(cut) * len(places)).tolist()

    assert sums(cut.cell_of[of_people.rows], of_people) == sums(of_cells.rows, of_cells)
    sent = np.bincount(of_people.rows, of_people.people, len(people.nodes))
    assert (sent + of_people.unplaced == people.people).all()
    assert (of_people.unplaced >= 0).all()
    assert (of_people.people > 0).all()
    assert (of_people.method, of_people.proven) == (of_cells.method, False)


@settings(max_examples=60)
@given(towns_with_people())
def test_between_two_places_nobody_would_swap(drawn):
    made, people, places = drawn

    cut, of_cells, of_people = planned(made, people, places[:2])

    for cell in range(len(cut)):
        mine = of_people.rows[cut.cell_of[of_people.rows] == cell]
        if of_cells.unplaced[cell] or not len(mine):
            continue
        there = of_people.places[np.isin(of_people.rows, mine)]
        ways = {w: made_way(made, places[w], people.nodes) for w in set(there.tolist())}
        if len(ways) == 2:
            first, second = ways
            wins = ways[first] - ways[second]
            goes = [wins[mine[there == one]] for one in (first, second)]
            assert goes[0].max() <= goes[1].min() + 1e-3


def made_way(made, one, nodes):
    return nearest(made, np.array(one.nodes, np.int32))[0][nodes]


def test_each_goes_to_the_nearer_of_two_full_places():
    made = streets(blocks())
    people = people_at(made, [2, 3], [5, 5])
    places = (place("west", 0, capacity=5), place("east", 5, capacity=5))

    _, _, of_people = planned(made, people, places)

    assert list(zip(of_people.rows, of_people.places, of_people.people, strict=True)) == [
        (0, 0, 5),
        (1, 1, 5),
    ]


def test_whoever_has_the_worse_alternative_goes_first():
    # The west one is 50 m from the hall and 10 from the cellar, the east one 60 and 110.
    made = streets([(0, 1, 100.0), (0, 3, 50.0), (1, 3, 60.0), (0, 5, 10.0)])
    people = people_at(made, [0, 1], [5, 5])
    places = (place("hall", 3, capacity=5), place("cellar", 5, capacity=5))

    _, _, of_people = planned(made, people, places)

    assert list(zip(of_people.rows, of_people.places, strict=True)) == [(0, 1), (1, 0)]
    assert of_people.walked_m == 5 * 10 + 5 * 60


def test_where_not_all_of_a_cell_have_a_place_the_nearest_do():
    made = streets(blocks())
    people = people_at(made, [0, 1], [5, 5])

    _, _, of_people = planned(made, people, (place("east", 5, capacity=7),))

    assert of_people.unplaced.tolist() == [3, 0]
