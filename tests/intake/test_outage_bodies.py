"""
Goal: what a company says is read to the minute, and what it cannot have meant is refused.

Method: bodies by table, strictly read; a schedule by the wall's clock against the room's slots.
"""

from __future__ import annotations

from uuid import uuid4

import pytest
from pydantic import ValidationError

from tocsin.intake.outage_bodies import (
    DamageBody,
    DayBody,
    EmergencyBody,
    PlanBody,
    ScheduleBody,
    SlotBody,
    days,
)
from tocsin.kernel.errors import Malformed
from tocsin.power.messages import Power, Regime


def slot(start, end, state="off"):
    return {"from": start, "to": end, "state": state}


def one_day(*slots, regime="hourly"):
    return {"group": "1.1", "date": "2026-01-26", "regime": regime, "slots": list(slots)}


def test_a_day_is_read_by_the_wall_s_clock_to_the_minute():
    body = DayBody.model_validate(one_day(slot("00:00", "03:40", "on"), slot("03:40", "24:00")))
    (read,) = days([body])

    assert read.regime is Regime.HOURLY
    assert [tuple(one) for one in map(_parts, read.slots)] == [
        (0, 220, Power.ON), (220, 1_440, Power.OFF),
    ]  # fmt: skip


def _parts(one):
    return one.start, one.end, one.power


@pytest.mark.parametrize(
    ("start", "end"), [("04:00", "04:00"), ("05:00", "04:00"), ("00:00", "24:30")]
)
def test_a_slot_that_is_none_is_refused(start, end):
    body = DayBody.model_validate(one_day(slot(start, end)))
    with pytest.raises(Malformed, match=r"power\.schedule_malformed"):
        days([body])


@pytest.mark.parametrize(
    "body",
    [
        {"from": "4:00", "to": "05:00", "state": "off"},
        {"from": "25:00", "to": "26:00", "state": "off"},
        {"from": "04:00", "to": "05:00", "state": "emergency"},
        {"from": "04:00", "to": "05:00", "state": "off", "feeder": "F-12"},
    ],
)
def test_what_no_slot_can_say_is_refused(body):
    with pytest.raises(ValidationError):
        SlotBody.model_validate(body)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (EmergencyBody, {"reason": "danger"}),
        (EmergencyBody, {"status": "Actual", "reason": ""}),
        (DamageBody, {"status": "Actual", "cause": "a line", "people": 0}),
        (DamageBody, {"status": "Actual", "cause": "a line", "hospital": "No. 1"}),
        (ScheduleBody, {"source": "site", "days": []}),
        (PlanBody, {"kind": "shed", "plan_sha256": "ab", "megawatts": 1}),
        (PlanBody, {"kind": "shed", "plan_sha256": "a" * 64, "megawatts": 1, "feeders": []}),
    ],
)
def test_what_is_missing_or_not_known_is_refused(kind, body):
    with pytest.raises(ValidationError):
        kind.model_validate({"command_id": str(uuid4()), **body})
