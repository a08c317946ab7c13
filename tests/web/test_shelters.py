"""
Goal: by every door the public is told what it may know, few at a time, and no more than that.

Method: a town in memory behind the routers of the site; answers are held to the published shapes.
Every public door is walked for what is hidden; pages are walked to the end.
"""

from __future__ import annotations

import asyncio
import json
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.requests import Request
from tests.shelters.sayings import allows, listing, says, shows
from tests.views.town import LAT, LON, near
from tests.web.shelter_door import Door
from tests.web.test_api import problem
from tests.web.test_api import shown as written

from tocsin.shelters.messages import Said, State, Visibility
from tocsin.web.shapes_shelters import (
    NearestShape,
    PackShape,
    ShelterFeature,
    SheltersPage,
    StatusShape,
)
from tocsin.web.shelters import ASKED_AT_ONCE, PACKS_AT_ONCE, Nearby

HERE = f"/nearest?lat={LAT}&lon={LON}"


@pytest.fixture
def door():
    return Door()


def opened(door, *listings, state=State.OPEN, area="PORT"):
    door.town.lists(*listings, area=area)
    for one in listings:
        door.town.say(says(state, area=area, number=one.source_id, seconds=-9))


def ids(answer):
    return [one["id"] for one in answer.json()["features"]]


def hold(shape, answer):
    """Find no field more in an answer than its published shape has, and none less."""
    read = written(shape.model_validate(answer))
    assert read == json.loads(json.dumps(answer).replace(".000Z", "Z"))


# --- The roll -------------------------------------------------------------------------------------


def test_the_roll_has_the_published_shape_and_says_what_it_is(door):
    door.town.lists(near(1, 0), listing(2, entrances=()))
    answer = door.get("")

    assert answer.headers["content-type"] == "application/geo+json"
    page = answer.json()
    hold(SheltersPage, page)
    assert (page["numberMatched"], page["numberReturned"]) == (2, 2)
    assert page["position"] == door.town.view.map.position
    assert ids(answer) == ["city.1", "city.2"]


@settings(max_examples=25)
@given(
    st.lists(st.integers(0, 500), max_size=23, unique=True),
    st.integers(1, 9),
    st.sampled_from(Said),
)
def test_who_follows_the_links_sees_each_shelter_once(numbers, limit, step_free):
    door = Door()
    door.town.lists(*(near(n, n, step_free=list(Said)[n % 3]) for n in numbers))
    seen, path = [], f"/api/v1/shelters?limit={limit}&step_free={step_free}&bbox=30,50,31,51"
    while path:
        page = door.get(path).json()
        seen += [one["id"] for one in page["features"]]
        assert page["numberMatched"] == sum(list(Said)[n % 3] is step_free for n in numbers)
        assert page["numberReturned"] == len(page["features"]) <= limit
        links = {link["rel"]: link["href"] for link in page["links"]}
        assert door.get(links["self"]).json()["features"] == page["features"]
        if "prev" in links:
            assert door.get(links["prev"]).json()["numberReturned"] == limit
        path = links.get("next")

    assert seen == sorted(f"city.{n}" for n in numbers if list(Said)[n % 3] is step_free)


def test_no_bulk_answer_says_how_any_shelter_is(door):
    opened(door, near(1, 0, capacity=10))
    before = door.get("").json()
    door.town.say(says(State.FULL, area="PORT", occupancy=10, reason="no room"))
    after = door.get("").json()

    assert after["features"] == before["features"]
    for word in ("full", "no room", "occupancy", "state", "doubted"):
        assert word not in json.dumps(after["features"])


def test_a_client_that_has_the_roll_is_told_so_until_it_changes(door):
    opened(door, near(1, 0))
    first = door.get("?limit=5")
    tag = first.headers["etag"]
    assert door.get("?limit=5", **{"if-none-match": tag}).status_code == 304
    assert door.get("?limit=6", **{"if-none-match": tag}).status_code == 200
    door.town.say(says(State.CLOSED, area="PORT"))
    assert door.get("?limit=5", **{"if-none-match": tag}).status_code == 304
    door.town.lists(near(2, 0))

    assert ids(door.get("?limit=5", **{"if-none-match": tag})) == ["city.2"]


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ("bbox=1,2,3", "bbox"),
        ("bbox=1,2,3,x", "bbox"),
        ("bbox=0,50,10,40", "bbox"),
        ("bbox=0,0,181,1", "bbox"),
        ("bbox=0,0,nan,1", "bbox"),
        ("limit=0", "limit"),
        ("limit=-1", "limit"),
        ("limit=1.5", "limit"),
        ("offset=x", "offset"),
        ("kind=castle", "kind"),
        ("step_free=maybe", "step_free"),
    ],
)
def test_a_question_that_cannot_be_read_is_refused_with_its_name(door, query, where):
    problem(door.get(f"?{query}"), 400, "query.malformed", where)


def test_a_parameter_that_there_is_not_is_refused(door):
    problem(door.get("?status=open"), 400, "query.unknown_parameter", "status")
    problem(door.get("?area=NOWHERE"), 404, "area.unknown", "NOWHERE")


def test_more_than_a_page_may_hold_is_cut_to_what_it_may(door):
    link = door.get("?limit=100000").json()["links"][0]["href"]

    assert parse_qs(urlsplit(link).query)["limit"] == ["1000"]


# --- One ------------------------------------------------------------------------------------------


def test_one_shelter_is_shown_by_its_id(door):
    opened(door, near(1, 0))
    answer = door.get("/city.1")

    assert answer.headers["content-type"] == "application/geo+json"
    hold(ShelterFeature, answer.json())
    assert door.get("/city.1", **{"if-none-match": answer.headers["etag"]}).status_code == 304
    problem(door.get("/city.9"), 404, "shelter.unknown")


def test_how_one_is_is_told_in_words_and_kept_by_nobody(door):
    opened(door, near(1, 0, capacity=100))
    door.town.say(says(State.OPEN, area="PORT", occupancy=70))
    answer = door.get("/city.1/status")

    assert answer.headers["cache-control"] == "no-store"
    shape = answer.json()
    StatusShape.model_validate(shape)
    assert (shape["state"], shape["by"]) == ("filling", "operator")
    assert not {"occupancy", "capacity"} & set(shape)


@pytest.mark.parametrize(
    ("token", "knows"),
    [
        ("shelters:read:PORT", True),
        ("shelters:keep:LAND", True),
        ("shelters:write:SOUTH", True),
        ("shelters:read:NORTH", False),
        ("alerts:write:LAND", False),
    ],
)
def test_how_many_are_inside_takes_a_token_for_that_area(door, token, knows):
    opened(door, near(1, 0, capacity=100))
    door.town.say(says(State.OPEN, area="PORT", occupancy=70))
    shape = door.get("/city.1/status", token=token).json()

    assert shape.get("occupancy") == (70 if knows else None)
    assert ("capacity" in shape) is knows


def test_a_token_that_is_unknown_is_refused_and_not_taken_for_none(door):
    opened(door, near(1, 0))

    for path in ("/city.1", "/city.1/status", HERE):
        problem(door.get(path, token="nonsense"), 401, "token.unknown")


# --- The nearest ----------------------------------------------------------------------------------


def test_the_nearest_have_the_published_shape_and_are_kept_by_nobody(door):
    opened(door, near(1, 300), near(2, 100))
    answer = door.get(HERE)

    assert answer.headers["cache-control"] == "no-store"
    hold(NearestShape, answer.json())
    assert [one["id"] for one in answer.json()["shelters"]] == ["city.2", "city.1"]


def test_the_question_is_taken_whole(door):
    opened(
        door,
        near(1, 10, step_free=Said.YES, pets=Said.YES, fit={"flood": Said.YES}),
        near(2, 20, step_free=Said.NO, pets=Said.YES, fit={"flood": Said.YES}),
        near(3, 30, step_free=Said.YES, pets=Said.NO, fit={"flood": Said.YES}),
        near(4, 40, step_free=Said.YES, pets=Said.YES, fit={"flood": Said.NO}),
    )
    asked = door.get(f"{HERE}&step_free=true&pets=yes&hazard=flood&speed=slow&k=1").json()

    assert [one["id"] for one in asked["shelters"]] == ["city.1"]
    assert (asked["hazard"], asked["speed"]) == ("flood", "slow")
    assert len(door.get(f"{HERE}&step_free=false&k=2").json()["shelters"]) == 2


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ("lat=50", "lon"),
        ("lat=91&lon=0", "lat"),
        ("lat=x&lon=0", "lat"),
        ("lat=0&lon=0&k=0", "k"),
        ("lat=0&lon=0&k=11", "k"),
        ("lat=0&lon=0&speed=run", "speed"),
        ("lat=0&lon=0&hazard=Air%20raid", "hazard"),
        ("lat=0&lon=0&pets=cat", "pets"),
    ],
)
def test_a_point_or_a_wish_that_cannot_be_read_is_refused_and_not_repeated(door, query, where):
    said = problem(door.get(f"/nearest?{query}"), 400, "query.malformed", where)

    assert "91" not in said["detail"]


def test_who_asks_too_often_is_told_when_again_and_others_are_answered(door):
    opened(door, near(1, 0))
    for number in range(ASKED_AT_ONCE):
        path = HERE if number % 2 else "/city.1/status"
        assert door.get(path).status_code == 200
    for path in (HERE, "/city.1/status"):
        refused = door.get(path)
        problem(refused, 429, "shelters.too_many")
        assert int(refused.headers["retry-after"]) >= 1
    assert door.get(HERE, address="203.0.113.2").status_code == 200
    assert door.get(HERE, token="shelters:read:PORT").status_code == 200
    assert door.get("").status_code == door.get("/city.1").status_code == 200, "facts are free"
    door.time += int(refused.headers["retry-after"])

    assert door.get(HERE).status_code == 200


# --- Packs ----------------------------------------------------------------------------------------

PACK = f"/pack?lat={LAT}&lon={LON}"


def test_a_pack_has_facts_alone_and_says_where_it_is_good(door):
    opened(door, near(1, 300), near(2, 2_500), near(3, 10, visibility=Visibility.AREA))
    answer = door.get(PACK)
    pack = answer.json()

    hold(PackShape, pack)
    assert [one["id"] for one in pack["shelters"]] == ["city.1"]
    assert (pack["centre"], pack["metres"], pack["network"]) == ([LON, LAT], 2_000, None)
    assert pack["attribution"] == ["The city"]
    for word in ("open", "state", "occupancy"):
        assert f'"{word}"' not in answer.text
    assert len(door.get(f"{PACK}&metres=5000").json()["shelters"]) == 2


def test_a_pack_that_is_made_is_given_to_everybody_around_until_what_is_listed_changes(door):
    opened(door, near(1, 300))
    first = door.get(PACK).json()
    door.town.clock.seconds = 60
    beside = door.get(f"/pack?lat={LAT + 0.0004}&lon={LON - 0.0004}").json()
    assert beside == first, "rounded to the same block"
    door.town.say(says(State.CLOSED, area="PORT"))
    assert door.get(PACK).json() == first
    door.town.lists(near(2, 300))

    assert [one["id"] for one in door.get(PACK).json()["shelters"]] == ["city.2"]


def test_packs_are_compressed_for_who_takes_it_and_told_the_same_to_others(door):
    opened(door, near(1, 300))
    plain = door.get(PACK, **{"accept-encoding": "identity"})
    packed = door.get(PACK, **{"accept-encoding": "gzip"})

    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(plain.content)
    assert packed.json() == plain.json()


def test_only_so_many_packs_are_made_for_one_address_and_those_that_are_made_cost_nothing(door):
    opened(door, near(1, 300))
    codes = [
        door.get(f"/pack?lat={LAT}&lon={LON + n / 1000}").status_code
        for n in range(PACKS_AT_ONCE + 1)
    ]

    assert codes == [200] * PACKS_AT_ONCE + [429]
    assert door.get(PACK).status_code == 200


@pytest.mark.parametrize(
    ("metres", "where"), [("199", "metres"), ("5001", "metres"), ("x", "metres")]
)
def test_a_pack_is_no_larger_and_no_smaller_than_is_of_use(door, metres, where):
    problem(door.get(f"{PACK}&metres={metres}"), 400, "query.malformed", where)


# --- What is hidden -------------------------------------------------------------------------------

SECRET = "behind the third door"


@pytest.mark.parametrize("visibility", Visibility)
@pytest.mark.parametrize("shown", [True, False])
def test_what_is_hidden_is_behind_no_public_door(door, visibility, shown):
    hidden = near(7, 10, visibility=visibility, name=SECRET, address=SECRET, note=SECRET)
    opened(door, near(1, 20), hidden)
    door.town.say(shows(shown, area="COAST"), allows(600, area="PORT"))
    documented = door.get("/api/openapi.json").json()["paths"]
    doors = {path for path, methods in documented.items() if "get" in methods}
    told = {}
    for path in doors:
        for query in ("", f"?lat={LAT}&lon={LON}", "?q=third&limit=1000", "?bbox=30,50,31,51"):
            answer = door.get(path.replace("{id}", "city.7") + query, address=f"{len(told)}")
            told[path + query] = (
                answer.status_code,
                SECRET in answer.text,
                "city.7" in answer.text,
            )
    leaks = {path.partition("?")[0] for path, (_, secret, _) in told.items() if secret}
    unheard = door.get("/city.8").json()["detail"].replace("city.8", "city.7")

    if not shown or visibility is Visibility.STAFF:
        assert leaks == set()
        for path in ("/city.7", "/city.7/status"):
            assert problem(door.get(path), 404, "shelter.unknown")["detail"] == unheard
        assert "city.7" not in door.get("").text + door.get(HERE).text
    elif visibility is Visibility.AREA:
        assert leaks == {"/api/v1/shelters/nearest", "/api/v1/shelters/{id}"}
    else:
        assert leaks == {
            "/api/v1/shelters",
            "/api/v1/shelters/nearest",
            "/api/v1/shelters/pack",
            "/api/v1/shelters/{id}",
        }


def test_who_counts_through_the_ids_of_what_is_shown_only_near_is_stopped(door):
    opened(door, near(1, 0, visibility=Visibility.AREA))
    answers = [door.get("/city.1").status_code for _ in range(ASKED_AT_ONCE + 1)]

    assert answers == [200] * ASKED_AT_ONCE + [429]
    assert door.get("/city.1", token="shelters:read:PORT").headers["cache-control"] == "no-store"


def test_a_token_shows_what_is_hidden_in_its_area_and_nothing_beside_it(door):
    opened(door, near(1, 0, visibility=Visibility.STAFF))

    for path in ("/city.1", "/city.1/status"):
        assert door.get(path, token="shelters:keep:PORT").status_code == 200
        problem(door.get(path, token="shelters:keep:NORTH"), 404, "shelter.unknown")


# --- The three nearest of a place -----------------------------------------------------------------


def test_a_place_is_told_its_three_nearest_in_the_shape_of_the_nearest(door):
    opened(door, *(near(n, n * 10) for n in range(1, 6)))
    three = _three(Nearby(door.town.view, door.asking))

    assert three == door.get(f"{HERE}&k=3").json()["shelters"]


def test_a_place_is_told_of_none_where_there_are_none_and_where_too_often_was_asked(door):
    nearby = Nearby(door.town.view, door.asking)
    assert _three(nearby) is None
    opened(door, near(1, 0))
    assert len(_three(nearby)) == 1
    for _ in range(ASKED_AT_ONCE):
        _three(nearby)

    assert _three(nearby) is None


def _three(nearby):
    request = Request({"type": "http", "headers": [], "client": ("203.0.113.1", 1)})
    return asyncio.run(nearby.three(request, LAT, LON))
