"""
The bus: the core's feed, carried to edges on other machines by NATS.

NATS carries and is never the record: by default it forgets in a power cut what it acknowledged,
and after the death of a leader JetStream answers nobody for some seconds. Nothing here minds:

* Each line is published once, and reaches the edges that listen without waiting for any disk.
* The stream `TOCSIN` takes the same lines, for edges that come while no core is there. Such a one
  begins at the last `hello`, after which everything is said that one must know: the tree, the
  devices, a board, and the tick that vouches for it. That is said on every connection, every five
  minutes, after 500 messages, and whenever the stream has not stored all that was published; so
  a stream that lost its tail, or everything, is full again a second after it answers.
* An edge that has missed something asks (`tocsin.ask`), tells its place, and is given what came
  after it, or a board.

Nothing waits for NATS: while it is away nothing is kept for it, and when it is slow at most
`LINES_WAITING` lines wait before it counts as away. At least once, in order; who takes lines drops
what it has had (`tocsin.edge.verify`). Only the active core may run a bus. Source: decision 0020.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Final, NamedTuple

import nats
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js import JetStreamContext, api

from tocsin.channels.bus_stream import ANSWER_S, ensure_stream, last_place, place_of
from tocsin.channels.feed import Feed
from tocsin.kernel.feed import MESSAGES, Line
from tocsin.kernel.parcel import ASK, pack, subject_of
from tocsin.kernel.vouch import read_vouch
from tocsin.kernel.wire import Place, parse_place
from tocsin.ledger.duty import Duty

LINES_WAITING: Final = 4_000
"""One press for each of 1,633 areas, twice, and the ticks of a minute: 4,000 × 2 kB = 8 MB."""

CONNECT_S: Final = 3.0
PAUSE_S: Final = (0.2, 2.0)
"""Between two tries, doubling: three servers are all asked within a second."""

STEADY_S: Final = 5.0
"""A connection that lasted so long is followed by another at once when it ends."""

CLOSE_S: Final = 0.5
"""To send what is left; a link that is cut would take it for minutes."""

LOOK_S: Final = 1.0
"""How often the stream is asked whether it has stored what was published."""

CHECKPOINT_S: Final = 300.0
"""How often a newcomer's beginning is said anew: topics and board, 100 kB compressed, 0.3 kB/s."""

CHECKPOINT_MESSAGES: Final = 500
"""An edge below an edge begins with a signed board and all that came after, of which 1,000 are
kept (`LINES_KEPT`): half of that."""

ASKED_PER_S: Final = 50
"""A thousand edges are answered within 20 s; 50 × 100 kB = 5 MB/s. The others ask again."""

_ID: Final = "Nats-Msg-Id"

_log = structlog.get_logger()


class Counts(NamedTuple):
    """
    What a bus has done since it began.

    Args:
        published: Lines.
        connections: To whichever server.
        refilled: Messages said again because NATS was away when they were said.
        beginnings: How often everything was said anew.
        overflows: How often NATS was so slow that it counted as away.
        asked: Questions of edges that were answered.
    """

    published: int = 0
    connections: int = 0
    refilled: int = 0
    beginnings: int = 0
    overflows: int = 0
    asked: int = 0


class Bus:
    """
    Publish a feed to one of several NATS servers.

    Args:
        feed: The core's own.
        servers: URLs of one cluster, `nats://user:password@host:4222` or `tls://…`.
        checkpoint_s: Seconds between two beginnings for newcomers.
    """

    def __init__(
        self, feed: Feed, servers: Sequence[str], *, checkpoint_s: float = CHECKPOINT_S
    ) -> None:
        self.counts = Counts()
        self.connected = False
        self.stored = False
        """Whether the stream has all that a newcomer must know."""
        self._feed = feed
        self._servers = deque(servers)
        self._checkpoint_s = checkpoint_s
        self._waiting: deque[Line] = deque()
        self._allowed = LINES_WAITING
        self._more = asyncio.Event()
        self._overflowed = False
        self._duty = Duty.ACTIVE
        self._told: Place | None = None
        self._since_beginning = 0
        self._anew: list[bytes] | None = None
        self._answers_left = self._second = 0

    async def run(self) -> None:
        """Carry the feed until cancelled, to whichever server answers."""
        work = asyncio.get_running_loop().create_task(self._run())
        try:
            await asyncio.wait({work})
        finally:
            # The client library now and then takes a cancellation for a failure: it is told again.
            while not work.done():
                work.cancel()
                await asyncio.wait({work}, timeout=0.1)
        work.result()

    def turn(self, duty: Duty) -> None:
        """
        Be told what the core is: only the active one speaks for the record.

        One that is cut off from it says what it takes meanwhile, which has no place, and nothing
        that vouches for more; one that stands by says nothing.
        """
        began = duty is Duty.ACTIVE and self._duty is not Duty.ACTIVE
        self._duty = duty
        if began and self.connected:
            self._begin()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        least, most = PAUSE_S
        pause = least
        while True:
            server = self._servers[0]
            try:
                client = await _connect(server)
                began = loop.time()
                try:
                    await self._carry(client)
                finally:
                    self.connected = self.stored = False
                    if loop.time() - began > STEADY_S:
                        pause = least
                    await _close(client)
            except* (NatsError, OSError, TimeoutError, _Away) as errors:
                why = [repr(error) for error in errors.exceptions]
                _log.warning("bus_away", server=_shown(server), why=why, again_in_s=pause)
            self._servers.rotate(-1)
            await asyncio.sleep(pause)
            pause = min(pause * 2, most)

    async def _carry(self, client: Client) -> None:
        js = client.jetstream(timeout=ANSWER_S)
        last = self._told or await last_place(js)
        async with asyncio.timeout(ANSWER_S):
            await client.subscribe(ASK, cb=partial(self._answer_edge, client))
        self._overflowed = False
        leave = self._feed.subscribe(self._take)
        try:
            missed = self._missed(last)
            self._count(connections=1, refilled=len(missed))
            self._waiting.extend(missed)
            if self._duty is Duty.ACTIVE:
                self._begin()
            self._allowed = LINES_WAITING + len(self._waiting)
            self.connected = True
            ticks: asyncio.Queue[_Tick] = asyncio.Queue()
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._publish(client, js, ticks))
                tasks.create_task(self._confirm(js, ticks))
        finally:
            leave()
            self._waiting.clear()

    async def _publish(
        self, client: Client, js: JetStreamContext, ticks: asyncio.Queue[_Tick]
    ) -> None:
        """Publish what waits, in order; only for ticks the stream is asked for an answer."""
        lines = 0
        task = asyncio.current_task()
        assert task is not None, "a coroutine runs in a task"
        # The client library may take a cancellation for a failure of its own; it is still counted.
        while not (client.is_closed or self._overflowed or task.cancelling()):
            while self._waiting:
                line = self._waiting.popleft()
                lines += 1
                async with asyncio.timeout(ANSWER_S):  # It only has to go into a buffer.
                    if line.kind == "tick":
                        stored = await js.publish_async(subject_of("tick"), pack(line), ANSWER_S)
                        ticks.put_nowait(_Tick(lines, stored))
                        lines = 0
                        vouch = read_vouch(line.body)
                        self._told = vouch.place if vouch else self._told
                    else:
                        place = place_of(line) if line.kind in MESSAGES else None
                        headers = None if place is None else {_ID: str(place)}
                        await client.publish(subject_of(line.kind), pack(line), headers=headers)
                        self._told = place or self._told
                self._count(published=1)
            self._more.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await self._more.wait()
        raise _Away

    async def _confirm(self, js: JetStreamContext, ticks: asyncio.Queue[_Tick]) -> None:
        """See to it that the stream holds a beginning and every line since."""
        loop = asyncio.get_running_loop()
        sequence: int | None = None
        begin_at = loop.time() + self._checkpoint_s
        while True:
            tick = await ticks.get()
            try:
                async with asyncio.timeout(ANSWER_S):
                    stored = await tick.stored
            except (NatsError, TimeoutError):
                self.stored, sequence = False, None
                while not ticks.empty():
                    ticks.get_nowait().stored.cancel()
                await _ensure_stream(js)
                continue
            # Between two ticks the stream must have grown by what was published between them.
            whole = sequence is not None and stored.seq - sequence == tick.lines
            missing = sequence is None or (self.stored and not whole)
            sequence = stored.seq
            self.stored = whole
            if loop.time() >= begin_at or self._since_beginning >= CHECKPOINT_MESSAGES:
                await _ensure_stream(js)  # Copies that lacked a server may have one by now.
                begin_at = loop.time() + self._checkpoint_s
                missing = True
            if missing:
                self._begin()

    def _take(self, line: Line) -> None:
        if not self._says(line):
            return
        if line.kind in MESSAGES:
            self._since_beginning += 1
        if line.kind != "tick":
            self._anew = None
        if len(self._waiting) >= self._allowed:
            # Too slow: all that waits is let go; what NATS lacks then is said on the next link.
            self._count(overflows=not self._overflowed)
            self._overflowed = True
            self._waiting.clear()
        if not self._overflowed:
            self._waiting.append(line)
        self._more.set()

    def _says(self, line: Line) -> bool:
        if self._duty is Duty.CUT_OFF:
            return line.kind in MESSAGES and place_of(line) is None
        return self._duty is Duty.ACTIVE

    def _begin(self) -> None:
        """Say all that a newcomer must know."""
        self._since_beginning = 0
        self._waiting.extend(self._opening())
        self._more.set()
        self._count(beginnings=1)

    def _opening(self) -> list[Line]:
        """List what a newcomer must know; `past` is for a core's own edge alone."""
        return [line for line in self._feed.opening() if line.kind != "past"]

    def _missed(self, last: Place | None) -> list[Line]:
        """List what a stream may lack, in order; what has no place is in no opening."""
        unplaced = [] if self._duty is Duty.STANDBY else self._feed.unplaced()
        if self._duty is not Duty.ACTIVE or last is None:
            return unplaced
        missed = [line for line in self._feed.opening(last) if line.kind in MESSAGES]
        return [*missed, *unplaced]

    async def _answer_edge(self, client: Client, asked: Msg) -> None:
        """Tell one edge what came after the place that it knows, or everything anew."""
        second = int(asyncio.get_running_loop().time())
        if second != self._second:
            self._second, self._answers_left, self._anew = second, ASKED_PER_S, None
        if not asked.reply or not self._answers_left or self._duty is not Duty.ACTIVE:
            return
        self._answers_left -= 1
        since = parse_place(asked.data[:64].decode("ascii", "replace"))
        lines = self._feed.opening(since)
        if any(line.kind == "board" for line in lines):
            if self._anew is None:
                self._anew = [pack(line) for line in lines if line.kind != "past"]
            packed = self._anew
        else:
            packed = [pack(line) for line in lines]
        for carried in (*packed, b""):  # Nothing more: the end of the answer.
            await client.publish(asked.reply, carried)
        self._count(asked=1)

    def _count(self, **more: int) -> None:
        known = self.counts._asdict()
        self.counts = self.counts._replace(**{name: known[name] + n for name, n in more.items()})


class _Tick(NamedTuple):
    """A tick that was published: how many lines since the one before, and the stream's answer."""

    lines: int
    stored: asyncio.Future[api.PubAck]


class _Away(Exception):
    """NATS is closed, or too slow: begin anew."""


async def _connect(server: str) -> Client:
    # Nothing is reconnected behind our back: each connection begins by comparing places. The
    # client would try a server that refuses for ever; here the next one is tried.
    async with asyncio.timeout(CONNECT_S):
        return await nats.connect(
            server,
            allow_reconnect=False,
            max_reconnect_attempts=1,
            reconnect_time_wait=0,
            connect_timeout=2,
            ping_interval=1,
            max_outstanding_pings=2,
            error_cb=_ignore,
            name="tocsin core",
        )


async def _ensure_stream(js: JetStreamContext) -> None:
    """Try to have the stream; a failure is said, and edges that listen hear all the same."""
    try:
        await ensure_stream(js)
    except (NatsError, TimeoutError) as error:
        _log.warning("stream_away", why=repr(error))


async def _close(client: Client) -> None:
    """Close a connection, also one whose other side has gone without a word."""
    with suppress(TimeoutError, NatsError, OSError):
        async with asyncio.timeout(CLOSE_S):
            await client.close()


async def _ignore(_: Exception) -> None:
    """What went wrong is seen by whoever waits for an answer."""


def _shown(server: str) -> str:
    """Leave a password out."""
    return server.rpartition("@")[2]
