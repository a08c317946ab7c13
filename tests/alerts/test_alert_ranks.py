"""
Goal: who may confirm, change and end an alert is what the design says, case by case.

Method: single cases by name, on the room alone (design, section 2, rules 6 and 7). The other rules
of an alert are in `test_alert.py`.
"""

from __future__ import annotations

import pytest
from tests.alerts.sayings import (
    MILITARY,
    RADIO,
    RESCUERS,
    VOLUNTEERS,
    Room,
    all_clear,
    correct,
    facts,
    minute,
    own_all_clear,
    sound,
    update,
)

from tocsin.alerts.messages import Level, Threat
from tocsin.kernel.errors import Refused
from tocsin.kernel.words import Rank


@pytest.fixture
def room():
    return Room()


# --- Ranks and confirmations ----------------------------------------------------------------------


def test_a_second_sender_of_one_alert_confirms_it(room):
    first = room.sound()
    events = room.tell(sound(VOLUNTEERS, at=3))
    assert facts(events) == ["AlertConfirmed"]
    assert room.standing().id == first
    assert [(h.sender, h.at) for h in room.standing().holders] == [
        ("military", minute(0)),
        ("volunteers", minute(3)),
    ]


def test_the_same_sender_raising_again_is_already_so(room):
    room.sound()
    assert room.tell(sound(at=9)) == ()


def test_an_alert_ends_when_no_authority_holds_it_any_more(room):
    raid = room.sound()
    room.sound(RESCUERS)
    room.sound(VOLUNTEERS)
    assert facts(room.tell(all_clear(raid))) == ["ConfirmationWithdrawn"]
    assert room.standing().official
    assert facts(room.tell(all_clear(raid, RESCUERS))) == ["AllClearGiven"]
    assert room.standing() is None


def test_an_observers_all_clear_withdraws_its_own_word_and_ends_nothing_official(room):
    raid = room.sound()
    room.sound(VOLUNTEERS)
    assert facts(room.tell(all_clear(raid, VOLUNTEERS))) == ["ConfirmationWithdrawn"]
    assert [holder.sender for holder in room.standing().holders] == ["military"]


@pytest.mark.parametrize("ending", [all_clear, correct])
def test_an_observer_cannot_end_an_official_alert_that_it_never_confirmed(room, ending):
    raid = room.sound()
    with pytest.raises(Refused, match=r"alert\.held_by_another"):
        room.tell(ending(raid, VOLUNTEERS))


def test_what_only_observers_held_ends_with_the_last_of_them(room):
    raid = room.sound(VOLUNTEERS)
    room.sound(RADIO)
    assert facts(room.tell(all_clear(raid, VOLUNTEERS))) == ["ConfirmationWithdrawn"]
    assert facts(room.tell(all_clear(raid, RADIO))) == ["AllClearGiven"]


def test_an_observer_cannot_end_what_only_another_observer_held(room):
    raid = room.sound(VOLUNTEERS)
    with pytest.raises(Refused, match=r"alert\.held_by_another"):
        room.tell(all_clear(raid, RADIO))


@pytest.mark.parametrize(
    ("ending", "kind"), [(all_clear, "AllClearGiven"), (correct, "AlertCorrected")]
)
def test_an_authority_ends_what_only_observers_held_at_once(room, ending, kind):
    raid = room.sound(VOLUNTEERS)
    room.sound(RADIO)
    assert facts(room.tell(ending(raid, RESCUERS))) == [kind]


@pytest.mark.parametrize("ending", [all_clear, correct])
def test_an_authority_cannot_end_what_another_authority_holds(room, ending):
    raid = room.sound()
    with pytest.raises(Refused, match=r"alert\.held_by_another"):
        room.tell(ending(raid, RESCUERS))
    assert room.standing().id == raid


def test_an_authority_that_joins_an_observers_alert_makes_it_official(room):
    raid = room.sound(VOLUNTEERS)
    room.sound()
    assert [holder.sender for holder in room.standing().holders] == ["military", "volunteers"]
    room.tell(all_clear(raid, VOLUNTEERS))
    assert room.standing().id == raid
    with pytest.raises(Refused, match=r"alert\.held_by_another"):
        room.tell(all_clear(raid, RESCUERS))
    room.tell(all_clear(raid))
    assert room.standing() is None


def test_an_observer_who_became_an_authority_holds_as_one_from_its_next_word_on(room):
    promoted = (VOLUNTEERS[0], Rank.AUTHORITY)
    raid = room.sound(VOLUNTEERS)
    assert facts(room.tell(sound(promoted, at=5))) == ["AlertConfirmed"]
    assert [(h.rank, h.at) for h in room.standing().holders] == [(Rank.AUTHORITY, minute(5))]
    with pytest.raises(Refused, match=r"alert\.held_by_another"):
        room.tell(all_clear(raid, RESCUERS))
    assert room.tell(sound(promoted, at=6)) == ()


def test_an_authority_may_withdraw_what_its_organisation_said_as_an_observer(room):
    promoted = (VOLUNTEERS[0], Rank.AUTHORITY)
    raid = room.sound(VOLUNTEERS)
    room.sound(RESCUERS)
    assert facts(room.tell(all_clear(raid, promoted))) == ["ConfirmationWithdrawn"]
    assert [holder.sender for holder in room.standing().holders] == ["rescuers"]


def test_an_observers_token_cannot_end_what_its_organisation_holds_as_an_authority(room):
    raid = room.sound()
    demoted = (MILITARY[0], Rank.OBSERVER)
    assert room.tell(sound(demoted)) == ()
    for ending in (all_clear(raid, demoted), correct(raid, demoted), update(raid, demoted)):
        with pytest.raises(Refused, match=r"alert\.held_by_another"):
            room.tell(ending)
    with pytest.raises(Refused, match=r"alert\.held_by_another"):
        room.tell(own_all_clear(demoted))
    assert room.standing().id == raid


# --- Correction first -----------------------------------------------------------------------------


@pytest.mark.parametrize("who", [MILITARY, VOLUNTEERS])
@pytest.mark.parametrize(
    ("ending", "kind"), [(all_clear, "AllClearGiven"), (correct, "AlertCorrected")]
)
def test_all_clear_and_correction_of_ones_own_alert_are_one_command(room, who, ending, kind):
    raid = room.sound(who)
    assert facts(room.tell(ending(raid, who))) == [kind]
    assert room.standing() is None


def test_a_correction_of_what_others_still_hold_withdraws_and_says_why(room):
    raid = room.sound()
    room.sound(RESCUERS)
    (withdrawn,) = room.tell(correct(raid, reason="a wrong key"))
    assert (withdrawn.fact.alert, withdrawn.fact.reason) == (raid, "a wrong key")
    assert room.standing().id == raid


def test_an_alert_keeps_the_edition_of_the_words_it_was_raised_with(room):
    raid = room.sound()
    assert room.standing().wording >= 1
    room.tell(update(raid, level=Level.WATCH))
    assert room.standing().wording == room.events[0].fact.wording


# --- Updates and promotion ------------------------------------------------------------------------


def test_a_second_raise_promotes_watch_to_warning_and_never_back(room):
    raid = room.sound(level=Level.WATCH)
    (promoted,) = room.tell(sound(level=Level.WARNING))
    assert facts([promoted]) == ["AlertUpdated"]
    assert (room.standing().id, room.standing().level) == (raid, Level.WARNING)
    assert room.tell(sound(level=Level.WATCH)) == ()
    assert room.standing().level is Level.WARNING


def test_a_second_sender_that_knows_more_confirms_and_updates(room):
    room.sound()
    events = room.tell(sound(RESCUERS, threat=Threat.BALLISTIC, text={"uk": "Ракети"}))
    assert facts(events) == ["AlertConfirmed", "AlertUpdated"]
    assert [event.version for event in events] == [2, 3]
    assert (room.standing().threat, room.standing().text) == (Threat.BALLISTIC, {"uk": "Ракети"})


@pytest.mark.parametrize(
    ("first", "second", "heard"),
    [
        (MILITARY, RESCUERS, True),
        (MILITARY, MILITARY, True),
        (VOLUNTEERS, MILITARY, True),
        (VOLUNTEERS, RADIO, True),
        (MILITARY, VOLUNTEERS, False),
    ],
)
def test_the_last_who_may_say_what_it_is_and_in_what_words_is_heard(room, first, second, heard):
    room.sound(first, threat=Threat.DRONES, text={"uk": "Дрони"})
    room.tell(sound(second, threat=Threat.MISSILES, text={"uk": "Ракети"}))
    wanted = (Threat.MISSILES, "Ракети") if heard else (Threat.DRONES, "Дрони")
    assert (room.standing().threat, room.standing().text["uk"]) == wanted
    room.tell(sound(second))
    assert (room.standing().threat, room.standing().text["uk"]) == wanted, "silence says nothing"


def test_an_observer_adds_to_what_an_authority_said_and_contradicts_nothing(room):
    room.sound(threat=Threat.MISSILES)
    room.tell(sound(VOLUNTEERS, threat=Threat.DRONES, text={"en": "Look up"}))
    assert room.standing().threat is Threat.MISSILES
    assert room.standing().text == {"en": "Look up"}


def test_who_holds_an_alert_may_change_level_threat_reason_and_words(room):
    raid = room.sound()
    changes = {
        "level": Level.WATCH,
        "threat": Threat.DRONES,
        "reason": "drones only",
        "text": {"uk": "Дрони"},
    }
    for name, value in changes.items():
        assert facts(room.tell(update(raid, **{name: value}))) == ["AlertUpdated"]
        assert getattr(room.standing(), name) == value
    for name, value in changes.items():
        assert getattr(room.standing(), name) == value, "an update leaves the rest as it was"
    assert facts(room.tell(update(raid, text={}))) == ["AlertUpdated"]
    assert room.standing().text == {}


@pytest.mark.parametrize(
    ("holder", "other", "allowed"),
    [
        (MILITARY, RESCUERS, False),
        (MILITARY, VOLUNTEERS, False),
        (VOLUNTEERS, RESCUERS, True),
        (VOLUNTEERS, RADIO, False),
    ],
)
def test_who_does_not_hold_an_alert_changes_it_only_as_an_authority_over_observers(
    room, holder, other, allowed
):
    raid = room.sound(holder)
    change = update(raid, other, level=Level.WATCH)
    if allowed:
        assert facts(room.tell(change)) == ["AlertUpdated"]
    else:
        with pytest.raises(Refused, match=r"alert\.held_by_another"):
            room.tell(change)


def test_an_observer_who_confirmed_an_official_alert_cannot_change_it(room):
    raid = room.sound()
    room.sound(VOLUNTEERS)
    with pytest.raises(Refused, match=r"alert\.held_by_another"):
        room.tell(update(raid, VOLUNTEERS, level=Level.WATCH))
