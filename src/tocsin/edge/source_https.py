"""
The feed from another edge: a tree of edges, each fed by the one above it.

The other edge is a carrier like any other: its certificate is checked, and still nothing that it
says counts without the core's own signature (`tocsin.edge.verify`). One that comes back tells the
place it knows and is given what it missed; when the gate misses something it tells none, and is
given a board. Silence of 3 s (a tick comes each second) counts as a broken link.

An edge with a token of its own shows it, and is told which tokens are those of devices, so that
it tells these first; where it is not told so, that is a warning, and the alerts come all the same.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from typing import Final

import httpx
import structlog

from tocsin.edge.devices import read_token
from tocsin.edge.watch import Watch
from tocsin.kernel.errors import Malformed
from tocsin.kernel.feed import LINE_BYTES

QUIET_S: Final = 3.0
BOARD_WITHIN_S: Final = 2.0
PAUSE_S: Final = (0.5, 5.0)
"""Between two tries, doubling, shortened by chance to as little as half."""

_log = structlog.get_logger()


class _Again(Exception):
    """The link is no good; begin anew."""


class HttpsSource:
    """
    Follow a core through another edge.

    Args:
        url: Of the other edge, `https://host`.
        token_file: With this edge's own token, read anew for each connection; empty for none.
        trusted: What its certificate is checked against; None for the machine's own authorities.
        chance: Draws from [0, 1), so that edges do not all come back at once.
    """

    def __init__(
        self,
        url: str,
        watch: Watch,
        chance: Callable[[], float],
        *,
        token_file: str = "",
        trusted: ssl.SSLContext | None = None,
    ) -> None:
        self._address = f"{url.rstrip('/')}/api/v1/feed"
        self._watch = watch
        self._chance = chance
        self._token_file = token_file
        self._trusted = trusted
        self._pause = PAUSE_S[0]

    async def run(self) -> None:
        """Follow until cancelled."""
        timeout = httpx.Timeout(QUIET_S, pool=None)
        verify: ssl.SSLContext | bool = self._trusted or True
        async with httpx.AsyncClient(timeout=timeout, verify=verify) as client:
            while True:
                try:
                    await self._follow(client)
                except (httpx.HTTPError, _Again) as error:
                    _log.warning("edge_away", url=self._address, why=repr(error))
                await asyncio.sleep(self._pause * (0.5 + self._chance() / 2))
                self._pause = min(self._pause * 2, PAUSE_S[1])

    async def _follow(self, client: httpx.AsyncClient) -> None:
        gate = self._watch.gate
        place = None if gate.wants_board else gate.place
        params = {} if place is None else {"since": str(place)}
        token = self._token()
        headers = {"accept-encoding": "identity", "cache-control": "no-store", **token}
        async with client.stream("GET", self._address, params=params, headers=headers) as answer:
            if answer.status_code != 200:
                raise _Again(answer.status_code)
            loop = asyncio.get_running_loop()
            board_by = loop.time() + BOARD_WITHIN_S
            rest = bytearray()
            async for piece in answer.aiter_raw():
                rest += piece
                if b"\n" in piece:
                    *lines, last = rest.split(b"\n")
                    rest = bytearray(last)
                    for line in lines:
                        self._watch.take(bytes(line))
                        if token and line.startswith((b"devices ", b"board ")):
                            self._warn_unless(told=line.startswith(b"devices "))
                            token = {}
                if len(rest) > LINE_BYTES:
                    raise _Again("a line has no end")
                if not gate.wants_board:
                    self._pause = PAUSE_S[0]
                    board_by = loop.time() + BOARD_WITHIN_S
                elif loop.time() > board_by:
                    raise _Again("something is missing")
        raise _Again("closed")

    def _token(self) -> dict[str, str]:
        """Give the header that shows this edge's own token; an alert does not wait for one."""
        if not self._token_file:
            return {}
        try:
            return {"authorization": f"Bearer {read_token(self._token_file)}"}
        except Malformed as error:
            _log.warning("no_token", error=error.sentence)
            return {}

    def _warn_unless(self, *, told: bool) -> None:
        """Say that the edge above does not take this one's token, or has no list itself."""
        if not told:
            _log.warning("devices_untold", url=self._address)
