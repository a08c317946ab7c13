"""
A day that leaves as a schedule says no more than what is known, by the wall's clock.

Method: the room's own sayings; emergencies over plans; days of 23 and 25 hours.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from tests.power.grids import NOON, TODAY, after, at, cuts, day, empty, publishes, restores

from tocsin.power.messages import GroupCode, Power, Regime
from tocsin.views.schedule_days import days_from, in_order, known_day, schedule_json

ONE = GroupCode("1.1")
NIGHT = "n" * 6 + "y" * 18
MONDAY = date(2026, 1, 26)


def cells(state, at_=None, on=MONDAY):
    short = {"on": "y", "off": "n", "maybe": "m", "emergency": "!", "unknown": "?"}
    return "".join(short[power] for power in known_day(state, ONE, on, at_ or at(10**6)).cells)


def test_a_plan_is_told_half_hour_by_half_hour_as_it_was_known():
    state = after(publishes(day(NIGHT)), publishes(day("y" * 24), seconds=60))

    assert cells(state, at(59)) == "n" * 12 + "y" * 36
    assert cells(state, at(60)) == "y" * 48
    assert cells(state, at(-1)) == "?" * 48


def test_an_emergency_takes_its_half_hours_out_of_the_plan():
    state = after(publishes(day(NIGHT)), cuts(60), restores(5_400))
    known = known_day(state, ONE, MONDAY, at(7_200))

    assert cells(state, at(7_200)) == "n" * 12 + "y" * 12 + "!" * 3 + "y" * 21
    assert (known.regime, known.slots[2].power) == (Regime.HOURLY, Power.EMERGENCY)
    assert known_day(state, ONE, date(2026, 1, 27), at(60)).regime is Regime.EMERGENCY


def test_a_rule_without_times_fills_its_day_and_waiting_is_unknown():
    for regime, letter in (("none", "y"), ("waiting", "?"), ("unknown", "?"), ("emergency", "!")):
        state = after(publishes(day(regime=Regime(regime))))
        assert cells(state) == letter * 48
        assert known_day(state, ONE, MONDAY, at()).regime is Regime(regime)


def test_groups_are_sorted_as_people_count_them():
    groups = [GroupCode(code) for code in ("10.1", "2.2", "1001.1", "2.1", "block-3", "1.1")]

    assert in_order(groups) == ["1.1", "2.1", "2.2", "10.1", "1001.1", "block-3"]


def test_today_and_tomorrow_are_those_on_the_wall():
    late = datetime(2026, 1, 25, 22, 30, tzinfo=UTC)

    assert days_from(late, "Europe/Kyiv") == [MONDAY, date(2026, 1, 27)]


def test_the_days_of_a_clock_change_have_46_and_50_half_hours_without_a_gap():
    for on, count in (("2026-03-29", 46), ("2026-01-26", 48), ("2026-10-25", 50)):
        noon = datetime.fromisoformat(f"{on}T10:00:00+00:00")
        plan = day("yyyn" + "y" * 20, date=on)
        state = after(publishes(plan, seconds=(noon - NOON).total_seconds() - 60), state=empty())
        told = schedule_json(state, ONE, noon)

        assert len(told["slots"]) == count
        assert all(
            a["to"] == b["from"] for a, b in zip(told["slots"], told["slots"][1:], strict=False)
        )
        off = [slot for slot in told["slots"] if slot["state"] == "off"]
        assert len(off) == {46: 0, 48: 2, 50: 4}[count], (
            "03:00 to 04:00 is left out, or comes twice"
        )


def test_the_answer_has_the_shape_that_is_promised():
    state = after(publishes(day(NIGHT), published_at=at(-60)))
    told = schedule_json(state, ONE, NOON + timedelta(seconds=90))

    assert told == {
        "operator": "grid",
        "group": "1.1",
        "zone": "east",
        "date": TODAY,
        "known_at": at(90),
        "version_at": at(),
        "published_at": at(-60),
        "source": "site",
        "regime": "hourly",
        "slots": told["slots"],
    }
    assert told["slots"][0] == {
        "from": "2026-01-25T22:00:00.000Z",
        "to": "2026-01-25T22:30:00.000Z",
        "state": "off",
    }
    nothing = schedule_json(state, ONE, NOON - timedelta(days=1))
    assert nothing["version_at"] is None
    assert {slot["state"] for slot in nothing["slots"]} == {"unknown"}
