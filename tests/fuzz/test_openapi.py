"""
Goal: the server keeps to its own document, whatever it is sent: no answer that is not described.

Method: schemathesis draws requests from the OpenAPI document of a running server, such as fit it
and such as do not, with a token that may do everything; each answer is held against the document:
its status, media type, headers and shape. Half of the commands are about alerts that stand. A
long run is `scripts/campaign`.
"""

from __future__ import annotations

import os

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
READING = [
    "/api/v1/board",
    "/api/v1/areas",
    "/api/v1/areas/at",
    "/api/v1/areas/{code}",
    "/api/v1/areas/{code}/history",
    "/api/v1/place",
    "/api/v1/shelters",
    "/api/v1/shelters/nearest",
    "/api/v1/shelters/pack",
    "/api/v1/shelters/coverage",
    "/api/v1/shelters/{id}",
    "/api/v1/shelters/{id}/status",
    "/api/v1/outages/at",
    "/api/v1/outages/notices",
    "/api/v1/outages/groups/{operator}/{group}",
    "/healthz",
    "/readyz",
    "/.well-known/tocsin.json",
]
WRITING = [
    "/api/v1/alerts",
    "/api/v1/alerts/{id}/update",
    "/api/v1/alerts/{id}/all-clear",
    "/api/v1/alerts/{id}/correction",
    "/api/v1/shelters/{id}/status",
    "/api/v1/shelters/{id}/count",
    "/api/v1/shelters/{id}/entrances",
    "/api/v1/shelters/{id}/report",
    "/api/v1/shelters/areas/{code}",
    "/api/v1/outages/{operator}/{zone}/schedule",
]
NOT_ANY_TEXT = [
    "/api/v1/board",
    "/api/v1/areas/at",
    "/api/v1/areas/{code}/history",
    "/api/v1/place",
]
EXAMPLES = int(os.environ.get("TOCSIN_FUZZ_EXAMPLES", "25"))
TOO_LONG = {413, 414, 431}


@pytest.fixture(scope="module")
def schema(running_server):
    return schemathesis.openapi.from_dict(running_server.get("/api/openapi.json").json())


@pytest.fixture(scope="module")
def session():
    with requests.Session() as session:
        yield session


def refused(context, answer, case):
    """Hold a request that does not fit to a refusal; one that is too long is refused for that."""
    if answer.status_code not in TOO_LONG:
        negative_data_rejection(context, answer, case)


def unchanged(case, data):
    """Send what was drawn."""
    del case, data


def hold(server, session, strategy, checks, change=unchanged):
    """Send what is drawn, and hold each answer against the document."""

    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
    @given(case=strategy, data=st.data())
    def ask(case, data):
        change(case, data)
        answer = case.call(
            base_url=server.url,
            session=session,
            headers={"authorization": f"Bearer {server.token}"},
        )
        case.validate_response(answer, checks=checks)

    ask()


def standing(server):
    """A change that puts an alert that stands into every other path."""
    alert = server.raise_alert("UA-30").json()["accepted"][0]["id"]

    def change(case, data):
        if case.path_parameters and "id" in case.path_parameters and data.draw(st.booleans()):
            case.path_parameters["id"] = alert

    return change


@pytest.mark.parametrize("path", READING)
def test_who_reads_is_answered_as_described(server, schema, session, path):
    operation = schema[path]["GET"]
    strategy = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)

    hold(server, session, strategy, [*CHECKS, unsupported_method])


@pytest.mark.parametrize("path", WRITING)
def test_who_writes_is_answered_as_described(server, schema, session, path):
    operation = schema[path]["POST"]
    strategy = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)

    hold(server, session, strategy, CHECKS, standing(server))


@pytest.mark.parametrize("path", NOT_ANY_TEXT)
def test_a_question_that_does_not_fit_the_document_is_refused_as_described(
    server, schema, session, path
):
    operation = schema[path]["GET"]
    strategy = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)

    hold(server, session, strategy, [*CHECKS, refused])


@pytest.mark.parametrize("path", WRITING)
def test_a_command_that_does_not_fit_the_document_is_refused_as_described(
    server, schema, session, path
):
    operation = schema[path]["POST"]
    strategy = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)

    hold(server, session, strategy, [*CHECKS, refused], standing(server))
