"""
The edge in the simulator: the real hub, with the world's clock, its links, and its deaths.

It hears the core over a link of its own that breaks on both sides' account, tells silence from a
pause by the missing ticks, and comes back with the place it knows; just as `tocsin.edge.source`
does over a socket. Pages hang on it, and it outlives the core. `Writers` is the fan-out for the
world's links: who stops reading leaves the fast path and wakes with what its group says it needs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.sim.network import Pipe
from tests.sim.world import World

from tocsin.channels.feed import Feed
from tocsin.edge.hub import Asked
from tocsin.kernel.errors import Malformed
from tocsin.kernel.feed import FEED_LOST_AFTER_S, Line, parse_line
from tocsin.kernel.ids import AreaCode
from tocsin.kernel.wire import Form, Place

HEAD = b"HTTP/1.1 200 OK\r\n\r\n"
STALLED_S = 20.0


class _Group:
    """Pages that are told the same."""

    def __init__(self, catch_up: Callable[[], bytes]) -> None:
        self.catch_up = catch_up
        self.pipes: dict[Pipe, _Reader] = {}


class _Reader:
    """What the fan-out knows of one page; the link tells it when its buffer is full or empty."""

    def __init__(self, writers: Writers, group: _Group, pipe: Pipe) -> None:
        self.writers = writers
        self.group = group
        self.pipe = pipe
        self.slow = self.missed = False
        self.unread = 0
        self.read_at = 0.0

    def pause_writing(self) -> None:
        self.slow, self.missed, self.unread = True, False, 0
        self.read_at = self.writers.world.now

    def resume_writing(self) -> None:
        self.slow = False
        if self.missed:
            self.missed = False
            self.pipe.write(self.group.catch_up())

    def connection_lost(self, _: Exception | None) -> None:
        if self.group.pipes.pop(self.pipe, None) is not None:
            self.writers.gone(self.group, self.pipe)


class Writers:
    """The fan-out, for links that are no descriptors."""

    def __init__(self, world: World, gone: Callable[[Any, Any], None]) -> None:
        self.world = world
        self.gone = gone

    def group(self, catch_up: Callable[[], bytes]) -> _Group:
        return _Group(catch_up)

    def add(self, group: _Group, pipe: Pipe, first: bytes, *, actuator: bool = False) -> None:
        del actuator  # Nobody here turns on anything.
        group.pipes[pipe] = reader = _Reader(self, group, pipe)
        pipe.set_protocol(reader)
        pipe.write(first)

    def broadcast(self, work: list[tuple[_Group, bytes]], *, lossy: bool = False) -> None:
        for group, frame in work:
            for reader in tuple(group.pipes.values()):
                if not reader.slow:
                    reader.pipe.write(frame)
                elif not lossy:
                    reader.missed = True

    def close(self, group: _Group, pipe: Pipe) -> None:
        if pipe in group.pipes:
            pipe.abort()

    def close_stalled(self, pipes: list[Pipe]) -> None:
        """Close whoever has read nothing for 20 s."""
        for pipe in pipes:
            reader = pipe._protocol
            if isinstance(reader, _Reader) and reader.writers is self and reader.slow:
                unread = pipe.get_write_buffer_size()
                if unread != reader.unread:
                    reader.unread, reader.read_at = unread, self.world.now
                elif self.world.now - reader.read_at >= STALLED_S:
                    pipe.abort()


class _Later:
    """Something that will happen in the life of one edge, and need not."""

    def __init__(self, act: Callable[[], object]) -> None:
        self._act: Callable[[], object] | None = act

    def cancel(self) -> None:
        self._act = None

    def happen(self) -> None:
        if self._act is not None:
            self._act()


class _Life:
    """The event loop of one life of the edge."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.over = False

    def time(self) -> float:
        return self.world.now

    def call_later(self, delay: float, callback: Callable[..., object], *args: Any) -> _Later:
        later = _Later(lambda: None if self.over else callback(*args))
        self.world.after(delay, later.happen)
        return later


class Edge:
    """
    One process that all pages hang on.

    Args:
        core: Gives the core's feed, while the core is up.
        hub: The class of the hub.
    """

    def __init__(self, world: World, core: Callable[[], Feed | None], hub: Any) -> None:
        self.world = world
        self.crashes = 0
        self._core = core
        self._hub_class = hub
        self._life: _Life | None = None
        self._pipes: list[Pipe] = []
        self.start()
        world.every(0.5, self._look)
        world.every(5.0, self._close_stalled)

    # Life and death.

    def start(self) -> None:
        """Come up knowing nothing."""
        self._life = _Life(self.world)
        self.hub = self._hub_class(self._writers, self._life, lambda low, _: low)
        self._silent = self._anew = False
        self._link: list[Callable[[], None]] = []
        self._heard = self.world.now
        self._connect()

    def crash(self) -> None:
        """Lose the memory, and all connections."""
        if self._life is None:
            return
        self.crashes += 1
        self._break()
        self._life.over = True
        self._life = None
        for pipe in self._pipes:
            pipe.end(told=self.world.random.random() < 0.5)
        self._pipes.clear()
        self.world.after(self.world.random.uniform(0.2, 5.0), self.start)

    def open(self, pipe: Pipe, areas: frozenset[AreaCode], since: Place | None) -> None:
        """Make a connection into a stream, or break it where nothing can be told yet."""
        if self._life is None or not self.hub.ready:
            pipe.end(told=True)
            return
        self._pipes.append(pipe)
        self.hub.join(pipe, Asked(areas, since, Form.SSE, head=HEAD), lambda: None)

    # The link to the core.

    def break_link(self) -> None:
        """Lose the link to the core, which each side notices by itself."""
        if self._life is not None:
            self._break()
            self.world.after(self.world.random.choice([0.05, 1.0, 8.0]), self._connect)

    def _connect(self) -> None:
        core = self._core()
        if self._life is None or self._link:
            return
        if core is None:
            self.world.after(0.2, self._if_alive, self._life, self._connect)
            return
        since = None if self._anew else self.hub.place
        self._anew = False
        arrived = [self.world.now]
        alive = [True]

        def carry(line: Line) -> None:
            """Lines come in order, each a little later."""
            arrived[0] = max(arrived[0], self.world.now + self.world.random.uniform(0.0, 0.05))
            self.world.after(arrived[0] - self.world.now, take, line.encode())

        def take(raw: bytes) -> None:
            if alive[0]:
                self._take(parse_line(raw))

        def end() -> None:
            alive[0] = False
            leave()

        self._link = [end]
        for line in core.opening(since):
            carry(line)
        leave = core.subscribe(carry)

    def core_died(self) -> None:
        """Notice that the core's end of the link is gone."""
        self._break()
        self._connect()

    def _break(self) -> None:
        for end in self._link:
            end()
        self._link = []

    def _take(self, line: Line) -> None:
        try:
            self.hub.take(line)
        except Malformed:
            self._anew = True
            self._break()
            self._connect()
            return
        self._heard = self.world.now
        if line.kind == "tick" and self._silent:
            self._silent = False
            self.hub.silent(False)

    def _look(self) -> None:
        if (
            self._life is not None
            and not self._silent
            and self.world.now - self._heard > FEED_LOST_AFTER_S
        ):
            self._silent = True
            self.hub.silent(True)

    def _if_alive(self, life: _Life, act: Callable[[], None]) -> None:
        if life is self._life:
            act()

    # The links to pages.

    def _writers(self, gone: Callable[[Any, Any], None]) -> Writers:
        self._fan_out = Writers(self.world, gone)
        return self._fan_out

    def _close_stalled(self) -> None:
        if self._life is not None:
            self._fan_out.close_stalled(self._pipes)
