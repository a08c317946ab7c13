"""
The Yasno shape is read by its statuses; empty slots are never "power on".

Method: invented files, each status and each oddity of slots.
"""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.intake.schedules import packed, read, told

from tocsin.kernel.errors import Malformed, Refused
from tocsin.power.messages import Power, Regime, Slot

MIDNIGHT = "2026-01-26T00:00:00+02:00"


def a_day(status="ScheduleApplies", slots=(), date=MIDNIGHT):
    return {"slots": list(slots), "date": date, "status": status}


def slot(start, end, kind="Definite"):
    return {"start": start, "end": end, "type": kind}


def only(**member):
    reading = read(packed({"1.1": member}))
    return told(reading), dict(reading.remarks.counts)


def test_each_status_is_a_rule_of_its_own():
    reading = read("yasno.json")
    days = told(reading)

    assert {key: str(day.regime) for key, day in days.items()} == {
        ("1.1", "2026-01-26"): "hourly",
        ("1.1", "2026-01-27"): "waiting",
        ("1.2", "2026-01-26"): "none",
        ("1.2", "2026-01-27"): "waiting",
        ("2.1", "2026-01-26"): "emergency",
        ("2.1", "2026-01-27"): "emergency",
    }
    assert days["1.1", "2026-01-26"].slots == (
        Slot(0, 435, Power.ON), Slot(435, 660, Power.OFF), Slot(660, 1_440, Power.ON),
    )  # fmt: skip
    (edition,) = reading.editions
    assert edition.known_at == edition.published_at == "2026-01-26T03:55:12.000Z"


@pytest.mark.parametrize("status", ["ScheduleApplies", "EmergencyShutdowns", "WaitingForSchedule"])
def test_empty_slots_are_power_on_under_no_status_but_the_one_that_says_so(status):
    days, _ = only(today=a_day(status))

    (day,) = days.values()
    assert day.regime is not Regime.NONE
    assert all(one.power is Power.UNKNOWN for one in day.slots)


def test_a_status_that_nobody_knows_is_unknown():
    days, remarks = only(today=a_day("PartyTime", [slot(0, 1_440, "NotPlanned")]))

    assert [day.regime for day in days.values()] == [Regime.UNKNOWN]
    assert remarks == {"status_unknown": 1}


def test_gaps_are_unknown_and_where_two_slots_meet_the_worse_one_holds():
    days, remarks = only(
        today=a_day(slots=[slot(600, 720), slot(0, 660, "NotPlanned"), slot(900, 960, "Possible")])
    )

    (day,) = days.values()
    assert day.slots == (
        Slot(0, 600, Power.ON),
        Slot(600, 720, Power.OFF),
        Slot(720, 900, Power.UNKNOWN),
        Slot(900, 960, Power.MAYBE),
        Slot(960, 1_440, Power.UNKNOWN),
    )
    assert remarks == {}


@pytest.mark.parametrize(
    "wrong",
    [
        slot(-1, 60),
        slot(60, 60),
        slot(0, 1_441),
        slot("0", 60),
        slot(True, 60),
        7,
        {},
        slot(1.5, 2),
    ],
)
def test_a_slot_that_cannot_be_is_left_out_and_told(wrong):
    days, remarks = only(today=a_day(slots=[wrong, slot(0, 60)]))

    (day,) = days.values()
    assert day.slots == (Slot(0, 60, Power.OFF), Slot(60, 1_440, Power.UNKNOWN))
    assert remarks == {"slot_malformed": 1}


def test_groups_of_another_day_are_an_edition_of_their_own_with_their_own_stamp():
    older = {
        "today": a_day("EmergencyShutdowns", date="2026-01-20T00:00:00+02:00"),
        "updatedOn": "2026-01-20T05:00:00Z",
    }
    newer = {"tomorrow": a_day("NoOutages"), "updatedOn": "2026-01-25T20:00:00Z"}
    reading = read(packed({"1.1": newer, "2.1": older}))

    assert [edition.known_at[:10] for edition in reading.editions] == ["2026-01-20", "2026-01-25"]


def test_days_without_a_date_or_told_twice_are_left_out():
    days, remarks = only(today=a_day(), tomorrow=a_day("NoOutages"))
    assert len(days) == 1
    assert remarks == {"day_malformed": 1}

    days, remarks = only(today=a_day(date="1999-12-31T00:00:00+02:00"), tomorrow=a_day(date=None))
    assert (days, remarks) == ({}, {"day_malformed": 2})

    days, remarks = only(today=a_day(date=None), tomorrow=a_day())
    assert len(days) == 1
    assert remarks == {"day_malformed": 1}


def test_probable_weeks_are_what_usually_holds_and_no_plan():
    (edition,) = read("yasno-probable.json").editions

    assert (edition.days, edition.planned) == ((), False)
    assert [week[0] for week in edition.weeks.values()] == [
        (Slot(0, 600, Power.ON), Slot(600, 840, Power.OFF), Slot(840, 1_440, Power.ON))
    ]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6) | st.just(MIDNIGHT),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["slots", "date", "status", "start", "end", "groups", "0", "1.1"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=60)
@given(JSON, JSON)
def test_any_json_in_this_shape_is_read_or_refused(today, dsos):
    shaped = {"1.1": {"today": today}, "GPV2.1": {"today": today}, "25": {"dsos": dsos}}
    try:
        reading = read(json.dumps(shaped).encode())
    except (Refused, Malformed):
        return
    for edition in reading.editions:
        for day in edition.days:
            assert (day.regime is Regime.HOURLY) == bool(day.slots)
