"""
The feed from NATS: an edge on another machine follows a core through a cluster of servers.

It listens to lines as they are published, which waits for no disk, and then asks the core what it
has missed since the place it knows. Where no core answers (it may be down, or too many ask) and
nothing is known here, or something is missing, the stream `TOCSIN` is read from its last `hello`:
after that all is said that one must know. So it goes again whenever the gate finds that something
was withheld or lost on the way. Meanwhile live lines are held back, so that order is kept.

Silence of 3 s (a tick comes each second) counts as a dead server: the next of the list is asked.
Nothing is acknowledged, nothing is stored. Source: decision 0020.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

import nats
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.errors import NotFoundError

from tocsin.edge.watch import Watch
from tocsin.kernel.errors import Malformed
from tocsin.kernel.parcel import ASK, STREAM, SUBJECTS, subject_of, unpack

QUIET_S: Final = 3.0
"""Three ticks missed; a second before subscribers are told."""

CONNECT_S: Final = 1.0
"""One within a country is made in 0.1 s; the next may be on the machine that has just gone."""

CLOSE_S: Final = 0.5
"""To send what is left; a link that is cut would take it for minutes."""

ANSWER_S: Final = 1.0
"""A core answers within milliseconds; JetStream without a leader not for 4 to 9 s."""

CATCH_UP_S: Final = 10.0
"""A question, and 4,000 lines of a stream at 1 ms each, twice over."""

AGAIN_S: Final = 1.0
"""Between two questions about what is missing."""

PAUSE_S: Final = (0.2, 2.0)
"""Between two connections, doubling, shortened by chance to as little as half."""

HELD_MOST: Final = 10_000
"""Live lines while an answer is awaited: 4 s of a press for all areas: 10,000 × 2 kB = 20 MB."""

READ_TOGETHER: Final = 64
READ_MOST: Final = 4_000
"""Lines since the last `hello`: 500 messages, and 300 s of ticks and heartbeats; ten times that."""

_log = structlog.get_logger()


class _Again(Exception):
    """The connection is no good; begin anew."""


class NatsSource:
    """
    Follow a core through one of several servers.

    Args:
        servers: URLs of one cluster, `nats://user:password@host:4222` or `tls://…`.
        chance: Draws from [0, 1), so that edges do not all come back at once.
    """

    def __init__(self, servers: Sequence[str], watch: Watch, chance: Callable[[], float]) -> None:
        self._servers = deque(servers)
        self._watch = watch
        self._chance = chance
        self._pause = PAUSE_S[0]
        self._heard_at = 0.0
        self._held: deque[bytes] | None = None

    async def run(self) -> None:
        """Follow until cancelled."""
        work = asyncio.get_running_loop().create_task(self._run())
        try:
            await asyncio.wait({work})
        finally:
            # The client library now and then takes a cancellation for a failure: it is told again.
            while not work.done():
                work.cancel()
                await asyncio.wait({work}, timeout=0.1)
        work.result()

    async def _run(self) -> None:
        while True:
            server = self._servers[0]
            try:
                client = await _connect(server)
                try:
                    await self._follow(client)
                finally:
                    await _close(client)
            except (NatsError, OSError, TimeoutError, _Again) as error:
                _log.warning("nats_away", server=_shown(server), why=repr(error))
            self._servers.rotate(-1)
            await asyncio.sleep(self._pause * (0.5 + self._chance() / 2))
            self._pause = min(self._pause * 2, PAUSE_S[1])

    async def _follow(self, client: Client) -> None:
        loop = asyncio.get_running_loop()
        gate = self._watch.gate
        self._heard_at = loop.time()
        self._held = deque(maxlen=HELD_MOST)
        async with asyncio.timeout(ANSWER_S):
            await client.subscribe(SUBJECTS, cb=self._hear)
        await self._catch_up(client)
        again_at = loop.time() + AGAIN_S * (0.5 + self._chance())
        while not client.is_closed:
            await asyncio.sleep(0.05)
            if not gate.wants_board:
                self._pause = PAUSE_S[0]
            elif loop.time() >= again_at:
                await self._catch_up(client)
                again_at = loop.time() + AGAIN_S * (0.5 + self._chance())
            if loop.time() - self._heard_at > QUIET_S:
                raise _Again("silent")

    async def _hear(self, carried: Msg) -> None:
        self._heard_at = asyncio.get_running_loop().time()
        if self._held is None:
            self._take(carried.data)
        else:
            self._held.append(carried.data)

    async def _catch_up(self, client: Client) -> None:
        """Hear what is missing, and then the live lines that came meanwhile."""
        gate = self._watch.gate
        if self._held is None:
            self._held = deque(maxlen=HELD_MOST)
        try:
            async with asyncio.timeout(CATCH_UP_S):
                place = None if gate.wants_board else gate.place
                await self._ask(client, "" if place is None else str(place))
                if gate.wants_board:
                    await self._read_stream(client)
        finally:
            held, self._held = self._held, None
            for carried in held:
                self._take(carried)

    async def _ask(self, client: Client, since: str) -> None:
        """Ask the core; it says nothing where there is none, or too many ask."""
        inbox = client.new_inbox()
        answer = await client.subscribe(inbox)
        await client.publish(ASK, since.encode(), reply=inbox)
        with suppress(TimeoutError):
            async with asyncio.timeout(ANSWER_S):
                while (carried := await answer.next_msg(ANSWER_S)).data:
                    self._take(carried.data)
        await answer.unsubscribe()

    async def _read_stream(self, client: Client) -> None:
        """Read the stream from its last beginning; nothing where it has none, or has no leader."""
        js = client.jetstream(timeout=ANSWER_S)

        async def read(sequence: int) -> bytes:
            try:
                return (await js.get_msg(STREAM, sequence)).data or b""
            except NotFoundError:
                return b""  # Let go by the stream's bounds.

        try:
            hello = await js.get_last_msg(STREAM, subject_of("hello"))
            last = (await js.stream_info(STREAM)).state.last_seq
            first = hello.seq or last
            for start in range(first, min(last + 1, first + READ_MOST), READ_TOGETHER):
                numbers = range(start, min(start + READ_TOGETHER, last + 1))
                for carried in await asyncio.gather(*map(read, numbers)):
                    self._take(carried)
        except (NatsError, TimeoutError) as error:
            _log.warning("stream_unread", why=repr(error))

    def _take(self, carried: bytes) -> None:
        try:
            raw = unpack(carried)
        except Malformed:
            raw = b""  # The gate counts it.
        self._watch.take(raw)


async def _connect(server: str) -> Client:
    # Nothing is reconnected behind our back: each connection begins by asking what was missed.
    # The client would try a server that refuses for ever; here the next one is tried.
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
            name="tocsin edge",
        )


async def _close(client: Client) -> None:
    """Close a connection, also one whose other side has gone without a word."""
    with suppress(TimeoutError, NatsError, OSError):
        async with asyncio.timeout(CLOSE_S):
            await client.close()


async def _ignore(_: Exception) -> None:
    """What went wrong shows as silence, and is acted on there."""


def _shown(server: str) -> str:
    """Leave a password out."""
    return server.rpartition("@")[2]
