"""
A core without its ledger takes alarms and corrections, durably, once, and nothing else.

Method: examples at the desk of a core that is cut off; what two cores make of it together is in
`test_handover.py`.
"""

from __future__ import annotations

import json

import pytest
from tests.alerts.desks import allowed, ask, body, raised
from tests.alerts.sayings import (
    RESCUERS,
    all_clear,
    begin,
    correct,
    drill,
    own_all_clear,
    request,
    sound,
    update,
)
from tests.commands.cut_off import Core
from tests.contract.memory_ledger import Shelf

from tocsin.alerts.messages import Level
from tocsin.commands.spool_desk import read_spooled
from tocsin.kernel.errors import Malformed, Refused, Unavailable
from tocsin.ledger import spool as spools
from tocsin.ledger.spool import Spool

UNREACHABLE = r"ledger\.unreachable"


@pytest.fixture
def shelf():
    return Shelf()


@pytest.fixture
def core(shelf, tmp_path):
    made = Core(shelf, {}, tmp_path / "ledger.spool")
    made.reach.cut = True
    yield made
    made.spool.close()


@pytest.fixture
def desk(core):
    return core.desk


def test_a_raise_is_answered_with_a_version_and_no_position_and_heard_at_once(desk, core, shelf):
    answer = ask(desk, sound(area="NORTH"), sound(area="PORT"))
    assert [one["version"] for one in body(answer)["accepted"]] == [1, 1]
    assert body(answer)["position"] is None
    assert (answer.events, answer.repeated, shelf.events) == ((), False, [])
    assert core.listener.hears() == {("NORTH", "air_raid"), ("PORT", "air_raid")}


def test_what_was_accepted_is_on_disk_before_it_is_answered(desk, tmp_path):
    asked = request(sound(), grant=allowed())
    (answer,) = desk.handle([asked])
    beside = Spool(tmp_path / "ledger.spool")
    (kept,) = beside.waiting()
    beside.close()
    assert (kept.command_id, kept.answer) == (asked.command_id, answer.body)
    assert read_spooled(kept.command_id, kept.request) == asked


@pytest.mark.parametrize("act", [update, all_clear])
def test_what_needs_the_whole_record_is_refused(desk, act):
    alert = raised(desk)
    with pytest.raises(Unavailable, match=UNREACHABLE):
        ask(desk, act(alert, **({"level": Level.WATCH} if act is update else {})))


@pytest.mark.parametrize("command", [drill(), own_all_clear(), begin()])
def test_what_the_record_might_turn_down_or_can_wait_is_refused(desk, command):
    with pytest.raises(Unavailable, match=UNREACHABLE):
        ask(desk, command)


def test_a_correction_of_what_stands_on_the_last_known_board_is_taken(core, desk):
    core.reach.cut = False
    alert = raised(desk)
    core.follow()
    core.reach.cut = True
    assert body(ask(desk, correct(alert))) == {"id": alert, "version": 2, "position": None}
    assert core.listener.hears() == set()


def test_a_correction_of_what_is_not_known_to_stand_waits_for_the_record(desk):
    with pytest.raises(Unavailable, match=UNREACHABLE):
        ask(desk, correct("COAST-1-00000000"))


def test_a_correction_by_another_organisation_is_refused(desk):
    alert = raised(desk)
    with pytest.raises(Refused, match=r"alert\.held_by_another"):
        ask(desk, correct(alert, RESCUERS))


def test_a_repeat_is_answered_as_the_first_time_also_after_a_crash(core):
    asked = request(sound())
    (first,) = core.desk.handle([asked])
    core.start()
    again, twice = core.desk.handle([asked, asked])
    assert (again.body, again.repeated, twice) == (first.body, True, again)
    assert len(core.spool.waiting()) == 1


def test_a_repeat_of_what_the_ledger_answered_is_answered_from_memory(core, desk):
    core.reach.cut = False
    asked = request(sound())
    (first,) = desk.handle([asked])
    core.reach.cut = True
    (again,) = desk.handle([asked])
    assert (again.body, again.repeated) == (first.body, True)
    assert not core.spool.waiting()


def test_a_repeat_of_what_is_recorded_and_not_remembered_waits_for_the_record(core):
    core.reach.cut = False
    asked = request(sound())
    core.desk.handle([asked])
    core.start()
    core.reach.cut = True
    (again,) = core.desk.handle([asked])
    assert again.code == "ledger.unreachable"


def test_a_command_id_that_was_used_for_something_else_is_refused(desk):
    asked = request(sound())
    desk.handle([asked])
    with pytest.raises(Refused, match=r"command\.id_reused"):
        ask(desk, sound(area="NORTH"), command_id=asked.command_id)


def test_a_sender_outside_its_remit_is_refused_and_the_others_go_on(desk):
    answers = desk.handle(
        [
            request(sound(area="PORT"), grant=allowed("NORTH")),
            request(sound(area="PORT"), grant=allowed("COAST")),
            request(sound(area="NOWHERE"), grant=allowed("NOWHERE")),
        ]
    )
    assert [getattr(one, "code", "taken") for one in answers] == [
        "remit.outside",
        "taken",
        "area.unknown",
    ]


def test_one_area_that_is_refused_takes_its_whole_request_with_it(desk, core):
    asked = request(sound(area="PORT"), sound(area="NORTH"), grant=allowed("COAST"))
    (answer,) = desk.handle([asked])
    assert answer.code == "remit.outside"
    assert (core.spool.waiting(), core.listener.hears()) == ([], set())


def test_what_could_not_be_put_on_disk_is_not_told(desk, core, monkeypatch):
    monkeypatch.setattr(spools, "WAITING_MOST", 1)
    first, second = desk.handle([request(sound()), request(sound(area="NORTH"))])
    assert first is second
    assert first.code == "spool.full"
    assert core.listener.hears() == set()


def test_the_spool_of_another_version_is_unreadable():
    with pytest.raises(Malformed, match=r"spool\.unreadable"):
        read_spooled("one", json.dumps({"raises": [{"area": 1}]}))
