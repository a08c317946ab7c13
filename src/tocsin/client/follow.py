"""
Follow areas on a server for as long as you like, from a coroutine or from a plain loop.

    async with follow("https://alerts.example", ["UA-30"]) as kyiv:
        async for change in kyiv:
            print(kyiv.state, [alert.area.name["en"] for alert in change.began])

    for change in follow_sync("https://alerts.example", ["UA-30"]):
        ...

Links break: they are made again by themselves, after a pause that grows and that chance shortens,
and go on after the last place seen, so that nothing is missed and nothing comes twice. All that
is decided about alerts is decided in `following`; here are sockets and clocks alone, once: the
plain loop runs the coroutine. A question that is wrong (an unknown area) is raised, not tried
again. Nothing is sent but the areas, the last place, and a device's token where it has one.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Iterable, Iterator
from contextlib import aclosing
from types import TracebackType
from typing import Any, Final, NamedTuple, Self, TypeAlias, TypeVar

import httpx

from tocsin.client.alert import Alert, Gap, State
from tocsin.client.following import Change, Following
from tocsin.client.in_turn import in_turn
from tocsin.client.pauses import Pauses
from tocsin.client.problem import read_problem
from tocsin.client.stream import Event, Frame, Frames, read_event
from tocsin.kernel.errors import Malformed, Unavailable
from tocsin.kernel.limits import STALE_AFTER_S
from tocsin.kernel.wire import Place

HeardT = TypeVar("HeardT")

GRACE: Final = 1 / 12
"""The part of the silence that is always waited: whoever was busy reads what lies ready first."""

_REFUSAL_BYTES: Final = 65_536


class Opened(NamedTuple):
    """The connection stands (again)."""


class Closed(NamedTuple):
    """The connection is gone; it is made again after `again_in_s` seconds."""

    why: str
    again_in_s: float


Heard: TypeAlias = Event | Opened | Closed


def _now_s() -> float:
    """Tell the seconds since the machine started, those that it slept through among them."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


class _UnreadableError(Exception):
    """The server said something that cannot be acted on."""


class _Known:
    """
    What both ways of following show of what is known now.

    Args:
        following: The rules and what they hold.
    """

    def __init__(self, following: Following, clock: Callable[[], float]) -> None:
        self.following = following
        self._clock = clock

    @property
    def alerts(self) -> tuple[Alert, ...]:
        """List what stands in the areas followed, inside them and around them."""
        return self.following.alerts

    @property
    def unknown(self) -> tuple[Gap, ...]:
        """List the areas about which nobody is heard."""
        return self.following.unknown

    @property
    def lost(self) -> bool:
        """Say whether nobody vouches for what is shown, at this moment."""
        return self.following.lost(self._clock())

    @property
    def state(self) -> State:
        """Tell the most dangerous of what stands; calm only where somebody vouches for it."""
        return self.following.state(self._clock())

    @property
    def replay(self) -> bool:
        """Say whether this is a day of the past, played again: nothing to act on."""
        return self.following.standing.replay

    @property
    def board(self) -> dict[str, Any]:
        """Give what is known in the public shape of a board, to keep and to go on from later."""
        return self.following.standing.board()


class follow(_Known):  # noqa: N801  # Read as a verb: `async with follow(…)`.
    """
    Follow areas in a coroutine: an asynchronous context and an iterator over changes.

    Args:
        url: The server's address, for instance `http://127.0.0.1:8026`.
        areas: Any codes; none for all areas.
        token: A device's own, `tcs_PUBLIC_SECRET`: whoever shows one is told first.
        known: A board kept from earlier (`board`): what it holds is not told again as news.
        silence_s: Seconds after the server last vouched for what is shown that the link is lost.
        sleep: Waits so many seconds.
        chance: Draws from [0, 1).
        clock: Seconds that never go back.
    """

    def __init__(
        self,
        url: str,
        areas: Iterable[str] = (),
        *,
        token: str = "",
        known: dict[str, Any] | None = None,
        silence_s: float = STALE_AFTER_S,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
        clock: Callable[[], float] = _now_s,
    ) -> None:
        super().__init__(Following(clock(), known=known, silence_s=silence_s), clock)
        self.why = ""
        standing = self.following.standing
        self._place = (
            Place(standing.epoch, standing.position) if standing.known and not self.replay else None
        )
        self._address = f"{url.rstrip('/')}/api/v1/stream"
        self._areas = tuple(areas)
        self._token = token
        self._silence_s = silence_s
        self._sleep = sleep
        self._pauses = Pauses(chance)
        self._running: list[AsyncGenerator[Any, None]] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for running in self._running:
            await running.aclose()

    def __aiter__(self) -> AsyncGenerator[Change, None]:
        """
        Give changes for ever.

        Raises:
            Malformed, Refused: What the server answers to a question that is wrong.
        """
        changes = self._changes()
        self._running.append(changes)
        return changes

    async def heard(self) -> AsyncGenerator[Heard, None]:
        """
        Give all that is heard, heartbeats and broken connections too, for ever.

        What is known is up to date when each is given.

        Raises:
            Malformed, Refused: What the server answers to a question that is wrong.
        """
        async with aclosing(self._everything()) as everything:
            async for one, _ in everything:
                if one is not None:
                    yield one

    async def _changes(self) -> AsyncGenerator[Change, None]:
        async with aclosing(self._everything()) as everything:
            async for _, change in everything:
                if change is not None:
                    yield change

    async def _everything(self) -> AsyncGenerator[tuple[Heard | None, Change | None], None]:
        timeout = httpx.Timeout(None, connect=self._silence_s, write=self._silence_s)
        async with httpx.AsyncClient(timeout=timeout, follow_redirects=True) as client:
            while True:
                why, wait_s = "closed", 0.0
                try:
                    async with aclosing(self._connection(client)) as events:
                        async for one in events:
                            yield one, self._take(one)
                except Unavailable as error:
                    why, wait_s = error.sentence, float(error.retry_after_s)
                except _UnreadableError as error:
                    # What stands is asked for anew: nothing may hide behind what cannot be read.
                    why, self._place = str(error), None
                except (TimeoutError, httpx.TimeoutException):
                    why = "silent"
                except httpx.HTTPError as error:
                    why = str(error) or type(error).__name__
                self.why = why
                pause_s = self._pauses.next_s(wait_s)
                yield Closed(why, pause_s), self.following.look(self._clock())
                until_lost_s = self.following.deadline - self._clock()
                if 0 < until_lost_s < pause_s:
                    # A hair more, so that the clock is surely past it.
                    await self._sleep(until_lost_s + 0.001)
                    yield None, self.following.look(self._clock())
                    pause_s -= until_lost_s
                await self._sleep(pause_s)

    def _take(self, one: Event | Opened) -> Change | None:
        if isinstance(one, Opened):
            self.following.opened(self._clock())
            return None
        try:
            change = self.following.take(one.name, one.data, self._clock())
        except Malformed as error:
            raise _UnreadableError(error.sentence) from None
        self.why = ""
        self._pauses.heard()
        # A replay's positions need not follow its clock: it is given a board each time.
        self._place = None if self.replay else one.place or self._place
        return change

    async def _connection(self, client: httpx.AsyncClient) -> AsyncGenerator[Event | Opened, None]:
        """Open the stream, say so, and hand out its events until it ends."""
        request = client.build_request("GET", self._address, **self._question())
        async with asyncio.timeout(self._silence_s):
            answer = await client.send(request, stream=True)
        async with aclosing(answer):
            if answer.status_code != 200:
                async with asyncio.timeout(self._silence_s):
                    await _refuse(answer)
            yield Opened()
            frames = Frames()
            async with aclosing(self._chunks(answer)) as chunks:
                async for chunk in chunks:
                    for frame in frames.feed(chunk):
                        event = self._event(frame)
                        if event is not None:
                            yield event

    def _event(self, frame: Frame) -> Event | None:
        if frame.retry_ms is not None:
            self._pauses.asked(frame.retry_ms)
        try:
            return read_event(frame)
        except Malformed as error:
            self.following.stale = True
            raise _UnreadableError(error.sentence) from None

    def _question(self) -> dict[str, Any]:
        headers = {
            "accept": "text/event-stream",
            "accept-encoding": "identity",
            "cache-control": "no-store",
        }
        if self._place is not None:
            headers["last-event-id"] = str(self._place)
        if self._token:
            headers["authorization"] = f"Bearer {self._token}"
        return {
            "headers": headers,
            "params": {"areas": ",".join(self._areas)} if self._areas else {},
        }

    async def _chunks(self, answer: httpx.Response) -> AsyncGenerator[bytes, None]:
        chunks = answer.aiter_bytes()
        while True:
            left_s = self.following.deadline - self._clock()
            async with asyncio.timeout(max(left_s, self._silence_s * GRACE)):
                chunk = await anext(chunks, None)
            if chunk is None:
                return
            yield chunk


class follow_sync(_Known):  # noqa: N801  # As above: `for change in follow_sync(…)`.
    """
    Follow areas in a plain loop: an iterator over changes, and a context that ends it.

    It runs the coroutine on an event loop of its own. Arguments are those of `follow`.
    """

    def __init__(
        self,
        url: str,
        areas: Iterable[str] = (),
        *,
        token: str = "",
        known: dict[str, Any] | None = None,
        silence_s: float = STALE_AFTER_S,
    ) -> None:
        self._follow = follow(url, areas, token=token, known=known, silence_s=silence_s)
        super().__init__(self._follow.following, _now_s)
        self._running: list[Generator[Any, None, None]] = []

    @property
    def why(self) -> str:
        """Say why there is no connection; empty while there is one."""
        return self._follow.why

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for running in self._running:
            running.close()

    def __iter__(self) -> Iterator[Change]:
        """Give changes for ever; raises what `follow` raises."""
        return self._run(aiter(self._follow))

    def heard(self) -> Generator[Heard, None, None]:
        """Give all that is heard; see `follow.heard`."""
        return self._run(self._follow.heard())

    def _run(self, ahead: AsyncGenerator[HeardT, None]) -> Generator[HeardT, None, None]:
        running = in_turn(ahead)
        self._running.append(running)
        return running


async def _refuse(answer: httpx.Response) -> None:
    body = bytearray()
    async for chunk in answer.aiter_bytes():
        body += chunk
        if len(body) > _REFUSAL_BYTES:
            break
    retry_after = answer.headers.get("retry-after", "")
    raise read_problem(answer.status_code, bytes(body[:_REFUSAL_BYTES]), retry_after)
