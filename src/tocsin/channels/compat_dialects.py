"""
All dialects of existing clients, put together: one router, and what pushes to those who stay.

Paths are `/compat/NAME/` and then the original's path unchanged, so that a client needs nothing
but another base URL. A client whose base URL is compiled in finds the same at the root of a host
name, where the operator has named one for it.

Source: design, section 5; decision 0018.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from fastapi import APIRouter
from starlette.types import ASGIApp, Receive, Scope, Send

from tocsin.alerts.board import Applied, Board
from tocsin.channels.compat_alerts_com_ua import alerts_com_ua
from tocsin.channels.compat_alerts_com_ua_tcp import TcpDialect
from tocsin.channels.compat_alerts_in_ua import alerts_in_ua
from tocsin.channels.compat_answers import Interpreter, Vouched
from tocsin.channels.compat_jaam import jaam
from tocsin.channels.compat_lines import Lines
from tocsin.channels.compat_stamps import Stamps
from tocsin.channels.compat_ukrainealarm import ukrainealarm
from tocsin.channels.compat_webhooks import CALLS_NOBODY, Webhooks, WebhookSettings
from tocsin.kernel.errors import Malformed
from tocsin.ledger.port import Ledger
from tocsin.views.live import Live

NAMES: Final = (
    "alerts.in.ua", "alerts.in.ua-oblasts", "ukrainealarm", "siren.pp.ua", "alerts.com.ua", "jaam",
)  # fmt: skip
"""The dialects, as their paths and the setting `compat_hosts` name them."""


def _soon(act: Callable[[], None]) -> None:
    asyncio.get_running_loop().call_soon(act)


class Dialects:
    """
    Speak to existing clients in the dialects they know.

    Args:
        board: The board that `live` shows; its owner tells `changed` of every event.
        vouched: Tells the last position recorded, None where the server cannot vouch for itself.
        clock: Seconds that only go forward, for limits.
        soon: Has something done once what is being folded is folded: a press that names 1,458
            communities is told as a few changes of oblasts, not built into 1,458 tables of 4 ms.
        tcp: Host and port to listen on for the dialect that is plain TCP; port 0 leaves it out.
        webhooks: Whom webhooks may call: at first nobody.
    """

    def __init__(
        self,
        live: Live,
        board: Board,
        ledger: Ledger,
        *,
        vouched: Vouched,
        clock: Callable[[], float] = time.monotonic,
        soon: Callable[[Callable[[], None]], None] = _soon,
        tcp: tuple[str, int] = ("127.0.0.1", 0),
        webhooks: WebhookSettings = CALLS_NOBODY,
    ) -> None:
        stamps = Stamps.load(ledger, board.position)
        self._interpreter = Interpreter(live, board, stamps, vouched=vouched, clock=clock)
        self._lines = Lines(self._interpreter)
        self.webhooks = Webhooks(self._interpreter, webhooks, clock)
        self._tcp = TcpDialect(self._interpreter, self._lines, random.SystemRandom().randrange)
        self._listen = tcp
        self._soon = soon
        self._telling = False

    def router(self) -> APIRouter:
        """Make the router of all dialects; it has routes only where areas have uids."""
        router = APIRouter(include_in_schema=False)
        if len(self._interpreter.regions):
            router.include_router(alerts_in_ua(self._interpreter))
            router.include_router(alerts_in_ua(self._interpreter, lifted=True))
            router.include_router(ukrainealarm(self._interpreter, self.webhooks.answer))
            router.include_router(alerts_com_ua(self._interpreter, self._lines))
            router.include_router(jaam(self._interpreter, self._lines))
        return router

    def changed(self, applied: Applied) -> None:
        """Take in one event that the board has just taken; tell those who stay connected."""
        self._interpreter.changed(applied)
        self.webhooks.changed(applied)
        if (len(self._lines) or len(self.webhooks.known)) and not self._telling:
            self._telling = True
            self._soon(self._tell)

    def _tell(self) -> None:
        self._telling = False
        self._lines.tell()
        self.webhooks.tell()

    async def run(self) -> None:
        """Keep those who stay connected honest, and listen for plain TCP, until cancelled."""
        host, port = self._listen
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._lines.watch())
            if port:
                tasks.create_task(self._tcp.serve(host, port))

    def close(self) -> None:
        """End what stays connected; called when the server begins to stop."""
        self._lines.close()


def read_hosts(text: str) -> Mapping[str, str]:
    """
    Read which dialect is spoken at the root of which host name: `NAME=HOST`, comma-separated.

    Raises:
        Malformed: `compat.hosts`.
    """
    hosts: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        name, _, host = pair.partition("=")
        if name.strip() not in NAMES or not host.strip():
            raise Malformed(
                "compat.hosts",
                f"“{pair[:60]}” is not NAME=HOST with a name of {', '.join(NAMES)}.",
                where="compat_hosts",
            )
        hosts[host.strip().lower()] = name.strip()
    return MappingProxyType(hosts)


def at_hosts(app: ASGIApp, hosts: Mapping[str, str]) -> ASGIApp:
    """Serve a dialect at the root of a host name; everything else as it was."""
    if not hosts:
        return app

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in {"http", "websocket"}:
            host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
            name = hosts.get(host.partition(":")[0].lower())
            if name is not None:
                path = f"/compat/{name}{scope['path']}"
                scope = {**scope, "path": path, "raw_path": path.encode()}
        await app(scope, receive, send)

    return serve
