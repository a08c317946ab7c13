"""
Goal: JAAM's pages of states say what is on, since when, and leave out what nobody knows.

Method: requests to the real site in one process; lamps over a WebSocket are read in tests/compat.
"""

from __future__ import annotations

import json

import pytest
from tests.channels.abroad import KYIV, LVIV, VINNYTSIA_RAION, Abroad

from tocsin.channels.compat_jaam import LAMPS, NEVER, _lamps


def page(abroad, version):
    return abroad.read(f"jaam/alerts_statuses_v{version}.json")


def test_the_first_page_says_on_off_since_when_and_whether_only_a_part_is():
    abroad = Abroad()
    (kyiv,) = abroad.sound(KYIV)
    abroad.sound(VINNYTSIA_RAION)
    states = page(abroad, 1)["states"]

    assert states["м. Київ"] == {
        "district": False,
        "enabled": True,
        "type": "state",
        "enabled_at": "2023-01-26T05:45:43Z",
        "disabled_at": None,
    }
    assert states["Вінницька область"]["district"] is True
    abroad.seconds = 600
    abroad.end(kyiv)
    assert page(abroad, 1)["states"]["м. Київ"]["disabled_at"] == "2023-01-26T05:55:43Z"


def test_the_other_pages_say_the_same_in_fewer_words():
    abroad = Abroad()
    abroad.sound(KYIV)

    assert page(abroad, 2)["states"]["м. Київ"] == {
        "alertnow": True,
        "changed": "2023-01-26T05:45:43Z",
    }
    assert page(abroad, 3)["states"]["м. Київ"] is True
    assert page(abroad, 3)["states"]["Львівська область"] is False
    assert len(page(abroad, 3)["states"]) == 26


def test_what_nobody_is_heard_about_is_left_out():
    abroad = Abroad(heard=[KYIV])
    abroad.sound(LVIV)

    assert page(abroad, 3)["states"] == {"Львівська область": True, "м. Київ": False}


@pytest.mark.parametrize("version", [1, 2, 3, 4])
def test_lamps_are_in_the_maps_own_order_with_the_second_they_changed(version):
    abroad = Abroad()
    abroad.sound(KYIV)
    lamps = tuple(abroad.region(uid) for uid in LAMPS)
    speak = _lamps(abroad.answering, lamps, version)
    message = json.loads(speak(abroad.table, frozenset({31})))

    on = [(lamp if version == 1 else lamp[0]) for lamp in message["alerts"]]
    assert on == [int(uid == 31) for uid in LAMPS]
    if version > 1:
        assert message["alerts"][25] == [1, 1_674_711_943]
        assert message["alerts"][0] == [0, NEVER]
    assert speak(abroad.table, frozenset({30})) == b""
