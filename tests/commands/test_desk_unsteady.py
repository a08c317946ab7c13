"""
Goal: when the disk is full, the ledger closes, or somebody else writes in between, nobody is told
anything that is not so. The twin of `commands.py` is `test_commands.py`.

Method: examples at the desk, on a ledger that fails when it is told to.
"""

from __future__ import annotations

import pytest
from tests.alerts.country import GAZETTEER
from tests.alerts.desks import (
    BackwardClock,
    UnsteadyLedger,
    a_token,
    allowed,
    body,
    kinds,
    raised,
    restarted,
)
from tests.alerts.sayings import (
    RESCUERS,
    all_clear,
    begin,
    drill,
    end,
    request,
    sound,
)
from tests.contract.memory_ledger import Shelf

from tocsin.commands import Desk
from tocsin.kernel.errors import Conflict, Unavailable
from tocsin.kernel.limits import BODY_BYTES


@pytest.fixture
def shelf():
    return Shelf()


@pytest.fixture
def ledger(shelf):
    return UnsteadyLedger(shelf)


@pytest.fixture
def desk(ledger):
    return Desk(ledger, GAZETTEER, BackwardClock())


# --- When the ledger fails ------------------------------------------------------------------------


def test_what_could_not_be_written_is_answered_so_and_leaves_the_board_as_it_was(
    desk, ledger, shelf
):
    alert = raised(desk)
    before, register = desk.board.dump(), desk.register.dump()
    ledger.failing = True
    asked = [request(all_clear(alert)), request(sound(area="NORTH")), request(a_token())]
    answers = desk.handle([*asked, asked[0], request(sound())])
    assert [answer.code for answer in answers] == ["ledger.disk_full"] * 5
    assert (desk.board.dump(), desk.register.dump()) == (before, register)
    assert kinds(shelf) == ["AlertRaised"]
    ledger.failing = False
    assert [a.repeated for a in desk.handle(asked)] == [False, False, False]


def test_nobody_is_refused_for_an_alert_that_could_not_be_written(desk, ledger):
    ledger.failing = True
    outside = request(sound(area="NORTH"), grant=allowed("SOUTH"))
    answers = desk.handle([outside, request(sound()), request(drill())])
    assert [answer.code for answer in answers] == [
        "remit.outside",
        "ledger.disk_full",
        "ledger.disk_full",
    ]


def test_a_repeat_is_answered_also_while_nothing_can_be_written(desk, ledger):
    asked = request(sound())
    (first,) = desk.handle([asked])
    ledger.failing = True
    alone, failed, again = (*desk.handle([asked]), *desk.handle([request(all_clear("x")), asked]))
    assert (alone.body, again.body) == (first.body, first.body)
    assert failed.code == "alert.unknown"
    failed, again = desk.handle([request(sound(RESCUERS)), asked])
    assert (failed.code, again.body) == ("ledger.disk_full", first.body)


def test_a_closed_ledger_answers_everybody(desk, ledger):
    ledger.close()
    answers = desk.handle([request(sound()), request(begin())])
    assert [answer.code for answer in answers] == ["ledger.closed"] * 2


def test_what_the_ledger_turns_down_is_refused_alone(desk, shelf):
    too_long = request(sound(text={"uk": "я" * BODY_BYTES}))
    answers = desk.handle([request(sound(area="NORTH")), too_long, request(sound(area="PORT"))])
    assert answers[1].code == "ledger.too_large"
    assert [event.area for event in shelf.events] == ["NORTH", "PORT"]
    assert [body(answers[n])["position"] for n in (0, 2)] == [1, 2]


# --- When somebody else writes --------------------------------------------------------------------


def test_what_somebody_else_wrote_is_folded_and_everything_decided_again(desk, ledger, shelf):
    other = restarted(shelf)
    exercise = request(drill(area="PORT"))
    ledger.before_append = lambda: other.handle([request(sound(area="SOUTH"))])
    refused, accepted = desk.handle([exercise, request(sound(RESCUERS, area="SOUTH"))])
    assert refused.code == "alert.drill_during_actual"
    assert body(accepted)["position"] == 2
    assert kinds(shelf) == ["AlertRaised", "AlertConfirmed"]


def test_a_command_that_somebody_else_took_in_meanwhile_acts_once(desk, ledger, shelf):
    asked = request(sound())
    other = restarted(shelf)
    ledger.before_append = lambda: other.handle([asked])
    (answer,) = desk.handle([asked])
    assert answer.repeated
    assert kinds(shelf) == ["AlertRaised"]


def test_a_desk_that_never_gets_its_turn_says_so(desk, ledger):
    def contend(batches, recorded_at):
        raise Conflict("ledger.conflict", "Somebody else wrote in between.")

    ledger.append = contend
    answers = desk.handle([request(sound()), request(end()), request(begin())])
    assert {(type(a), a.code, a.retry_after_s) for a in answers} == {
        (Unavailable, "ledger.contended", 1)
    }


def test_a_ledger_that_closes_during_a_conflict_answers_everybody(desk, ledger, shelf):
    other = restarted(shelf)

    def write_and_close():
        other.handle([request(sound())])
        ledger.read = closed

    def closed(*_):
        raise Unavailable("ledger.closed", "The ledger is closed.")

    ledger.before_append = write_and_close
    answers = desk.handle([request(sound(area="NORTH")), request(begin())])
    assert [answer.code for answer in answers] == ["ledger.closed"] * 2
