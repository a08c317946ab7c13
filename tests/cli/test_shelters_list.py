"""
`tocsin shelters list` shows the shelters of a ledger as the public is shown them, and all if asked.

Method: a ledger in which shelters of Kyiv are listed, one of them for staff alone.
"""

import pytest
from tests.cli.sheltered import KYIV, furnish, tell
from tests.cli.terminal import tocsin
from tests.shelters.sayings import edition, listing

from tocsin.kernel.ids import AreaCode


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    path = tmp_path_factory.mktemp("listed") / "kyiv.db"
    furnish(path)
    return path


def names(told):
    return [line.partition(" ")[0] for line in told.out.splitlines()]


def test_the_public_ones_are_listed_and_the_hidden_ones_only_where_asked_for(db):
    told = tocsin("shelters", "list", "--db", db)
    assert names(told) == ["city.1", "city.2", "city.3"]
    assert told.out.splitlines()[1].startswith("city.2 · Cellar B · Main Street 2")
    every = tocsin("shelters", "list", "--db", db, "--all")

    assert names(every) == ["city.1", "city.2", "city.3", "city.4"]
    assert [line.endswith("not shown to the public") for line in every.out.splitlines()] == [
        False, False, False, True,
    ]  # fmt: skip


def test_json_is_the_page_of_the_api_whole(db):
    told = tocsin("shelters", "list", "--db", db, "--json", "--q", "cellar").json()

    assert (told["type"], told["numberMatched"]) == ("FeatureCollection", 2)
    assert [one["id"] for one in told["features"]] == ["city.2", "city.3"]
    assert "state" not in told["features"][0]["properties"]


def test_what_fits_nothing_says_so_and_leaves_with_1(db):
    assert names(tocsin("shelters", "list", "--db", db, "--area", "Київ")) != []
    told = tocsin("shelters", "list", "--db", db, "--area", "Одеська область")

    assert (told.code, told.out) == (1, "")
    assert "No such shelter is listed." in told.err


def test_an_address_that_is_yet_to_be_located_is_told_as_such(tmp_path):
    one = listing(1, entrances=())
    path = tmp_path / "addresses.db"
    tell(path, edition(one, areas={one.id: KYIV}, area=AreaCode("UA")))

    assert "not located yet" in tocsin("shelters", "list", "--db", path).out
