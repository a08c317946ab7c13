"""
Goal: who reads the OpenAPI document alone can use the server, and meets nothing it does not say.

Method: the document of a running server is walked: every reference leads somewhere, every path of
the design is there, every operation says its answers. `tests/fuzz` then asks the server whether it
keeps to it.
"""

from __future__ import annotations

import copy

import pytest

from tocsin.web.openapi import PROBLEMS, READING, WRITING, describe

PATHS = {
    "/api/v1/board": {"get"},
    "/api/v1/stream": {"get"},
    "/api/v1/areas": {"get"},
    "/api/v1/areas/{code}": {"get"},
    "/api/v1/areas/at": {"get"},
    "/api/v1/areas/{code}/history": {"get"},
    "/api/v1/place": {"get"},
    "/api/v1/alerts": {"post"},
    "/api/v1/alerts/{id}/update": {"post"},
    "/api/v1/alerts/{id}/all-clear": {"post"},
    "/api/v1/alerts/{id}/correction": {"post"},
    "/api/v1/shelters": {"get"},
    "/api/v1/shelters/nearest": {"get"},
    "/api/v1/shelters/pack": {"get"},
    "/api/v1/shelters/coverage": {"get"},
    "/api/v1/shelters/load": {"get"},
    "/api/v1/shelters/plan": {"get"},
    "/api/v1/shelters/gaps": {"get"},
    "/api/v1/shelters/{id}": {"get"},
    "/api/v1/shelters/{id}/status": {"get", "post"},
    "/api/v1/shelters/{id}/count": {"post"},
    "/api/v1/shelters/{id}/entrances": {"post"},
    "/api/v1/shelters/{id}/report": {"post"},
    "/api/v1/shelters/areas/{code}": {"post"},
    "/api/v1/outages": {"get"},
    "/api/v1/outages/at": {"get"},
    "/api/v1/outages/notices": {"get"},
    "/api/v1/outages/groups": {"get"},
    "/api/v1/outages/groups/{operator}/{group}": {"get"},
    "/api/v1/outages/groups/{operator}/{group}/calendar.ics": {"get"},
    "/api/v1/outages/groups/{operator}/{group}/template.ics": {"get"},
    "/api/v1/outages/{operator}/{zone}/emergency": {"post"},
    "/api/v1/outages/{operator}/{zone}/emergency/lift": {"post"},
    "/api/v1/outages/{operator}/{zone}/outages": {"post"},
    "/api/v1/outages/{operator}/{zone}/outages/{id}/restored": {"post"},
    "/api/v1/outages/{operator}/{zone}/schedule": {"post"},
    "/api/v1/outages/{operator}/{zone}/plans": {"post"},
    "/healthz": {"get"},
    "/readyz": {"get"},
    "/.well-known/tocsin.json": {"get"},
}

NEEDS_A_TOKEN = {f"get /api/v1/shelters/{what}" for what in ("coverage", "load", "plan", "gaps")}
NEEDS_NO_TOKEN = {"post /api/v1/shelters/{id}/report"}


@pytest.fixture(scope="module")
def document(running_server):
    return running_server.get("/api/openapi.json").json()


def operations(document):
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def references(value):
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def test_it_is_openapi_3_1_of_this_version(document):
    assert document["openapi"].startswith("3.1")
    assert document["info"]["title"] == "Tocsin"
    assert document["info"]["version"]


def test_every_path_of_the_design_is_in_it_and_no_page_is(document):
    assert {path: set(methods) for path, methods in document["paths"].items()} == PATHS


def test_every_reference_leads_somewhere_and_nothing_lies_about(document):
    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}

    assert set(references(document)) == known


def test_every_operation_has_a_name_of_its_own_and_a_sentence(document):
    names = [operation["operationId"] for _, operation in operations(document)]

    assert len(set(names)) == len(names)
    assert all(operation["summary"] for _, operation in operations(document))


def test_every_operation_says_what_it_answers_and_which_problems_there_are(document):
    for name, operation in operations(document):
        answers = operation["responses"]
        assert set(answers) & {"200", "201"}, name
        assert "422" not in answers, name
        expected = WRITING if name.startswith("post") else READING if "/api/" in name else ()
        assert set(answers) >= set(expected), name
        for status, answer in answers.items():
            if status in PROBLEMS and name != "get /readyz":
                assert list(answer["content"]) == ["application/problem+json"], (name, status)


def test_what_writes_needs_a_token_and_says_what_it_takes(document):
    assert document["components"]["securitySchemes"] == {
        "bearer": {"type": "http", "scheme": "bearer"}
    }
    for name, operation in operations(document):
        if name.startswith("post"):
            public = name in NEEDS_NO_TOKEN
            assert operation["security"] == ([] if public else [{"bearer": []}]), name
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            assert schema["additionalProperties"] is False
            assert "command_id" in schema["required"]
        else:
            assert ("security" in operation) == (name in NEEDS_A_TOKEN), name


def test_whoever_asks_of_shelters_may_be_told_to_ask_later_or_that_the_token_is_void(document):
    for name, operation in operations(document):
        limited = "/api/v1/shelters" in name
        of_power = name.startswith("get /api/v1/outages")
        assert ("429" in operation["responses"]) == (limited or of_power), name
        if limited:
            assert "401" in operation["responses"], name


def test_a_raise_is_described_to_the_last_word(document):
    body = document["paths"]["/api/v1/alerts"]["post"]["requestBody"]
    schema = body["content"]["application/json"]["schema"]

    assert set(schema["required"]) == {"command_id", "areas", "hazard", "level", "status"}
    assert set(schema["properties"]) == {*schema["required"], "threat", "text", "at"}
    assert schema["properties"]["hazard"]["enum"] == [
        "air_raid", "artillery", "urban_fighting", "chemical", "nuclear", "flood", "fire", "storm",
        "other",
    ]  # fmt: skip
    assert schema["properties"]["level"]["enum"] == ["watch", "warning"]
    assert schema["properties"]["status"]["enum"] == ["Actual", "Exercise", "Test"]
    assert "default" not in schema["properties"]["status"]


def test_the_stream_is_described_though_no_framework_serves_it(document):
    stream = document["paths"]["/api/v1/stream"]["get"]

    assert {p["name"] for p in stream["parameters"]} == {"areas", "since", "last-event-id"}
    assert list(stream["responses"]["200"]["content"]) == ["text/event-stream"]


def test_describing_twice_changes_nothing(document):
    again = describe(copy.deepcopy(document))

    assert again == document
