"""
Goal: an answer "accepted" is true for ever, a command acts once however often it comes, and what
is refused or cannot be written leaves no trace.

Method: examples at the desk, on a ledger in memory that can be made to fail. What Hypothesis makes
of the same desk is in `alerts/test_room.py`.
"""

from __future__ import annotations

import pytest
from tests.alerts.country import GAZETTEER
from tests.alerts.desks import (
    BackwardClock,
    UnsteadyLedger,
    ask,
    body,
    kinds,
    raised,
    restarted,
)
from tests.alerts.sayings import (
    MILITARY,
    RESCUERS,
    VOLUNTEERS,
    all_clear,
    correct,
    drill,
    minute,
    own_all_clear,
    request,
    sound,
    update,
)
from tests.contract.memory_ledger import Shelf

from tocsin.alerts.messages import Hazard, Level
from tocsin.commands import Desk, fingerprint
from tocsin.kernel.canonical import canonical
from tocsin.kernel.errors import Refused
from tocsin.kernel.words import Status


@pytest.fixture
def shelf():
    return Shelf()


@pytest.fixture
def ledger(shelf):
    return UnsteadyLedger(shelf)


@pytest.fixture
def desk(ledger):
    return Desk(ledger, GAZETTEER, BackwardClock())


# --- Answers --------------------------------------------------------------------------------------


def test_a_raise_is_answered_with_each_areas_alert_and_the_position(desk, shelf):
    answer = ask(desk, sound(area="NORTH"), sound(area="PORT"))
    north, port = (event.id for event in shelf.events)
    assert body(answer) == {
        "accepted": [
            {"area": "NORTH", "id": north, "version": 1},
            {"area": "PORT", "id": port, "version": 1},
        ],
        "position": 2,
    }
    assert [event.position for event in answer.events] == [1, 2]
    assert answer.body == canonical(body(answer))


@pytest.mark.parametrize("act", [update, all_clear, correct])
def test_whatever_is_done_to_an_alert_is_answered_with_its_version_and_the_position(desk, act):
    alert = raised(desk)
    change = {"level": Level.WATCH} if act is update else {}
    assert body(ask(desk, act(alert, **change))) == {"id": alert, "version": 2, "position": 2}


def test_what_is_already_so_is_answered_in_the_same_shape_and_recorded_as_answered(desk, shelf):
    alert = raised(desk)
    ask(desk, all_clear(alert))
    again = request(all_clear(alert))
    (answer,) = desk.handle([again])
    assert body(answer) == {"id": alert, "version": 2, "position": 2}
    assert answer.events == ()
    assert shelf.answers[again.command_id].answer == answer.body


def test_events_carry_the_senders_time_and_the_servers(desk, shelf):
    raised(desk, at=-3)
    (event,) = shelf.events
    assert event.happened_at == minute(-3)
    assert event.recorded_at == minute(-7)


def test_a_desk_goes_on_from_the_board_and_the_register_it_is_given(desk, shelf):
    raised(desk)
    taken = Desk(
        UnsteadyLedger(shelf), GAZETTEER, BackwardClock(), board=desk.board, tokens=desk.register
    )
    assert (taken.board, taken.register) == (desk.board, desk.register)
    assert kinds(shelf) == ["AlertRaised"]
    ask(taken, sound(RESCUERS))
    assert kinds(shelf) == ["AlertRaised", "AlertConfirmed"]


# --- A command acts once --------------------------------------------------------------------------


def test_a_command_repeated_ten_times_acts_once_and_is_answered_as_the_first_time(desk, shelf):
    asked = request(sound())
    (first,) = desk.handle([asked])
    for _ in range(5):
        desk.handle([request(sound(RESCUERS)), asked])
    together = desk.handle([asked] * 5)
    assert [answer.body for answer in together] == [first.body] * 5
    assert all(answer.repeated and answer.events == () for answer in together)
    assert kinds(shelf) == ["AlertRaised", "AlertConfirmed"]


def test_a_repeat_in_one_commit_with_the_first_is_answered_as_it(desk, shelf):
    asked = request(sound())
    answers = desk.handle([asked, asked, request(sound(RESCUERS)), asked])
    assert [a.repeated for a in answers] == [False, True, False, True]
    assert {answers[n].body for n in (0, 1, 3)} == {answers[0].body}
    assert kinds(shelf) == ["AlertRaised", "AlertConfirmed"]


def test_a_repeat_after_the_alert_is_over_raises_nothing(desk, shelf):
    asked = request(sound())
    (first,) = desk.handle([asked])
    ask(desk, all_clear(body(first)["accepted"][0]["id"]))
    (late,) = restarted(shelf).handle([asked])
    assert (late.body, late.repeated) == (first.body, True)
    assert kinds(shelf) == ["AlertRaised", "AllClearGiven"]


def test_a_repeat_of_what_was_already_so_stays_so_whatever_changed_since(desk):
    alert = raised(desk)
    nothing_new = request(sound())
    (first,) = desk.handle([nothing_new])
    ask(desk, all_clear(alert))
    (again,) = desk.handle([nothing_new])
    assert (again.body, again.repeated) == (first.body, True)
    assert desk.board.standing() == ()


def test_a_refused_command_leaves_no_trace_and_may_be_sent_again(desk, shelf):
    actual = raised(desk)
    exercise = request(drill(RESCUERS))
    for _ in range(2):
        (answer,) = desk.handle([exercise])
        assert answer.code == "alert.drill_during_actual"
    assert exercise.command_id not in shelf.answers
    ask(desk, all_clear(actual))
    (answer,) = desk.handle([exercise])
    assert not answer.repeated
    assert kinds(shelf) == ["AlertRaised", "AllClearGiven", "AlertRaised"]


def test_an_id_used_for_something_else_is_refused_alone_and_in_one_commit(desk, shelf):
    first = request(sound())
    other = request(sound(area="NORTH"), command_id=first.command_id)
    _, refused = desk.handle([first, other])
    assert refused.code == "command.id_reused"
    (refused,) = restarted(shelf).handle([other])
    assert refused.code == "command.id_reused"
    assert kinds(shelf) == ["AlertRaised"]


def test_a_fingerprint_tells_any_two_contents_apart_and_knows_the_same_again():
    assert fingerprint({"a": 1, "b": "я"}) == fingerprint({"b": "я", "a": 1})
    assert fingerprint({"a": 1}) != fingerprint({"a": "1"})
    assert fingerprint("a", "b") != fingerprint("ab")
    assert len(fingerprint("a")) == 16


# --- All or nothing -------------------------------------------------------------------------------


def test_a_raise_for_several_areas_is_recorded_whole_or_not_at_all(desk, shelf):
    raised(desk, area="PORT")
    before = desk.board.dump()
    with pytest.raises(Refused, match=r"alert\.drill_during_actual"):
        ask(desk, drill(area="NORTH"), drill(area="HILLS"), drill(area="SOUTH"))
    assert desk.board.dump() == before
    assert kinds(shelf) == ["AlertRaised"]
    answer = ask(desk, drill(area="NORTH"), drill(area="HILLS"))
    assert [said["area"] for said in body(answer)["accepted"]] == ["NORTH", "HILLS"]


def test_a_refused_request_leaves_the_others_of_its_commit_alone(desk, shelf):
    actual, exercise, flood = desk.handle(
        [request(sound()), request(drill(area="LAND")), request(sound(hazard=Hazard.FLOOD))]
    )
    assert exercise.code == "alert.drill_during_actual"
    assert (body(actual)["position"], body(flood)["position"]) == (1, 2)
    assert [event.version for event in shelf.events] == [1, 2]


def test_what_a_refused_request_had_begun_is_unknown_to_the_next_in_its_commit(desk, shelf):
    raised(desk, area="PORT")
    begun = request(drill(area="NORTH"), drill(area="HILLS"), drill(area="SOUTH"))
    refused, accepted = desk.handle([begun, request(sound(RESCUERS, area="PORT"))])
    assert refused.code == "alert.drill_during_actual"
    assert body(accepted)["position"] == 2
    assert desk.board.standing() == restarted(shelf).board.standing()
    assert [desk.board.area(area).version for area in ("NORTH", "HILLS")] == [0, 0]
    refused, accepted = desk.handle([begun, request(sound(area="NORTH"))])
    assert body(accepted)["accepted"][0]["version"] == 1
    assert kinds(shelf) == ["AlertRaised", "AlertConfirmed", "AlertRaised"]


def test_the_same_area_named_twice_is_one_alert(desk, shelf):
    answer = ask(desk, sound(area="PORT"), sound(area="PORT"))
    first, second = body(answer)["accepted"]
    assert first == second
    assert kinds(shelf) == ["AlertRaised"]


def test_a_drill_that_gave_way_is_looked_for_no_more(desk):
    ask(desk, drill(area="PORT"))
    assert desk.board.drilled_areas == {"PORT"}
    ask(desk, sound(area="PORT"))
    assert (desk.board.drilled_areas, desk.board.alerted_areas) == (set(), {"PORT"})


def test_requests_of_one_commit_are_decided_in_their_order(desk, shelf):
    desk.handle([request(drill()), request(sound(area="LAND")), request(sound(RESCUERS, "LAND"))])
    assert kinds(shelf) == ["AlertRaised", "DrillGaveWay", "AlertRaised", "AlertConfirmed"]
    assert [(e.area, e.version) for e in shelf.events] == [
        ("COAST", 1),
        ("COAST", 2),
        ("LAND", 1),
        ("LAND", 2),
    ]


# --- The day's ordinary words ---------------------------------------------------------------------


def test_an_observers_and_an_authoritys_files_told_together_end_as_rule_6_says(desk):
    for command in (
        sound(VOLUNTEERS, at=0),
        sound(MILITARY, at=1),
        own_all_clear(VOLUNTEERS, at=50),
    ):
        ask(desk, command)
    assert [h.sender for h in desk.board.standing()[0].holders] == ["military"]
    ask(desk, own_all_clear(MILITARY, at=60))
    assert desk.board.standing() == ()


def test_a_test_message_is_recorded_as_one(desk, shelf):
    raised(desk, status=Status.TEST)
    assert shelf.events[0].status == "Test"
