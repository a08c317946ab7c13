"""
Goal: the city is counted with the shelters as they are, and a token sees its own remit of it.

Method: a street of eleven corners whose shelters are said open and closed at a desk; the city is
counted in this process.
"""

from __future__ import annotations

import pytest
from tests.alerts.country import GAZETTEER
from tests.shelters.sayings import door, edition, listing, says
from tests.views.town import Town
from tests.web.small_town import InThisProcess, cellar, opened, write

from tocsin.areas.geometry import Outlines
from tocsin.authority.remit import Grant, Remit
from tocsin.kernel.words import Rank
from tocsin.shelters.hours import Span
from tocsin.shelters.messages import Access, Hours, Said, State, Visibility
from tocsin.views.shelter_walks import Walks
from tocsin.walking.profile import WALK, WHEELS
from tocsin.web.city_view import CityAsked, CityView


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return write(tmp_path_factory.mktemp("town"), stairs_after=7)


@pytest.fixture
def made(files):
    walks = Walks(opened(files[0]))
    town = Town(walks)
    city = InThisProcess(*files)
    return town, CityView(town.view, walks, city, Outlines(GAZETTEER, None)), city


def lists(town, *listings, area="PORT"):
    town.say(edition(*listings, areas={one.id: area for one in listings}, fewer=True))


def ask(made, what="coverage", *, area="LAND", **asked):
    town, view, _ = made
    wanted = CityAsked(what, asked.pop("profile", WALK), asked.pop("minutes", (2, 5)),
                       asked.pop("counted", "open"), **asked)  # fmt: skip
    grant = Grant("mayor", Rank.AUTHORITY, Remit("shelters:read", area))
    return view.answer(wanted, town.view.map.all(), town.view.now(), grant)


def opens(town, *numbers, state=State.OPEN, seconds=-9):
    town.say(*(says(state, area="PORT", number=n, seconds=seconds) for n in numbers))


def test_only_what_is_surely_open_to_everybody_counts(made):
    town, *_ = made
    lists(
        town,
        cellar(1, 2),
        cellar(2, 3, access=Access.RESIDENTS),
        cellar(3, 9),
        cellar(4, 5, access=Access.UNKNOWN),
        cellar(5, 6, visibility=Visibility.STAFF),
    )
    opens(town, 1, 2, 4)
    told = ask(made)

    assert told["counting"] == {"listed": 5, "counted": 1, "off_network": 0, "closed": []}
    assert told["whole"]["within"] == [30, 70]
    opens(town, 5)
    assert ask(made)["counting"]["counted"] == 2, "what is hidden shelters people too"


def test_as_listed_also_what_nobody_has_spoken_for_counts_and_what_is_closed_does_not(made):
    town, *_ = made
    lists(town, cellar(1, 2), cellar(2, 9), cellar(3, 6))
    opens(town, 3, state=State.CLOSED)
    told = ask(made, counted="listed")

    assert (told["counted"], told["counting"]["counted"]) == ("listed", 2)
    assert told["whole"]["within"] == [60, 110]
    assert ask(made)["whole"]["within"] == [0, 0]


def test_a_closure_is_in_the_next_answer_and_so_is_a_word_that_ends(made):
    town, *_ = made
    lists(town, cellar(1, 2), cellar(2, 9))
    opens(town, 1, 2)
    assert ask(made)["whole"]["within"] == [60, 110]
    opens(town, 2, state=State.CLOSED, seconds=0)
    assert ask(made)["whole"]["within"] == [30, 70]
    town.clock.seconds = 13 * 3_600

    assert ask(made)["whole"]["within"] == [0, 0], "a keeper's word lasts for twelve hours"


def test_what_is_shut_by_its_hours_counts_for_nothing_until_they_begin(made):
    town, *_ = made
    hours = Hours(zone="UTC", spans=(Span(days=(4,), start=12 * 60 + 30, end=24 * 60),))
    lists(town, cellar(1, 2, hours=hours))
    assert ask(made, counted="listed")["counting"]["counted"] == 0
    town.clock.seconds = 1_800

    assert ask(made, counted="listed")["counting"]["counted"] == 1


def test_what_if_one_closes_is_asked_without_closing_it(made):
    town, *_ = made
    lists(town, cellar(1, 2), cellar(2, 9))
    opens(town, 1, 2)
    told = ask(made, closed=("city.2", "city.9"))

    assert told["counting"]["closed"] == ["city.2"]
    assert (told["whole"]["within"], told["change"]["lost"]) == ([30, 70], 30)
    assert ask(made)["whole"]["within"] == [60, 110]


def test_for_wheels_only_what_is_step_free_counts(made):
    town, *_ = made
    lists(town, cellar(1, 2, step_free=Said.NO), cellar(2, 4, step_free=Said.YES))
    opens(town, 1, 2)
    told = ask(made, profile=WHEELS, minutes=(10,))

    assert (told["counting"]["counted"], told["speed"]) == (1, "wheels")
    assert told["whole"]["within"] == [80]


def test_a_door_that_no_street_leads_to_is_told_apart(made):
    town, *_ = made
    lists(town, cellar(1, 2), listing(2, entrances=(door(10.0, 10.0),)), listing(3, entrances=()))
    opens(town, 1, 2, 3)

    assert ask(made)["counting"]["off_network"] == 2


@pytest.mark.parametrize(
    ("area", "areas", "shelters"),
    [
        ("LAND", {"PORT", "BEACH", "NORTH"}, {"city.1", "city.2"}),
        ("COAST", {"PORT", "BEACH"}, {"city.1", "city.2"}),
        ("PORT", {"PORT"}, {"city.1"}),
        ("NORTH", {"NORTH"}, set()),
    ],
)
def test_a_token_sees_the_areas_and_the_shelters_of_its_own_remit(made, area, areas, shelters):
    town, *_ = made
    one, two = cellar(1, 2), cellar(2, 9)
    town.say(edition(one, two, areas={one.id: "PORT", two.id: "BEACH"}))
    town.say(says(State.OPEN, area="PORT", number=1), says(State.OPEN, area="BEACH", number=2))
    told = ask(made, area=area)

    assert {one["area"]["code"] for one in told["areas"]} == areas
    assert told["whole"]["people"] == 120, "sums are of the whole network"
    assert {one["id"] for one in ask(made, "load", area=area)["shelters"]} == shelters
    gaps = ask(made, "gaps", area=area)["gaps"]
    assert bool(gaps) == (area == "LAND"), "these lie in no outline, so only the root sees them"


def test_no_more_are_told_than_were_asked_for(made):
    town, *_ = made
    lists(town, cellar(1, 2), cellar(2, 9))
    opens(town, 1, 2)

    assert len(ask(made, "load", limit=1)["shelters"]) == 1
    assert len(ask(made, "gaps", limit=1)["gaps"]) == 1


def test_a_shelter_that_an_outage_leaves_in_the_dark_counts_for_nothing_until_there_is_power(made):
    town, *_ = made
    lists(town, cellar(1, 2, power_group="3.1"), cellar(2, 9))
    opens(town, 1, 2)
    assert ask(made)["counting"]["counted"] == 2
    town.view.dark = lambda: frozenset({"3.1"})
    assert ask(made)["counting"]["counted"] == 1
    town.view.dark = frozenset

    assert ask(made)["counting"]["counted"] == 2
