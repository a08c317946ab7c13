"""
Goal: every door shows an alert in the same shape, and a message tells all that a client needs.

Method: shapes of alerts that the room decided, by example; then, over any history, what a client
knows that hears each message once, by the design's rule alone: act on `standing`, ignore what is
older.
"""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.alerts.country import GAZETTEER
from tests.alerts.histories import histories, recorded_events
from tests.alerts.sayings import (
    MILITARY,
    RESCUERS,
    VOLUNTEERS,
    Room,
    all_clear,
    begin,
    correct,
    drill,
    minute,
    sound,
    update,
)
from tests.views.shown import ledger_of, view_of

from tocsin.alerts.board import Board
from tocsin.alerts.messages import Hazard, Level, Threat
from tocsin.kernel.ids import AreaCode
from tocsin.views.board import alert_shape, area_shape, board_shape, message_shape


def shown(room):
    """The board's alerts after what a room decided."""
    return view_of(ledger_of(recorded_events(room.events)))[0].board()["alerts"]


def said(room):
    """The message of the last event, as (name, data)."""
    board, applied = Board(), None
    for event in recorded_events(room.events):
        applied = board.apply(event)
    return message_shape(applied, epoch="e", replay=False, gazetteer=GAZETTEER)


def test_the_sender_is_the_first_holder_and_the_others_confirm():
    room = Room()
    room.sound(VOLUNTEERS, at=0)
    room.sound(MILITARY, at=1)
    room.sound(RESCUERS, at=2)
    (alert,) = shown(room)

    assert (alert["sender"], alert["rank"], alert["since"]) == ("military", "authority", minute(0))
    assert alert["confirmations"] == [
        {"sender": "rescuers", "at": minute(2)},
        {"sender": "volunteers", "at": minute(0)},
    ]


def test_own_words_stand_beside_the_standard_ones():
    room = Room()
    room.tell(sound(text={"uk": "Біжіть!", "pl": "Biegnij!"}))
    (alert,) = shown(room)

    assert alert["text"]["uk"] == "Біжіть!"
    assert alert["text"]["pl"] == "Biegnij!"
    assert alert["text"]["en"] == "Air-raid alert. Take shelter now."


def test_a_drill_says_so_first_in_every_language_whoever_wrote_the_words():
    room = Room()
    room.tell(drill(text={"uk": "Усі в укриття!", "pl": "Do schronu!", "en": "EXERCISE. Go!"}))
    (alert,) = shown(room)

    assert alert["text"] == {
        "uk": "НАВЧАННЯ. Усі в укриття!",
        "pl": "EXERCISE. Do schronu!",
        "en": "EXERCISE. Go!",
    }


def test_an_area_that_only_an_older_tree_knew_is_shown_by_its_code():
    assert area_shape(AreaCode("GONE"), GAZETTEER) == {
        "code": "GONE", "iso": None, "uid": None, "level": 0, "name": {"uk": "GONE", "en": "GONE"},
    }  # fmt: skip
    room = Room()
    room.sound(area="PORT")
    (alert,) = room.area("PORT").standing
    without = type(GAZETTEER)(area for area in GAZETTEER if area.code != "PORT")

    assert alert_shape(alert, without)["area"]["code"] == "PORT"


@pytest.mark.parametrize(
    ("act", "name"),
    [
        (all_clear, "all-clear"),
        (lambda alert: correct(alert, reason="A wrong key."), "correction"),
        (lambda alert: update(alert, threat=Threat.DRONES), "update"),
        (lambda _: sound(RESCUERS), "update"),
    ],
)
def test_a_message_is_named_by_what_happened_and_shows_the_alert_as_it_is_or_was(act, name):
    room = Room()
    alert = room.sound()
    room.tell(act(alert))
    found, data = said(room)

    assert found == name
    assert data["alert"]["id"] == alert
    assert data["version"] == 2
    assert [one["id"] for one in data["standing"]] == ([alert] if name == "update" else [])
    ends = name in {"all-clear", "correction"}
    assert ("ended_at" in data["alert"]) is ends


def test_the_words_of_an_end_are_those_of_an_end():
    room = Room()
    alert = room.sound()
    room.tell(all_clear(alert, at=9))
    _, data = said(room)

    assert data["alert"]["text"] == {
        "uk": "Відбій: повітряна тривога.", "en": "All clear: air-raid alert.",
    }  # fmt: skip
    assert data["alert"]["ended_at"] == data["at"] == minute(9)


def test_a_correction_says_why():
    room = Room()
    alert = room.sound()
    room.tell(correct(alert, reason="A wrong key."))
    _, data = said(room)

    assert data["alert"]["reason"] == "A wrong key."
    assert data["alert"]["text"]["en"].startswith("False alert")


def test_one_holders_end_is_an_update_while_another_holds():
    room = Room()
    alert = room.sound()
    room.sound(RESCUERS)
    room.tell(all_clear(alert, MILITARY))
    name, data = said(room)

    assert name == "update"
    assert data["standing"][0]["sender"] == "rescuers"


def test_coverage_concerns_no_single_alert():
    room = Room()
    room.tell(begin())

    assert said(room) is None


def test_a_message_about_another_hazard_carries_the_alarm_with_it():
    room = Room()
    raid = room.sound()
    flood = room.sound(hazard=Hazard.FLOOD, level=Level.WATCH)
    _, data = said(room)

    assert [one["id"] for one in data["standing"]] == [raid, flood]


def test_a_board_of_nothing_is_still_a_board():
    board = board_shape(
        epoch="e", position=0, as_of=minute(0), replay=False, alerts=(), unknown=(),
        gazetteer=GAZETTEER,
    )  # fmt: skip

    assert board == {
        "epoch": "e", "position": 0, "as_of": minute(0), "replay": False, "alerts": [],
        "unknown": [],
    }  # fmt: skip


@given(histories(), st.randoms(use_true_random=False))
def test_who_hears_each_message_in_any_order_and_ignores_what_is_older_knows_what_stands(
    events, order: random.Random
):
    live, projections = view_of(ledger_of())
    messages = []
    for event in events:
        applied = projections.apply(event)
        message = message_shape(applied, epoch="e", replay=False, gazetteer=GAZETTEER)
        if message is not None:
            messages.append(message[1])
    order.shuffle(messages)
    versions, known = {}, {}
    for data in messages:
        code = data["area"]["code"]
        if data["version"] > versions.get(code, 0):
            versions[code], known[code] = data["version"], data["standing"]

    alerts = [alert for code in sorted(known) for alert in known[code]]
    assert alerts == live.board()["alerts"]
