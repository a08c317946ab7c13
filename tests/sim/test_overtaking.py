"""
Goal: an all-clear never overtakes its alert, whatever a channel does to the order of messages.

Method: every order of the six messages of a night in one area, each message also twice; then any
histories in any order. Two listeners are held to it: the client's fold, and a siren that knows
nothing but versions. After each message both must show what stood at the highest version heard.
"""

from __future__ import annotations

import json
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.alerts.country import GAZETTEER
from tests.alerts.histories import histories, recorded_events
from tests.alerts.sayings import Room, all_clear, drill, sound
from tests.sim.listeners import Siren, picture_of
from tests.sim.world import World

from tocsin.alerts.board import Board
from tocsin.alerts.messages import Hazard, Level
from tocsin.client.standing import Standing
from tocsin.kernel.wire import encode
from tocsin.views.board import board_shape, message_shape


def messages_of(events):
    """What the stream says of each event, with its name, as it arrives after the wire."""
    board, said = Board(), []
    for event in events:
        applied = board.apply(event)
        shape = applied and message_shape(applied, epoch="e", replay=False, gazetteer=GAZETTEER)
        if shape:
            said.append((shape[0], json.loads(encode(shape[1]))))
    return said


def listener():
    """A client that has connected before anything happened."""
    standing = Standing()
    empty = board_shape(
        epoch="e", position=0, as_of="", replay=False, alerts=(), unknown=(), gazetteer=GAZETTEER
    )
    standing.take("board", empty)
    return standing


def shown_after_each(messages):
    """What a client and a siren show of each area after each message."""
    standing, siren, held = listener(), Siren(World(0)), {}
    for name, data in messages:
        standing.take(name, data)
        before = len(siren.log)
        siren.receive(data)
        held |= {area: picture for area, _, picture in siren.log[before:]}
        siren_shows = frozenset(alert for picture in held.values() for alert in picture)
        yield data, picture_of(standing.board()["alerts"]), siren_shows


def expected_after_each(messages):
    """The rule: of each area, what its message with the highest version so far says stands."""
    latest = {}
    for _, data in messages:
        area = data["area"]["code"]
        if area not in latest or data["version"] > latest[area]["version"]:
            latest[area] = data
        yield frozenset(
            alert for newest in latest.values() for alert in picture_of(newest["standing"])
        )


def a_night():
    room = Room()
    raid = room.sound()
    flood = room.sound(hazard=Hazard.FLOOD, level=Level.WATCH)
    room.tell(all_clear(raid))
    again = room.sound()
    room.tell(all_clear(flood))
    room.tell(all_clear(again))
    return messages_of(recorded_events(room.events))


@pytest.mark.parametrize("twice", [False, True])
def test_no_order_of_a_nights_messages_shows_what_is_over_or_hides_what_stands(twice):
    night = a_night()
    assert len(night) == 6
    for order in permutations(night):
        heard = [message for message in order for _ in range(2)] if twice else order
        for (_, client, siren), wanted in zip(
            shown_after_each(heard), expected_after_each(heard), strict=True
        ):
            assert client == siren == wanted
        assert wanted == frozenset()


@given(histories(at_most=12), st.data())
def test_no_order_of_any_messages_does(events, data):
    said = messages_of(events)
    heard = data.draw(st.permutations(said + said[: len(said) // 2]))
    for (_, client, siren), wanted in zip(
        shown_after_each(heard), expected_after_each(heard), strict=True
    ):
        assert client == siren == wanted


def test_a_late_alert_is_not_sounded_after_its_all_clear():
    room = Room()
    room.tell(all_clear(room.sound()))
    raised, over = messages_of(recorded_events(room.events))
    siren = Siren(World(0))
    for _, data in (over, raised, over):
        siren.receive(data)
    assert siren.sounded == []
    assert siren.versions == {"COAST": 2}


def test_a_message_about_a_drill_hides_no_alarm_elsewhere_in_the_area():
    room = Room()
    room.tell(drill(area="NORTH"))
    room.tell(drill(area="NORTH", hazard=Hazard.FLOOD))
    room.tell(sound(area="NORTH"))
    said = messages_of(recorded_events(room.events))
    assert [name for name, _ in said] == ["alert", "alert", "all-clear", "all-clear", "alert"]
    *_, (_, client, siren) = shown_after_each([said[4], *said[:4]])
    assert {level for _, _, _, level in client} == {"warning"}
    assert client == siren
