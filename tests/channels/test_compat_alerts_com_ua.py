"""
Goal: the dialect of alerts.com.ua: 25 states, on as soon as a part is, and nothing unknown in them.

Method: requests to the real site in one process; its streams are read in tests/compat.
"""

from __future__ import annotations

import pytest
from tests.channels.abroad import KYIV, LVIV, VINNYTSIA, VINNYTSIA_RAION, Abroad

from tocsin.alerts.messages import Hazard
from tocsin.kernel.words import Status

STATES = "alerts.com.ua/api/states"


def states(abroad):
    return {state["id"]: state for state in abroad.read(STATES)["states"]}


def test_a_state_is_on_as_soon_as_a_part_of_it_is_and_says_so():
    abroad = Abroad()
    abroad.sound(KYIV)
    abroad.sound(VINNYTSIA_RAION)
    told = states(abroad)

    assert sorted(told) == list(range(1, 26))
    assert [n for n, state in told.items() if state["alert"]] == [1, 25]
    assert [n for n, state in told.items() if state["partial"]] == [1]
    assert (told[25]["name"], told[25]["name_en"]) == ("м. Київ", "Kyiv")
    assert told[1]["name_en"] == "Vinnytsia oblast"


def test_a_state_tells_in_kyiv_s_time_when_it_last_changed():
    abroad = Abroad()
    (alert,) = abroad.sound(KYIV)
    assert states(abroad)[25]["changed"] == "2023-01-26T07:45:43+02:00"
    abroad.seconds = 600
    abroad.end(alert)

    assert states(abroad)[25]["changed"] == "2023-01-26T07:55:43+02:00"
    assert states(abroad)[12]["changed"] is None


@pytest.mark.parametrize("said", [{"status": Status.EXERCISE}, {"hazard": Hazard.CHEMICAL}])
def test_only_an_air_raid_switches_a_state_on(said):
    abroad = Abroad()
    abroad.sound(KYIV, **said)

    assert not states(abroad)[25]["alert"]


def test_the_short_form_has_ids_and_states_alone():
    abroad = Abroad()
    abroad.sound(LVIV)
    told = abroad.read(STATES + "?short")["states"]

    assert told[11] == {"id": 12, "alert": True}
    assert len(told) == 25


def test_one_state_and_one_that_is_none():
    abroad = Abroad()

    assert abroad.read(STATES + "/25")["state"]["name_en"] == "Kyiv"
    assert abroad.read(STATES + "/26")["state"] is None
    assert abroad.ask(STATES + "/kyiv").status_code == 404
    assert abroad.ask(STATES + "/live/26").status_code == 404


def test_what_nobody_is_heard_about_is_left_out():
    abroad = Abroad(heard=[KYIV])
    assert sorted(states(abroad)) == [25]
    abroad.sound(LVIV)

    assert sorted(states(abroad)) == [12, 25]
    assert abroad.ask(STATES + "/1").status_code == 503
    assert abroad.ask(STATES + "/live/1").status_code == 503
    assert abroad.read(STATES + "/12")["state"]["alert"]


def test_the_history_has_when_a_state_went_on_and_off_its_raions_counted_in():
    abroad = Abroad()
    (raion,) = abroad.sound(VINNYTSIA_RAION)
    abroad.seconds = 60
    (oblast,) = abroad.sound(VINNYTSIA)
    abroad.seconds = 120
    abroad.end(raion)
    abroad.seconds = 180
    abroad.end(oblast)
    abroad.sound(KYIV, hazard=Hazard.CHEMICAL)
    told = abroad.read("alerts.com.ua/api/history")

    assert [(turn["state_id"], turn["alert"], turn["date"]) for turn in told] == [
        (1, True, "2023-01-26T07:45:43+02:00"),
        (1, False, "2023-01-26T07:48:43+02:00"),
    ]
    assert len({turn["id"] for turn in told}) == 2


def test_the_map_is_the_page_s_own_picture():
    """This site has no pages, so what answers is the site's own word for "nothing here"."""
    answer = Abroad().ask("alerts.com.ua/map.png")

    assert (answer.status_code, answer.json()["code"]) == (404, "http.not_found")


def test_a_refusal_is_in_the_dialect_s_own_form():
    abroad = Abroad()
    abroad.answering.buckets.take("198.51.100.7", 299.9)
    answer = abroad.ask(STATES, address="198.51.100.7")

    assert answer.status_code == 429
    assert answer.json()["error"].startswith("Please wait 1 seconds")
