"""
Goal: "power on" is never shown where no company has said so; an emergency goes before any plan, in
its zone and nowhere else; what is to change is told at the minute at which it changes.

Method: any sequence of editions, failures, emergencies and restarts over days with a clock change,
against a model that reads everything that was ever said. Control: a weakened outlook that takes
silence, waiting or an emergency for the plan, and must be told from the true one.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.power.grids import (
    LETTERS,
    NOON,
    TOMORROW,
    after,
    at,
    cuts,
    damaged,
    day,
    empty,
    fails,
    mended,
    publishes,
    restores,
)

from tocsin.kernel.errors import Refused
from tocsin.kernel.time import parse_rfc3339, rfc3339
from tocsin.power import outlook as outlooks
from tocsin.power.messages import GroupCode, Power, Regime
from tocsin.power.outlook import boundaries, half_hour_outlooks, outlook
from tocsin.power.state import ZoneState
from tocsin.power.zone import decide, evolve

KYIV = ZoneInfo("Europe/Kyiv")
GROUP = GroupCode("1.1")
CHANGE = date(2026, 3, 29)
START = datetime(2026, 3, 27, 22, tzinfo=UTC)
NIGHT = "n" * 6 + "y" * 18

hours = st.text("ynm?", min_size=24, max_size=24)
dates = st.integers(0, 4).map(lambda n: (date(2026, 3, 28) + timedelta(days=n)).isoformat())
minutes = st.integers(0, 5 * 24 * 60)


def moment(minute):
    return START + timedelta(minutes=minute)


def _seconds(minute):
    return int((moment(minute) - NOON).total_seconds())


saying = st.one_of(
    st.tuples(st.just("plan"), minutes, dates, hours),
    st.tuples(st.just("regime"), minutes, dates, st.sampled_from([*Regime][1:])),
    st.tuples(st.just("cut"), minutes),
    st.tuples(st.just("lift"), minutes),
    st.tuples(st.just("fail"), minutes),
    st.tuples(st.just("restart"), minutes),
)


def _command(kind, seconds, *what):
    match kind:
        case "plan":
            return publishes(day(what[1], date=what[0]), seconds=seconds, fewer=True)
        case "regime":
            days = day(date=what[0], regime=what[1])
            return publishes(days, seconds=seconds, fewer=True)
        case "cut":
            return cuts(seconds)
        case "lift":
            return restores(seconds)
    return fails(seconds, reason=f"at {seconds}")


def told(said):
    """Fold what was said, in the order of its moments, and keep what was accepted."""
    state, heard = empty(), []
    for kind, minute, *what in sorted(said, key=lambda one: one[1]):
        if kind == "restart":
            state = msgspec.msgpack.decode(msgspec.msgpack.encode(state), type=ZoneState)
            continue
        command = _command(kind, _seconds(minute), *what)
        events = decide(state, 0, command)
        for event in events:
            state = evolve(state, event)
        heard.append((kind, minute, *what))
    return state, heard


def by_the_book(heard, when, known):
    """Read off all that was said what was known of one moment."""
    standing, lifted = None, False
    for kind, minute, *_ in heard:
        if minute > known:
            break
        if kind == "cut" and standing is None:
            standing = minute
        elif kind == "lift" and standing is not None:
            lifted = standing <= when < minute or lifted
            standing = None
    if lifted or (standing is not None and standing <= when):
        return Power.EMERGENCY
    local = moment(when).astimezone(KYIV)
    answer = Power.UNKNOWN
    for kind, minute, *what in heard:
        if minute <= known and kind in {"plan", "regime"} and what[0] == local.date().isoformat():
            if kind == "plan":
                answer = LETTERS[what[1][local.hour]]
            else:
                answer = {Regime.NONE: Power.ON, Regime.EMERGENCY: Power.EMERGENCY}.get(
                    what[1], Power.UNKNOWN
                )
    return answer


@given(st.lists(saying, max_size=14), minutes, minutes)
def test_what_is_shown_is_what_was_said_and_never_on_where_nobody_has_said_so(said, when, known):
    state, heard = told(said)
    shown = outlook(state, GROUP, moment(when), rfc3339(moment(known)))

    assert shown.power is by_the_book(heard, when, known)


def _takes_silence_for_on(version, minute):
    return Power.ON if version is None else TRUE(version, minute)


def _takes_waiting_for_on(version, minute):
    waits = version is not None and version.regime is Regime.WAITING
    return Power.ON if waits else TRUE(version, minute)


TRUE = outlooks.power_in


@pytest.mark.parametrize("weakened", [_takes_silence_for_on, _takes_waiting_for_on])
def test_an_outlook_that_takes_silence_for_power_is_found_out(weakened, monkeypatch):
    said = [("regime", 10, "2026-03-28", Regime.WAITING)]
    state, heard = told(said)
    monkeypatch.setattr(outlooks, "power_in", weakened)
    wrong = [
        minute
        for minute in range(0, 4 * 1_440, 30)
        if outlook(state, GROUP, moment(minute)).power is not by_the_book(heard, minute, minute)
    ]
    assert wrong


@pytest.mark.parametrize(("day_", "count"), [(CHANGE, 46), (date(2026, 10, 25), 50)])
def test_a_day_on_which_the_clock_changes_is_told_in_all_its_half_hours(day_, count):
    hours_ = "".join("yn"[n % 2] for n in range(24))
    state = after(publishes(day(hours_, date=day_.isoformat())))
    found = half_hour_outlooks(state, GROUP, day_, at())

    assert len(found) == count
    for start, end, power in found:
        assert end - start == timedelta(minutes=30)
        assert power is LETTERS[hours_[start.astimezone(KYIV).hour]]


def test_an_emergency_in_one_zone_changes_no_other():
    quiet = after(publishes(day(NIGHT)))
    assert outlook(quiet, GROUP, NOON).power is Power.ON
    assert outlook(after(cuts(), state=quiet), GROUP, NOON).power is Power.EMERGENCY
    assert outlook(quiet, GROUP, NOON).power is Power.ON


def test_an_emergency_is_until_further_notice_and_its_past_stays_told():
    state = after(publishes(day(NIGHT)), cuts(3_600), restores(7_200))
    halves = {
        start: power for start, _, power in half_hour_outlooks(state, GROUP, NOON.date(), at(9_000))
    }
    before = half_hour_outlooks(state, GROUP, NOON.date(), at(3_600))

    hit = [start for start, power in halves.items() if power is Power.EMERGENCY]
    assert hit == [NOON + timedelta(hours=1), NOON + timedelta(minutes=90)]
    assert before[-1].power is Power.EMERGENCY, "nobody had said until when"
    assert outlook(state, GROUP, NOON + timedelta(hours=1)).until is None


def test_what_comes_next_is_told_with_its_minute():
    state = after(publishes(day(NIGHT), day("y" * 4 + "n" * 20, date=TOMORROW)))
    shown = outlook(state, GROUP, NOON)

    assert (shown.power, shown.since) == (Power.ON, "2026-01-26T04:00:00.000Z")
    assert (shown.until, shown.next) == ("2026-01-27T02:00:00.000Z", Power.OFF)
    changes = list(boundaries(state, GROUP, NOON, NOON + timedelta(days=1), at()))
    assert changes == [(parse_rfc3339("2026-01-27T02:00:00.000Z"), Power.OFF)]


def test_a_plan_holds_again_from_the_end_of_a_shutdown_and_not_from_before():
    state = after(publishes(day("y" * 24)), cuts(3_600), restores(7_200))

    assert outlook(state, GROUP, NOON + timedelta(hours=3)).since == at(7_200)
    assert outlook(state, GROUP, NOON).since == "2026-01-25T22:00:00.000Z"
    asked_then = outlook(state, GROUP, NOON + timedelta(hours=3), at(1))
    assert asked_then.since == "2026-01-25T22:00:00.000Z", "nobody knew of a shutdown yet"


def test_after_the_last_day_that_is_known_nothing_is_known():
    state = after(publishes(day("y" * 24)))
    shown = outlook(state, GROUP, NOON)

    assert (shown.until, shown.next) == ("2026-01-26T22:00:00.000Z", Power.UNKNOWN)


def test_under_an_emergency_no_change_is_promised():
    state = after(publishes(day(NIGHT)), cuts())

    assert list(boundaries(state, GROUP, NOON, NOON + timedelta(days=1), at())) == []


def test_damage_is_told_beside_the_plan_until_it_is_mended():
    state = after(publishes(day(NIGHT)), damaged(60))
    (outage,) = outlook(state, GROUP, NOON + timedelta(seconds=60)).outages

    assert outlook(state, GROUP, NOON).outages == ()
    whole = after(mended(outage.id, 120), state=state)
    assert outlook(whole, GROUP, NOON + timedelta(seconds=120)).outages == ()
    with pytest.raises(Refused):
        decide(whole, 0, mended("NORTH-99-00000000"))
