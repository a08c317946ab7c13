"""
Goal: what a server answers is what it published, field by field, in the document and on the wire.

Method: the OpenAPI document of a running server is held against the design's shapes, which are
written out here once more, and against these classes; `test_api.py` holds the answers to them.
"""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from tocsin.web import shapes

DESIGN = {
    "AreaShape": {"code", "iso", "uid", "level", "name"},
    "BoardShape": {"epoch", "position", "as_of", "replay", "alerts", "unknown"},
    "AlertShape": {
        "id", "area", "hazard", "level", "threat", "status", "since", "version", "sender",
        "confirmations", "shelter_within_s", "text",
    },
    "Confirmation": {"sender", "at"},
    "UnknownShape": {"area", "since"},
    "PlaceShape": {
        "area", "alerts", "part", "shelter_within_s", "instructions", "shelters", "power",
    },
    "RaisedShape": {"accepted", "position"},
    "Accepted": {"area", "id", "version"},
    "ChangedShape": {"id", "version", "position"},
    "Problem": {"type", "title", "status", "code"},
}  # fmt: skip


@pytest.fixture(scope="module")
def document(running_server):
    return running_server.get("/api/openapi.json").json()


@pytest.mark.parametrize("name", sorted(DESIGN))
def test_every_field_of_the_design_is_published_and_none_is_optional(document, name):
    shape = document["components"]["schemas"][name]

    assert set(shape["properties"]) >= DESIGN[name]
    optional = {"shelters", "power"} if name == "PlaceShape" else set()
    assert set(shape["required"]) >= DESIGN[name] - optional


def test_every_shape_that_is_declared_is_published_as_it_is(document):
    declared = [
        kind
        for kind in vars(shapes).values()
        if isinstance(kind, type) and issubclass(kind, BaseModel) and kind is not BaseModel
    ]

    assert len(declared) > 8
    for kind in declared:
        wanted = {field.alias or name for name, field in kind.model_fields.items()}
        assert set(document["components"]["schemas"][kind.__name__]["properties"]) == wanted
