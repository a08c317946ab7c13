"""
Goal: what is said of a shelter is said whole: whether it is an exercise, and something at all.

Method: bodies that a door may be handed, read by their models; bounds are tried on both sides.
"""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tocsin.intake.shelter_bodies import (
    AreaBody,
    CountBody,
    DoorBody,
    EntrancesBody,
    ReportBody,
    StatusBody,
    entrance,
)
from tocsin.shelters.messages import Entrance, Said, State
from tocsin.shelters.shelter import COUNTED_MOST, ENTRANCES_MOST, PEOPLE_MOST

UUID = {"command_id": "8a1c3f0e-7d1b-4c9d-9d63-8e3a7b9d8f10"}
ACTUAL = UUID | {"status": "Actual"}


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (StatusBody, ACTUAL | {"state": "open"}),
        (StatusBody, ACTUAL | {"occupancy": 0}),
        (StatusBody, ACTUAL | {"occupancy": PEOPLE_MOST, "reason": "вода", "state": "closed"}),
        (CountBody, ACTUAL | {"entered": COUNTED_MOST, "left": 0}),
        (ReportBody, UUID | {"phone": "a" * 16, "state": "closed"}),
        (ReportBody, UUID | {"phone": "A_-9" * 16, "state": "open"}),
        (AreaBody, UUID | {"shown": False}),
        (AreaBody, UUID | {"within_s": None}),
        (EntrancesBody, UUID | {"entrances": []}),
    ],
)
def test_what_says_something_is_taken(kind, said):
    assert kind.model_validate(said).model_fields_set == said.keys()


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (StatusBody, UUID | {"state": "open"}),
        (StatusBody, ACTUAL),
        (StatusBody, ACTUAL | {"reason": "why"}),
        (StatusBody, ACTUAL | {"state": "unknown"}),
        (StatusBody, ACTUAL | {"occupancy": -1}),
        (StatusBody, ACTUAL | {"occupancy": PEOPLE_MOST + 1}),
        (StatusBody, ACTUAL | {"state": "open", "source": "official"}),
        (StatusBody, ACTUAL | {"state": "closed", "reason": "x" * 201}),
        (CountBody, ACTUAL | {"entered": 1}),
        (CountBody, ACTUAL | {"entered": COUNTED_MOST + 1, "left": 0}),
        (CountBody, UUID | {"entered": 1, "left": 0}),
        (ReportBody, UUID | {"phone": "a" * 15, "state": "closed"}),
        (ReportBody, UUID | {"phone": "a" * 65, "state": "closed"}),
        (ReportBody, UUID | {"phone": "+380671234567 ом", "state": "closed"}),
        (ReportBody, UUID | {"phone": "a" * 16, "state": "full"}),
        (AreaBody, UUID),
        (AreaBody, UUID | {"shown": None}),
        (AreaBody, UUID | {"within_s": 9}),
        (EntrancesBody, UUID | {"entrances": [{"lat": 91, "lon": 0}]}),
        (EntrancesBody, UUID | {"entrances": [{"lat": 0, "lon": 0}] * (ENTRANCES_MOST + 1)}),
    ],
)
def test_what_says_nothing_or_too_much_is_refused(kind, said):
    with pytest.raises(ValidationError):
        kind.model_validate(said)


def test_a_door_becomes_the_rooms_word_to_the_centimetre():
    body = DoorBody(
        lat=50.45, lon=-0.1234567, step_free="yes", verified_at="2023-01-26T08:00+02:00"
    )

    assert entrance(body) == Entrance(
        lat=504_500_000,
        lon=-1_234_567,
        step_free=Said.YES,
        verified_at="2023-01-26T06:00:00.000Z",
    )


def test_no_body_says_how_much_its_word_weighs():
    for kind in (StatusBody, CountBody, ReportBody):
        assert not {"source", "sender", "rank"} & set(kind.model_fields)
    assert set(State) == {"open", "filling", "full", "closed", "damaged"}
