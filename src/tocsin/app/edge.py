"""
The core's own edge: found or started, watched, started again, stopped.

The edge owns every connection from outside and outlives a core that dies: streams stay open and
are told "stale" until the next core comes. That one finds it by its control socket and adopts it,
if it is of the same version and settings; else it starts another on the same sockets, which takes
over all who listen (`tocsin.edge.succession`), and the old one ends by itself. The same happens at
SIGUSR2, with the program as it is on the disk by then. The core keeps those sockets as well,
without accepting on them: while an edge that has died is started anew, connections wait in their
queues.

An edge lives in a session of its own, so that a Ctrl-C in a terminal reaches the core alone,
which then ends the edge first.
"""

from __future__ import annotations

import asyncio
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import msgspec
import structlog

from tocsin.app.sockets import listen
from tocsin.edge.control import find_edge
from tocsin.edge.settings import EdgeSettings

STOP_WITHIN_S: Final = 5.0
"""An edge gives answers that are on their way 3 s."""

STUCK_S: Final = 0.5
"""One that has not said who it is within 2 s is not waited for any longer than this."""

STEADY_S: Final = 2.0
"""An edge that has lived so long is started again at once when it dies."""

PAUSE_MAX_S: Final = 5.0

HOPELESS_AFTER: Final = 5
"""So many short lives before the first that served, and the server says that it cannot."""

LOOK_S: Final = 0.1

_log = structlog.get_logger()


class Edge:
    """
    One edge process, and the sockets it listens on.

    Args:
        settings: What it does; its descriptors are those of `sockets`.
        pid: Of one that runs already; None starts one.
    """

    def __init__(
        self, settings: EdgeSettings, sockets: Sequence[socket.socket], pid: int | None = None
    ) -> None:
        self.settings = settings
        self.serving = pid is not None
        self._stopping = False
        self._deaths = 0
        self._changed = asyncio.Event()
        self._over = asyncio.Event()
        self._sockets = tuple(sockets)
        self._child: subprocess.Popen[bytes] | None = None
        self._pidfd = -1
        if pid is None:
            self._start()
        else:
            self._pidfd = os.pidfd_open(pid)

    @property
    def port(self) -> int:
        """Tell the port it listens on."""
        port: int = self._sockets[0].getsockname()[1]
        return port

    @property
    def hopeless(self) -> bool:
        """Say whether it has died young too often for anybody to wait for it."""
        return self._deaths >= HOPELESS_AFTER

    async def watch(self) -> None:
        """Start it again whenever it ends, until it is stopped."""
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGUSR2, self.renew)
        while True:
            began = loop.time()
            await self._ended()
            self._deaths = 0 if loop.time() - began >= STEADY_S else self._deaths + 1
            status = self._reap()
            self._changed.set()
            if self._stopping:
                return
            pause_s = min(0.1 * 2**self._deaths, PAUSE_MAX_S) if self._deaths > 1 else 0.0
            _log.error("edge_ended", status=status, again_in_s=pause_s)
            await asyncio.sleep(pause_s)
            self._start()

    def renew(self) -> None:
        """Start another, which takes everything over from the one that runs and is watched."""
        if self._stopping or self._pidfd < 0:
            return  # One is being started just now.
        loop = asyncio.get_running_loop()
        old, child = self._pidfd, self._child
        loop.remove_reader(old)

        def reap() -> None:
            loop.remove_reader(old)
            os.close(old)
            if child is not None:
                child.wait()

        loop.add_reader(old, reap)
        self._start()
        loop.add_reader(self._pidfd, self._over.set)
        _log.info("edge_renewed", pid=self._child.pid if self._child else None)

    async def serves(self, served: Callable[[], Awaitable[None]]) -> bool:
        """Wait until it has said that it serves; False when it has died too often for that."""
        while not self.hopeless:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await served()
                    self.serving = True
                    return True
        return False

    async def stop(self) -> None:
        """End it while it is being watched; it has `STOP_WITHIN_S` before it is killed."""
        self._stopping = True
        for sign in (signal.SIGTERM, signal.SIGKILL):
            if self._pidfd < 0:
                return
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, sign)
            with suppress(TimeoutError):
                async with asyncio.timeout(STOP_WITHIN_S):
                    while self._pidfd >= 0:
                        self._changed.clear()
                        await self._changed.wait()

    def leave(self) -> None:
        """Let it live on without this core: the next one finds it."""
        if self._pidfd >= 0:
            os.close(self._pidfd)
            self._pidfd = -1

    def close(self) -> None:
        """End it, if it has not ended, and listen no more."""
        if self._pidfd >= 0:
            _end(self._pidfd)
            self._reap()
        for one in self._sockets:
            one.close()

    def _start(self) -> None:
        descriptors = tuple(one.fileno() for one in self._sockets)
        settings = msgspec.structs.replace(self.settings, listen=descriptors)
        self._child = subprocess.Popen(  # noqa: S603  # Our own program.
            [sys.executable, "-P", "-m", "tocsin.edge", settings.encode()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # The core's is for the address alone.
            pass_fds=descriptors,
            start_new_session=True,
        )
        self._pidfd = os.pidfd_open(self._child.pid)

    async def _ended(self) -> None:
        loop = asyncio.get_running_loop()
        self._over.clear()
        loop.add_reader(self._pidfd, self._over.set)
        try:
            await self._over.wait()
        finally:
            loop.remove_reader(self._pidfd)

    def _reap(self) -> int | None:
        """Forget a process that has ended; tell how, where it was a child of ours."""
        os.close(self._pidfd)
        self._pidfd = -1
        child, self._child = self._child, None
        return None if child is None else child.wait()


@contextmanager
def open_edge(run: Path, wanted: EdgeSettings) -> Iterator[Edge]:
    """
    Have an edge while the block runs; it ends with the block.

    One that serves lives on when the block fails: whoever listens to it is better told "stale" by
    it than by nobody, until a core comes that does not fail.

    Raises:
        Unavailable: `serve.port_taken`.
        Malformed: `serve.cannot_listen`.
    """
    edge = find_or_start(run, wanted)
    well = False
    try:
        yield edge
        well = True
    finally:
        if edge.serving and not well:
            edge.leave()
        edge.close()


def find_or_start(run: Path, wanted: EdgeSettings) -> Edge:
    """
    Adopt the edge that an earlier core has left in a directory, or start one.

    Raises:
        Unavailable: `serve.port_taken`.
        Malformed: `serve.cannot_listen`.
    """
    found = find_edge(run / "edge.sock")
    if found is None:
        return Edge(wanted, listen(wanted.host, wanted.port))
    same_address = (found.settings.host, found.settings.port) == (wanted.host, wanted.port)
    if found.sockets and found.settings.same_but_sockets(wanted):
        with suppress(ProcessLookupError):
            return Edge(wanted, found.sockets, found.pid)
    if found.sockets and same_address:
        # It takes the other's subscribers over, which then ends by itself (decision 0021).
        return Edge(wanted, found.sockets)
    for one in found.sockets:
        one.close()
    _end_process(found.pid, within_s=STOP_WITHIN_S if found.sockets else STUCK_S)
    return Edge(wanted, listen(wanted.host, wanted.port))


def _end_process(pid: int, *, within_s: float = STOP_WITHIN_S) -> None:
    with suppress(ProcessLookupError):
        pidfd = os.pidfd_open(pid)
        try:
            _end(pidfd, within_s)
        finally:
            os.close(pidfd)


def _end(pidfd: int, within_s: float = STOP_WITHIN_S) -> None:
    """Ask a process to end and wait for it; kill it where it does not."""
    ended = select.poll()
    ended.register(pidfd, select.POLLIN)
    with suppress(ProcessLookupError):
        signal.pidfd_send_signal(pidfd, signal.SIGTERM)
        if not ended.poll(within_s * 1000):
            signal.pidfd_send_signal(pidfd, signal.SIGKILL)
            ended.poll(STOP_WITHIN_S * 1000)
