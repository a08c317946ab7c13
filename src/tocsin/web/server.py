"""
The HTTP server behind the edge: uvicorn on a Unix socket.

No connection from outside comes here. The edge accepts, reads, bounds and, where it cannot answer
itself, hands on each request (`tocsin.edge.front`); what it says of a client's address and scheme
is believed, since nobody else can open the socket. It knows no route and decides nothing.
"""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import FrameType
from typing import Final

import uvicorn
from starlette.types import ASGIApp

KEEP_ALIVE_S: Final = 75
"""Longer than the edge keeps an idle connection: it must be the edge that closes one."""

SOCKET_MESSAGE_BYTES: Final = 16_384
"""What a device may say at once over a WebSocket: its settings are 2 kB."""


class _Server(uvicorn.Server):
    """A server that a signal ends, and not the process: snapshots are yet to be kept."""

    on_started: Callable[[], None]
    before_end: Callable[[], Awaitable[None]]

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, and say so."""
        await super().startup(sockets)
        if self.started:
            self._heed_hangup()
            self.on_started()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop on the first signal; on a second from the terminal, without waiting."""
        del frame
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let the edge end first: it waits for the answers that are on their way."""
        await self.before_end()
        await super().shutdown(sockets)
        assert self.config.uds is not None, "`build` has named one"
        Path(self.config.uds).unlink(missing_ok=True)  # noqa: ASYNC240  # Nobody waits any more.

    def _heed_hangup(self) -> None:
        """End well also when the terminal is closed, unless it was asked to go on then (nohup)."""
        in_main = threading.current_thread() is threading.main_thread()
        if in_main and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._end)

    def _end(self) -> None:
        self.should_exit = True


def build(
    app: ASGIApp,
    path: Path,
    *,
    started: Callable[[], None],
    before_end: Callable[[], Awaitable[None]],
) -> uvicorn.Server:
    """
    Make the server; `await server.serve()` runs it until a signal or `server.should_exit`.

    Args:
        path: Of the socket, in a directory that nobody else can open.
        started: Told once the server answers there.
        before_end: Awaited when it has been told to stop, and still answers.
    """
    path.unlink(missing_ok=True)
    config = uvicorn.Config(
        app,
        interface="asgi3",
        uds=str(path),
        http="httptools",
        ws="websockets-sansio",
        ws_max_size=SOCKET_MESSAGE_BYTES,
        ws_per_message_deflate=False,
        loop="uvloop",
        lifespan="on",
        log_config=None,
        log_level="error",  # What is no HTTP is counted by the edge, not told line by line.
        access_log=False,
        server_header=False,
        date_header=True,
        proxy_headers=True,
        forwarded_allow_ips="*",
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=3,
        backlog=2048,
    )
    server = _Server(config)
    server.on_started = started
    server.before_end = before_end
    return server
