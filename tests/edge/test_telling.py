"""
Goal: nothing is encoded that nobody asked for, and nobody is told what concerns others.

Method: what the hub hands to the fan-out, counted.
"""

from __future__ import annotations

from tests.edge.hall import Hall

from tocsin.kernel.wire import Form


def test_where_nobody_listens_nothing_is_written():
    hall = Hall()
    hall.happen()
    hall.say(hall.core.heartbeat(), hall.core.cover("NORTH"))
    hall.hub.silent(True)
    assert hall.writers.broadcasts == []


def test_a_message_that_concerns_nobody_is_not_handed_on():
    hall = Hall()
    hall.open("HILLS")
    hall.happen("PORT")
    assert hall.writers.broadcasts == []


def test_a_board_is_encoded_once_for_each_set_of_areas_and_form():
    hall = Hall()
    for form in (Form.SSE, Form.SSE, Form.NDJSON):
        hall.open(form=form)
        hall.open("PORT", form=form)
    hall.say(hall.core.cover("NORTH"))
    *_, frames = hall.writers.broadcasts

    assert len(frames) == len({id(frame) for frame in frames}) == 4


def test_those_in_the_area_are_told_before_those_who_look_on_from_around_it():
    hall = Hall()
    for areas in ((), ("SOUTH",), ("PORT",), ("BEACH",), ("COAST",)):
        hall.open(*areas)
    hall.happen("COAST")
    *_, frames = hall.writers.broadcasts
    relations = [frame.split(b'"relation":"')[1].split(b'"')[0] for frame in frames]

    assert relations == [b"here", b"around", b"around", b"inside", b"inside"]
