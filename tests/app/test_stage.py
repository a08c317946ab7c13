"""
The demo plays the morning of an invented city, and no other server knows of it; or a real week.

Method: the demo's own server at two moments of the day and one of the week, and an ordinary one
beside it.
"""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from tests.contract.memory_ledger import MemoryLedger
from tests.replay.told import GAZETTEER
from tests.serving import replaying, started

from tocsin.app.stage import play_day, rewind, staged
from tocsin.views.projections import Projections


@pytest.fixture(scope="module")
def demos():
    """Two demos that stand still: ten minutes after the alarm, and an hour later."""
    with ExitStack() as stack:
        moments = ("2023-01-26T05:55:00Z", "2023-01-26T07:00:00Z")
        yield [stack.enter_context(replaying(moment)) for moment in moments]


def nearest(server, spot):
    place = {"lat": spot.lat, "lon": spot.lon}
    return server.get("/api/v1/shelters/nearest", params=place).json()


def square():
    return staged().stage.places[0]


def test_who_stands_on_the_market_square_is_told_otherwise_as_the_morning_goes_on(demos):
    early, late = (nearest(demo, square()) for demo in demos)

    assert (early["shelters"][0]["name"], early["shelters"][0]["state"]) == (
        "Станція «Ринкова площа» / Market Square station",
        "open",
    )
    assert "invented-city.1" not in {one["id"] for one in late["shelters"]}, "it is full"
    assert late["shelters"][0]["state"] == "filling"
    assert late["shelters"][0]["in_time"] is True


def test_kyivs_alert_stands_over_the_city_and_its_time_to_shelter_on_no_board(demos):
    answer = nearest(demos[0], square())
    board = demos[0].get("/api/v1/board").json()

    assert (answer["hazard"], answer["within_s"], answer["advice"]) == ("air_raid", 300, "go")
    assert {alert["shelter_within_s"] for alert in board["alerts"]} == {None}


def test_every_answer_says_that_it_is_a_replay_of_an_invented_city_on_foot(demos):
    for demo in demos:
        answer = nearest(demo, square())

        assert (answer["replay"], answer["invented"], answer["way"]) == (True, True, "on_foot")
        assert answer["as_of"] in {"2023-01-26T05:55:00.000Z", "2023-01-26T07:00:00.000Z"}
        assert "Invented City" in answer["attribution"]


def test_where_shelter_cannot_be_reached_in_time_cover_is_told_instead(demos):
    end = staged().stage.places[-1]

    assert nearest(demos[0], end)["advice"] == "cover_now"


def test_a_real_place_has_no_shelter_of_it(demos):
    kyiv = {"lat": 50.45, "lon": 30.52}

    assert demos[1].get("/api/v1/shelters/nearest", params=kyiv).json()["shelters"] == []
    listed = demos[1].get("/api/v1/shelters", params={"area": "UA-30"}).json()
    assert listed["numberMatched"] == 0


def test_nobody_is_told_anything_new_in_a_replay(demos):
    said = {
        "command_id": "f3b6a1de-0000-4000-8000-000000000009",
        "phone": "0123456789abcdef0123",
        "state": "closed",
    }
    answer = demos[0].post("/api/v1/shelters/invented-city.1/report", said)

    assert answer.json()["code"] == "replay.read_only"


def test_an_ordinary_server_knows_nothing_of_the_city(tmp_path):
    with started(tmp_path / "t.db") as server:
        answer = nearest(server, square())

        assert (answer["shelters"], answer["hazard"], answer["within_s"]) == ([], None, None)


def test_what_follows_the_clock_begins_with_nothing_but_that_it_is_a_replay():
    ledger = MemoryLedger()
    play_day(ledger, GAZETTEER)
    projections = Projections.load(ledger)
    assert projections.board.standing()
    assert projections.shelters.all()
    grid = projections.grid
    assert grid.zones()

    played = rewind(projections)

    assert (projections.board.position, projections.board.standing()) == (0, ())
    assert (list(projections.shelters.all()), list(projections.grid.zones())) == ([], [])
    assert projections.board.replay is True
    assert played.grid is grid


def test_the_power_is_told_ahead_of_the_clock_to_who_asks_and_to_nobody_else(demos):
    later = {"at": "2023-01-26T06:52:00Z"}
    now, ahead = (demos[0].get("/api/v1/outages", params=asked).json() for asked in ({}, later))

    assert [one["emergency"] for one in now["zones"]] == [None, None, None]
    assert {one["emergency"]["since"] for one in ahead["zones"]} == {"2023-01-26T06:52:00.000Z"}
    assert (ahead["replay"], ahead["as_of"]) == (True, "2023-01-26T06:52:00.000Z")
    at_nine = demos[1].get("/api/v1/outages").json()
    assert [one["regime"] for one in at_nine["zones"]] == ["emergency"] * 3


def test_a_week_of_schedules_is_a_replay_that_knows_nothing_of_alerts_or_of_the_city():
    with replaying("2026-01-15T12:00:00Z", schedules=True) as demo:
        board = demo.get("/api/v1/board").json()
        assert (board["replay"], board["as_of"]) == (True, "2026-01-15T12:00:00.000Z")
        assert (board["alerts"], board["unknown"][0]["area"]["code"]) == ([], "UA")
        assert nearest(demo, square())["shelters"] == []
