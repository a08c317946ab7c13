"""
Goal: whoever can only ask hears of each change once, and nobody waits longer than 25 s.

Method: the hub with a clock that the test holds, and a client that asks again with the place it
was told.
"""

from __future__ import annotations

import pytest
from tests.edge.hall import EPOCH, Hall, moment

from tocsin.edge import polls as module
from tocsin.edge.polls import WAIT_S, poll_body
from tocsin.kernel.errors import Unavailable
from tocsin.kernel.wire import Place, parse_place


def events(answers):
    (answer,) = answers
    return [(event["event"], event["id"]) for event in answer["events"]]


def test_without_a_place_the_answer_is_the_board_at_once():
    hall = Hall()
    place = hall.happen("PORT")
    answers, cancel = hall.poll("PORT")

    assert events(answers) == [("board", f"{EPOCH}:1")]
    assert answers[0]["place"] == str(place)
    assert answers[0]["events"][0]["data"] == hall.core.board_shape()
    cancel()


def test_what_was_missed_is_the_answer_at_once():
    hall = Hall()
    for area in ("PORT", "HILLS", "SOUTH"):
        hall.happen(area)
    answers, _ = hall.poll("PORT", since=Place(EPOCH, 0))

    assert events(answers) == [("alert", f"{EPOCH}:1"), ("alert", f"{EPOCH}:3")]
    assert [e["data"]["relation"] for e in answers[0]["events"]] == ["here", "around"]
    assert answers[0]["place"] == f"{EPOCH}:3"


@pytest.mark.parametrize("since", [Place("fedcba9876543210", 0), Place(EPOCH, 9)])
def test_a_place_that_is_not_known_is_answered_by_the_board(since):
    assert events(Hall().poll(since=since)[0]) == [("board", f"{EPOCH}:0")]


def test_a_question_waits_until_something_happens_that_concerns_it():
    hall = Hall()
    answers, _ = hall.poll("PORT", since=hall.core.place)
    hall.happen("HILLS")
    hall.say(hall.core.heartbeat(), hall.core.tick())
    assert answers == []
    assert hall.hub.counts().polls == 1
    hall.happen("PORT")

    assert events(answers) == [("alert", f"{EPOCH}:2")]
    assert hall.hub.counts()[1:3] == (0, 0)
    hall.happen("PORT")
    hall.timer.run(WAIT_S)
    assert len(answers) == 1


def test_after_25_seconds_it_is_answered_with_nothing_and_the_place():
    hall = Hall()
    answers, _ = hall.poll("PORT", since=hall.core.place)
    hall.happen("HILLS")
    hall.timer.run(WAIT_S - 1)
    assert answers == []
    hall.timer.run(1)

    assert answers == [{"place": f"{EPOCH}:1", "events": []}]


def test_a_new_board_answers_all_who_wait():
    hall = Hall()
    answers, _ = hall.poll("PORT", since=hall.core.place)
    hall.say(hall.core.cover("NORTH"))

    assert events(answers) == [("board", f"{EPOCH}:1")]


def test_that_the_core_is_not_heard_answers_all_who_wait_and_again_after_five_seconds():
    hall = Hall()
    hall.core.second = 3
    hall.say(hall.core.tick())
    answers, _ = hall.poll(since=hall.core.place)
    hall.hub.silent(True)
    assert events(answers) == [("stale", None)]
    assert answers[0]["events"][0]["data"]["since"] == moment(3)

    answers, _ = hall.poll(since=parse_place(answers[0]["place"]))
    hall.timer.run(4)
    assert answers == [], "else it would ask without end"
    hall.timer.run(1)
    assert events(answers) == [("stale", None)]


def test_who_is_gone_is_answered_no_more():
    hall = Hall()
    answers, cancel = hall.poll("PORT", since=hall.core.place)
    cancel()
    cancel()
    hall.happen("PORT")
    hall.timer.run(60)

    assert answers == []
    assert hall.hub.counts().polls == 0
    assert hall.hub.counts().sets == 0


def test_many_are_answered_bit_by_bit_and_who_leaves_meanwhile_is_not(monkeypatch):
    monkeypatch.setattr(module, "AT_ONCE", 2)
    hall = Hall()
    asked = [hall.poll(since=hall.core.place) for _ in range(7)]
    hall.happen("PORT")
    done = [one for one in asked if one[0]]
    assert len(done) == 2
    assert hall.hub.counts().polls == 0
    gone = next(one for one in asked if not one[0])
    gone[1]()
    hall.timer.run(0)

    assert sum(len(answers) for answers, _ in asked) == 6
    assert gone[0] == []


def test_more_than_may_wait_are_refused_and_told_when_to_come_back(monkeypatch):
    monkeypatch.setattr("tocsin.edge.hub.POLLS_MAX", 1)
    hall = Hall()
    hall.poll(since=hall.core.place)
    with pytest.raises(Unavailable, match=r"stream\.too_many_polls"):
        hall.poll(since=hall.core.place)
    assert hall.poll()[0], "what is known is answered all the same"


def test_before_there_is_a_place_none_is_told():
    assert poll_body(None, []) == b'{"place":null,"events":[]}'
