"""
A server that speaks to existing clients, without a socket: what senders say, and what clients read.

No test is here. The desk, the ledger's contract, the board and the view are the real ones, the
country is Ukraine, the site is the real site; only the clocks are set by hand, in seconds after
05:45:43Z on 26 January 2023.
"""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import httpx
from tests.alerts.sayings import MILITARY, RUSH_HOUR, begin, request, said
from tests.contract.memory_ledger import MemoryLedger
from tests.views.shown import of_another_room, view_of

from tocsin.alerts.messages import GiveAllClear, Hazard, Level, RaiseAlert, UpdateAlert
from tocsin.areas.gazetteer import load_pack
from tocsin.channels.compat_dialects import Dialects
from tocsin.channels.compat_webhooks import CALLS_NOBODY
from tocsin.commands import Desk
from tocsin.kernel.errors import TocsinError
from tocsin.kernel.words import Status
from tocsin.web.site import site

UKRAINE = load_pack("UA")
KYIV, LVIV, VINNYTSIA = "UA-30", "UA-46", "UA-05"
VINNYTSIA_RAION, NIKOPOL = "36", "351"
YALTA = "UA01200000000063976"
"""A raion of Crimea: the dialects have no number for it."""


class Abroad:
    """
    Say things at the desk, and ask in a dialect.

    Args:
        heard: Areas that the military is heard about from the start.
        webhooks: Whom webhooks may call, and with what.
    """

    def __init__(self, heard=("UA",), *, replay=False, webhooks=CALLS_NOBODY):
        self.seconds = 0.0
        self.webhooks = webhooks
        self.vouched = True
        self.ledger = MemoryLedger()
        if replay:
            of_another_room(self.ledger, kind="ReplayMarked", room="ledger")
        self.desk = Desk(self.ledger, UKRAINE, self)
        self.live, self.projections = view_of(self.ledger, gazetteer=UKRAINE)
        self.live._clock = self
        self.start()
        for area in heard:
            self.say(begin(area=UKRAINE.get(area).code))

    def start(self):
        """Begin to speak, as after a restart."""
        board = self.projections.board
        self.dialects = Dialects(
            self.live,
            board,
            self.ledger,
            vouched=self.recorded,
            clock=lambda: self.seconds,
            soon=lambda act: act(),
            webhooks=self.webhooks,
        )
        self.answering = self.dialects._interpreter
        self.app = site([self.dialects.router()])

    def recorded(self):
        """What the server says of itself: the last position, or that it cannot vouch."""
        return self.ledger.head().position if self.vouched else None

    def now(self):
        return RUSH_HOUR + timedelta(seconds=self.seconds)

    def say(self, *commands):
        """Let the desk decide one command, of one area or several, and show what it caused."""
        answer = self.record(*commands)
        self.show()
        return answer

    def record(self, *commands):
        """Let the desk decide one command; what it caused is not shown yet."""
        self.desk.catch_up()
        (answer,) = self.desk.handle([request(*commands)])
        if isinstance(answer, TocsinError):
            raise answer
        return answer

    def show(self):
        """Show what was recorded."""
        for event in self.ledger.read(self.projections.position):
            applied = self.projections.apply(event)
            if applied is not None:
                self.live.changed(applied)
                self.dialects.changed(applied)

    def sound(self, *areas, who=MILITARY, hazard=Hazard.AIR_RAID, level=Level.WARNING,
              status=Status.ACTUAL, **more):  # fmt: skip
        """Raise one alert in each of some areas by one command; the ids of the alerts."""
        alert = {"hazard": hazard, "level": level, "status": status, **more}
        answer = self.say(*(self._said(RaiseAlert, area, who, **alert) for area in areas))
        return [accepted["id"] for accepted in json.loads(answer.body)["accepted"]]

    def end(self, alert, who=MILITARY):
        """Give the all-clear."""
        self.say(self._said(GiveAllClear, alert.rsplit("-", 2)[0], who, alert=alert))

    def update(self, alert, who=MILITARY, **more):
        """Change what is said of an alert."""
        self.say(self._said(UpdateAlert, alert.rsplit("-", 2)[0], who, alert=alert, **more))

    def _said(self, kind, area, who, **more):
        at = self.seconds / 60
        return said(kind, who, UKRAINE.get(area).code, at=at, **more)

    def ask(self, path, method="GET", address="", **headers):
        """Ask for a path under /compat/."""
        return asyncio.run(self.asking(path, method, address, **headers))

    async def asking(self, path, method="GET", address="", body=None, **headers):
        """Ask for a path under /compat/, from within an event loop."""
        transport = httpx.ASGITransport(self.app, client=(address or "127.0.0.1", 4711))
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.request(method, "/compat/" + path, headers=named, content=body)

    def read(self, path):
        """Ask for a path and read its JSON; it has to be there."""
        answer = self.ask(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def region(self, uid):
        return self.answering.regions.get(uid)

    @property
    def table(self):
        return self.answering.table
