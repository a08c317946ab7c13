"""
Goal: an operator's probe learns whether an alert would be accepted and shown, and why not.

Method: the router alone with a state that the test chooses, then a real server; what makes a
server unready is played in `tests/app`.
"""

from __future__ import annotations

import asyncio

import httpx
import pytest

from tocsin.ops.health import Readiness, health
from tocsin.web.site import site

KEY = {"algorithm": "Ed25519", "key_id": "00" * 8, "public_key": "A" * 43}


def asked(state, path):
    async def ask():
        transport = httpx.ASGITransport(site([health(lambda: state, KEY)]))
        async with httpx.AsyncClient(transport=transport, base_url="http://tocsin.test") as client:
            return await client.get(path)

    return asyncio.run(ask())


def test_a_server_that_is_ready_says_where_it_is():
    answer = asked(Readiness(7, 2, ()), "/readyz")

    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "position": 7, "behind": 2, "reasons": []}


def test_a_server_that_is_not_says_why():
    answer = asked(Readiness(7, 0, ("The disk is full.", "The view is behind.")), "/readyz")

    assert answer.status_code == 503
    assert answer.json()["status"] == "unready"
    assert answer.json()["reasons"] == ["The disk is full.", "The view is behind."]


def test_the_process_answers_whether_or_not_it_is_ready():
    answer = asked(Readiness(0, 0, ("The disk is full.",)), "/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_no_probe_is_answered_from_a_cache(path):
    assert asked(Readiness(0, 0, ()), path).headers["cache-control"] == "no-store"


def test_the_public_key_is_where_a_client_looks_for_it():
    answer = asked(Readiness(0, 0, ()), "/.well-known/tocsin.json")

    assert answer.json() == {"version": 1, "keys": [KEY]}


def test_a_real_server_is_alive_ready_and_has_a_key(running_server):
    assert running_server.get("/healthz").json() == {"status": "ok"}
    ready = running_server.get("/readyz").json()
    assert ready["status"] == "ok"
    assert ready["position"] == running_server.get("/api/v1/board").json()["position"]
    (key,) = running_server.get("/.well-known/tocsin.json").json()["keys"]
    assert key.keys() == KEY.keys()
