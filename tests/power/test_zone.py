"""
Goal: what a company says is recorded once, with what is different and nothing else; a read that
failed or came back short loses nothing; an exercise changes nothing.

Method: each command once as it should be, once as it should not.
"""

from __future__ import annotations

import pytest
from tests.power.grids import (
    TODAY,
    TOMORROW,
    after,
    approves,
    at,
    cuts,
    damaged,
    day,
    empty,
    fails,
    mended,
    publishes,
    restores,
    usually,
)

from tocsin.kernel.errors import Malformed, Refused
from tocsin.kernel.words import Status
from tocsin.power.messages import GroupCode, GroupDay, Power, Regime, Slot
from tocsin.power.zone import DAYS_MOST, PAYLOAD_CHARACTERS, decide

DAY = "y" * 8 + "n" * 4 + "y" * 12
NIGHT = "n" * 6 + "y" * 18


def test_a_schedule_that_did_not_change_makes_no_event():
    state = after(publishes(day(NIGHT), day(group="1.2")))

    assert decide(state, 1, publishes(day(NIGHT), day(group="1.2"), seconds=60)) == ()


def test_one_that_did_makes_one_event_with_what_is_different():
    state = after(publishes(day(NIGHT), day(group="1.2"), day(NIGHT, date=TOMORROW)))
    (event,) = decide(
        state, 1, publishes(day(NIGHT), day(NIGHT, "1.2"), day(NIGHT, date=TOMORROW), seconds=60)
    )

    assert event.fact.days == (day(NIGHT, "1.2"),)


def test_every_version_stays_to_be_told_again():
    state = after(publishes(day(NIGHT)), publishes(day("n" * 24), seconds=60))

    group = GroupCode("1.1")
    assert state.known(group, TODAY, at(-1)) is None
    assert state.known(group, TODAY, at(59)).slots == day(NIGHT).slots
    assert state.known(group, TODAY, at(60)).slots == (Slot(0, 1_440, Power.OFF),)


def test_what_comes_late_is_known_from_when_it_was_fetched():
    state = after(publishes(day("n" * 24), seconds=60), publishes(day(NIGHT), seconds=0))

    assert [one.known_at for one in state.versions[GroupCode("1.1"), TODAY]] == [at(0), at(60)]
    assert state.known(GroupCode("1.1"), TODAY, at(61)).slots == day("n" * 24).slots


def test_an_answer_cut_short_is_refused_and_the_last_good_one_stays():
    state = after(publishes(day(NIGHT), day(NIGHT, "1.2")))
    short = publishes(day("y" * 24), seconds=60)

    with pytest.raises(Refused, match=r"power\.schedule_shrunk.*1 groups are told"):
        decide(state, 1, short)
    meant = publishes(day("y" * 24), seconds=60, fewer=True)
    assert len(after(meant, state=state).versions[GroupCode("1.1"), TODAY]) == 2


def test_a_failed_read_is_said_once_and_ends_with_the_next_that_works():
    state = after(publishes(day(NIGHT)), fails(60))

    assert (state.failing.since, state.failing.reason) == (at(60), "no answer")
    assert decide(state, 2, fails(120)) == ()
    assert len(decide(state, 2, fails(120, "nonsense"))) == 1
    (again,) = decide(state, 2, publishes(day(NIGHT), seconds=180))
    assert again.fact.days == ()
    read = after(publishes(day(NIGHT), seconds=180), state=state)
    assert read.failing is None
    assert len(read.versions[GroupCode("1.1"), TODAY]) == 1


def test_what_was_read_before_a_failure_does_not_end_it_and_a_failure_before_it_says_nothing():
    failing = after(publishes(day(NIGHT)), fails(60))

    assert decide(failing, 2, publishes(day(NIGHT), seconds=30)) == ()
    older = after(publishes(day(DAY), seconds=30), state=failing)
    assert older.failing == failing.failing
    assert len(older.versions[GroupCode("1.1"), TODAY]) == 2
    assert decide(after(publishes(day(NIGHT), seconds=60)), 1, fails(30)) == ()


@pytest.mark.parametrize(
    "days",
    [
        (day(), day()),
        (day(group="9.9"),),
        (GroupDay(group=GroupCode("1.1"), date=TODAY, regime=Regime.HOURLY),),
        (GroupDay(group=GroupCode("1.1"), date=TODAY, regime=Regime.NONE, slots=day().slots),),
        (day(),) * (DAYS_MOST + 1),
    ],
)
def test_days_that_cannot_be_meant_are_refused(days):
    with pytest.raises(Malformed, match=r"power\.schedule_malformed"):
        decide(empty(), 0, publishes(*days))


def test_what_was_fetched_is_kept_unless_it_is_too_large():
    (small,) = decide(empty(), 0, publishes(day(), payload="{}", payload_sha256="ab"))
    large = publishes(day(), payload="x" * (PAYLOAD_CHARACTERS + 1), payload_sha256="ab")
    (event,) = decide(empty(), 0, large)

    assert (small.fact.payload, event.fact.payload) == ("{}", "")
    assert event.fact.payload_sha256 == "ab"


def test_a_week_is_recorded_where_it_is_another():
    week = {"1.1": ["m" * 24] * 7}
    state = after(usually(week))

    assert decide(state, 1, usually(week)) == ()
    (event,) = decide(state, 1, usually(week | {"1.2": [NIGHT] * 7}))
    assert list(event.fact.weeks) == ["1.2"]
    for wrong in ({"1.1": ["m" * 24] * 6}, {"9.9": ["m" * 24] * 7}, {"1.1": ["m" * 23] * 7}):
        with pytest.raises(Malformed, match=r"power\.schedule_malformed"):
            decide(state, 1, usually(wrong))


def test_an_emergency_stands_until_it_is_lifted_and_is_said_once():
    state = after(cuts())

    assert decide(state, 1, cuts(60)) == ()
    assert state.emergency(at(999_999)).reason == "imminent danger"
    lifted = after(restores(120), state=state)
    assert lifted.emergency(at(119)) is not None
    assert lifted.emergency(at(120)) is None
    assert decide(lifted, 2, restores(180)) == ()
    assert after(cuts(240), state=lifted).emergency(at(240)).since == at(240)


def test_an_exercise_is_recorded_and_cuts_nothing():
    drilled = after(cuts(status=Status.EXERCISE), damaged(status=Status.TEST))
    standing = after(cuts(), restores(60, status=Status.EXERCISE))

    assert drilled == empty()
    assert standing.standing is not None
    assert len(decide(empty(), 0, cuts(status=Status.EXERCISE))) == 1


def test_damage_ends_when_all_have_power_again():
    (event,) = decide(empty(), 0, damaged(people=1_000))
    state = after(damaged(people=1_000))
    fewer = after(mended(event.id, 60, people_left=200), state=state)

    assert fewer.outages[0].people == 200
    assert decide(fewer, 2, mended(event.id, 90, people_left=200)) == ()
    over = after(mended(event.id, 120), state=fewer)
    assert over.outages[0].until == at(120)
    assert decide(over, 3, mended(event.id, 180)) == ()
    with pytest.raises(Refused, match=r"power\.outage_unknown"):
        decide(over, 3, mended("NORTH-9-00000000"))


@pytest.mark.parametrize(
    "command",
    [damaged(people=0), damaged(people=10**9), cuts(reason="x" * 1_001), fails(reason="x" * 1_001)],
)
def test_words_that_cannot_be_meant_are_refused(command):
    with pytest.raises(Malformed, match=r"power\.words_malformed"):
        decide(empty(), 0, command)


def test_a_plan_is_approved_once_and_says_who_did():
    state = after(approves(day(NIGHT, date=TOMORROW)))

    assert state.approved[0].sender == "dispatch"
    assert decide(state, 1, approves(day(NIGHT, date=TOMORROW), seconds=60)) == ()
    assert len(decide(state, 1, approves(sha="cd", seconds=60))) == 1
