"""
`tocsin shelters nearest` tells where to take shelter, in words and in the shape of the API.

Method: a ledger in which three shelters of Kyiv are listed; the same question is asked of the file
and of a server that serves it.
"""

from typing import get_args
from uuid import uuid4

import pytest
from tests.cli.sheltered import POINT, ago, furnish
from tests.cli.terminal import tocsin
from tests.serving import started
from tests.streets import ABOUT

from tocsin.cli.shelters_city import SpeedName
from tocsin.walking.build import Draft
from tocsin.walking.profile import PROFILES


def street(folder):
    """Lay one street north from the square, past all the doors."""
    draft = Draft()
    for number in range(8):
        draft.node(number, round((50.45 + number * 0.001) * 1e7), 305_200_000)
    for number in range(7):
        draft.edge(number, number + 1, None, 0, "Main Street")
    path = folder / "street.walk"
    draft.write(path, ABOUT)
    return path


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    path = tmp_path_factory.mktemp("sheltered") / "kyiv.db"
    furnish(path)
    return path


def ask(db, *more, point=POINT, **environment):
    return tocsin("shelters", "nearest", point, "--db", db, *more, **environment)


def test_the_first_line_can_be_read_out_and_each_is_told_with_who_said_how_it_is(db):
    told = ask(db)

    assert told.code == 0, told.err
    straight, line, blank, *_ = told.out.splitlines()
    assert straight == "Distances are straight lines; by streets it is farther."
    assert line == (
        "Station A, about 4 min, step-free, open, filling up; else Cellar B, about 7 min."
    )
    assert blank == ""

    out = told.out
    assert "1. Station A, about 4 min, 240 m, north" in out
    assert "filling up: its keeper said so, 1 h ago" in out
    assert "3. Cellar C" in out
    assert "Nobody has said whether it is open" in out
    assert "Bunker D" not in out


def test_it_speaks_ukrainian(db):
    line = ask(db, "--lang", "uk").out.splitlines()[1]

    assert line == (
        "Station A, близько 4 хв, без сходинок, відчинено, заповнюється; "
        "інакше Cellar B, близько 7 хв."
    )


def test_it_prints_the_shape_of_the_api(db):
    told = ask(db, "--json", "--k", "2", "--speed", "slow", "--hazard", "flood").json()

    assert [one["id"] for one in told["shelters"]] == ["city.1", "city.2"]
    assert (told["speed"], told["hazard"], told["way"]) == ("slow", "flood", "straight_line")


def test_the_point_is_named_in_either_form_and_once(db):
    words = ("--db", db, "--json")
    named = tocsin("shelters", "nearest", "--lat", "50.45", "--lon", "30.52", *words).json()

    assert named["shelters"] == ask(db, "--json").json()["shelters"]
    for wrong in ([], ["50.45"], [POINT, "--lat", "1"], ["--lat", "1"]):
        assert tocsin("shelters", "nearest", *wrong, *words).code == 2


def test_only_what_is_step_free_where_that_is_wished(db):
    told = ask(db, "--step-free", "--json").json()

    assert told["shelters"][0]["id"] == "city.1"
    assert {one["tier"] for one in told["shelters"][1:]} == {"unsure"}


def test_at_a_moment_it_tells_what_was_known_then(db):
    before, then = (ask(db, "--at", ago(s), "--json").json() for s in (3_000, 5_400))

    assert [one["state"] for one in before["shelters"]] == ["filling", "unknown", "unknown"]
    assert {one["state"] for one in then["shelters"]} == {"unknown"}
    earlier = ask(db, "--at", ago(9_000))
    assert (earlier.code, "no shelter near here" in earlier.out) == (1, True)


def test_where_none_is_known_it_says_so_and_leaves_with_1(db):
    told = ask(db, point="46.48,30.72")

    assert told.code == 1
    assert "We know of no shelter near here." in told.out


def test_a_network_makes_ways_of_the_distances(db, tmp_path):
    told = ask(db, "--network", street(tmp_path), "--json").json()

    assert told["way"] == "on_foot"
    assert [one["id"] for one in told["shelters"]] == ["city.1", "city.2", "city.3"]
    assert told["shelters"][0]["directions"]["en"]
    words = ask(db, "--network", tmp_path / "street.walk").out
    assert "INVENTED" in words
    assert "straight lines" not in words


def test_a_file_that_is_no_network_is_refused_by_name(db):
    told = ask(db, "--network", db)

    assert told.code == 2
    assert "[walking." in told.err


def test_a_server_is_asked_where_no_ledger_is_named(tmp_path):
    own = tmp_path / "own.db"
    furnish(own)
    with started(own) as server:
        told = tocsin("shelters", "nearest", POINT, "--url", server.url, "--json").json()
        here = ask(own, "--json").json()
        keeper = server.speaker("metro", "shelters:keep:UA-30")
        closed = {"command_id": str(uuid4()), "status": "Actual", "state": "closed"}
        server.post("/api/v1/shelters/city.1/status", closed, token=keeper)

        assert told["shelters"] == here["shelters"]
        after = tocsin("shelters", "nearest", POINT, "--json", TOCSIN_URL=server.url).json()
        assert [one["id"] for one in after["shelters"]] == ["city.2", "city.3"]
        past = tocsin("shelters", "nearest", POINT, "--url", server.url, "--at", ago(60))
        assert (past.code, "--db" in past.err) == (2, True)


def test_the_paces_of_the_command_line_are_those_of_the_walker():
    assert get_args(SpeedName) == tuple(PROFILES)
