"""
Goal: all routers stand under one roof, and the roof adds nothing of its own.

Method: a site of a router made here: what it serves, what it does not, and what it refuses.
"""

from __future__ import annotations

import asyncio
import gzip

import httpx
import pytest
from fastapi import APIRouter, Response

from tocsin.kernel.errors import Refused
from tocsin.web.api import GZIP_FROM_BYTES
from tocsin.web.right_of_way import RightOfWay
from tocsin.web.site import site


@pytest.fixture
def app():
    router = APIRouter()

    @router.get("/long")
    async def long():
        return Response("x" * GZIP_FROM_BYTES)

    @router.get("/short")
    async def short():
        return Response("x" * (GZIP_FROM_BYTES - 1))

    @router.get("/compressed")
    async def compressed():
        headers = {"content-encoding": "gzip"}
        return Response(gzip.compress(b"y" * 5_000, 0), headers=headers)

    @router.get("/refuses")
    async def refuses():
        raise Refused("alert.over", "It is over.")

    return site([router])


def asked(app, path, **headers):
    async def ask():
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://tocsin.test") as client:
            return await client.get(path, headers=headers)

    return asyncio.run(ask())


def test_what_is_long_enough_is_compressed_for_who_takes_it(app):
    assert asked(app, "/long").headers["content-encoding"] == "gzip"
    assert "content-encoding" not in asked(app, "/short").headers
    assert "content-encoding" not in asked(app, "/long", **{"accept-encoding": "br"}).headers


def test_what_is_compressed_already_is_left_as_it_is(app):
    assert asked(app, "/compressed").text == "y" * 5_000


def test_the_documentation_pages_of_the_framework_are_off(app):
    for path in ("/docs", "/redoc", "/openapi.json", "/docs/oauth2-redirect"):
        assert asked(app, path).status_code == 404
    assert asked(app, "/api/openapi.json").status_code == 200


def test_no_address_is_another_ones(app):
    assert asked(app, "/long/").status_code == 404
    assert asked(app, "//long").status_code == 404


def test_a_refusal_of_ours_is_a_problem(app):
    answer = asked(app, "/refuses")

    assert answer.status_code == 409
    assert answer.json()["code"] == "alert.over"
    assert answer.headers["content-type"] == "application/problem+json"


def test_whatever_is_no_reading_has_the_right_of_way():
    way, order, begun = RightOfWay(), [], asyncio.Event()
    router = APIRouter()

    @router.post("/command")
    async def command():
        begun.set()
        for _ in range(100):
            await asyncio.sleep(0)
        order.append("command")

    @router.get("/page")
    async def page():
        await begun.wait()
        await way.give(asyncio.get_running_loop().time() + 3_600)
        order.append("page")

    async def both():
        transport = httpx.ASGITransport(site([router], way))
        async with httpx.AsyncClient(transport=transport, base_url="http://tocsin.test") as client:
            await asyncio.gather(client.get("/page"), client.post("/command"))

    asyncio.run(both())

    assert order == ["command", "page"]
