"""
Goal: the dialect of alerts.in.ua says what stands, with every key its clients index, always.

Method: requests to the real site in one process; what published clients make of it is in
tests/compat.
"""

from __future__ import annotations

import re

import pytest
from tests.alerts.sayings import VOLUNTEERS
from tests.channels.abroad import KYIV, LVIV, VINNYTSIA, VINNYTSIA_RAION, YALTA, Abroad

from tocsin.alerts.messages import Hazard, Threat
from tocsin.channels.compat_alerts_in_ua import BY_OBLAST
from tocsin.kernel.words import Status

ACTIVE = "alerts.in.ua/v1/alerts/active.json"
KEYS = {
    "id", "location_title", "location_title_en", "location_type", "started_at", "finished_at",
    "updated_at", "alert_type", "location_uid", "location_oblast", "location_oblast_uid",
    "location_raion", "notes", "country", "calculated", "alert_level", "threats",
}  # fmt: skip
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def iot(version, path=""):
    return f"alerts.in.ua/{version}/iot/active_air_raid_alerts{path}.json"


def alerts(abroad):
    return {alert["location_title"]: alert for alert in abroad.read(ACTIVE)["alerts"]}


def test_an_alert_has_all_keys_in_the_types_that_strict_clients_take():
    abroad = Abroad()
    abroad.sound("154", threat=Threat.DRONES, text={"uk": "Дрони з півдня"})
    (alert,) = alerts(abroad).values()

    assert alert.keys() == KEYS
    assert isinstance(alert["id"], int)
    assert (alert["location_uid"], alert["location_oblast_uid"]) == ("154", 4)
    assert (alert["location_type"], alert["location_raion"]) == ("hromada", "Вінницький район")
    assert alert["location_oblast"] == "Вінницька область"
    assert MOMENT.fullmatch(alert["started_at"])
    assert MOMENT.fullmatch(alert["updated_at"])
    assert alert["finished_at"] is None
    assert alert["notes"] == "Дрони з півдня"
    assert (alert["alert_level"], alert["threats"][0]["threat_type"]) == ("yellow", "drones")
    assert alert["threats"][0]["level"] == "yellow"


@pytest.mark.parametrize(
    ("hazard", "word"),
    [
        (Hazard.AIR_RAID, "air_raid"),
        (Hazard.ARTILLERY, "artillery_shelling"),
        (Hazard.URBAN_FIGHTING, "urban_fights"),
        (Hazard.CHEMICAL, "chemical"),
        (Hazard.NUCLEAR, "nuclear"),
    ],
)
def test_each_hazard_has_its_word(hazard, word):
    abroad = Abroad()
    abroad.sound(KYIV, hazard=hazard)

    assert alerts(abroad)["м. Київ"]["alert_type"] == word
    assert abroad.read(iot("v1", "/31")) == ("A" if word == "air_raid" else "N")


@pytest.mark.parametrize("threat", Threat)
def test_each_threat_has_its_word_and_level(threat):
    abroad = Abroad()
    abroad.sound(KYIV, threat=threat)
    alert = alerts(abroad)["м. Київ"]

    assert alert["alert_level"] == ("yellow" if threat is Threat.DRONES else "red")
    assert len(alert["threats"]) == 1


def test_a_confirmation_is_one_alert_told_later():
    abroad = Abroad()
    abroad.sound(KYIV)
    abroad.seconds = 60
    abroad.sound(KYIV, who=VOLUNTEERS)
    (alert,) = alerts(abroad).values()

    assert alert["started_at"] == "2023-01-26T05:45:43.000Z"
    assert alert["updated_at"] == "2023-01-26T05:46:43.000Z"


def test_what_the_dialect_has_no_number_for_is_named_in_words():
    abroad = Abroad()
    abroad.sound(YALTA)
    (alert,) = alerts(abroad).values()

    assert (alert["location_title"], alert["location_uid"]) == ("Ялтинський район", "29")
    assert (alert["location_type"], alert["location_oblast_uid"]) == ("raion", 29)


def test_the_string_of_27_is_in_its_own_order():
    abroad = Abroad()
    abroad.sound(KYIV)
    abroad.sound(VINNYTSIA_RAION)
    told = abroad.read(iot("v1", "_by_oblast"))

    assert told == "".join({31: "A", 4: "P"}.get(uid, "N") for uid in BY_OBLAST)
    assert len(told) == 27


def test_the_long_string_has_a_letter_for_each_region_and_a_space_for_no_region():
    abroad = Abroad()
    abroad.sound(VINNYTSIA, threat=Threat.DRONES)
    abroad.sound(LVIV)
    told = abroad.read(iot("v2"))

    assert len(told) == 1_805
    assert len(told.replace(" ", "")) == 1_611
    assert (told[4], told[36], told[154], told[27], told[31], told[0]) == tuple("YYYRN ")
    assert abroad.read(iot("v1"))[4] == "A"


@pytest.mark.parametrize(("version", "letter"), [("v1", "A"), ("v2", "R")])
def test_one_region_s_letter(version, letter):
    abroad = Abroad()
    abroad.sound(VINNYTSIA_RAION)

    assert abroad.read(iot(version, "/36")) == letter
    assert abroad.read(iot(version, "/4")) == "P"
    assert abroad.read(iot(version, "/31")) == "N"


@pytest.mark.parametrize("uid", ["0", "6", "99999", "999999999", "abc", "-1", "４"])
def test_what_is_no_region_is_not_found(uid):
    answer = Abroad().ask(iot("v1", f"/{uid}"))

    assert answer.status_code == 404
    assert answer.json()["message"]


def test_who_covers_one_city_is_heard_about_it_and_calls_nothing_else_calm():
    abroad = Abroad(heard=[KYIV])

    assert abroad.read(iot("v1", "/31")) == "N"
    assert abroad.ask(iot("v1", "/27")).status_code == 503
    assert abroad.read(iot("v1", "_by_oblast")).replace(" ", "") == "N"
    unknown = abroad.read(ACTIVE)["meta"]["unknown"]
    assert len(unknown) == 26
    assert "31" not in unknown


def test_clients_from_before_raions_see_the_oblast_and_that_it_is_a_part():
    abroad = Abroad()
    abroad.sound("36", threat=Threat.DRONES)
    abroad.sound("154")
    abroad.sound(KYIV)
    lifted = "alerts.in.ua-oblasts/v1/alerts/active.json"
    told = {a["location_uid"]: a for a in abroad.read(lifted)["alerts"]}

    assert told.keys() == {"31", "36", "154", "4"}
    oblast = told["4"]
    assert (oblast["location_type"], oblast["partial"]) == ("oblast", True)
    assert oblast["notes"] == "Частково: Вінницький район, Агрономічна територіальна громада"
    assert oblast["alert_level"] == "red"
    assert len({a["id"] for a in told.values()}) == 4
    letters = abroad.read("alerts.in.ua-oblasts/v1/iot/active_air_raid_alerts_by_oblast.json")
    assert [uid for uid, letter in zip(BY_OBLAST, letters, strict=True) if letter == "A"] == [4, 31]
    assert abroad.read("alerts.in.ua-oblasts/v2/iot/active_air_raid_alerts/4.json") == "R"
    assert abroad.read("alerts.in.ua-oblasts/v2/iot/active_air_raid_alerts/36.json") == "Y"


def test_an_oblast_that_is_covered_whole_is_not_listed_twice():
    abroad = Abroad()
    abroad.sound(VINNYTSIA)
    abroad.sound(VINNYTSIA_RAION)
    told = abroad.read("alerts.in.ua-oblasts/v1/alerts/active.json")["alerts"]

    assert sorted(a["location_uid"] for a in told) == ["36", "4"]


def test_drills_are_not_served():
    abroad = Abroad()
    abroad.sound(KYIV, status=Status.EXERCISE)

    assert abroad.read(ACTIVE)["alerts"] == []


@pytest.mark.parametrize("period", ["week_ago", "month_ago"])
def test_a_history_has_what_stood_in_the_region_newest_first(period):
    abroad = Abroad()
    (first,) = abroad.sound(VINNYTSIA)
    abroad.seconds = 600
    abroad.end(first)
    abroad.sound("154")
    abroad.sound(KYIV)
    abroad.sound(LVIV, status=Status.EXERCISE)
    told = abroad.read(f"alerts.in.ua/v1/regions/4/alerts/{period}.json")

    assert [(a["location_uid"], a["finished_at"]) for a in told["alerts"]] == [
        ("154", None),
        ("4", "2023-01-26T05:55:43.000Z"),
    ]
    assert all(a.keys() == KEYS - {"threats"} for a in told["alerts"])
    assert abroad.read(f"alerts.in.ua/v1/regions/27/alerts/{period}.json")["alerts"] == []


def test_a_history_is_of_a_known_period_and_kept_until_something_happens():
    abroad = Abroad()
    path = "alerts.in.ua/v1/regions/31/alerts/week_ago.json"
    before = abroad.ask(path).headers["etag"]
    abroad.seconds = 60
    assert abroad.ask(path).headers["etag"] == before
    abroad.sound(KYIV)

    assert abroad.ask(path).headers["etag"] != before
    assert abroad.ask("alerts.in.ua/v1/regions/31/alerts/year_ago.json").status_code == 404


def test_a_replay_s_disclaimer_says_that_nothing_of_it_is_now():
    assert abroad_disclaimer(replay=True).startswith("ПОВТОР")
    assert not abroad_disclaimer(replay=False).startswith("ПОВТОР")


def abroad_disclaimer(*, replay):
    return Abroad(replay=replay).read(ACTIVE)["disclaimer"]
