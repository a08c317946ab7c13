"""
The server in the simulator: the real desk, projections, live view and feed.

Only its edges are the world's: the disk, the clock, the links, and when the power fails. Requests
queue while a commit is on its way, and the next commit takes them all, as `ledger/writer.py` does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.alerts.country import GAZETTEER
from tests.sim.disk import Disk, SimLedger
from tests.sim.parts import Parts
from tests.sim.world import PowerCut, ServerClock, World

from tocsin.alerts.board import Applied, Board
from tocsin.authority.register import Register
from tocsin.channels.feed import Feed, topics_of
from tocsin.commands import Answer, Desk, Request
from tocsin.delivery.audience import Audience
from tocsin.kernel.errors import TocsinError
from tocsin.kernel.ids import AreaCode
from tocsin.kernel.time import rfc3339
from tocsin.views.board import message_shape
from tocsin.views.live import Live

Reply = Callable[["Answer | TocsinError"], None]


class Server:
    """One machine that dies and comes back."""

    def __init__(self, world: World, disk: Disk, parts: Parts) -> None:
        self.world = world
        self.disk = disk
        self.parts = parts
        self.life = 0
        self.up = False
        self.crashes = 0
        self.radio: list[Callable[[dict[str, Any]], None]] = []
        self.feed: Feed | None = None
        self.died: list[Callable[[], None]] = []
        self._clock = ServerClock(world)
        self.start()
        world.every(5.0, self._heartbeat)
        world.every(1.0, self._tick)
        world.every(60.0, self._save)
        world.every(20.0, self._repeat_on_the_radio)

    # Life and death.

    def start(self) -> None:
        """Come up from what is on the disk."""
        parts = self.parts
        self.life += 1
        self.up = True
        self._busy = False
        self._waiting: list[tuple[Request, Reply]] = []
        self.ledger = parts.ledger(self.disk, self._follow)
        self.projections = parts.load(self.ledger)
        self.live = Live(
            ledger=self.ledger,
            gazetteer=GAZETTEER,
            outlines=None,  # type: ignore[arg-type]  # Nobody asks for a map here.
            clock=self._clock,
            board=self.projections.board,
            history=self.projections.history,
            topics=Audience(GAZETTEER).topics,
        )
        live = self.live
        self.feed = Feed(
            lambda _: "-",
            hello={"epoch": self.ledger.epoch},
            topics=topics_of(GAZETTEER),
            shown=lambda: live.place,
            board=lambda: live.board_bytes(frozenset()),
            now=lambda: rfc3339(self._clock.now()),
        )
        self.desk = parts.desk(
            self.ledger,
            GAZETTEER,
            self._clock,
            board=Board.load(self.projections.board.dump()),
            tokens=Register.load(self.projections.register.dump()),
        )
        self._tune_in()

    def crash(self) -> None:
        """Lose the memory, the link to the edge, and what the disk had not synced."""
        if not self.up:
            return
        self.up = False
        self.life += 1
        self.crashes += 1
        self.disk.cut()
        self.feed = None
        for notice in self.died:
            notice()
        self.world.after(self.world.random.uniform(0.2, 20.0), self.start)

    # Writing.

    def ask(self, request: Request, reply: Reply) -> None:
        """Take a request in; whoever asks is told when it is decided and on the disk, or never."""
        if self.up:
            self._waiting.append((request, reply))
            if not self._busy:
                self._schedule()

    def _schedule(self) -> None:
        self._busy = True
        commit_s = self.world.random.choice([0.002, 0.01, 0.4, 3.0])
        self.world.after(commit_s, self._turn, self.life)

    def _turn(self, life: int) -> None:
        if life != self.life:
            return
        taken, self._waiting = self._waiting, []
        self.disk.aim()
        try:
            answers = self.desk.handle([request for request, _ in taken])
            published_first = self.world.random.random() < 0.5
            if published_first:
                self._follow()
                self.disk.moment("told")
            for (_, reply), answer in zip(taken, answers, strict=True):
                reply(answer)
            if not published_first:
                self._follow_soon()
        except PowerCut:
            self.crash()
            return
        self.disk.doom = None
        self._busy = False
        if self._waiting:
            self._schedule()

    def write_beside(self, request: Request) -> None:
        """Let another process write, which knows of this one only by what is on the disk."""
        if self.disk.full or not self.up:
            return
        desk = Desk(SimLedger(self.disk, self._follow), GAZETTEER, self._clock)
        desk.catch_up()
        desk.handle([request])
        self._follow_soon()

    def _follow_soon(self) -> None:
        """Publish a little after the answers, as a follower does that has to be woken first."""
        if self.disk.doom == "told":
            self._heartbeat()
            self.world.after(0.1, self._if_alive, self.life, self.crash)
        else:
            delay_s = self.world.random.uniform(0.0, 0.25)
            self.world.after(delay_s, self._if_alive, self.life, self._follow)

    def _if_alive(self, life: int, act: Callable[[], None]) -> None:
        if life == self.life:
            act()

    # Telling.

    def _follow(self) -> None:
        """Fold what can be read of the ledger, and tell everybody whom it concerns."""
        while events := self.ledger.read(self.projections.position):
            for recorded in events:
                applied = self.projections.apply(recorded)
                if applied is not None:
                    self._tell(applied)

    def _tell(self, applied: Applied) -> None:
        assert self.feed is not None
        message = self.live.changed(applied)
        if message is None:
            self.feed.publish_board()
        else:
            self.feed.publish(message)
            self._on_the_radio(applied)

    def _heartbeat(self) -> None:
        if self.feed is not None:
            beat = {
                "epoch": self.ledger.epoch,
                "position": self.ledger.end(),
                "at": rfc3339(self._clock.now()),
                "status": "ok",
                "replay": False,
                "made": self.world.now,  # What no listener is told: when it really was.
            }
            self.feed.heartbeat(beat)

    def _tick(self) -> None:
        if self.feed is not None:
            self.feed.tick()

    def _save(self) -> None:
        if self.up:
            self.projections.save(self.ledger)

    def _on_the_radio(self, applied: Applied) -> None:
        """Send a message by channels that know no connection: sirens, cell broadcast, MQTT."""
        shape = message_shape(applied, epoch=self.ledger.epoch, replay=False, gazetteer=GAZETTEER)
        if shape is not None:
            self._retained[applied.event.area] = shape[1]
            for receive in self.radio:
                self.world.send(receive, shape[1])

    def _repeat_on_the_radio(self) -> None:
        """Repeat the last message of each area, as a broker does with what it retains."""
        if self.up:
            for message in self._retained.values():
                for receive in self.radio:
                    self.world.send(receive, message)

    def _tune_in(self) -> None:
        """Find the last message of each area again, from the record."""
        self._retained: dict[AreaCode, dict[str, Any]] = {}
        board, last = Board(), dict[AreaCode, Applied]()
        for recorded in self.disk.shelf.events:
            applied = board.apply(recorded)
            if applied is not None and not recorded.kind.startswith("Coverage"):
                last[recorded.area] = applied
        for applied in last.values():
            self._on_the_radio(applied)
