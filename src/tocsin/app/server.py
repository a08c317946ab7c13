"""
The server, put together.

Data flows one way. A request comes in by `intake`, waits for the writer's thread, is decided at
the desk and committed; the follower reads it back from the ledger, the projections fold it, the
hub tells everybody. A replay differs in one thing: its player hands events on when its clock
reaches them, not when they are recorded, and nothing can be raised in it.
"""

from __future__ import annotations

import asyncio
import random
import resource
import tempfile
from collections import deque
from collections.abc import AsyncIterable, Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import uvicorn
from starlette.types import ASGIApp

from tocsin.alerts.board import Applied, Board
from tocsin.app import open_desk, open_ledger
from tocsin.areas.gazetteer import Gazetteer, load_pack
from tocsin.areas.geometry import load_outlines
from tocsin.authority.remit import Grant
from tocsin.channels.compat_dialects import Dialects, at_hosts, read_hosts
from tocsin.channels.sse import Outgoing, StreamHub
from tocsin.commands import Answer, Request
from tocsin.config import Settings, read_settings
from tocsin.delivery.audience import Audience
from tocsin.intake.http import alerts
from tocsin.kernel.errors import Corrupt, TocsinError, Unavailable
from tocsin.kernel.time import Clock, SystemClock
from tocsin.kernel.wire import encode, parse_place
from tocsin.ledger.event import Recorded
from tocsin.ledger.follow import Follower
from tocsin.ledger.heads import Heads
from tocsin.ledger.signing import Signer
from tocsin.ledger.sqlite import SqliteLedger
from tocsin.ledger.tree import Tree
from tocsin.ledger.writer import GroupCommit
from tocsin.ops.health import Readiness, health
from tocsin.ops.heartbeat import Heartbeat, Shown
from tocsin.ops.log import log_to_stderr
from tocsin.ops.metrics import Metrics
from tocsin.ops.supervisor import Supervisor
from tocsin.replay.clock import PlayingClock
from tocsin.replay.day import build_day
from tocsin.replay.player import Player
from tocsin.views.live import Live
from tocsin.views.projections import Projections
from tocsin.web.api import api
from tocsin.web.pages import pages
from tocsin.web.query import read_areas, read_query
from tocsin.web.server import Connections, build
from tocsin.web.site import site

SHOWN_WITHIN_S: Final = 1.0
"""How long an answer waits for what is on disk to be shown here too; it takes milliseconds."""

FILES_BESIDE: Final = 64
"""What a process has open beside its connections: the ledger's files, libraries, sockets."""

FILES_ALLOWED_MOST: Final = 1_048_576
"""Where the machine sets no bound; more connections than one process can hold."""

Announce = Callable[[str], None]
"""Told the URL once the server answers there."""

_STREAM_PARAMETERS: Final = frozenset({"areas", "since"})


Feed = AsyncIterable[list[Recorded]]
"""Where the live view's events come from, in order, in batches: a follower, or a player."""


def _nobody_waits() -> None:
    """A player needs no waking: its clock does that."""


def serve(settings: Settings, announce: Announce) -> None:
    """Serve a ledger until a signal ends it."""
    with _opened(settings) as (ledger, gazetteer):
        projections = Projections.load(ledger)
        feed = Follower(ledger, projections.position)
        server = _Server(settings, ledger, gazetteer, SystemClock(), projections, feed, feed.wake)
        server.run(announce)
        projections.save(ledger)


def demo(*, at: datetime, speed: float, host: str, port: int, announce: Announce) -> None:
    """Play 26 January 2023 from `at`, `speed` times as fast as it was, until a signal ends it."""
    with tempfile.TemporaryDirectory(prefix="tocsin-demo-") as folder:
        settings = read_settings(db=Path(folder) / "day.db", host=host, port=port)
        with _opened(settings) as (ledger, gazetteer):
            build_day(ledger, gazetteer)
            projections = Projections.load(ledger)
            clock = PlayingClock(at, speed)
            feed = Player(ledger, clock)
            server = _Server(settings, ledger, gazetteer, clock, projections, feed, tree=Tree())
            server.run(announce)


@contextmanager
def _opened(settings: Settings) -> Iterator[tuple[SqliteLedger, Gazetteer]]:
    gazetteer = load_pack(settings.country)
    ledger = open_ledger(settings.db)
    try:
        yield ledger, gazetteer
    finally:
        ledger.close()


class _Server:
    """Everything that one running server holds."""

    def __init__(
        self,
        settings: Settings,
        ledger: SqliteLedger,
        gazetteer: Gazetteer,
        clock: Clock,
        projections: Projections,
        feed: Feed,
        wake: Callable[[], None] = _nobody_waits,
        *,
        tree: Tree | None = None,
    ) -> None:
        self._settings = settings
        self._ledger = ledger
        self._gazetteer = gazetteer
        self._clock = clock
        self._projections = projections
        self._feed = feed
        self._wake = wake
        self._tree = tree
        self._left: deque[Recorded] = deque()
        self._moved = asyncio.Event()
        self._corrupt: Corrupt | None = None
        self._unwritable: Unavailable | None = None
        self._desk = open_desk(ledger, gazetteer, clock, projections)
        if tree is not None:  # A replay: its board follows the clock, from nothing.
            projections.board = Board()
        audience = Audience(gazetteer)
        self._live = Live(
            ledger=ledger,
            gazetteer=gazetteer,
            outlines=load_outlines(gazetteer),
            clock=clock,
            board=projections.board,
            history=projections.history,
            topics=audience.topics,
        )
        self._hub = StreamHub(
            audience.topics,
            lambda: self._live.place,
            self._live.board_bytes,
            random.SystemRandom().randint,
        )
        self._dialects = Dialects(
            self._live,
            projections.board,
            ledger,
            vouched=self._recorded,
            host=settings.host,
            tcp_port=settings.compat_tcp_port,
        )
        most = min(settings.connections_max, _files_allowed() - FILES_BESIDE)
        self._limits = Connections(most, settings.connections_per_address)
        self._supervisor = Supervisor(self._on_corrupt)
        self._writer: GroupCommit[Request, Answer] = GroupCommit(self._decide)
        self._metrics = self._counted()

    def run(self, announce: Announce) -> None:
        """Serve until a signal ends it."""
        log_to_stderr()
        with ExitStack() as stack:
            stack.callback(self._writer.close)
            stack.enter_context(self._metrics.listen(self._settings.metrics_port))
            server = build(
                self._site(),
                open_stream=self._open_stream,
                close_streams=self._close_streams,
                started=lambda port: announce(self._url(port)),
                limits=self._limits,
                host=self._settings.host,
                port=self._settings.port,
            )
            with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
                runner.run(self._run(server))

    async def _run(self, server: uvicorn.Server) -> None:
        async with self._supervisor as supervisor:
            supervisor.start("feed", self._fold)
            supervisor.start("heartbeat", self._heart().run)
            supervisor.start("dialects", self._dialects.run)
            await server.serve()

    def _close_streams(self) -> None:
        self._hub.close()
        self._dialects.close()

    def _url(self, port: int) -> str:
        host = self._settings.host
        return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"

    def _site(self) -> ASGIApp:
        signer_public = self._signer().public()
        app = site(
            [
                api(self._live),
                alerts(self._gazetteer, self._clock, self._submit, self._authenticate),
                health(self._readiness, signer_public),
                pages(self._live),
                self._dialects.router(),
            ]
        )
        return at_hosts(app, read_hosts(self._settings.compat_hosts))

    def _signer(self) -> Signer:
        return Signer.open(self._ledger.path)

    def _heart(self) -> Heartbeat:
        def send(statement: Mapping[str, Any]) -> None:
            self._hub.heartbeat(encode(dict(statement)), asyncio.get_running_loop().time())

        note = Heads(self._ledger.path).note
        return Heartbeat(self._clock, self._shown, self._signer().sign, send, note)

    def _shown(self) -> Shown:
        place, replay = self._live.place, self._live.replay
        status = "unready" if self._readiness().reasons else "ok"
        if self._tree is not None:
            return Shown(place.epoch, place.position, self._tree.head().hex(), replay, status)
        head = self._ledger.head()
        return Shown(place.epoch, head.position, head.tree_head, replay, status)

    async def _fold(self) -> None:
        """
        Fold what the feed hands out, and tell everybody whom it concerns.

        Started again after a failure, it first gives everybody a board, in place of what they may
        not have been told, and goes on with what was left of the batch.
        """
        self._hub.publish_board()
        self._take_left()
        async for events in self._feed:
            self._left.extend(events)
            self._take_left()
            if self._projections.due():
                await asyncio.to_thread(self._projections.save, self._ledger)

    def _take_left(self) -> None:
        while self._left:
            recorded = self._left.popleft()
            if self._tree is not None:
                self._tree.append(bytes.fromhex(recorded.hash))
            applied = self._projections.apply(recorded)
            if applied is not None:
                self._tell(applied)
        self._moved.set()
        self._moved = asyncio.Event()

    def _tell(self, applied: Applied) -> None:
        self._dialects.changed(applied)
        message = self._live.changed(applied)
        if message is None:
            self._hub.publish_board()
        else:
            self._hub.publish(Outgoing(*message))

    def _decide(self, requests: Sequence[Request]) -> Sequence[Answer | TocsinError]:
        """Run on the writer's thread."""
        with self._metrics.commit_s.time():
            answers = self._desk.handle(requests)
        self._wake()
        if any(isinstance(answer, Answer) and answer.events for answer in answers):
            self._unwritable = None
        self._unwritable = next(
            (answer for answer in answers if isinstance(answer, Unavailable)), self._unwritable
        )
        return answers

    async def _authenticate(self, token: str) -> Grant | None:
        register = self._projections.register
        grant = register.grant(token)
        if grant is not None:
            return grant
        self._wake()
        await self._caught_up(self._ledger.head().position)
        return register.grant(token)

    async def _submit(self, request: Request) -> Answer:
        """
        Answer once all is on disk, and shown as well, so that who asks next sees it.

        Raises:
            Corrupt: Nothing new is shown any more, so nothing is accepted either.
        """
        self._stop_if_corrupt()
        answer = await asyncio.wrap_future(self._writer.submit(request))
        if answer.events:
            await self._caught_up(answer.events[-1].position)
            self._stop_if_corrupt()
        return answer

    def _stop_if_corrupt(self) -> None:
        if self._corrupt is not None:
            raise Corrupt(self._corrupt.code, self._corrupt.sentence)

    async def _caught_up(self, position: int) -> None:
        """Wait until a position is shown, for no longer than `SHOWN_WITHIN_S`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(SHOWN_WITHIN_S):
                while self._projections.position < position:
                    await self._moved.wait()

    def _open_stream(
        self,
        transport: asyncio.Transport,
        query: bytes,
        headers: Mapping[str, str],
        closed: Callable[[], None],
    ) -> None:
        asked = read_query(query, _STREAM_PARAMETERS)
        areas = read_areas(self._gazetteer, asked.get("areas"))
        since = parse_place(headers.get("last-event-id") or asked.get("since") or "")
        self._hub.open(transport, areas, since, closed)

    def _readiness(self) -> Readiness:
        position = self._live.place.position
        behind = 0
        found = [self._corrupt, self._unwritable]
        try:
            if not self._live.replay:
                behind = self._ledger.head().position - position
        except (Unavailable, Corrupt) as error:
            found.append(error)
        reasons = [error.sentence for error in found if error is not None]
        if behind > 1_000:
            reasons.append(f"The live view is {behind} events behind the ledger.")
        return Readiness(position, behind, tuple(reasons))

    def _recorded(self) -> int | None:
        """Tell the last position recorded; None where what is shown cannot be vouched for."""
        ready = self._readiness()
        return None if ready.reasons else ready.position + ready.behind

    def _on_corrupt(self, error: Corrupt) -> None:
        self._corrupt = error

    def _counted(self) -> Metrics:
        counts = self._hub.counts
        connections = self._limits.by_address
        return Metrics(
            gauges={
                "position": ("Place that is shown.", lambda: self._live.place.position),
                "alerts_standing": (
                    "Alerts that stand.", lambda: len(self._projections.board.standing()),
                ),
                "stream_subscribers": ("Open streams.", lambda: counts().subscribers),
                "connections": ("Open connections.", connections.total),
            },
            counters={
                "stream_delivered": ("Frames written.", lambda: counts().delivered),
                "stream_stalled": ("Readers that stopped reading.", lambda: counts().stalled),
                "stream_closed": ("Readers closed for it.", lambda: counts().closed),
                "connections_refused": ("Over a limit.", lambda: self._limits.refused),
                "tasks_failed": (
                    "Failures of the server's own tasks.", self._supervisor.failures.total,
                ),
            },
        )  # fmt: skip


def _files_allowed() -> int:
    """Let this process open as many files as the machine allows it; tell how many that are."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return FILES_ALLOWED_MOST if hard == resource.RLIM_INFINITY else hard
