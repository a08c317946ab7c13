"""
What planning verbs look at: the ledger, the network and the table of people, with doubts said.

Method: one street with a bridge in it, past the doors of Kyiv's three shelters and a staff's one.
"""

import pytest
from tests.cli.sheltered import furnish
from tests.cli.terminal import tocsin
from tests.streets import ABOUT

from tocsin.cli.shelters_city import tell
from tocsin.walking.build import Draft
from tocsin.walking.profile import BRIDGE

STEP = 0.001
"""Degrees of latitude from crossing to crossing, 111 m."""


def crossing(number):
    return f"{50.45 + number * STEP:.4f},30.52"


def furnished(folder):
    """Lay a street north from the square, past all the doors, its fourth stretch a bridge."""
    furnish(folder / "kyiv.db")
    draft = Draft()
    for number in range(8):
        draft.node(number, round((50.45 + number * STEP) * 1e7), 305_200_000)
    for number in range(7):
        draft.edge(number, number + 1, None, BRIDGE if number == 3 else 0, "Main Street")
    draft.write(folder / "street.walk", ABOUT)
    homes = {0: 60, 7: 40, 90: 5}
    lines = [f"{crossing(number)},{people}" for number, people in homes.items()]
    (folder / "people.csv").write_text("\n".join(["lat,lon,people", *lines]))
    return folder


def plan(folder, verb, *more):
    return tocsin(
        "shelters", verb, "--db", folder / "kyiv.db", "--network", folder / "street.walk",
        "--people", folder / "people.csv", *more,
    )  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return furnished(tmp_path_factory.mktemp("city"))


def test_only_what_somebody_called_open_counts_as_open(folder):
    told = plan(folder, "coverage", "--json").json()

    # Of cellar C nobody has said; the bunker lets in nobody known either, and is as unspoken for.
    assert told["shelters"] == {"listed": 4, "open": 2, "unknown": 2, "apart": 0}
    assert plan(folder, "coverage", "--unknown", "--json").json()["shelters"]["open"] == 4
    assert "4 of them reckoned with as open." in plan(folder, "coverage", "--unknown").out


def test_what_the_answer_rests_on_is_said_before_it(folder):
    lines = plan(folder, "coverage").out.splitlines()

    assert lines[:3] == [
        "This city is invented.",
        "4 shelters, 2 of them open.",
        "Of 2 nobody has said whether they are open.",
    ]
    assert lines[-1] == ABOUT.attribution


def test_a_shelter_that_there_is_not_cannot_be_closed(folder):
    told = plan(folder, "coverage", "--closed", "city.99")

    assert told.code == 1
    assert "[shelter.unknown]" in told.err


def test_a_table_of_people_that_is_none_is_refused_with_the_line(folder, tmp_path):
    wrong = tmp_path / "people.csv"
    wrong.write_text("lat,lon,people\n50.45,30.52,many\n")

    told = plan(folder, "assign", "--people", wrong)

    assert told.code == 2
    assert "Line 2" in told.err


def test_thousands_are_set_apart():
    assert tell("city.no_way", n=12_345).startswith("12\u202f345 ")


def test_without_the_ledger_it_asks_which_one(folder):
    told = tocsin(
        "shelters", "coverage", "--network", folder / "street.walk",
        "--people", folder / "people.csv",
    )  # fmt: skip

    assert told.code == 2
    assert "--db" in told.err
