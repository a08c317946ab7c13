"""
The server, put together.

Data flows one way. A request comes in by the edge and `intake`, waits for the writer's thread, is
decided at the desk and committed; the follower reads it back from the ledger, the projections fold
it, the feed tells the edge, which tells everybody. A replay differs in one thing: its player hands
events on when its clock reaches them, not when they are recorded; nothing can be raised in it.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import deque
from collections.abc import AsyncIterable, Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

import uvicorn
from starlette.types import ASGIApp

from tocsin import __version__
from tocsin.alerts.board import Applied, Board
from tocsin.app import open_desk, open_ledger
from tocsin.app.counted import counted
from tocsin.app.edge import Edge, open_edge
from tocsin.app.placed import placed
from tocsin.app.sockets import allow_files, locked, run_directory
from tocsin.areas.gazetteer import Gazetteer, load_pack
from tocsin.areas.geometry import load_outlines
from tocsin.authority.register import ROOM as AUTHORITY
from tocsin.authority.remit import Grant
from tocsin.channels.compat_dialects import Dialects, at_hosts, read_hosts
from tocsin.channels.feed import Feed, topics_of
from tocsin.channels.unix import FeedServer
from tocsin.commands import Answer, Request
from tocsin.config import Settings, read_settings
from tocsin.delivery.audience import Audience
from tocsin.edge.settings import EdgeSettings
from tocsin.intake.http import alerts
from tocsin.kernel.errors import Corrupt, TocsinError, Unavailable
from tocsin.kernel.time import Clock, SystemClock, rfc3339
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
from tocsin.ops.supervisor import Supervisor
from tocsin.replay.clock import PlayingClock
from tocsin.replay.day import build_day
from tocsin.replay.player import Player
from tocsin.views.live import Live
from tocsin.views.projections import Projections
from tocsin.web.api import api
from tocsin.web.pages import pages
from tocsin.web.server import build
from tocsin.web.site import site

SHOWN_WITHIN_S: Final = 1.0
"""How long an answer waits for what is on disk to be shown here too; it takes milliseconds."""

Announce = Callable[[str], None]
"""Told the URL once the server answers there."""

Events = AsyncIterable[list[Recorded]]
"""Where the live view's events come from, in order, in batches: a follower, or a player."""


def _nobody_waits() -> None:
    """A player needs no waking: its clock does that."""


def serve(settings: Settings, announce: Announce) -> None:
    """
    Serve a ledger until a signal ends it.

    Raises:
        Refused: `serve.already_runs`.
        Unavailable: `serve.port_taken`, `serve.edge_fails` and others.
    """
    with _opened(settings) as (run, edge, ledger, gazetteer):
        projections = Projections.load(ledger)
        events = Follower(ledger, projections.position)
        server = _Server(settings, ledger, gazetteer, SystemClock(), projections, events)
        server.run(run, edge, announce)
        projections.save(ledger)


def demo(*, at: datetime, speed: float, host: str, port: int, announce: Announce) -> None:
    """Play 26 January 2023 from `at`, `speed` times as fast as it was, until a signal ends it."""
    with tempfile.TemporaryDirectory(prefix="tocsin-demo-") as folder:
        settings = read_settings(db=Path(folder) / "day.db", host=host, port=port)
        with _opened(settings, lives_on=False) as (run, edge, ledger, gazetteer):
            build_day(ledger, gazetteer)
            projections = Projections.load(ledger)
            clock = PlayingClock(at, speed)
            player = Player(ledger, clock)
            server = _Server(settings, ledger, gazetteer, clock, projections, player, tree=Tree())
            server.run(run, edge, announce)


@contextmanager
def _opened(
    settings: Settings, *, lives_on: bool = True
) -> Iterator[tuple[Path, Edge, SqliteLedger, Gazetteer]]:
    """Open everything; the edge first, which starts in a process of its own meanwhile."""
    log_to_stderr()
    allow_files()
    run = run_directory(settings.db)
    with ExitStack() as stack:
        stack.enter_context(locked(run))
        edge = stack.enter_context(open_edge(run, edge_settings(settings, run, lives_on=lives_on)))
        gazetteer = load_pack(settings.country)
        ledger = open_ledger(settings.db)
        stack.callback(ledger.close)
        yield run, edge, ledger, gazetteer


def edge_settings(settings: Settings, run: Path, *, lives_on: bool) -> EdgeSettings:
    """Tell what a server's own edge is to do."""
    return EdgeSettings(
        version=__version__,
        host=settings.host,
        port=settings.port,
        listen=(),
        source=f"unix:{run / 'feed.sock'}",
        core=(f"unix:{run / 'core.sock'}",),
        control=str(run / "edge.sock"),
        lives_on=lives_on,
        connections_max=settings.connections_max,
        connections_per_address=settings.connections_per_address,
    )


class _Server:
    """Everything that one running server holds."""

    def __init__(
        self,
        settings: Settings,
        ledger: SqliteLedger,
        gazetteer: Gazetteer,
        clock: Clock,
        projections: Projections,
        events: Events,
        *,
        tree: Tree | None = None,
    ) -> None:
        self._settings = settings
        self._ledger = ledger
        self._gazetteer = gazetteer
        self._clock = clock
        self._projections = projections
        self._events = events
        self._wake = events.wake if isinstance(events, Follower) else _nobody_waits
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
        self._signer = Signer.open(ledger.path)
        self._feed = Feed(
            self._signer.sign_text,
            hello={"version": __version__, "epoch": ledger.epoch, **self._signer.public()},
            topics=topics_of(gazetteer),
            shown=lambda: self._live.place,
            board=lambda: self._live.board_bytes(frozenset()),
            now=lambda: rfc3339(clock.now()),
            sent=lambda: rfc3339(SystemClock().now()),
        )
        self._failed: TocsinError | None = None
        self._folded = False
        self._dialects = Dialects(
            self._live,
            projections.board,
            ledger,
            vouched=self._recorded,
            host=settings.host,
            tcp_port=settings.compat_tcp_port,
        )
        self._supervisor = Supervisor(self._on_corrupt)
        self._writer: GroupCommit[Request, Answer] = GroupCommit(self._decide)
        self._edges = FeedServer(self._feed)
        self._metrics = counted(self._live, projections.board, self._edges, self._supervisor)

    def run(self, run: Path, edge: Edge, announce: Announce) -> None:
        """
        Serve until a signal ends it.

        Args:
            run: The directory of the sockets between core and edge.
            announce: Told once the edge serves what is known here.
        """
        with ExitStack() as stack:
            stack.callback(self._writer.close)
            stack.enter_context(self._metrics.listen(self._settings.metrics_port))
            answering = asyncio.Event()
            server = build(
                self._site(),
                run / "core.sock",
                started=answering.set,
                before_end=partial(self._end, edge),
            )
            with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
                runner.run(self._run(run, server, edge, answering, announce))
        if self._failed is not None:
            raise self._failed

    async def _run(
        self,
        run: Path,
        server: uvicorn.Server,
        edge: Edge,
        answering: asyncio.Event,
        announce: Announce,
    ) -> None:
        async def announced() -> None:
            await answering.wait()
            if await edge.serves(self._edges.served):
                announce(self._url(edge.port))
            else:
                self._failed = Unavailable("serve.edge_fails", "The edge process does not start.")
                server.should_exit = True

        async with self._supervisor as supervisor:
            supervisor.start("fold", self._fold)
            if isinstance(self._events, Player):
                await self._events.caught_up.wait()  # So that nobody is shown an earlier moment.
            await self._edges.open(run / "feed.sock")
            supervisor.start("heartbeat", self._heart().run)
            supervisor.start("tick", self._edges.tick)
            supervisor.start("edge", edge.watch)
            supervisor.start("announce", announced)
            supervisor.start("dialects", self._dialects.run)
            await server.serve()
            self._edges.close()

    async def _end(self, edge: Edge) -> None:
        """Let those go who would stay for ever; then the edge waits for no answer but the last."""
        self._dialects.close()
        await edge.stop()

    def _url(self, port: int) -> str:
        host = self._settings.host
        return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"

    def _site(self) -> ASGIApp:
        app = site(
            [
                api(self._live),
                alerts(self._gazetteer, self._clock, self._submit, self._authenticate),
                health(self._readiness, self._signer.public()),
                pages(self._live),
                self._dialects.router(),
            ]
        )
        return placed(
            at_hosts(app, read_hosts(self._settings.compat_hosts)), lambda: self._feed.place
        )

    def _heart(self) -> Heartbeat:
        note = Heads(self._ledger.path).note
        return Heartbeat(self._clock, self._shown, self._signer.sign, self._feed.heartbeat, note)

    def _shown(self) -> Shown:
        place, replay = self._live.place, self._live.replay
        status = "unready" if self._readiness().reasons else "ok"
        if self._tree is not None:
            return Shown(place.epoch, place.position, self._tree.head().hex(), replay, status)
        head = self._ledger.head()
        return Shown(place.epoch, head.position, head.tree_head, replay, status)

    async def _fold(self) -> None:
        """
        Fold what comes, and tell everybody whom it concerns.

        Started again after a failure, it first gives everybody a board, in place of what they may
        not have been told, and goes on with what was left of the batch.
        """
        self._feed.publish_devices(self._projections.register.devices())
        if self._folded:
            self._feed.publish_board()
        self._folded = True
        self._take_left()
        async for events in self._events:
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
            elif recorded.room == AUTHORITY:
                self._feed.publish_devices(self._projections.register.devices())
        self._moved.set()
        self._moved = asyncio.Event()

    def _tell(self, applied: Applied) -> None:
        self._dialects.changed(applied)
        message = self._live.changed(applied)
        if message is None:
            self._feed.publish_board()
        else:
            self._feed.publish(message)

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
