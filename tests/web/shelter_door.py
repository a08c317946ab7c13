"""
The HTTP door of a town's shelters for tests, without a server: the routers as the site has them.

No test is here. Who asks has an address that the test names; tokens are `POWER:AREA` themselves.
"""

from __future__ import annotations

import asyncio
from uuid import uuid4

import httpx
from tests.views.town import Town

from tocsin.authority.remit import Grant, Remit
from tocsin.intake.shelter_reports import Reporters
from tocsin.intake.shelters_http import Desk, shelters_said
from tocsin.kernel.errors import TocsinError
from tocsin.kernel.words import Rank
from tocsin.web.city_doors import city_doors
from tocsin.web.city_view import CityView
from tocsin.web.shelters import Asking, shelters
from tocsin.web.site import site

KNOWN = ("alerts:write", "shelters:write", "shelters:keep", "shelters:sense", "shelters:read")


class Door:
    """A town, and what is served of it."""

    def __init__(self, walks=None, city=None):
        self.town = Town(walks)
        self.time = 0.0
        self.asking = Asking(lambda: self.time, self._authenticate)
        reporters = Reporters(lambda: self.time, b"secret")
        desk = Desk(self.town.view, self.town.clock, self._submit, self._authenticate)
        outlines = self.town.live.outlines
        counted = city and CityView(self.town.view, walks, city, outlines)
        self.app = site(
            [
                city_doors(self.town.view, self.asking, counted),
                shelters(self.town.view, self.asking),
                shelters_said(desk, reporters),
            ]
        )

    async def _authenticate(self, token):
        power, _, area = token.rpartition(":")
        if power not in KNOWN:
            return None
        rank = Rank.OBSERVER if area.islower() else Rank.AUTHORITY
        return Grant(f"{power.replace(':', '-')}", rank, Remit(power, area.upper()))

    async def _submit(self, request):
        (answer,) = self.town.desk.handle([request])
        if isinstance(answer, TocsinError):
            raise answer
        self.town.projections.catch_up(self.town.ledger)
        return answer

    def get(self, path, *, token=None, address="203.0.113.1", **headers):
        """Ask for a path below /api/v1/shelters, or for a whole one."""
        return self._call("GET", path, token, address, headers, None)

    def post(self, path, *, token=None, address="203.0.113.1", **body):
        """Send a body with a command id of its own, unless one is given."""
        said = {"command_id": str(uuid4()), **body}
        return self._call("POST", path, token, address, {}, said)

    def _call(self, method, path, token, address, headers, body):
        whole = path if path.startswith("/api/") else f"/api/v1/shelters{path}"
        if token is not None:
            headers = {**headers, "authorization": f"Bearer {token}"}

        async def call():
            transport = httpx.ASGITransport(self.app, client=(address, 1))
            async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
                return await client.request(method, whole, headers=headers, json=body)

        return asyncio.run(call())
