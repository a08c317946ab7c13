"""
Goal: no shape ever says "on" of what nobody has said is, and each says how old it is.

Method: over anything that is said of a zone and any moment, against the room's own outlook; then
what a zone, a change and an emergency look like, by example.
"""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.alerts.country import GAZETTEER
from tests.power.grids import (
    NOON,
    TOMORROW,
    after,
    at,
    cuts,
    damaged,
    day,
    fails,
    publishes,
    restores,
)

from tocsin.kernel.time import rfc3339
from tocsin.power.messages import GroupCode, Regime
from tocsin.power.outlook import outlook
from tocsin.views.power_shapes import group_shape, row_shape, zone_shape

GROUP = GroupCode("1.1")
plans = st.text("ynm?", min_size=24, max_size=24)
regimes = st.sampled_from(list(Regime))
moments = st.integers(-90, 90).map(lambda n: NOON + timedelta(minutes=10 * n))


def shown(state, moment=NOON):
    return group_shape(state, GROUP, GAZETTEER, moment)


@given(plans, regimes, moments, st.booleans())
def test_a_group_is_shown_as_the_room_sees_it_and_on_only_by_a_company_s_word(
    hours, regime, moment, cut
):
    commands = [publishes(day(hours), day(regime=regime, date=TOMORROW), seconds=-3_600)]
    commands += [cuts(), restores(3_600)] if cut else []
    state = after(*commands)
    shape, seen = shown(state, moment), outlook(state, GROUP, moment)

    assert (shape["power"], shape["since"], shape["until"]) == (
        seen.power.value, seen.since, seen.until,
    )  # fmt: skip
    assert [len(one["slots"]) for one in shape["days"]] == [48, 48]
    known = moment >= NOON - timedelta(hours=1)
    for one in shape["days"]:
        said = any(slot["state"] == "on" for slot in one["slots"])
        assert known or not said
        if not known or one["regime"] in {"waiting", "unknown"}:
            assert one["total_off_minutes"] is None
    row = row_shape(state, GROUP, moment)
    assert {name: shape[name] for name in row if name != "days"} == {
        name: row[name] for name in row if name != "days"
    }


def test_minutes_off_are_those_of_the_plan_and_nobody_s_while_it_is_suspended():
    state = after(publishes(day("nnyyymm" + "y" * 17)))
    (today, tomorrow) = shown(state)["days"]

    assert (today["total_off_minutes"], today["total_maybe_minutes"]) == (120, 120)
    assert tomorrow["total_off_minutes"] is None
    suspended = shown(after(cuts(), state=state))
    assert suspended["days"][0]["total_off_minutes"] is None
    assert suspended["words"]["en"].endswith(
        "Today: the schedule is suspended. Tomorrow: the schedule is suspended."
    )


def test_a_change_is_told_as_it_was_known_and_the_first_word_is_none():
    first = day("nn" + "y" * 22, date=TOMORROW)
    second = day("nnn" + "y" * 21, date=TOMORROW)
    state = after(publishes(first), publishes(second, seconds=60))

    assert shown(state)["days"][1]["changed"] is None
    changed = shown(state, NOON + timedelta(minutes=2))["days"][1]["changed"]
    assert changed["at"] == at(60)
    assert changed["revision"] == 2
    assert "added 02:00–03:00" in changed["words"]["en"]


def test_a_source_that_fails_is_said_with_what_it_last_told_and_its_age():
    state = after(publishes(day(), published_at=at(-30), seconds=-10), fails(60))
    shape = shown(state, NOON + timedelta(hours=1))

    assert shape["failing"] == {"since": at(60), "source": "site", "reason": "no answer"}
    assert (shape["source"], shape["known_at"], shape["published_at"]) == ("site", at(-10), at(-30))
    assert shape["age_s"] == 3_610
    assert shown(state)["failing"] is None, "then it could still be read"


def test_a_zone_shows_its_emergency_its_damage_and_its_regime_as_they_were():
    state = after(publishes(day(), day(group="1.2", regime=Regime.WAITING)), damaged(10), cuts(20))
    early, late = (
        zone_shape(state, GAZETTEER, NOON + timedelta(seconds=seconds)) for seconds in (5, 30)
    )

    assert (early["regime"], early["emergency"], early["outages"]) == ("hourly", None, [])
    assert late["regime"] == "emergency"
    assert late["emergency"] == {"since": at(20), "reason": "imminent danger", "source": ""}
    assert [one["people"] for one in late["outages"]] == [1_000]
    assert late["groups"] == ["1.1", "1.2"]
    assert late["updated_at"] == at()
    none = zone_shape(after(), GAZETTEER, NOON)
    assert (none["regime"], none["updated_at"]) == ("unknown", None)


def test_a_day_of_the_clock_change_has_its_own_number_of_half_hours():
    for date, count in (("2026-03-29", 46), ("2026-10-25", 50)):
        state = after(publishes(day("n" * 24, date=date)))
        moment = NOON.replace(month=int(date[5:7]), day=int(date[8:]))
        (today, _) = shown(state, moment)["days"]
        assert len(today["slots"]) == count
        assert today["total_off_minutes"] == count * 30
        assert today["slots"][-1]["to"] > rfc3339(moment)
