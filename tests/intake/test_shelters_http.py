"""
Goal: whoever may say how a shelter is is heard once, whoever may not is told why, and reports from
a crowd of phones in one place close nothing.

Method: a town in memory behind the routers of the site; tokens are `POWER:AREA` themselves. What
was accepted is looked for in what is shown, what was refused must have left it as it was.
"""

from __future__ import annotations

from uuid import uuid4

import pytest
from tests.shelters.sayings import listing
from tests.views.town import LAT, LON, near
from tests.web.shelter_door import Door
from tests.web.test_api import problem

from tocsin.shelters.messages import Visibility

OFFICIAL, KEEPER, BEAM = "shelters:write:LAND", "shelters:keep:PORT", "shelters:sense:PORT"
HERE = f"/nearest?lat={LAT}&lon={LON}"


@pytest.fixture
def door():
    made = Door()
    made.town.lists(near(1, 0, capacity=100), near(2, 50))
    return made


def say(door, state, token=KEEPER, number=1, status="Actual", **more):
    path = f"/city.{number}/status"
    return door.post(path, token=token, status=status, state=state, **more)


def status(door, number=1):
    return door.get(f"/city.{number}/status", token="shelters:read:LAND").json()


@pytest.mark.parametrize(
    ("token", "by"), [(OFFICIAL, "official"), (KEEPER, "operator"), (BEAM, "sensor")]
)
def test_how_much_a_word_weighs_follows_from_the_token(door, token, by):
    answer = say(door, "open", token)

    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    said = answer.json()
    assert said == {"id": "city.1", "position": door.town.view.map.position}
    assert (status(door)["state"], status(door)["by"]) == ("open", by)


def test_an_observer_is_never_an_official(door):
    say(door, "open", "shelters:write:land")

    assert status(door)["by"] == "operator"


@pytest.mark.parametrize(
    ("token", "code", "answered"),
    [
        (None, "token.missing", 401),
        ("nonsense", "token.unknown", 401),
        ("shelters:read:LAND", "remit.outside", 403),
        ("alerts:write:LAND", "remit.outside", 403),
        ("shelters:keep:NORTH", "remit.outside", 403),
    ],
)
def test_who_may_not_is_told_why_and_changes_nothing(door, token, code, answered):
    problem(say(door, "open", token), answered, code)

    assert status(door)["state"] == "unknown"


@pytest.mark.parametrize("verb", ["status", "count", "entrances"])
def test_one_that_is_not_there_and_one_that_is_hidden_are_answered_alike(door, verb):
    door.town.lists(near(1, 0, visibility=Visibility.STAFF))
    bodies = {
        "status": {"status": "Actual", "state": "open"},
        "count": {"status": "Actual", "entered": 1, "left": 0},
        "entrances": {"entrances": []},
    }
    for name in ("city.1", "city.9"):
        answer = door.post(f"/{name}/{verb}", token="shelters:write:NORTH", **bodies[verb])
        problem(answer, 404, "shelter.unknown")
    assert door.post(f"/city.1/{verb}", token=OFFICIAL, **bodies[verb]).status_code == 200


def test_the_same_command_again_acts_once_and_is_answered_alike(door):
    name = str(uuid4())
    first = say(door, "open", command_id=name)
    again = say(door, "open", command_id=name)

    assert first.json() == again.json()
    problem(say(door, "closed", command_id=name), 409, "command.id_reused")


def test_an_exercise_is_recorded_and_shows_nowhere(door):
    say(door, "open")
    before = door.town.view.map.position
    assert say(door, "closed", status="Exercise").status_code == 200
    assert door.town.view.map.position == before + 1

    assert status(door)["state"] == "open"


def test_a_word_is_dated_and_ends_as_its_sender_says(door):
    say(door, "open", at="2023-01-26T11:00:00Z", expires_at="2023-01-26T12:30:00Z", reason="ice")
    told = status(door)

    assert (told["since"], told["expires_at"]) == (
        "2023-01-26T11:00:00.000Z",
        "2023-01-26T12:30:00.000Z",
    )
    assert told["reason"] == "ice"
    door.town.clock.seconds = 3_600
    assert status(door)["state"] == "unknown", "after its end nobody has said, which is not open"


@pytest.mark.parametrize(
    ("more", "code", "where"),
    [
        ({"at": "2023-01-01T00:00:00Z"}, "command.time_unlikely", "at"),
        ({"at": "noon"}, "time.malformed", "at"),
        ({"expires_at": "later"}, "time.malformed", "expires_at"),
        ({"expires_at": "2023-01-26T11:00:00Z"}, "shelter.status_malformed", "expires_at"),
        ({"occupancy": -1}, "request.malformed", "occupancy"),
        ({"source": "official"}, "request.malformed", "source"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_the_field(door, more, code, where):
    problem(say(door, "open", **more), 400, code, where)


def test_people_are_counted_in_and_out_by_keeper_and_sensor(door):
    say(door, "open", occupancy=60)
    door.town.clock.seconds = 10
    for token, entered, left, inside in ((KEEPER, 15, 5, 70), (BEAM, 30, 0, 100)):
        answer = door.post(
            "/city.1/count", token=token, status="Actual", entered=entered, left=left
        )
        assert answer.json() == {
            "id": "city.1", "position": door.town.view.map.position, "occupancy": inside,
        }  # fmt: skip

    assert (status(door)["state"], status(door)["occupancy"]) == ("full", 100)
    assert [one["id"] for one in door.get(HERE).json()["shelters"]] == ["city.2"]


def test_whoever_stood_at_the_door_says_where_it_is(door):
    door.town.lists(listing(3, entrances=()))
    assert door.get(HERE).json()["shelters"] == []
    answer = door.post(
        "/city.3/entrances",
        token=OFFICIAL,
        entrances=[{"lat": LAT, "lon": LON, "name": "Yard", "step_free": "yes"}],
    )
    assert answer.status_code == 200, answer.text
    (one,) = door.get(HERE).json()["shelters"]

    assert (one["id"], one["entrance"]["name"], one["metres"]) == ("city.3", "Yard", 0)
    problem(door.post("/city.3/entrances", token=KEEPER, entrances=[]), 403, "remit.outside")


# --- What an area wishes --------------------------------------------------------------------------


def test_an_area_says_how_long_people_have_and_takes_it_back(door):
    def within():
        return door.town.view.over_area("PORT").within_s

    set_ = door.post("/areas/COAST", token=OFFICIAL, within_s=90)
    assert set_.json() == {"id": "COAST", "position": door.town.view.map.position}
    assert within() == 90
    door.post("/areas/PORT", token=OFFICIAL, within_s=30)
    assert within() == 30
    door.post("/areas/PORT", token=OFFICIAL, within_s=None)
    assert within() == 90


def test_an_area_whose_shelters_are_not_to_be_shown_is_obeyed_at_once(door):
    assert door.get("").json()["numberMatched"] == 2
    door.post("/areas/COAST", token=OFFICIAL, shown=False, within_s=60)

    assert door.get("").json()["numberMatched"] == 0
    assert door.get(HERE).json()["shelters"] == []
    problem(door.get("/city.1"), 404, "shelter.unknown")
    assert door.town.view.over_area("PORT").within_s == 60, "both were said at once"


def test_to_take_a_figure_back_is_another_command_than_to_leave_it(door):
    name = str(uuid4())
    kept = {"token": OFFICIAL, "command_id": name, "shown": True}
    assert door.post("/areas/COAST", **kept).status_code == 200

    problem(door.post("/areas/COAST", **kept, within_s=None), 409, "command.id_reused")


@pytest.mark.parametrize("token", [KEEPER, "shelters:write:NORTH", "shelters:read:LAND"])
def test_only_an_official_of_the_area_says_what_it_wishes(door, token):
    problem(door.post("/areas/COAST", token=token, shown=False), 403, "remit.outside")


def test_an_area_that_there_is_not_has_no_wishes(door):
    problem(door.post("/areas/GONE", token=OFFICIAL, shown=False), 404, "area.unknown", "GONE")


# --- What people find at the door -----------------------------------------------------------------


def report(door, phone, address, state="closed", number=1, **more):
    name = f"phone-{phone:016}"
    return door.post(f"/city.{number}/report", address=address, phone=name, state=state, **more)


def test_a_report_needs_no_token_and_warns_at_once(door):
    say(door, "open", at="2023-01-26T11:59:00Z")
    answer = report(door, 1, "203.0.113.1")

    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "id": "city.1", "position": door.town.view.map.position, "counted": True,
    }  # fmt: skip
    told = door.get("/city.1/status").json()
    assert (told["state"], told["closed_reports"], told["doubted"]) == ("open", 1, False)


def test_a_crowd_of_phones_in_one_network_casts_no_doubt_and_is_told_it_was_heard(door):
    say(door, "open", at="2023-01-26T11:59:00Z")
    answers = [report(door, n, f"203.0.113.{n}").json() for n in range(40)]

    assert [answer["counted"] for answer in answers].count(True) == 2
    assert all(answer["position"] is None for answer in answers if not answer["counted"])
    told = door.get("/city.1/status").json()
    assert (told["state"], told["closed_reports"], told["doubted"]) == ("open", 2, False)


def test_phones_of_many_networks_cast_doubt_and_close_nothing(door):
    say(door, "open", at="2023-01-26T11:59:00Z")
    say(door, "open", number=2, at="2023-01-26T11:59:00Z")
    for n in range(12):
        report(door, n, f"10.{n}.0.1")
    told = door.get("/city.1/status").json()

    assert (told["state"], told["closed_reports"], told["doubted"]) == ("open", 12, True)
    order = [(one["id"], one["tier"]) for one in door.get(HERE).json()["shelters"]]
    assert order == [("city.2", "sure"), ("city.1", "unsure")]
    door.town.clock.seconds = 5
    say(door, "open", OFFICIAL)
    assert not door.get("/city.1/status").json()["doubted"], "an official's word ends the doubt"


def test_one_address_is_heard_six_times_an_hour(door):
    answers = [report(door, 1, "203.0.113.1", number=1 + n % 2) for n in range(7)]

    assert [answer.status_code for answer in answers] == [200] * 6 + [429]
    problem(answers[-1], 429, "shelters.too_many")
    assert int(answers[-1].headers["retry-after"]) > 0


def test_no_address_and_no_phone_is_in_the_record(door):
    report(door, 1, "203.0.113.77")
    report(door, 1, "203.0.113.77", number=2)
    bodies = [event.body for event in door.town.ledger.read(0) if event.kind == "ShelterReported"]

    assert len(bodies) == 2
    assert not any("203.0.113" in body or "phone-" in body for body in bodies)
    assert len({body.partition('"phone":')[2][:18] for body in bodies}) == 2, "another name at each"


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ({"state": "full"}, "state"),
        ({"phone": "1"}, "phone"),
        ({"source": "official"}, "source"),
    ],
)
def test_a_report_that_says_more_than_it_may_is_refused(door, more, where):
    body = {"phone": "x" * 20, "state": "closed"} | more
    problem(door.post("/city.1/report", **body), 400, "request.malformed", where)


def test_one_that_the_public_may_not_know_of_cannot_be_reported(door):
    door.town.lists(near(1, 0, visibility=Visibility.STAFF))

    for number in (1, 9):
        problem(report(door, 1, "203.0.113.1", number=number), 404, "shelter.unknown")


def test_what_is_said_in_the_query_is_refused(door):
    for path in ("/city.1/status?state=open", "/city.1/report?state=closed"):
        answer = door.post(path, token=KEEPER, phone="x" * 20, state="closed")
        problem(answer, 400, "query.unknown_parameter", "state")
