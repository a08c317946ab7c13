"""
`tocsin shelters coverage` says who reaches an open shelter, and who would not any more.

Method: sixty people live 240 m before an open shelter, forty 330 m beyond another, five too far
from the one street; what is to be told of them is worked out by hand.
"""

import pytest
from tests.cli.test_shelters_city import crossing, furnished, plan


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return furnished(tmp_path_factory.mktemp("coverage"))


def test_shares_are_of_all_people_also_of_those_whom_no_street_is_near(folder):
    told = plan(folder, "coverage", "--minutes", "10,3", "--json").json()

    # From crossing 0 to 2 it is 222 m, within 3 minutes (240 m); from 7 to 4 it is 334 m.
    assert told["minutes"] == [3, 10]
    assert (told["people"], told["within"]) == (105, [60, 100])
    assert told["shares"] == [0.5714, 0.9524]
    assert (told["no_way"], told["off_network"]) == (5, 5)
    assert [(one["people"], one["within"]) for one in told["areas"]] == [(100, [60, 100])]
    assert told["areas"][0]["code"].startswith("UA80")
    assert [(gap["people"], round(gap["metres"])) for gap in told["gaps"]] == [(40, 334)]
    assert told["what_if"] is None


def test_a_closure_and_a_bridge_that_is_down_say_whom_they_cost(folder):
    closed = plan(folder, "coverage", "--closed", "city.2", "--json").json()["what_if"]
    down = plan(folder, "coverage", "--closed", "city.2", "--bridge", crossing(4), "--json").json()[
        "what_if"
    ]

    # Without cellar B those at crossing 7 have 556 m to go, more than 5 minutes.
    assert (closed["closed"], closed["lost"], closed["cut_off"]) == (["city.2"], 40, 0)
    assert closed["farther_m"] == pytest.approx(222, abs=1)
    assert (down["bridge_ways"], down["lost"], down["cut_off"]) == (1, 40, 40)


def test_without_power_what_has_no_known_generator_is_closed(folder):
    told = plan(folder, "coverage", "--dark", "all", "--json").json()

    assert told["within"] == [0, 0]
    assert (told["what_if"]["dark"], told["what_if"]["dark_unknown"]) == (2, 2)
    assert plan(folder, "coverage", "--dark", "1.1", "--json").json()["what_if"]["dark"] == 0


def test_a_person_reads_it_in_sentences(folder):
    said = plan(
        folder, "coverage", "--closed", "city.2", "--sites", "1", "--bridge", crossing(4)
    ).out.splitlines()

    assert "The whole city: 105 people; 57.1 % within 5 min, 57.1 % within 10 min" in said
    assert "  Kyiv: 100 people; 60.0 % within 5 min, 60.0 % within 10 min" in said
    assert "  40 people no longer get there within 5 min." in said
    assert "  40 people can no longer walk to any." in said
    assert "Farther than 5 min; 1 cells, the largest first:" in said
    assert any(line.endswith("40 people, no way on foot") for line in said)
    assert any(line.startswith("  1. 50.457,30.52: 40 people more") for line in said)


def test_it_speaks_ukrainian(folder):
    said = plan(folder, "coverage", "--lang", "uk").out

    assert "Усе місто: людей 105; 95.2 % за 5 хв, 95.2 % за 10 хв" in said


@pytest.mark.parametrize("wrong", [["--minutes", "5,x"], ["--minutes", "0"], ["--bridge", "here"]])
def test_what_cannot_be_read_is_refused(folder, wrong):
    assert plan(folder, "coverage", *wrong).code == 2
