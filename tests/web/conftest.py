"""What the tests of the pages share: asking a page without a server."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from fastapi import FastAPI

from tocsin.web.pages import pages


@pytest.fixture
def ask():
    """Ask a source's pages: `ask(source, path, **headers)` gives the response."""
    made: dict[int, FastAPI] = {}

    def get(source, path: str, **headers: str) -> httpx.Response:
        app = made.get(id(source)) or made.setdefault(id(source), FastAPI())
        if not getattr(app, "ready", False):
            app.include_router(pages(source))
            app.ready = True

        async def call() -> httpx.Response:
            transport = httpx.ASGITransport(app=app)
            async with httpx.AsyncClient(transport=transport, base_url="http://page") as client:
                return await client.get(path, headers=headers)

        return asyncio.run(call())

    return get
