"""
Goal: whoever keeps what it has read of a feed ends up with the newest plan and nothing else, and no
event ever changes without a higher number.

Method: any sequence of plans, emergencies and their ends, read after each of them by a keeper that
does as RFC 5546 says; what it holds is compared with the plan's own stretches.
"""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.power.grids import (
    NOON,
    TODAY,
    TOMORROW,
    after,
    at,
    cuts,
    day,
    publishes,
    restores,
)

from tocsin.channels.calendar_events import Kind, entries
from tocsin.kernel.time import rfc3339
from tocsin.power.messages import GroupCode, Power, Regime
from tocsin.views.power_stretches import only, plan_of

GROUP = GroupCode("1.1")
plans = st.text("ynm", min_size=24, max_size=24)
said = st.one_of(
    st.tuples(st.just("plan"), plans, st.sampled_from([TODAY, TOMORROW])),
    st.tuples(st.just("regime"), st.sampled_from([Regime.NONE, Regime.WAITING]),
              st.sampled_from([TODAY, TOMORROW])),
    st.tuples(st.just("cut")),
    st.tuples(st.just("lift")),
)  # fmt: skip


class Keeper:
    """A calendar that keeps events by their UID, and takes a newer one by its SEQUENCE."""

    def __init__(self):
        self.kept = {}

    def read(self, found):
        assert len({one.uid for one in found}) == len(found), "no UID twice"
        for one in found:
            known = self.kept.get(one.uid)
            if known is not None:
                assert one.sequence >= known.sequence
                same = one._replace(sequence=0, changed_at="") == known._replace(
                    sequence=0, changed_at=""
                )
                assert same == (one.sequence == known.sequence), (known, one)
            self.kept[one.uid] = one

    def standing(self):
        return {
            (one.start, one.end)
            for one in self.kept.values()
            if not one.cancelled and not one.uid.startswith("emergency")
        }


def commands(words):
    for number, (kind, *more) in enumerate(words, 1):
        seconds = 60 * number
        match kind:
            case "plan":
                yield publishes(day(more[0], date=more[1]), seconds=seconds)
            case "regime":
                yield publishes(day(date=more[1], regime=more[0]), seconds=seconds)
            case "cut":
                yield cuts(seconds)
            case _:
                yield restores(seconds)


def planned(state, moment):
    return {
        (one.start, one.end)
        for date in (TODAY, TOMORROW)
        for one in only(
            plan_of(state, GROUP, NOON.date() + timedelta(days=date == TOMORROW), rfc3339(moment)),
            Power.OFF, Power.MAYBE,
        )
    }  # fmt: skip


@given(st.lists(said, max_size=12), st.booleans())
def test_a_calendar_that_keeps_what_it_read_holds_the_newest_plan_and_nothing_else(words, often):
    keeper = Keeper()
    state = after()
    for number, command in enumerate(commands(words), 1):
        state = after(command, state=state)
        moment = NOON + timedelta(seconds=60 * number + 1)
        if often:
            keeper.read(entries(state, GROUP, moment))
    last = NOON + timedelta(seconds=60 * len(words) + 2)
    keeper.read(entries(state, GROUP, last))

    assert keeper.standing() == planned(state, last)


@settings(max_examples=40)
@given(st.lists(said, max_size=8))
def test_a_start_in_between_changes_nothing_since_all_follows_from_what_was_said(words):
    state = after(*commands(words))
    for number in range(len(words) + 1):
        moment = NOON + timedelta(seconds=60 * number + 1)
        then = after(*list(commands(words))[:number])
        assert entries(state, GROUP, moment) == entries(then, GROUP, moment)


def only_one(state, moment=NOON):
    (one,) = entries(state, GROUP, moment)
    return one


def test_a_slot_that_moves_its_end_is_the_same_event_and_one_that_goes_is_cancelled():
    state = after(publishes(day("y" * 14 + "nn" + "y" * 8)))
    first = only_one(state)
    longer = after(publishes(day("y" * 14 + "nnn" + "y" * 7), seconds=60), state=state)
    second = only_one(longer, NOON + timedelta(minutes=2))
    gone = after(publishes(day(), seconds=120), state=longer)
    third = only_one(gone, NOON + timedelta(minutes=3))

    assert first.uid == second.uid == third.uid
    assert [one.sequence for one in (first, second, third)] == [0, 1, 2]
    assert [one.cancelled for one in (first, second, third)] == [False, False, True]
    assert third.changed_at == at(120)
    back = after(publishes(day("y" * 14 + "nnn" + "y" * 7), seconds=180), state=gone)
    assert only_one(back, NOON + timedelta(minutes=4))._replace(changed_at="") == second._replace(
        sequence=3, changed_at=""
    )


def test_an_emergency_is_an_event_of_its_own_that_grows_until_somebody_ends_it():
    state = after(publishes(day("y" * 14 + "nn" + "y" * 8), seconds=-60), cuts())
    plan, cut = entries(state, GROUP, NOON)
    assert plan.kind is Kind.SUSPENDED
    assert (cut.kind, cut.start, cut.sequence, cut.open_end) == (Kind.EMERGENCY, NOON, 0, True)
    assert cut.end == NOON + timedelta(hours=12)
    (_, later) = entries(state, GROUP, NOON + timedelta(hours=13))
    assert (later.sequence, later.end) == (1, NOON + timedelta(hours=36))
    assert (cut.changed_at, later.changed_at) == (at(), at(43_200)), "it grew at midnight"
    ended = after(restores(14 * 3_600), state=state)
    (plan, over) = entries(ended, GROUP, NOON + timedelta(hours=15))
    assert (over.sequence, over.open_end) == (2, False)
    assert over.end == NOON + timedelta(hours=14)
    assert over.uid == cut.uid
    assert plan.kind is Kind.SUSPENDED, "what became of it while nothing was promised nobody knows"


def test_what_is_over_since_yesterday_is_told_no_more():
    state = after(publishes(day("n" * 24)), cuts(), restores(60))

    assert len(entries(state, GROUP, NOON + timedelta(days=1))) == 2
    assert entries(state, GROUP, NOON + timedelta(days=2)) == []
