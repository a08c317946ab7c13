"""
The HTTP door of a town's power for tests, without a server: the routers as the site has them.

No test is here. Who asks has an address that the test names; tokens are `POWER:AREA` themselves.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import httpx
from tests.views.power_town import PowerTown

from tocsin.authority.remit import Grant, Remit
from tocsin.delivery.power_bell import Bell
from tocsin.delivery.power_told import ToldFile
from tocsin.intake.outages_http import Desk, outages_said
from tocsin.kernel.errors import TocsinError
from tocsin.kernel.words import Rank
from tocsin.web.outages import Watching, outages
from tocsin.web.site import site

KNOWN = ("alerts:write", "power:write", "power:read")


class Door:
    """A town with electricity, and what is served of it."""

    def __init__(self):
        self.town = PowerTown()
        self.time = 0.0
        self._folder = TemporaryDirectory()
        told = ToldFile(Path(self._folder.name) / "notices")
        self.bell = Bell(self.town.projections.grid, self.town.clock, told, 15)
        desk = Desk(self.town.power, self.town.clock, self._submit, self._authenticate)
        self.app = site(
            [
                outages(self.town.power, Watching(lambda: self.time), told.since),
                outages_said(desk),
            ]
        )

    def ring(self):
        """Let the bell tell what is due."""
        return asyncio.run(self.bell.ring())

    async def _authenticate(self, token):
        power, _, area = token.rpartition(":")
        if power not in KNOWN:
            return None
        return Grant("grid-company", Rank.AUTHORITY, Remit(power, area))

    async def _submit(self, request):
        (answer,) = self.town.desk.handle([request])
        if isinstance(answer, TocsinError):
            raise answer
        self.town.projections.catch_up(self.town.ledger)
        return answer

    def get(self, path="", *, address="203.0.113.1", params=None):
        """Ask for a path below /api/v1/outages."""
        return self._call("GET", path, None, address, None, params)

    def post(self, path, *, token="power:write:LAND", **body):
        """Send a body with a command id of its own, unless one is given."""
        said = {"command_id": str(uuid4()), **body}
        return self._call("POST", path, token, "203.0.113.1", said, None)

    def _call(self, method, path, token, address, body, params):
        headers = {} if token is None else {"authorization": f"Bearer {token}"}

        async def call():
            transport = httpx.ASGITransport(self.app, client=(address, 1))
            async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
                return await client.request(
                    method, f"/api/v1/outages{path}", headers=headers, json=body, params=params
                )

        return asyncio.run(call())
