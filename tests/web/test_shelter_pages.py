"""
Goal: the pages of shelters are whole without a script, say what is known, and keep no place.

Method: a town with streets whose desk decides all that is said; pages are asked like a browser
does, and read with the strict little parser of the public pages.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

import msgspec
import pytest
from tests.alerts.sayings import sound
from tests.shelters.sayings import allows, door, listing, reports, says
from tests.views.town import Town
from tests.web.shelter_town import Asked, place, seen, streets
from tests.web.test_pages import read

from tocsin.kernel.errors import Unavailable
from tocsin.shelters.messages import Access, Kind, Said, State, Visibility
from tocsin.views.shelter_walks import Spot, Stage, Walks
from tocsin.web.files import SHARED
from tocsin.web.shelter_pages import cover
from tocsin.web.times import Times
from tocsin.web.wording import Wording

HERE = "/shelter?lat=50.450&lon=30.520"
EVERY_PAGE = [
    "/shelter",
    HERE,
    f"{HERE}&step_free=1&pets=1&slow=1",
    "/shelter?lat=nowhere&lon=30.52",
    "/shelter?area=PORT",
    "/shelter?q=Port",
    "/shelter?q=zzzz",
    "/shelter/city.1",
    "/shelter/city.1/poster",
    "/shelter/poster?lat=50.45&lon=30.52",
]


def cellar(number, north, east, **more):
    return listing(number, entrances=(door(*place(north, east)),), **more)


@pytest.fixture
def town():
    town = Town(streets())
    town.lists(
        cellar(1, 110, 110, name="Station A", kind=Kind.METRO, step_free=Said.YES),
        cellar(2, -260, 10, name="Cellar B"),
        cellar(3, 10, 60, name="School C"),
        cellar(4, 200, 10, name="House D", access=Access.RESIDENTS),
    )
    town.say(
        says(State.OPEN, area="PORT", number=1, seconds=-240),
        says(State.CLOSED, area="PORT", number=3, seconds=-60),
    )
    return town


@pytest.mark.parametrize("path", EVERY_PAGE)
@pytest.mark.parametrize("language", ["uk", "en"])
def test_every_page_is_sound_html(town, path, language):
    page = read(Asked(town).get(path, **{"accept-language": language}).text)

    assert page.wrong == []
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    assert set(page.references) <= set(page.ids)


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_an_english_page_has_no_ukrainian_left_in_it(town, path):
    html = Asked(town).get(path, **{"accept-language": "en"}).text.replace("Українською", "")

    assert re.findall("[Ѐ-ӿ]+", html) == []


def test_the_nearest_that_lets_in_comes_first_with_its_minutes_and_its_state(town):
    page = Asked(town).read(HERE)

    assert page.index("Station A") < page.index("Cellar B")
    assert "3 min open Station A" in page
    assert "its keeper said so, 4 min ago" in page
    assert "Nobody has said whether it is open" in page
    assert "School C" not in page, "it is closed"
    assert "House D" not in page, "it lets in those who live there"


def test_what_somebody_reports_is_told_with_its_age(town):
    town.say(msgspec.structs.replace(reports(1, seconds=-30), area="PORT"))
    page = Asked(town).read(HERE)

    assert "1 person reports it closed; last just now" in page


def test_who_needs_no_steps_is_shown_what_has_none(town):
    page = Asked(town).read(f"{HERE}&step_free=1")

    assert "Station A" in page
    assert "Whether there are steps is not known" in page


def test_past_the_time_to_shelter_the_page_says_to_take_cover(town):
    town.say(sound(area="PORT"), allows(30, area="PORT"))
    town.live.outlines.at = lambda _lat, _lon: town.view.gazetteer.get("PORT")
    page = Asked(town).read(HERE)

    assert "Take cover here, now" in page
    assert "Further than you can get in time" in page


def test_in_an_invented_city_one_may_stand_in_a_few_named_places():
    square = Spot({"uk": "Площа", "en": "Square"}, 50.45, 30.52)
    bank = Spot({"uk": "Берег", "en": "Bank"}, 50.452, 30.5)
    asked = Asked(Town(Walks(streets().network, Stage("PORT", 300, (square, bank)))))
    page = asked.get(HERE, **{"accept-language": "en"}).text

    assert "INVENTED CITY" in asked.read("/shelter")
    assert '<a class="button quiet" href="/shelter?lat=50.452&amp;lon=30.500">Bank</a>' in page
    assert 'lat=50.450&amp;lon=30.520" aria-current="true">Square</a>' in page
    assert "Площа" in asked.read(HERE, "uk")


def test_nobody_is_asked_to_stand_anywhere_in_a_real_city(town):
    assert "Stand here" not in Asked(town).read(HERE)


ANSWER = {"hazard": None, "advice": "go", "within_s": None, "shelters": [{}]}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({}, None),
        ({"hazard": "air_raid"}, None),
        ({"shelters": [], "advice": "none_known"}, None),
        ({"hazard": "air_raid", "within_s": 90, "advice": "cover_now"}, "Take cover here, now"),
        ({"hazard": "air_raid", "shelters": []}, "Take cover here, now"),
        ({"hazard": "flood"}, "Flood threat"),
        ({"hazard": "chemical", "within_s": 60, "advice": "cover_now"}, "Chemical threat"),
    ],
)
def test_what_saves_goes_before_the_list_and_a_cellar_is_no_help_in_a_flood(answer, said):
    told = cover(ANSWER | answer, Times(Wording("en"), datetime(2023, 1, 26, tzinfo=UTC)))

    assert (told and told[0]) == said


def test_a_place_is_rounded_before_it_is_written_anywhere_and_is_kept_by_nobody(town):
    answer = Asked(town).get("/shelter?lat=50,45049&lon=30.519951")

    assert "50.450" in answer.text
    assert "50.4504" not in answer.text.replace("lat=50%2C45049", "")
    assert answer.headers["cache-control"] == "no-store"


def test_without_a_place_the_page_is_the_same_for_all_and_knows_no_shelter(town):
    answer = Asked(town).get("/shelter")

    assert answer.headers[SHARED] == str(town.live.place)
    assert answer.headers["cache-control"] == "public, max-age=1"
    assert "Station A" not in answer.text


@pytest.mark.parametrize(
    "path", [HERE, "/shelter?area=PORT", "/shelter?lang=en", "/shelter/city.1"]
)
def test_what_somebody_asks_for_is_answered_to_nobody_else(town, path):
    assert SHARED not in Asked(town).get(path).headers


@pytest.mark.parametrize("query", ["lat=91&lon=0", "lat=x&lon=1", "lat=1", "lat=nan&lon=1"])
def test_a_place_that_is_none_is_a_sentence(town, query):
    answer = Asked(town).get(f"/shelter?{query}", **{"accept-language": "en"})

    assert answer.status_code == 404
    assert "are not coordinates we understand" in seen(answer.text)


def test_who_asks_too_often_is_told_when_to_ask_again(town):
    answer = Asked(town, spent=True).get(HERE, **{"accept-language": "en"})

    assert answer.status_code == 429
    assert "Too many questions. Trying again in 1 s" in seen(answer.text)


def test_a_list_of_an_area_tells_of_no_door(town):
    page = Asked(town).read("/shelter?area=PORT")

    assert "School C" in page
    assert "closed" not in page.casefold()


def test_one_shelter_says_how_it_is_and_what_is_known_of_it(town):
    answer = Asked(town).get("/shelter/city.1", **{"accept-language": "en"})
    page = seen(answer.text)

    assert "open its keeper said so, 4 min ago" in page
    assert "Step-free yes" in page
    assert "Generator not known" in page


def test_one_shelter_is_told_of_without_its_state_to_who_asks_too_often(town):
    page = Asked(town, spent=True).read("/shelter/city.1")

    assert "not known Nobody has said whether it is open" in page
    assert "Step-free yes" in page


def test_ids_cannot_be_counted_through_to_find_what_is_on_no_list(town):
    town.lists(cellar(9, 10, 10, visibility=Visibility.AREA))

    with pytest.raises(Unavailable):
        Asked(town, spent=True).get("/shelter/city.9")
    assert Asked(town).get("/shelter/city.9").status_code == 200


def test_a_replay_says_so_on_every_page(town, monkeypatch):
    monkeypatch.setattr(type(town.live), "replay", property(lambda _: True))

    for path in EVERY_PAGE:
        assert "REPLAY" in Asked(town).read(path), path
