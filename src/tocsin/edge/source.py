"""
Where an edge hears the core: over the Unix socket of this machine's own, which is believed.

It tells the place that the hub knows, hands on every line, and comes back when the core has gone.
Silence is told from a pause: only when no tick has come for `FEED_LOST_AFTER_S` is everybody told
"stale", so that a core which is started anew within that time alarms nobody; and only with a tick,
which ends what a core has to say to those who come, is that taken back. Once a second the edge
reports what it serves. A hub that needs a board although it misses nothing is given one on the
same link, between two messages: nothing is left out meanwhile, and nothing told twice.

Sources on other machines (`source_nats.py`, `source_https.py`) are loaded by whoever needs them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from random import SystemRandom
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

from tocsin.edge.settings import EdgeSettings
from tocsin.kernel.errors import Malformed
from tocsin.kernel.feed import FEED_LOST_AFTER_S, LINE_BYTES, TICK_S, Line, parse_line
from tocsin.kernel.time import SystemClock
from tocsin.kernel.wire import Place

if TYPE_CHECKING:
    from tocsin.edge.watch import Watch

LOOK_S: Final = 0.25
"""Silence is noted within 4.25 s; pages' own patience ends at 12 s."""

ASKS_FOR_BOARD: Final = b'{"asks":"board"}\n'

PAUSE_S: Final = 0.025
"""Between two tries, doubled by chance: a failed one costs 100 µs."""

CONNECT_WITHIN_S: Final = 2.0

FAR: Final = frozenset({"nats", "tls", "https"})
"""Schemes of sources that are believed by the core's signature alone."""


class Hears(Protocol):
    """What a hub is to its source."""

    @property
    def place(self) -> Place | None:
        """Tell the last place that was heard."""
        ...

    @property
    def needs_board(self) -> bool:
        """Say whether a board is wanted although nothing is missing."""
        ...

    def take(self, line: Line) -> None:
        """Take one line, in order."""
        ...

    def silent(self, lost: bool) -> None:  # noqa: FBT001  # As the hub has it.
        """Note that the core is not heard any more, or is heard again."""
        ...


class Runs(Protocol):
    """What goes on until it is cancelled."""

    async def run(self) -> None:
        """Follow until cancelled."""
        ...


class Source(Runs, Protocol):
    """Where an edge hears its core."""

    def counts(self) -> Mapping[str, Any]:
        """Tell what became of what was heard, by the names of `tocsin.edge.metrics`."""
        ...


class UnixSource:
    """
    Follow the core of this machine.

    Args:
        path: Of the core's socket.
        report: Writes what this edge serves, one line of JSON without its line feed.
        chance: Draws from [0, 1), so that edges do not all come back at once.
        orphaned: Told, once each time, that the core is lost.
    """

    def __init__(
        self,
        path: str,
        hub: Hears,
        report: Callable[[], bytes],
        chance: Callable[[], float],
        orphaned: Callable[[], None] = lambda: None,
    ) -> None:
        self._path = path
        self._hub = hub
        self._report = report
        self._chance = chance
        self._orphaned = orphaned
        self._silent = False
        self._silences = 0
        self._heard_at = 0.0
        self._anew = self._greeted = self._ended = self._asked = False
        self._woken = asyncio.Event()

    async def run(self) -> None:
        """Follow until cancelled."""
        loop = asyncio.get_running_loop()
        self._heard_at = loop.time()
        self._look()
        try:
            while True:
                await self._connect(loop)
                await asyncio.sleep(PAUSE_S * (1 + self._chance()))
        finally:
            self._looking.cancel()

    def counts(self) -> Mapping[str, Any]:
        """Tell how often the core has fallen silent; its socket is believed in everything else."""
        return {"silences": self._silences}

    async def _connect(self, loop: asyncio.AbstractEventLoop) -> None:
        try:
            async with asyncio.timeout(CONNECT_WITHIN_S):
                link, _ = await loop.create_unix_connection(
                    lambda: _Wire(self._take, self._end), self._path
                )
        except (OSError, TimeoutError):
            return
        try:
            await self._follow(link)
        finally:
            link.abort()

    async def _follow(self, link: asyncio.Transport) -> None:
        """Say what is known, then report once greeted and each second, until the link ends."""
        since = None if self._anew else self._hub.place
        self._anew = self._greeted = self._ended = self._asked = False
        link.write(f"{since or ''}\n".encode())
        while True:
            self._woken.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(TICK_S):
                    await self._woken.wait()
            if self._ended or link.is_closing():
                return
            if self._greeted:
                link.write(self._report() + b"\n")
                if self._hub.needs_board and not self._asked:
                    self._asked = True
                    link.write(ASKS_FOR_BOARD)

    def _take(self, raw: bytes) -> None:
        """
        Hand a line on.

        Raises:
            Malformed: It is not one, or not one of those that may come here; all is asked anew.
        """
        try:
            line = parse_line(raw)
            self._hub.take(line)
        except Malformed:
            self._anew = True
            raise
        self._heard_at = asyncio.get_running_loop().time()
        if line.kind == "board":
            self._asked = False
        if line.kind != "tick":
            return
        if self._silent:
            self._silent = False
            self._hub.silent(False)  # noqa: FBT003  # As the hub has it.
        if not self._greeted:
            self._greeted = True
            self._woken.set()

    def _end(self) -> None:
        self._ended = True
        self._woken.set()

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        if not self._silent and loop.time() - self._heard_at > FEED_LOST_AFTER_S:
            self._silent = True
            self._silences += 1
            self._hub.silent(True)  # noqa: FBT003  # As the hub has it.
            self._orphaned()
        self._looking = loop.call_later(LOOK_S, self._look)


def open_source(
    settings: EdgeSettings,
    hub: Hears,
    report: Callable[[], bytes],
    orphaned: Callable[[], None],
) -> Source:
    """
    Make the source that an edge's settings name.

    Raises:
        Malformed: `edge.source_unknown`, `edge.key_malformed`.
    """
    chance = SystemRandom().random
    scheme, _, rest = settings.source.partition(":")
    if scheme == "unix":
        return UnixSource(rest, hub, report, chance, orphaned)
    if scheme in FAR:
        return _open_far_source(settings, hub, chance)
    raise Malformed(
        "edge.source_unknown",
        f"An edge cannot hear a core at “{settings.source}”; name unix:PATH, nats:// or https://.",
        where="--from",
    )


def _open_far_source(settings: EdgeSettings, hub: Hears, chance: Callable[[], float]) -> Source:
    """Load what hears a core far away: its packages are heavy, and need not be there."""
    from tocsin.edge.verify import Gate, read_key  # noqa: PLC0415  # As the docstring says.
    from tocsin.edge.watch import Watch  # noqa: PLC0415

    watch = Watch(Gate(read_key(settings.key), SystemClock()), hub, monotonic)
    source: Runs
    if settings.source.startswith("https:"):
        from tocsin.edge.source_https import HttpsSource  # noqa: PLC0415

        source = HttpsSource(settings.source, watch, chance, token_file=settings.token_file)
    else:
        from tocsin.edge.source_nats import NatsSource  # noqa: PLC0415

        source = NatsSource(settings.source.split(","), watch, chance)
    return _Watched(source, watch)


class _Watched:
    """A source far away, and whoever notes that it is silent."""

    def __init__(self, source: Runs, watch: Watch) -> None:
        self._source = source
        self._watch = watch

    async def run(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._source.run())
            tasks.create_task(self._watch.run())

    def counts(self) -> Mapping[str, Any]:
        return self._watch.counts()


class _Wire(asyncio.Protocol):
    """Cut what comes into lines."""

    def __init__(self, take: Callable[[bytes], None], end: Callable[[], None]) -> None:
        self._take = take
        self._end = end
        self._rest = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by its class.

    def data_received(self, data: bytes) -> None:
        try:
            if not self._rest and data.find(b"\n") == len(data) - 1 >= 0:
                self._take(data)  # As nearly always: one line, whole.
                return
            self._rest += data
            if b"\n" in data:
                *lines, rest = bytes(self._rest).split(b"\n")
                self._rest = bytearray(rest)
                for line in lines:
                    self._take(line)
        except Malformed:
            self._transport.abort()
            return
        if len(self._rest) > LINE_BYTES:
            self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._end()
