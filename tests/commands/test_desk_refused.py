"""
Goal: nobody writes what is not theirs to say, or about what does not exist, and trying it harms
nobody else. The twin of `commands.py` is `test_commands.py`.

Method: examples at the desk, with remits as tokens give them.
"""

from __future__ import annotations

import msgspec
import pytest
from tests.alerts.country import GAZETTEER
from tests.alerts.desks import (
    BackwardClock,
    UnsteadyLedger,
    a_token,
    allowed,
    ask,
    kinds,
    raised,
    restarted,
    revocation,
)
from tests.alerts.sayings import (
    all_clear,
    an_id,
    begin,
    correct,
    minute,
    request,
    sound,
    update,
)
from tests.contract.memory_ledger import Shelf

from tocsin.alerts.messages import Level
from tocsin.commands import Answer, Desk, split_id
from tocsin.kernel.errors import Refused
from tocsin.kernel.ids import AreaCode
from tocsin.ledger.event import REPLAY_MARKED, NewEvent
from tocsin.ledger.port import Batch


@pytest.fixture
def shelf():
    return Shelf()


@pytest.fixture
def ledger(shelf):
    return UnsteadyLedger(shelf)


@pytest.fixture
def desk(ledger):
    return Desk(ledger, GAZETTEER, BackwardClock())


# --- Remits ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("remit", "area", "inside"),
    [
        ("LAND", "PORT", True),
        ("SOUTH", "SOUTH", True),
        ("SOUTH", "PORT", True),
        ("SOUTH", "LAND", False),
        ("SOUTH", "NORTH", False),
        ("PORT", "BEACH", False),
    ],
)
def test_a_sender_speaks_for_its_area_and_what_lies_in_it_alone(desk, shelf, remit, area, inside):
    if inside:
        assert not ask(desk, sound(area=area), grant=allowed(remit)).repeated
    else:
        with pytest.raises(Refused, match=r"remit\.outside"):
            ask(desk, sound(area=area), grant=allowed(remit))
        assert shelf.events == []


def test_one_area_outside_the_remit_refuses_all_of_them(desk, shelf):
    with pytest.raises(Refused, match=r"remit\.outside"):
        ask(desk, sound(area="PORT"), sound(area="NORTH"), grant=allowed("SOUTH"))
    assert shelf.events == []


@pytest.mark.parametrize("act", [update, all_clear, correct])
def test_an_alert_outside_the_remit_is_not_touched(desk, act):
    alert = raised(desk, area="NORTH")
    change = {"level": Level.WATCH} if act is update else {}
    with pytest.raises(Refused, match=r"remit\.outside"):
        ask(desk, act(alert, **change), grant=allowed("SOUTH"))
    assert desk.board.standing()[0].level is Level.WARNING


def test_another_power_is_not_enough(desk):
    with pytest.raises(Refused, match=r"remit\.outside"):
        ask(desk, sound(), grant=allowed("LAND", power="shelters:write"))


def test_no_token_makes_or_revokes_a_token(desk, shelf):
    for command in (a_token(), revocation()):
        with pytest.raises(Refused, match=r"remit\.outside"):
            ask(desk, command, grant=allowed())
    assert shelf.events == []
    ask(desk, a_token())
    ask(desk, revocation())
    assert kinds(shelf) == ["TokenIssued", "TokenRevoked"]
    assert [event.version for event in shelf.events] == [1, 2]


def test_a_token_made_and_revoked_in_one_commit_is_void(desk, shelf):
    desk.handle([request(a_token()), request(revocation()), request(revocation())])
    assert kinds(shelf) == ["TokenIssued", "TokenRevoked"]
    assert desk.register.listing() == restarted(shelf).register.listing() == ()


def test_tokens_and_alerts_of_one_area_have_versions_of_their_own(desk, shelf):
    desk.handle([request(a_token()), request(sound(area="LAND")), request(a_token(area="PORT"))])
    assert [(e.room, e.area, e.version) for e in shelf.events] == [
        ("authority", "LAND", 1),
        ("alerts", "LAND", 1),
    ]


def test_nobody_outside_raises_anything_in_a_replay(desk, shelf, ledger):
    mark = NewEvent(
        "ledger", AreaCode("LAND"), 1, REPLAY_MARKED, "Actual", "replay", minute(0), "{}"
    )
    ledger.append([Batch(an_id(), "0" * 16, [mark], "{}")], minute(0))
    desk = restarted(shelf)
    with pytest.raises(Refused, match=r"replay\.read_only"):
        ask(desk, sound(), grant=allowed())
    raised(desk)
    assert kinds(shelf) == [REPLAY_MARKED, "AlertRaised"]


# --- Names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", [update, all_clear, correct])
@pytest.mark.parametrize(
    "name", ["COAST-1-00000000", "COAST-9-00000000", "NOWHERE-1-00000000", "x", "", "-1-", "A-²-b"]
)
def test_an_alert_that_never_was_is_unknown_and_not_already_so(desk, act, name):
    raised(desk)
    command = msgspec.structs.replace(act("COAST-1-x"), alert=name)
    with pytest.raises(Refused, match=r"alert\.unknown"):
        ask(desk, command)


def test_an_all_clear_addressed_to_another_area_than_its_alerts_is_no_success(desk):
    alert = raised(desk, area="PORT")
    astray = msgspec.structs.replace(all_clear(alert), area=AreaCode("NORTH"))
    with pytest.raises(Refused, match=r"alert\.unknown"):
        ask(desk, astray)
    assert len(desk.board.standing()) == 1


def test_an_event_that_raised_nothing_names_no_alert(desk, shelf):
    alert = raised(desk)
    ask(desk, all_clear(alert))
    with pytest.raises(Refused, match=r"alert\.unknown"):
        ask(desk, all_clear(shelf.events[1].id))


@pytest.mark.parametrize("command", [sound, begin])
def test_an_area_unheard_of_is_refused_and_stops_nobody_else(desk, command):
    nowhere = command(area="NOWHERE")
    refused, accepted = desk.handle([request(nowhere), request(sound())])
    assert refused.code == "area.unknown"
    assert isinstance(accepted, Answer)
    (refused,) = desk.handle([request(nowhere, grant=allowed("SOUTH"))])
    assert refused.code == "remit.outside"


def test_an_alert_in_an_area_that_left_the_tree_can_still_be_ended(desk, ledger, shelf):
    alert = raised(desk, area="PORT")
    moved = [event._replace(area="ABOLISHED") for event in shelf.events]
    shelf.events[:], shelf.areas = moved, {("alerts", "ABOLISHED"): moved}
    desk = restarted(shelf)
    ending = msgspec.structs.replace(all_clear(alert), area=AreaCode("ABOLISHED"))
    with pytest.raises(Refused, match=r"remit\.outside"):
        ask(desk, ending, grant=allowed("SOUTH"))
    ask(desk, ending, grant=allowed("LAND"))
    assert desk.board.standing() == ()


@pytest.mark.parametrize("name", ["A-1234567890-b", "A--b", "A-1", "-1-b", "A-x-b", "A-²-b", ""])
def test_what_cannot_be_an_id_is_unknown_without_a_look_at_the_ledger(name):
    with pytest.raises(Refused, match=r"alert\.unknown"):
        split_id(name)


def test_an_id_is_split_into_area_and_version():
    assert split_id("UA80000000000093317-42-0123abcd") == ("UA80000000000093317", 42)
    assert split_id("A-B-7-0123abcd") == ("A-B", 7)
