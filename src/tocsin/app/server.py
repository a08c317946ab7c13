"""
The server, put together.

Data flows one way. A request comes in by the edge and `intake`, waits for the writer's thread, is
decided at the desk and committed (`answering`); the follower reads it back from the ledger, the
projections fold it (`folding`), the feed tells the edge, which tells everybody. A replay differs in
one thing: its player hands events on when its clock reaches them, not when they are recorded;
nothing can be raised in it.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
import uvicorn
from starlette.types import ASGIApp

from tocsin import __version__
from tocsin.app import (
    open_bus,
    open_desk,
    open_far_record,
)
from tocsin.app.answering import Answering
from tocsin.app.counted import counted
from tocsin.app.edge import Edge
from tocsin.app.folding import Events, Folding
from tocsin.app.opening import Land, opened
from tocsin.app.placed import placed
from tocsin.app.powering import Powering
from tocsin.app.record import OwnRecord, Record, while_active
from tocsin.app.sheltering import Sheltering, open_city
from tocsin.app.sockets import address
from tocsin.app.stage import Played, play_day, play_week, rewind
from tocsin.areas.geometry import load_outlines
from tocsin.channels.compat_dialects import Dialects, at_hosts, read_hosts
from tocsin.channels.compat_webhooks import webhook_settings
from tocsin.channels.feed import Feed, topics_of
from tocsin.channels.unix import FeedServer
from tocsin.config import Settings, read_settings
from tocsin.delivery.audience import Audience
from tocsin.intake.http import alerts
from tocsin.intake.source_reading import Source, SourceSettings
from tocsin.kernel.errors import TocsinError, Unavailable
from tocsin.kernel.limits import HEARTBEAT_S
from tocsin.kernel.time import Clock, SystemClock, rfc3339
from tocsin.ledger.duty import Duty
from tocsin.ledger.follow import Follower
from tocsin.ledger.heads import Heads
from tocsin.ledger.signing import Signer
from tocsin.ledger.sqlite import SqliteLedger
from tocsin.ops.health import health
from tocsin.ops.heartbeat import Heartbeat, Shown
from tocsin.ops.supervisor import Supervisor
from tocsin.replay.clock import PlayingClock
from tocsin.replay.player import Player
from tocsin.views.live import Live
from tocsin.views.power_addresses import open_addresses
from tocsin.views.projections import Projections
from tocsin.views.time_to_shelter import times_to_shelter
from tocsin.web.api import api
from tocsin.web.pages import pages
from tocsin.web.right_of_way import RightOfWay
from tocsin.web.server import build
from tocsin.web.site import site

if TYPE_CHECKING:  # Only who shares a ledger has the package.
    from tocsin.ledger.postgres import PostgresLedger

Announce = Callable[[str], None]
"""Told the URL once the server answers there."""

_log = structlog.get_logger()


def _nobody_waits() -> None:
    """A player needs no waking: its clock does that."""


def serve(settings: Settings, announce: Announce) -> None:
    """
    Serve a ledger until a signal ends it.

    Raises:
        Refused: `serve.already_runs`.
        Unavailable: `serve.port_taken`, `serve.edge_fails` and others.
    """
    with opened(settings) as (run, edge, ledger, land):
        gazetteer = land.gazetteer
        clock = SystemClock()
        projections = Projections.load(ledger)
        if isinstance(ledger, SqliteLedger):
            events = Follower(ledger, projections.position)
            record: Record = OwnRecord(ledger, open_desk(ledger, gazetteer, clock, projections))
        else:
            events = Follower(ledger, projections.position, far=True)
            record = open_far_record(ledger, gazetteer, clock, projections, events.wake)
        server = _Server(settings, ledger, land, clock, projections, record, events)
        server.run(run, edge, announce)
        with suppress(Unavailable):  # Only a start takes longer without it.
            projections.save(ledger)


def demo(
    *,
    at: datetime,
    speed: float,
    host: str,
    port: int,
    announce: Announce,
    schedules: bool = False,
) -> None:
    """
    Play 26 January 2023 from `at`, `speed` times as fast as it was, until a signal ends it.

    Args:
        schedules: Play a week of schedules of power cuts in its place (`tocsin.replay.week`).
    """
    with tempfile.TemporaryDirectory(prefix="tocsin-demo-") as folder:
        settings = read_settings(db=Path(folder) / "day.db", host=host, port=port)
        with opened(settings, lives_on=False) as (run, edge, ledger, land):
            assert isinstance(ledger, SqliteLedger), "a demo plays from a file"
            gazetteer = land.gazetteer
            stage = Land(gazetteer, (play_week if schedules else play_day)(ledger, gazetteer))
            projections = Projections.load(ledger)
            clock = PlayingClock(at, speed)
            player = Player(ledger, clock)
            record = OwnRecord(ledger, open_desk(ledger, gazetteer, clock, projections))
            played = rewind(projections)
            server = _Server(settings, ledger, stage, clock, projections, record, player, played)
            server.run(run, edge, announce)


class _Server:
    """Everything that one running server holds."""

    def __init__(
        self,
        settings: Settings,
        ledger: SqliteLedger | PostgresLedger,
        land: Land,
        clock: Clock,
        projections: Projections,
        record: Record,
        events: Events,
        played: Played | None = None,
    ) -> None:
        self._settings = settings
        self._ledger = ledger
        self._gazetteer = gazetteer = land.gazetteer
        self._clock = clock
        self._projections = projections
        self._events = events
        self._record = record
        self._tree = tree = None if played is None else played.tree
        audience = Audience(gazetteer)
        self._live = Live(
            ledger=ledger,
            gazetteer=gazetteer,
            outlines=load_outlines(gazetteer),
            clock=clock,
            board=projections.board,
            history=projections.history,
            topics=audience.topics,
            within_s=times_to_shelter(projections.shelters, gazetteer),
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
        self._dialects = Dialects(
            self._live,
            projections.board,
            ledger,
            vouched=lambda: self._answering.recorded(),  # noqa: PLW0108  # Made below.
            tcp=(settings.host, settings.compat_tcp_port),
            webhooks=webhook_settings(settings.compat_webhooks, ledger.path, self._signer),
        )
        self._folding = Folding(
            ledger, record, projections, self._live, self._feed, self._dialects, tree=tree
        )
        self._answering = Answering(
            record,
            projections,
            self._live,
            self._folding,
            wake=events.wake if isinstance(events, Follower) else _nobody_waits,
            timed=lambda: self._metrics.commit_s.time(),  # noqa: PLW0108  # Made below.
        )
        self._sheltering = Sheltering(
            projections.shelters,
            self._live,
            land,
            clock=clock,
            signer=self._signer,
            submit=self._answering.submit,
            authenticate=self._answering.authenticate,
            city=open_city(settings.walking, settings.people),
        )
        self._powering = Powering(
            projections.grid,
            self._live,
            open_addresses(settings.power_addresses),
            clock=clock,
            ledger=ledger.path,
            minutes=settings.power_notice_minutes,
            submit=self._answering.submit,
            authenticate=self._answering.authenticate,
        )
        self._powering.view.whole = None if played is None else played.grid
        self._sheltering.view.dark = self._powering.dark
        self._sheltering.view.cuts = self._powering.cuts
        self._supervisor = Supervisor(self._answering.on_corrupt)
        self._edges = FeedServer(self._feed)
        self._bus = open_bus(settings.bus, self._feed) if settings.bus else None
        self._sources = [self._source(one) for one in settings.sources if tree is None]
        self._metrics = counted(
            self._live,
            projections.board,
            self._edges,
            self._supervisor,
            record,
            self._bus,
            self._dialects.webhooks,
        )

    def run(self, run: Path, edge: Edge, announce: Announce) -> None:
        """
        Serve until a signal ends it.

        Args:
            run: The directory of the sockets between core and edge.
            announce: Told once the edge serves what is known here.
        """
        with ExitStack() as stack:
            stack.callback(self._record.close)
            stack.callback(self._answering.writer.close)
            stack.callback(self._sheltering.close)
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

        await self._record.start(
            self._answering.writer.submit,
            spooled=self._folding.tell_unplaced,
            settled=self._folding.tell_board,
        )
        async with self._supervisor as supervisor:
            supervisor.start("fold", lambda: self._folding.run(self._events))
            if isinstance(self._events, Player):
                await self._events.caught_up.wait()  # So that nobody is shown an earlier moment.
            await self._edges.open(run / "feed.sock")
            supervisor.start("record", self._record.look)
            supervisor.start("duty", self._turn)
            supervisor.start("heartbeat", self._beat)
            supervisor.start("tick", lambda: self._edges.tick(self._vouches))
            supervisor.start("edge", edge.watch)
            supervisor.start("announce", announced)
            supervisor.start("dialects", self._dialects.run)
            supervisor.start("webhooks", self._dialects.webhooks.run)
            supervisor.start("cuts", self._powering.look)
            supervisor.start(
                "notices", partial(while_active, self._record, self._powering.bell.run)
            )
            if self._bus is not None:
                supervisor.start("bus", self._bus.run)
            for one in self._sources:
                work = partial(while_active, self._record, one.run)
                supervisor.start(f"source {one.name}", work)
            await server.serve()
            self._edges.close()

    async def _end(self, edge: Edge) -> None:
        """Let those go who would stay for ever; then the edge waits for no answer but the last."""
        self._dialects.close()
        await edge.stop()

    def _url(self, port: int) -> str:
        settings = self._settings
        return address(settings.host, port, tls=settings.tls_certificate is not None)

    def _site(self) -> ASGIApp:
        way = RightOfWay()
        app = site(
            [
                api(self._live, self._sheltering.nearby.three, self._powering.view.at_place),
                alerts(
                    self._gazetteer,
                    self._clock,
                    self._answering.submit,
                    self._answering.authenticate,
                ),
                *self._sheltering.routers(),
                *self._powering.routers(),
                health(self._answering.readiness, self._signer.public()),
                pages(self._live, way, self._sheltering.stage, self._powering.view.at_place),
                self._dialects.router(),
            ],
            way,
        )
        return placed(
            at_hosts(app, read_hosts(self._settings.compat_hosts)),
            lambda: None if self._record.boards_alone else self._feed.place,
        )

    def _source(self, settings: SourceSettings) -> Source:
        def note(name: str, what: str) -> None:
            _log.info("source", name=name, what=what)

        return Source(
            settings,
            self._gazetteer,
            self._clock,
            lambda: self._projections.board,
            self._answering.submit,
            note,
        )

    async def _turn(self) -> None:
        """Speak for the record while this core is the active one, for ever."""
        duty = self._record.duty
        first = True
        while True:
            if duty is Duty.ACTIVE and not first:
                with suppress(Unavailable):
                    await self._folding.caught_up((await self._record.newest()).position)
                self._feed.begin()
            if self._bus is not None:
                self._bus.turn(duty)
            first = False
            duty = await self._record.changed(duty)

    def _vouches(self) -> bool:
        """Say whether what is shown may be taken for all; nobody cut off from the record can."""
        return self._record.duty is not Duty.CUT_OFF

    async def _beat(self) -> None:
        note = Heads(self._ledger.path).note
        heart = Heartbeat(self._clock, self._shown, self._signer.sign, self._feed.heartbeat, note)
        while True:
            with suppress(Unavailable):  # Then readers are told that this is not vouched for.
                if self._vouches():
                    await self._record.newest()
                    await heart.beat()
            await asyncio.sleep(HEARTBEAT_S)

    def _shown(self) -> Shown:
        place, replay = self._live.place, self._live.replay
        status = "unready" if self._answering.readiness().reasons else "ok"
        if self._tree is not None:
            return Shown(place.epoch, place.position, self._tree.head().hex(), replay, status)
        head = self._record.head()
        return Shown(place.epoch, head.position, head.tree_head, replay, status)
