"""
Goal: what a company says is told at once, at the place and beside the shelters, and after a start;
and a cut is told at its boundary by a server that was started in between.

Method: a real server, with a company listed beside it while it runs.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from tests.power.grids import company, lists, zone
from tests.serving import started, until, write
from tests.shelters.sayings import door, edition, listing

from tocsin.app.powering import LOOK_S
from tocsin.kernel.errors import Malformed
from tocsin.kernel.ids import AreaCode
from tocsin.kernel.time import SystemClock
from tocsin.views.power_addresses import open_addresses

KYIV = AreaCode("UA80000000000093317")
HERE = {"lat": 50.45, "lon": 30.52}
GROUP = "/api/v1/outages/groups/grid/1.1"


def said(**words):
    return {"command_id": str(uuid4()), **words}


def told(server):
    """Give what was told to the group but schedules, of which there may be one at midnight."""
    answer = server.get("/api/v1/outages/notices", params={"group": "1.1"}).json()
    return [one for one in answer["notices"] if one["kind"] != "schedule"]


def cut_from_now():
    """Write that it is off from this minute on, by the wall in Kyiv, and all day tomorrow."""
    now = SystemClock().now().astimezone(ZoneInfo("Europe/Kyiv"))
    start = now.hour * 60 + now.minute
    bounds = [(0, start, "on"), (start, 1_440, "off")]
    slots = [{"from": _wall(a), "to": _wall(b), "state": state} for a, b, state in bounds if a < b]
    tomorrow = now.date() + timedelta(days=1)
    dark = [{"from": "00:00", "to": "24:00", "state": "off"}]
    return [
        {"group": "1.1", "date": date.isoformat(), "regime": "hourly", "slots": told}
        for date, told in ((now.date(), slots), (tomorrow, dark))
    ]


def _wall(minute):
    return f"{minute // 60:02}:{minute % 60:02}"


def test_a_company_s_word_is_told_everywhere_at_once_and_its_notices_once_across_a_start(tmp_path):
    db = tmp_path / "town.db"
    addresses = tmp_path / "addresses.csv"
    addresses.write_text(
        "operator,street,house_from,house_to,parity,group\ngrid,вул. Ярославів Вал,1,40,,1.1\n",
        encoding="utf-8",
    )
    settings = {"power_addresses": str(addresses)}
    with started(db, **settings) as server:
        assert server.get("/api/v1/place", params=HERE).json()["power"] is None
        kyiv = company(zone("kyiv", KYIV, ("1.1", "1.2")))
        write(db, [lists(kyiv, area=AreaCode("UA"))])
        dark = listing(1, power_group="1.1")
        lit = listing(2, power_group="1.2", entrances=(door(50.4545, 30.52),))
        areas = {dark.id: KYIV, lit.id: KYIV}
        write(db, [edition(dark, lit, areas=areas, area=AreaCode("UA"))])
        assert until(lambda: server.get(GROUP).status_code == 200)
        grid = server.speaker("grid", "power:write:UA-30")
        keeper = server.speaker("keeper", "shelters:keep:UA-30")
        for number in (1, 2):
            path = f"/api/v1/shelters/city.{number}/status"
            assert until(lambda path=path: server.get(path).status_code == 200)
            server.post(path, said(status="Actual", state="open"), token=keeper)

        put = server.post(
            "/api/v1/outages/grid/kyiv/schedule",
            said(source="push", days=cut_from_now()),
            token=grid,
        )
        assert put.status_code == 200, put.text
        assert server.get(GROUP).json()["power"] == "off"
        here = {"street": "Ярославів вал вулиця", "house": "15б"}
        assert server.get("/api/v1/outages/at", params=here).json()["group"]["power"] == "off"
        (at_place,) = server.get("/api/v1/place", params=HERE).json()["power"]
        assert (at_place["zone"], at_place["regime"]) == ("kyiv", "hourly")
        assert server.get(f"{GROUP}/calendar.ics").text.count("STATUS:CONFIRMED") == 2

        def nearest():
            answer = server.get("/api/v1/shelters/nearest", params=HERE).json()["shelters"]
            return [(one["id"], one["because"], one["no_power"] is not None) for one in answer]

        assert until(lambda: nearest()[-1] == ("city.1", ["no_power"], True))
        assert nearest()[0] == ("city.2", [], False), "the one that has light comes first"

        assert until(lambda: told(server))
        first = told(server)
        assert [one["kind"] for one in first] == ["now"]
        token = server.token

    with started(db, token=token, **settings) as server:
        assert server.get(GROUP).json()["power"] == "off"
        assert until(lambda: told(server) == first)
        grid = server.speaker("grid-again", "power:write:UA-30")
        cut = server.post(
            "/api/v1/outages/grid/kyiv/emergency",
            said(status="Actual", reason="imminent danger"),
            token=grid,
        )
        assert cut.status_code == 200, cut.text
        assert until(lambda: [one["kind"] for one in told(server)] == ["now", "emergency"])
        assert told(server)[0] == first[0]
        assert timedelta(seconds=LOOK_S) < timedelta(seconds=1)


def test_addresses_that_cannot_be_read_are_refused_before_anything_is_served(tmp_path):
    broken = tmp_path / "addresses.csv"
    broken.write_bytes(b"\xff")

    with pytest.raises(Malformed, match=r"power\.addresses_malformed"):
        open_addresses(broken)
