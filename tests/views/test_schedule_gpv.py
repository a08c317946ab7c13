"""
What is written in the GPV shape is what is known, cell by cell, and reads back as the same.

Method: plans drawn at random, written, and read by the reader of that shape; what it cannot say.
"""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.intake.schedules import WORDS, packed, read, row
from tests.power.grids import NOON, TODAY, after, at, cuts, day, fails, publishes

from tocsin.power.day import of_cells
from tocsin.power.messages import GroupCode, GroupDay, Power, Regime
from tocsin.views.schedule_gpv import CELLS, gpv, hours

HOURS = st.text("".join(WORDS), min_size=24, max_size=24)


def slots(letters):
    return of_cells(half for letter in letters for half in CELLS[WORDS[letter]])


def plan(letters, group="1.1", on=TODAY):
    return GroupDay(group=GroupCode(group), date=on, regime=Regime.HOURLY, slots=slots(letters))


def written(state, seconds=0, days=()):
    return gpv([state], NOON + timedelta(seconds=seconds), days)


@settings(max_examples=25)
@given(HOURS, HOURS, HOURS)
def test_a_schedule_written_is_read_back_as_the_same(today, other, tomorrow):
    days = (plan(today), plan(other, "1.2"), plan(tomorrow, on="2026-01-27"))
    state = after(publishes(*days, published_at=at(-60)))
    (edition,) = read(packed(written(state))).editions

    assert set(edition.days) == set(days)
    assert edition.published_at == at(-60)
    assert edition.known_at == at()
    cells = written(state)["fact"]["data"]["1769378400"]["GPV1.1"]
    assert cells == row(today)


@settings(max_examples=25)
@given(st.lists(HOURS, min_size=7, max_size=7))
def test_a_week_written_is_read_back_as_the_same(week):
    days = tuple(map(slots, week))
    state = replace(after(publishes(day())), weeks={GroupCode("1.1"): days})
    (edition,) = read(packed(written(state))).editions

    assert edition.weeks == {"1.1": days}


def test_what_is_not_known_is_left_out():
    state = after(publishes(day("?" + "y" * 23), day(regime=Regime.WAITING, group="1.2")))
    data = written(state)["fact"]["data"]

    assert list(data) == ["1769378400"]
    assert list(data["1769378400"]) == ["GPV1.1"]
    assert "1" not in data["1769378400"]["GPV1.1"]
    assert written(state, -60)["fact"]["data"] == {}


def test_a_day_on_which_nothing_is_cut_has_power_in_every_cell():
    state = after(publishes(day(regime=Regime.NONE)))

    assert set(written(state)["fact"]["data"]["1769378400"]["GPV1.1"].values()) == {"yes"}


def test_the_half_hours_of_an_emergency_are_not_told_as_planned():
    state = after(publishes(day(), day(date="2026-01-27")), cuts(60))
    data = written(state, 120)["fact"]["data"]

    assert set(data) == {"1769378400"}
    assert set(data["1769378400"]["GPV1.1"]) == {str(n) for n in range(1, 13)}


def test_a_failing_source_is_told_as_failing():
    state = after(publishes(day()), fails(60))

    assert written(state)["lastUpdateStatus"]["ok"] is True
    assert written(state, 60)["lastUpdateStatus"] == {
        "status": "failed", "ok": False, "message": "no answer",
    }  # fmt: skip


def test_what_has_no_word_is_told_as_the_worse_of_both_halves():
    pairs = [(Power.OFF, Power.MAYBE), (Power.MAYBE, Power.OFF), (Power.OFF, Power.UNKNOWN)]
    cells = [power for pair in pairs for power in pair] + [Power.ON] * 42

    assert [hours(cells).get(str(n)) for n in (1, 2, 3, 4)] == ["no", "no", None, "yes"]


def test_today_is_the_companys_own_and_changes_at_its_midnight():
    state = after(publishes(day()))

    assert written(state, 12 * 3_600 - 1)["fact"]["today"] == 1_769_378_400
    assert written(state, 12 * 3_600)["fact"]["today"] == 1_769_464_800


def test_other_days_are_written_where_they_are_asked_for():
    state = after(publishes(day(date="2026-03-29"), day(date="2026-10-25")))
    data = written(state, days=[date(2026, 3, 29), date(2026, 10, 25)])["fact"]["data"]

    assert list(data) == ["1774735200", "1792875600"]
    assert [len(rows["GPV1.1"]) for rows in data.values()] == [24, 24]
