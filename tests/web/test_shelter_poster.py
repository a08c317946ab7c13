"""
Goal: paper says only what holds for years, and its code opens the page that knows the rest.

Method: posters of a town with streets; what is said of its shelters must make no difference.
"""

from __future__ import annotations

import re

import pytest
from tests.shelters.sayings import door, listing, says
from tests.views.town import Town
from tests.web.shelter_town import Asked, place, seen, streets

from tocsin.shelters.messages import Access, Said, State
from tocsin.web.shelter_poster import code, nearest
from tocsin.web.wording import Wording

BLOCK = "/shelter/poster?lat=50.45&lon=30.52"


def cellar(number, north, **more):
    return listing(number, entrances=(door(*place(north, 0)),), **more)


@pytest.fixture
def town():
    town = Town(streets())
    town.lists(
        cellar(1, 110, name="Near", water=Said.YES),
        cellar(2, 330, name="Far"),
        cellar(3, 50, name="House", access=Access.RESIDENTS),
    )
    return town


def test_a_poster_of_a_block_tells_the_minutes_on_foot(town):
    page = Asked(town).read(BLOCK)

    assert re.search(r"1 2 min Near 110 m, north .*2 5 min Far", page)
    assert "House" not in page, "it lets in nobody from the street"


@pytest.mark.parametrize("path", [BLOCK, "/shelter/city.1/poster"])
def test_no_state_is_printed_and_none_changes_a_poster(town, path):
    asked = Asked(town)
    before = asked.get(path, **{"accept-language": "en"}).text
    town.say(says(State.CLOSED, area="PORT", number=1), says(State.OPEN, area="PORT", number=2))

    assert asked.get(path, **{"accept-language": "en"}).text == before
    assert "closed" not in seen(before).casefold()


def test_a_shelter_that_is_shut_now_is_on_paper_all_the_same(town):
    town.say(says(State.CLOSED, area="PORT", number=1))
    Asked(town).get(BLOCK)
    found, on_foot = nearest(town.view, 50.45, 30.52)

    assert [one["name"] for one in found] == ["Near", "Far"]
    assert on_foot


def test_a_poster_without_streets_says_that_lines_are_straight():
    town = Town()
    town.lists(cellar(1, 110, name="Near"))
    page = Asked(town).read(BLOCK)

    assert "Distances are straight lines" in page
    assert "about 2 min Near" in page


def test_a_poster_needs_a_place(town):
    from tocsin.kernel.errors import Malformed

    with pytest.raises(Malformed, match=r"query\.malformed"):
        Asked(town).get("/shelter/poster")


def test_the_code_of_a_block_opens_what_is_nearest_there(town):
    page = Asked(town).get(BLOCK).text
    address = "http://town/shelter?lat=50.450&lon=30.520"

    assert str(code(address, Wording("uk"))) in page
    assert address in seen(page)


def test_the_code_is_the_address_and_styles_nothing_itself(town):
    page = Asked(town).get("/shelter/city.1/poster").text

    assert "http://town/shelter/city.1</small>" in page
    assert str(code("http://town/shelter/city.1", Wording("uk"))) in page
    assert "style=" not in page
    assert code("http://town/shelter/city.1", Wording("uk")) != code(
        "http://town/shelter/city.2", Wording("uk")
    )
