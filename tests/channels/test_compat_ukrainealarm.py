"""
Goal: the dialect of ukrainealarm and siren.pp.ua: inheritance down, part up, unknown never calm.

Method: requests to the real site in one process; what published clients make of it is in
tests/compat.
"""

from __future__ import annotations

import json

import pytest
from tests.channels.abroad import KYIV, UKRAINE, VINNYTSIA, VINNYTSIA_RAION, YALTA, Abroad

from tocsin.alerts.messages import Hazard, Threat
from tocsin.kernel.words import Status

V3 = "siren.pp.ua/api/v3"


def records(abroad):
    return {record["regionId"]: record for record in abroad.read(f"{V3}/alerts")}


def active(record):
    return [(a["regionId"], a["regionType"]) for a in record["activeAlerts"]]


def test_both_names_of_the_dialect_say_the_same():
    abroad = Abroad()
    abroad.sound(KYIV)
    for path in (
        "alerts",
        "alerts/31",
        "alerts/status",
        "regions",
        "alerts/regionHistory?regionId=31",
    ):
        assert abroad.read(f"{V3}/{path}") == abroad.read(f"ukrainealarm/api/v3/{path}")


def test_a_region_holds_what_covers_it_and_then_what_stands_in_its_parts():
    abroad = Abroad()
    abroad.sound(VINNYTSIA)
    abroad.sound(VINNYTSIA_RAION, hazard=Hazard.CHEMICAL)

    assert active(records(abroad)["4"]) == [("4", "State"), ("36", "District")]
    assert active(records(abroad)["36"]) == [("36", "District"), ("4", "State")]
    (hromada,) = abroad.read(f"{V3}/alerts/154")
    assert active(hromada) == [("36", "District"), ("4", "State")]
    assert records(abroad).keys() == {"4", "36"}


def test_an_oblast_turns_active_with_a_raion_and_its_type_says_that_it_is_partial():
    abroad = Abroad()
    abroad.sound(VINNYTSIA_RAION)

    assert active(records(abroad)["4"]) == [("36", "District")]


def test_an_alert_has_the_types_that_strict_clients_take():
    abroad = Abroad()
    abroad.sound(KYIV, threat=Threat.DRONES)
    record = records(abroad)["31"]
    (alert,) = record["activeAlerts"]

    assert (record["regionType"], record["regionName"], record["regionEngName"]) == (
        "State", "м. Київ", "Kyiv",
    )  # fmt: skip
    assert alert["type"] == "AIR"
    assert alert["activeAlertLevels"][0]["alertLevel"] == "Yellow"
    assert record["lastUpdate"] == alert["lastUpdate"] == "2023-01-26T05:45:43.000Z"


@pytest.mark.parametrize("hazard", [Hazard.ARTILLERY, Hazard.URBAN_FIGHTING, Hazard.NUCLEAR])
def test_levels_mean_something_for_air_raids_alone(hazard):
    abroad = Abroad()
    abroad.sound(KYIV, hazard=hazard, threat=Threat.DRONES)
    (level,) = records(abroad)["31"]["activeAlerts"][0]["activeAlertLevels"]

    assert (level["alertLevel"], level["reason"]) == ("Red", "")


def test_a_calm_region_tells_when_its_last_alert_ended():
    abroad = Abroad()
    (never,) = abroad.read(f"{V3}/alerts/31")
    (alert,) = abroad.sound(KYIV)
    abroad.seconds = 600
    abroad.end(alert)
    (calm,) = abroad.read(f"{V3}/alerts/31")

    assert never["lastUpdate"].startswith("1970")
    assert (calm["activeAlerts"], calm["lastUpdate"]) == ([], "2023-01-26T05:55:43.000Z")


def test_one_region_s_answer_fits_in_the_four_kilobytes_of_a_device():
    abroad = Abroad()
    parts = [str(a.uid) for a in UKRAINE if a.parent == UKRAINE.get("36").code]
    abroad.sound(*parts)
    for hazard in (Hazard.AIR_RAID, Hazard.ARTILLERY, Hazard.CHEMICAL):
        abroad.sound(VINNYTSIA, hazard=hazard)
    answer = abroad.ask(f"{V3}/alerts/4", accept_encoding="identity")

    assert len(answer.content) <= 4_096
    assert [a["type"] for a in answer.json()[0]["activeAlerts"][:3]] == [
        "AIR",
        "ARTILLERY",
        "CHEMICAL",
    ]


def test_where_nobody_is_heard_a_region_is_unavailable_and_never_calm():
    abroad = Abroad(heard=[KYIV])

    assert abroad.ask(f"{V3}/alerts/31").status_code == 200
    assert abroad.ask(f"{V3}/alerts/4").status_code == 503
    assert abroad.ask(f"{V3}/alerts").status_code == 200
    abroad.sound(VINNYTSIA_RAION)
    assert abroad.ask(f"{V3}/alerts/4").status_code == 200
    assert abroad.ask(f"{V3}/alerts/37").status_code == 503


def test_the_tree_has_three_levels_and_each_region_once():
    states = Abroad().read(f"{V3}/regions")["states"]

    def walk(nodes):
        for node in nodes:
            yield node["regionId"], node["regionType"]
            yield from walk(node["regionChildIds"])

    found = list(walk(states))
    assert len(found) == len(set(found)) == 1_611
    kinds = [kind for _, kind in found]
    assert (kinds.count("State"), kinds.count("District")) == (27, 126)


def test_crimea_has_this_dialect_s_own_number_and_both_are_understood():
    abroad = Abroad()
    abroad.sound(YALTA)

    assert active(records(abroad)["9999"]) == [("9999", "District")]
    assert abroad.read(f"{V3}/alerts/29") == abroad.read(f"{V3}/alerts/9999")


def test_a_region_s_history_has_how_long_each_alarm_lasted():
    abroad = Abroad()
    (first,) = abroad.sound(VINNYTSIA)
    abroad.seconds = 4 * 3600 + 22 * 60 + 25
    abroad.end(first)
    abroad.sound(VINNYTSIA_RAION, hazard=Hazard.ARTILLERY)
    abroad.sound(KYIV, status=Status.EXERCISE)
    abroad.seconds += 26 * 3600
    told = abroad.read(f"{V3}/alerts/regionHistory?regionId=36")

    assert (told["regionId"], told["regionName"]) == ("36", "Вінницький район")
    assert [
        (a["regionId"], a["alertType"], a["duration"], a["isContinue"]) for a in told["alarms"]
    ] == [
        ("36", "ARTILLERY", "1.02:00:00", True),
        ("4", "AIR", "04:22:25", False),
    ]
    assert told["alarms"][1]["endDate"] == "2023-01-26T10:08:08.000Z"
    assert abroad.read(f"{V3}/alerts/regionHistory?regionId=31")["alarms"] == []


@pytest.mark.parametrize("path", ["alerts/0", "alerts/abc", "alerts/６", "alerts/regionHistory"])
def test_what_is_no_region_is_not_found(path):
    answer = Abroad().ask(f"{V3}/{path}")

    assert (answer.status_code, answer.json()["code"]) == (404, "compat.no_region")


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_a_webhook_is_refused_with_a_sentence_where_nobody_may_be_called(method):
    answer = Abroad().ask("ukrainealarm/api/v3/webhook", method)

    assert answer.status_code == 501
    assert "alerts/status" in json.loads(answer.content)["message"]
