"""
Goal: what is said of a shelter is shown at once and after a start; what a phone reports
is recorded under a name that tells nobody whose phone it was; and a network that cannot be read is
refused before anything is made.

Method: a real server, with shelters listed beside it while it runs.
"""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
from tests.serving import started, until, write
from tests.shelters.sayings import door, edition, listing
from tests.web import small_town

from tocsin.app import open_ledger
from tocsin.app.opening import open_walks
from tocsin.app.sheltering import open_city
from tocsin.kernel.errors import Malformed
from tocsin.kernel.ids import AreaCode

KYIV = AreaCode("UA80000000000093317")
HERE = {"lat": 50.45, "lon": 30.52}
NEAREST = "/api/v1/shelters/nearest"


def lists(db):
    one, two = listing(1), listing(2, entrances=(door(50.453, 30.52),))
    areas = {one.id: KYIV, two.id: KYIV}
    write(db, [edition(one, two, areas=areas, area=AreaCode("UA"))])


def said(**words):
    return {"command_id": str(uuid4()), "status": "Actual", **words}


def listed(server):
    """Count what is listed, as often as one likes: how any of it is may be asked 60 times."""
    return server.get("/api/v1/shelters").json()["numberMatched"]


def states(server):
    answer = server.get(NEAREST, params=HERE).json()
    return {one["id"]: (one["state"], one["closed_reports"]) for one in answer["shelters"]}


def test_what_is_said_at_a_door_is_told_to_whoever_asks_next_and_after_a_start(tmp_path):
    db = tmp_path / "town.db"
    with started(db) as server:
        assert server.get(NEAREST, params=HERE).json()["shelters"] == []
        lists(db)
        assert until(lambda: listed(server) == 2)
        assert states(server) == {"city.1": ("unknown", 0), "city.2": ("unknown", 0)}
        keeper = server.speaker("keeper", "shelters:keep:UA-30")
        opened = server.post("/api/v1/shelters/city.2/status", said(state="open"), token=keeper)
        assert opened.status_code == 200, opened.text
        assert states(server)["city.2"] == ("open", 0)
        report = {"command_id": str(uuid4()), "phone": "a-phone-of-somebody", "state": "closed"}
        assert server.post("/api/v1/shelters/city.2/report", report, token="").status_code == 200
        assert states(server)["city.2"] == ("open", 1)
        place = server.get("/api/v1/place", params=HERE).json()
        assert [one["id"] for one in place["shelters"]] == ["city.2", "city.1"]
        counted = said(entered=3, left=0)
        assert server.post("/api/v1/shelters/city.2/count", counted, token="").status_code == 401
        token = server.token

    with started(db, token=token) as server:
        assert states(server) == {"city.2": ("open", 1), "city.1": ("unknown", 0)}
        assert list(states(server)) == ["city.2", "city.1"], "the one that is open comes first"
    ledger = open_ledger(db, read_only=True)
    (reported,) = [one for one in ledger.read(0) if one.kind == "ShelterReported"]
    ledger.close()
    assert "a-phone-of-somebody" not in reported.body
    assert len(json.loads(reported.body)["phone"]) == 16
    assert reported.sender == "public"


def test_who_reaches_shelter_is_counted_beside_the_server_and_a_closure_is_in_the_next_answer(
    tmp_path,
):
    network, people = small_town.write(tmp_path)
    db = tmp_path / "town.db"
    with started(db, walking=str(network), people=str(people)) as server:
        write(db, [edition(small_town.cellar(1, 2), small_town.cellar(2, 9), area=AreaCode("UA"))])
        keeper = server.speaker("keeper", "shelters:keep:UA")
        reader = {"authorization": f"Bearer {server.speaker('mayor', 'shelters:read:UA')}"}

        def within():
            answer = server.get("/api/v1/shelters/coverage?minutes=2,5", headers=reader)
            assert answer.status_code == 200, answer.text
            return answer.json()["whole"]["within"]

        path = "/api/v1/shelters/city.{}/status"
        assert until(lambda: listed(server) == 2)
        for number in (1, 2):
            server.post(path.format(number), said(state="open"), token=keeper)
        assert within() == [60, 110]
        server.post(path.format(2), said(state="closed"), token=keeper)
        assert within() == [30, 70]
        assert server.get("/api/v1/shelters/coverage").status_code == 401


def test_a_city_is_counted_only_from_both_its_files(tmp_path):
    assert open_city(None, tmp_path) is None
    assert open_city(tmp_path, None) is None
    assert open_city(tmp_path, tmp_path) is not None


def test_a_network_that_cannot_be_read_is_refused_before_anything_is_made(tmp_path):
    assert open_walks(None) is None
    broken = tmp_path / "city.walk"
    broken.write_bytes(b"no network")

    for path in (broken, tmp_path / "none.walk"):
        with pytest.raises(Malformed, match=r"walking\.file_"):
            open_walks(path)
