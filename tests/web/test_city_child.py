"""
Goal: a city is counted to the last person, also those whom nobody can reach.

Method: one street of eleven corners, counted by hand.
"""

from __future__ import annotations

import pytest
from tests.web.small_town import PEOPLE, at_corner, write

from tocsin.kernel.errors import Malformed
from tocsin.web.city import CityQuestion
from tocsin.web.city_child import SWEEPS_KEPT, Counter, failed


@pytest.fixture(scope="module")
def counter(tmp_path_factory):
    return Counter(*write(tmp_path_factory.mktemp("town"), stairs_after=7))


def ask(counter, what, *places, profile="walk", minutes=(2, 5), closed=()):
    return counter.answer(CityQuestion(what, profile, minutes, places, closed))


def test_coverage_is_the_share_of_all_people_those_without_a_way_among_them(counter):
    told = ask(counter, "coverage", at_corner("a", 2))

    # Two minutes are 160 m: corners 1 to 3. Five are 400 m: corners 0 to 6.
    assert told["minutes"] == [2, 5]
    whole = told["whole"]
    assert (whole["people"], whole["within"]) == (PEOPLE, [30, 70])
    assert whole["shares"] == [round(30 / PEOPLE, 4), round(70 / PEOPLE, 4)]
    assert whole["no_way"] == 10
    assert (whole["median_m"], whole["worst_m"]) == (300, 800)
    port = next(one for one in told["areas"] if one["area"] == "PORT")
    assert (port["people"], port["within"]) == (50, [30, 50])
    assert told["invented"] is True


def test_a_place_that_is_not_open_covers_nobody(counter):
    told = ask(counter, "coverage", at_corner("a", 2, opened=False))

    assert told["whole"]["within"] == [0, 0]
    assert (told["whole"]["no_way"], told["whole"]["median_m"]) == (PEOPLE, None)


def test_what_a_closure_costs_is_told_beside_what_is_left(counter):
    places = (at_corner("a", 2), at_corner("b", 9))
    told = ask(counter, "coverage", *places, closed=("b", "nonsense"))

    assert told["whole"]["within"] == [30, 70]
    # In two minutes of b were corners 8, 9 and 10, which are now 600 m and more from a.
    assert told["change"]["lost"] == 30
    assert (told["change"]["gained"], told["change"]["cut_off"]) == (0, 0)
    assert told["change"]["minutes"] == 2
    assert told["change"]["farther_m"] > 0
    assert "change" not in ask(counter, "coverage", *places)


def test_wheels_do_not_pass_the_steps(counter):
    walking = ask(counter, "coverage", at_corner("a", 2), minutes=(30,))
    rolling = ask(counter, "coverage", at_corner("a", 2), minutes=(30,), profile="wheels")

    assert walking["whole"]["within"] == [110]
    assert rolling["whole"]["within"] == [80], "corners 8 to 10 lie beyond the steps"


def test_load_is_who_would_come_if_everybody_went_to_the_nearest(counter):
    places = (at_corner("a", 2, capacity=40), at_corner("b", 9, capacity=500), at_corner("c", 10))
    told = ask(counter, "load", *places)

    assert told["shelters"] == [
        {"id": "a", "people": 60, "capacity": 40, "over": 20},
        {"id": "b", "people": 40, "capacity": 500, "over": 0},
        {"id": "c", "people": 10, "capacity": None, "over": 0},
    ]
    assert (told["over"], told["of_unknown_capacity"], told["no_way"]) == (20, 10, 10)
    nobody = ask(counter, "load", at_corner("a", 2, opened=False))
    assert (nobody["shelters"], nobody["no_way"]) == ([], PEOPLE)


def test_gaps_are_where_people_live_who_reach_none_in_time(counter):
    told = ask(counter, "gaps", at_corner("a", 2), minutes=(5,))

    # Beyond 400 m live those at corners 7 to 10, those across the water, and the hamlet.
    assert told["people"] == 40 + 3 + 7
    assert told["off_network"] == 7
    assert sum(one["people"] for one in told["gaps"]) == 43
    assert told["cells"] == len(told["gaps"])
    without = [one for one in told["gaps"] if one["metres"] is None]
    assert [one["people"] for one in without] == [3]


def test_an_answer_is_the_same_whatever_was_asked_in_between(counter):
    first = ask(counter, "coverage", at_corner("a", 2))
    for number in range(SWEEPS_KEPT + 2):
        ask(counter, "coverage", at_corner("x", number))

    assert ask(counter, "coverage", at_corner("a", 2)) == first


def test_a_table_that_is_none_is_refused_and_said_to_the_parent(tmp_path):
    network, people = write(tmp_path)
    people.write_text("what,is,this\n", encoding="utf-8")
    with pytest.raises(Malformed) as refused:
        Counter(network, people)

    told = failed(refused.value)
    assert (told.shape, told.code, told.malformed) == (None, "planning.people_malformed", True)
