"""
The edge, put together: one process, one thread, one event loop.

It accepts nobody before it has heard how things stand, so that connections wait in the kernel's
queue while it starts and nobody is turned away; after `READY_WITHIN_S` it accepts all the same and
says that it knows nothing yet. It outlives its core. When it is told to stop (SIGTERM) it accepts
no more, closes streams, and gives answers that are on their way `FAREWELL_S`.

Where another edge answers at its control socket it takes that one's subscribers over before it
accepts anybody, and answers there from then on; one that will not hand over is ended. An edge that
was succeeded takes its leave of who is left, and ends by itself.
"""

from __future__ import annotations

import asyncio
import gc
import resource
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from random import SystemRandom
from typing import Any, Final

import structlog

from tocsin.edge.connections import Connections
from tocsin.edge.control import Control, answers, end_edge
from tocsin.edge.fanout import Fanout
from tocsin.edge.front import Front
from tocsin.edge.groups import Group
from tocsin.edge.hub import Hub
from tocsin.edge.metrics import encode_report, listen
from tocsin.edge.predecessor import Predecessor, Retirement
from tocsin.edge.relay import Relay
from tocsin.edge.settings import EdgeSettings
from tocsin.edge.source import Source, open_source
from tocsin.edge.successor import Successor
from tocsin.edge.tls import TlsAcceptor, server_context
from tocsin.edge.upstream import read_address
from tocsin.edge.websocket import SERVICE_RESTART, Inbox, close_frame
from tocsin.edge.writes import Sink, end, push
from tocsin.kernel.errors import Unavailable
from tocsin.kernel.time import SystemClock
from tocsin.kernel.wire import Form

READY_WITHIN_S: Final = 5.0
READY_LOOK_S: Final = 0.01

METRICS_TRIES: Final = 100
"""For a second."""

FAREWELL_S: Final = 3.0
"""As long as the core gives the requests that it is answering."""

FILES_BESIDE: Final = 96
"""What the process has open beside its clients: libraries, the core, 16 kept connections to it."""


_log = structlog.get_logger()


class EdgeProcess:
    """
    One edge.

    Args:
        settings: What it is told to do; its descriptors are this process's own.
    """

    def __init__(self, settings: EdgeSettings, loop: asyncio.AbstractEventLoop) -> None:
        self.settings = settings
        self._loop = loop
        self._stopped = asyncio.Event()
        self._sockets = [socket.socket(fileno=descriptor) for descriptor in settings.listen]
        self._inbox = Inbox()
        self.hub = Hub(self._fan_out, loop, SystemRandom().randint)
        addresses = [read_address(text) for text in settings.core]
        self._limits = Connections(
            min(settings.connections_max, _files_allowed() - FILES_BESIDE),
            settings.connections_per_address,
        )
        self.front = Front(
            loop,
            self.hub,
            Relay(loop, addresses, lambda: self.hub.place),
            self._limits,
            lambda: SystemClock().now().timestamp(),
        )
        self._predecessor = Predecessor(self.hub, self._fanout, self._inbox, self._succeeded)
        self._source: Source | None = None
        self._control: Control | None = None
        self._metrics: asyncio.AbstractServer | None = None
        self._retiring: asyncio.Task[None] | None = None
        self._certified = self._context() if settings.tls_certificate else None
        self._acceptor: TlsAcceptor | None = None

    async def run(self) -> None:
        """Serve until told to stop."""
        loop, settings = self._loop, self.settings
        for sign in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sign, self._stopped.set)
        loop.add_signal_handler(signal.SIGHUP, self._renew)
        succeeds = bool(settings.control) and answers(Path(settings.control))
        if not succeeds:
            self._open_control()
        self._source = source = open_source(
            settings, self.hub, lambda: encode_report(self.report()), self._orphaned
        )
        gc.collect()
        gc.freeze()  # What is here now stays; no collection need look at it again.
        async with asyncio.TaskGroup() as tasks:
            follows = tasks.create_task(source.run())
            opens = tasks.create_task(self._open_when_ready(succeeds=succeeds))
            await self._stopped.wait()
            opens.cancel()
            self._close_control()
            await self._say_farewell()
            follows.cancel()

    def report(self) -> dict[str, Any]:
        """Tell what is served now, and was since the start."""
        hub, fan_out, front = self.hub.counts(), self._fanout.counts(), self.front.counts()
        return {
            "ready": self.hub.ready,
            "place": str(self.hub.place or ""),
            "subscribers": {form.value: hub.open.get(form, 0) for form in Form},
            "polls": hub.polls,
            "kept": hub.kept,
            "lost": hub.lost,
            "delivered": fan_out.delivered,
            "slow": fan_out.slow,
            "closed": fan_out.closed,
            "sent_bytes": fan_out.sent_bytes,
            "lag_ms": fan_out.lag_ms,
            "connections": front.connections,
            "refused": front.refused,
            "boards": front.boards,
            "shared": front.shared,
            "relayed": front.relayed,
            "core_failures": front.core_failures,
            **(self._source.counts() if self._source else {}),
        }

    def _fan_out(self, gone: Callable[[Group, Sink], None]) -> Fanout:
        def forget(group: Group, sink: Sink) -> None:
            self._inbox.forget(sink)
            gone(group, sink)

        self._fanout = Fanout(self._loop, received=self._received, gone=forget)
        return self._fanout

    def _received(self, group: Group, sink: Sink, data: bytes) -> None:
        """Hear what a subscriber says: on a WebSocket a little, elsewhere nothing."""
        home = self.hub.home(group)
        if home is None or home[1] is not Form.WEBSOCKET:
            return
        answer = self._inbox.hear(sink, data)
        if answer.data:
            self._fanout.send(group, sink, answer.data)
        if answer.close:
            self._fanout.close(group, sink)

    async def _open_when_ready(self, *, succeeds: bool) -> None:
        if succeeds:
            await self._succeed(Path(self.settings.control))
            self._open_control()
        if self.settings.metrics_port:
            self._metrics = await self._listen_for_metrics(self.settings.metrics_port)
        until = self._loop.time() + READY_WITHIN_S
        while not self.hub.ready and self._loop.time() < until:  # noqa: ASYNC110  # A moment.
            await asyncio.sleep(READY_LOOK_S)
        if self._certified is None:
            await self.front.serve(self._sockets)
        else:
            self._acceptor = self.front.serve_tls(self._sockets, self._certified)
        if self.settings.announces:
            sys.stdout.write(f"{self.settings.announces}\n")
            sys.stdout.flush()

    async def _succeed(self, path: Path) -> None:
        """Take over from the edge at a path, or end it where it does not let go."""
        try:
            count = await Successor(self.hub, self._limits, self.front.link).take_over(path)
        except Unavailable as error:
            _log.warning("not_handed_over", error=error.sentence)
            end_edge(path)
        else:
            _log.info("taken_over", connections=count)

    def _succeeded(self, link: socket.socket) -> None:
        """Go on with who is left, now that the subscribers are another's."""
        self._close_control()
        self.front.stop()
        retirement = Retirement(
            self._loop, self._predecessor, self.hub, self._fanout, self.front,
            SystemRandom().randint,
        )  # fmt: skip
        self._retiring = self._loop.create_task(retirement.run(link))
        self._retiring.add_done_callback(lambda _: self._stopped.set())

    def _open_control(self) -> None:
        if self.settings.control:
            path, answered = Path(self.settings.control), self._predecessor.answers()
            self._control = Control(self._loop, path, self.settings, self._sockets, answered)

    def _close_control(self) -> None:
        """Give up what a successor needs: the name of the control socket, and a port."""
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._metrics is not None:
            self._metrics.close()
            self._metrics = None

    async def _listen_for_metrics(self, port: int) -> asyncio.AbstractServer:
        for _ in range(METRICS_TRIES):
            try:
                return await listen(self.report, port)
            except OSError:  # The predecessor lets it go in a moment.
                await asyncio.sleep(READY_LOOK_S)
        return await listen(self.report, port)

    def _context(self) -> Any:  # noqa: ANN401  # `ssl` is loaded by `tls` alone.
        settings = self.settings
        return server_context(Path(settings.tls_certificate), Path(settings.tls_key))

    def _renew(self) -> None:
        """Take a renewed certificate up; one that cannot be read leaves the old in use."""
        if self._certified is None:
            return
        try:
            self._certified = self._context()
        except OSError:
            return
        if self._acceptor is not None:
            self._acceptor.use(self._certified)

    def _orphaned(self) -> None:
        if not self.settings.lives_on:
            self._stopped.set()

    async def _say_farewell(self) -> None:
        if self._retiring is not None:
            self._retiring.cancel()
        self.front.close()
        bye = memoryview(close_frame(SERVICE_RESTART, "The server stops."))
        for released in self._fanout.release():
            home = self.hub.home(released.group)
            try:
                if home is not None and home[1] is Form.WEBSOCKET and not released.rest:
                    push(released.sink, bye)
            except OSError:
                pass
            end(released.sink)
        until = self._loop.time() + FAREWELL_S
        while self.front.links and self._loop.time() < until:  # noqa: ASYNC110  # Three seconds.
            await asyncio.sleep(READY_LOOK_S)
        self.front.end()


def _files_allowed() -> int:
    """Open as many files as the machine allows this process; tell how many that are."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return 1_048_576 if hard == resource.RLIM_INFINITY else hard
