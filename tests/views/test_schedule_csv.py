"""
What is written as a table reads back as the same, rules and weeks too.

Method: plans of every rule, written, and read by the reader of tables.
"""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.intake.schedules import read
from tests.power.grids import NOON, TODAY, TOMORROW, after, at, cuts, day, publishes, slots

from tocsin.power.messages import GroupCode, Regime
from tocsin.views.schedule_csv import COLUMNS, schedule_csv, template_csv

LETTERS = st.text("ynm?", min_size=24, max_size=24)


def written(state, seconds=0, days=()):
    return schedule_csv([state], NOON + timedelta(seconds=seconds), days)


@settings(max_examples=25)
@given(LETTERS, LETTERS, st.sampled_from([one for one in Regime if one is not Regime.HOURLY]))
def test_a_schedule_written_is_read_back_as_the_same(one, other, regime):
    days = (
        day(one), day(regime=regime, date=TOMORROW), day(other, group="1.2"),
    )  # fmt: skip
    state = after(publishes(*days, published_at=at(-60)))
    (edition,) = read(written(state).encode()).editions

    assert set(edition.days) == set(days)
    assert (edition.known_at, edition.published_at) == (at(), at(-60))


@settings(max_examples=25)
@given(st.lists(LETTERS, min_size=7, max_size=7))
def test_a_week_written_is_read_back_as_the_same(week):
    days = tuple(slots(letters) for letters in week)
    state = replace(after(publishes(day())), weeks={GroupCode("1.1"): days})
    (edition,) = read(template_csv([state]).encode()).editions

    assert (edition.weeks, edition.planned) == ({"1.1": days}, False)


def test_a_line_is_what_a_person_can_read():
    text = written(after(publishes(day("n" * 6 + "y" * 18))))

    assert text == written(after(publishes(day("n" * 6 + "y" * 18))), 60), "its age is its own"
    assert text.splitlines() == [
        ",".join(COLUMNS),
        f"grid,1.1,{TODAY},00:00,06:00,off,{at()},",
        f"grid,1.1,{TODAY},06:00,24:00,on,{at()},",
    ]


def test_an_emergency_is_told_as_one_and_read_back_as_unknown():
    state = after(publishes(day()), cuts(60))
    text = written(state, 120)

    assert f"grid,1.1,{TODAY},12:00,24:00,emergency," in text
    assert f"grid,1.2,{TOMORROW},,,emergency," in text
    (edition, *_) = read(text.encode()).editions
    assert "on" not in {str(s.power) for one in edition.days for s in one.slots if s.start >= 720}


def test_other_days_are_written_where_they_are_asked_for_and_unknown_ones_are_not():
    state = after(publishes(day(date="2026-10-25")))

    assert "2026-10-25" in written(state, days=[date(2026, 10, 25)])
    assert written(state).splitlines() == [",".join(COLUMNS)]
