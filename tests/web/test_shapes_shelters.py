"""
Goal: the published shapes have every word that the room and the walker have, and no other.

Method: words against words; the answers are held to the shapes in `test_shelters.py`.
"""

from __future__ import annotations

from typing import get_args

from tocsin.shelters.messages import Said, State
from tocsin.views.shelter_near import Advice, Way
from tocsin.views.shelter_shapes import UNKNOWN
from tocsin.walking.profile import PROFILES
from tocsin.web.shapes_shelters import NearestShape, NearShape, ShelterProperties, StatusShape


def words(shape, field):
    schema = shape.model_json_schema()["properties"][field]
    return set(schema["enum"])


def test_every_state_of_the_room_can_be_shown_and_the_unknown_one_besides():
    for shape in (StatusShape, NearShape):
        assert words(shape, "state") == {*State, UNKNOWN}


def test_what_is_best_done_and_how_it_is_measured_are_said_in_the_words_of_the_view():
    assert words(NearestShape, "advice") == set(get_args(Advice))
    assert words(NearestShape, "way") == set(get_args(Way))
    assert words(NearestShape, "speed") == set(PROFILES)


def test_each_yes_no_or_unknown_is_one_of_the_three():
    schema = ShelterProperties.model_json_schema()
    named = [
        name for name, kind in schema["properties"].items() if kind == {"$ref": "#/$defs/Said"}
    ]

    assert set(schema["$defs"]["Said"]["enum"]) == set(Said)
    assert {"step_free", "pets", "water", "toilet", "heating", "first_aid", "network"} < set(named)
