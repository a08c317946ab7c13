"""
Goal: what is published of a city says which words there are.

Method: words against words; `test_city_doors.py` holds the answers to the shapes.
"""

from __future__ import annotations

from typing import get_args

from tocsin.walking.profile import PROFILES
from tocsin.web.city_view import Counted
from tocsin.web.shapes_city import CityShape, CoverageShape, GapsShape, LoadShape, PlanShape


def test_paces_and_ways_of_counting_are_those_that_there_are():
    for shape in (CoverageShape, LoadShape, GapsShape, PlanShape):
        schema = shape.model_json_schema()["properties"]
        assert set(schema["speed"]["enum"]) == set(PROFILES)
        assert set(schema["counted"]["enum"]) == set(get_args(Counted))
        assert set(CityShape.model_fields) < set(shape.model_fields)
