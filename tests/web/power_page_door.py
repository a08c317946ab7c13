"""
The pages of power for tests, without a server: a town with electricity behind the router.

No test is here. Whatever is shown was decided by the desk itself.
"""

from __future__ import annotations

import asyncio

import httpx
from tests.views.power_town import PowerTown

from tocsin.web.power_pages import power_pages
from tocsin.web.site import site

TODAY = "n" * 4 + "y" * 10 + "n" * 2 + "m" * 2 + "y" * 6
"""Off 00–04 and 14–16, maybe 16–18; at noon there is power."""


class PageDoor:
    """A town, and the pages that are served of it."""

    def __init__(self):
        self.town = PowerTown()
        self.app = site([power_pages(self.town.live, self.town.power)])

    def get(self, path, **headers):
        """Ask for a page, in English unless the headers say otherwise."""

        async def call():
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
                return await client.get(path, headers={"accept-language": "en"} | headers)

        return asyncio.run(call())
