"""
Those who listen: pages over TCP, relays over a link that loses messages, sirens without a link.

They keep the client's rules of the design. A page resumes by the last place it saw and is given
what it missed, or one board in place of it. A relay takes only the very next position and comes
back at a gap. A siren knows versions alone: what is not newer than what it acted on, it ignores.
All of them act on `standing`, and sound once for an alert. Each keeps a log for the checkers.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from tests.sim.network import Pipe, Spray
from tests.sim.world import World

from tocsin.client.standing import Standing
from tocsin.client.stream import read_frames
from tocsin.kernel.ids import AreaCode
from tocsin.kernel.limits import HEARTBEAT_S, STALE_AFTER_S
from tocsin.kernel.wire import Place, parse_place

TOLD_WITHIN_S = 15.0

Open = Callable[[Pipe, frozenset[AreaCode], "Place | None"], None]

Picture = frozenset[tuple[str, str, int, str]]
"""What is shown: (alert's id, its area, its version, its level) of all that stands."""


class Seen(NamedTuple):
    """What a listener showed after a frame: as of which place, and whether a board said so."""

    place: Place
    board: bool
    picture: Picture


def picture_of(alerts: Any) -> Picture:
    return frozenset((a["id"], a["area"]["code"], a["version"], a["level"]) for a in alerts)


class Page:
    """A page in a browser that somebody keeps open, closes, and opens again."""

    transport: type[Pipe] = Pipe

    def __init__(self, world: World, open_stream: Open, areas: frozenset[AreaCode]) -> None:
        self.world = world
        self.areas = areas
        self.log: list[Seen] = []
        self.sounded: list[str] = []
        self.stale = True
        self.place: Place | None = None
        self.standing = Standing()
        self._open_stream = open_stream
        self._pipe: Pipe | None = None
        self._heard = self._vouched = self._linked = world.now
        self._opened = world.now
        self._tries = 0
        self.connect()
        world.every(1.0, self.look)

    # The link.

    def connect(self) -> None:
        """Open the stream (again), from the place last seen."""
        pipe = self._pipe = self.transport(self.world, self.receive, self.closed)
        self._opened = self.world.now
        self.world.after(0.1, self._open_stream, pipe, self.areas, self.resume_from())

    def resume_from(self) -> Place | None:
        return self.place

    def closed(self, pipe: Pipe) -> None:
        """Hear that the connection is gone; try again after a pause that grows."""
        if pipe is self._pipe:
            self._pipe = None
            pause_s = min(0.5 * 2**self._tries, 15.0)
            self._tries += 1
            self.world.after(pause_s * self.world.random.uniform(0.5, 1), self._again)

    def _again(self) -> None:
        if self._pipe is None:
            self.connect()

    def break_link(self) -> None:
        """Suffer one of the ways in which links fail."""
        pipe, chance = self._pipe, self.world.random
        if pipe is None:
            return
        match chance.choice(["blocked", "cut", "closed"]):
            case "blocked":
                pipe.block(chance.uniform(1, 40))
            case "cut":
                pipe.end(told=True)
            case _:
                # The reader closes the page; what it knew is kept on the device.
                pipe.end(told=False)
                self._pipe = None
                self.stale = True
                self.world.after(chance.uniform(1, 60), self._again)

    # What comes.

    def receive(self, pipe: Pipe, chunk: bytes, written: float) -> None:
        """Take in what the server wrote."""
        if pipe is not self._pipe:
            return
        body = chunk.split(b"\r\n\r\n", 1)[1] if chunk.startswith(b"HTTP/") else chunk
        for frame in read_frames((body,)):
            if frame.data:
                # An id stays until the next one; a heartbeat has no place of its own.
                own = frame.event not in {"heartbeat", "stale"}
                data = json.loads(frame.data)
                self.take(frame.event, data, parse_place(frame.id) if own else None)
                if frame.event == "stale":
                    self.stale, self._linked = True, self.world.now
                if frame.event == "heartbeat":
                    self._heard = self._linked = self.world.now
                    self._tries = 0
                    self.stale = False
                    # A blocked link hands over late what no listener can tell from fresh; but
                    # the last of it must be no older than one heartbeat when it was written.
                    late = min(
                        self.world.now, written + HEARTBEAT_S, data["made"] + 2 * HEARTBEAT_S
                    )
                    self._vouched = max(self._vouched, late)

    def take(self, name: str, data: dict[str, Any], place: Place | None) -> None:
        """Act on one event of the stream."""
        self.standing.take(name, data)
        if place is not None:
            self.place = place
            self.show(place, board=name == "board")

    def show(self, place: Place, *, board: bool) -> None:
        """Show what stands, and sound for what is new."""
        picture = self.picture()
        self.log.append(Seen(place, board, picture))
        for alert_id, *_ in sorted(picture):
            if self.is_new(alert_id):
                self.sounded.append(alert_id)

    def picture(self) -> Picture:
        return picture_of(self.standing.board()["alerts"])

    def is_new(self, alert_id: str) -> bool:
        return alert_id not in self.sounded

    # What does not come.

    def look(self) -> None:
        """Say within 15 s that nothing has vouched for what is shown."""
        if self.silent_s() > STALE_AFTER_S:
            self.stale = True
            quiet_s = self.world.now - max(self._opened, self._linked)
            if self._pipe is not None and quiet_s > STALE_AFTER_S:
                self._pipe.end(told=False)
                self.connect()
        if not self.stale and self.world.now - self._vouched > TOLD_WITHIN_S:
            self.world.violate(
                f"{self!r} shows as fresh what was vouched for"
                f" {self.world.now - self._vouched:.1f} s ago"
            )

    def silent_s(self) -> float:
        return self.world.now - self._heard

    def __repr__(self) -> str:
        return f"{type(self).__name__} of {'+'.join(sorted(self.areas)) or 'the whole country'}"


class Relay(Page):
    """A machine that hands the whole stream on, over a link on which messages get lost."""

    transport = Spray

    def take(self, name: str, data: dict[str, Any], place: Place | None) -> None:
        known = self.place.position if self.place else -1
        if name == "heartbeat":
            if data["position"] > known:
                self.world.after(3.0, self._still_behind, self._pipe, data["position"])
        elif place is None or place.position <= known:
            pass
        elif name == "board" or self.follows(place.position, known):
            super().take(name, data, place)
        else:
            self._come_back()

    def follows(self, position: int, known: int) -> bool:
        return position == known + 1

    def _still_behind(self, pipe: Pipe, position: int) -> None:
        if pipe is self._pipe and (self.place is None or self.place.position < position):
            self._come_back()

    def _come_back(self) -> None:
        if self._pipe is not None and self.world.now - self._opened > 1.0:
            self._pipe.end(told=False)
            self.connect()

    def break_link(self) -> None:
        if self._pipe is not None:
            self._pipe.end(told=True)


class Siren:
    """A device on a mast: hears messages on the radio, in any order, some of them never."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.versions: dict[str, int] = {}
        self.log: list[tuple[str, int, Picture]] = []
        self.sounded: list[str] = []

    def receive(self, message: dict[str, Any]) -> None:
        """Act on what stands in the area, unless a later version was acted on."""
        area, version = message["area"]["code"], message["version"]
        if not self.is_later(area, version):
            return
        self.versions[area] = version
        picture = self.read(message)
        self.log.append((area, version, picture))
        self.sounded += [a for a, *_ in sorted(picture) if a not in self.sounded]

    def is_later(self, area: str, version: int) -> bool:
        return version > self.versions.get(area, 0)

    def read(self, message: dict[str, Any]) -> Picture:
        return picture_of(message["standing"])
