"""
Sources: one Tocsin follows another, or a national service, and speaks in its name.

A reader hears (a stream, or a question every so often) and keeps the newest picture; a keeper
holds what we say in the source's name against it, at each change and every 5 s. A source that
nobody could read for `silent_after_s`, or that says itself that it is stale, is no longer heard:
its areas are unknown since it last was, and what it raised goes on standing. Back again, it is
heard again, and what it then no longer shows is really over.

A service is asked no more often than `every_s`, conditionally, and later when it says so (429,
`Retry-After`). Its key is sent to its own address and nowhere else, and stands in no log.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Final, Literal

import httpx
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from tocsin.alerts.board import Board
from tocsin.areas.gazetteer import Gazetteer
from tocsin.authority.remit import ALERTS_WRITE, Grant, Remit
from tocsin.client.follow import Opened, follow
from tocsin.client.pauses import Pauses
from tocsin.client.problem import read_problem
from tocsin.client.stream import Event, Frames
from tocsin.commands import Answer, Request
from tocsin.intake.source_dialects import (
    BODY_BYTES,
    com_ua_picture,
    in_ua_picture,
    tocsin_picture,
    ukrainealarm_picture,
)
from tocsin.intake.source_picture import Key, Picture, Shown, cover, steps
from tocsin.kernel.errors import Malformed, Refused, TocsinError, Unavailable
from tocsin.kernel.ids import AreaCode, SenderId
from tocsin.kernel.time import Clock, Moment, rfc3339
from tocsin.kernel.words import Rank

KEEP_EVERY_S: Final = 5.0
"""How often what we hold is held against the picture where nothing changes: a retry, mostly."""

ANSWER_WITHIN_S: Final = 15.0
PINGS_MISSED_S: Final = 16.0
"""alerts.com.ua pings every 5 s: three missed and a second."""

Submit = Callable[[Request], Awaitable[Answer]]
Note = Callable[[str, str], None]
"""Told a source's name and what happened to it, for the log: `heard`, `silent`, or an error."""

Read = Callable[[Gazetteer, AreaCode, bytes], Picture]


class SourceSettings(BaseModel):
    """One source, as an operator names it (`[[sources]]`)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(
        pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$",
        description="The sender that it speaks as; one that no token has.",
    )
    dialect: Literal["tocsin", "alerts.in.ua", "ukrainealarm", "alerts.com.ua"] = Field(
        description="siren.pp.ua speaks `ukrainealarm`."
    )
    url: str = Field(pattern=r"^https?://[^\s?#]+$", description="Where it is, without its paths.")
    key: SecretStr = Field(SecretStr(""), description="Its key, where it wants one.")
    rank: Rank = Field(description="`authority` or `observer`.")
    area: str = Field("UA", description="What it may speak about, with all that lies in it.")
    every_s: float = Field(
        20.0, ge=1, le=600, description="How often it is asked; three times a minute."
    )
    silent_after_s: float = Field(
        60.0, ge=12, le=3_600, description="Unread for so long, it is no longer heard."
    )


class Source:
    """
    Follow one source for ever.

    Args:
        board: What stands here, as shown; it is up to date when `submit` has answered.
        note: Told when the source is heard and when it falls silent.
    """

    def __init__(  # What a source touches is that much.
        self,
        settings: SourceSettings,
        gazetteer: Gazetteer,
        clock: Clock,
        board: Callable[[], Board],
        submit: Submit,
        note: Note = lambda _name, _what: None,
    ) -> None:
        area = gazetteer.get(settings.area).code
        self._settings = settings
        self._gazetteer = gazetteer
        self._clock = clock
        self._board = board
        self._submit = submit
        self._note = note
        self._grant = Grant(SenderId(settings.name), settings.rank, Remit(ALERTS_WRITE, area))
        self._url = settings.url.rstrip("/")
        self._picture: Picture | None = None
        self._heard_at: Moment | None = None
        self._heard_s = float("-inf")
        self._said: Mapping[Key, Shown] = {}
        self._state = ""
        self._news = asyncio.Event()

    @property
    def name(self) -> str:
        """Tell the sender that it speaks as."""
        return self._settings.name

    @property
    def heard(self) -> bool:
        """Say whether what it shows was read lately enough to be believed."""
        now_s = asyncio.get_running_loop().time()
        return self._picture is not None and now_s - self._heard_s <= self._silent_after_s

    @property
    def _silent_after_s(self) -> float:
        # Three questions may go unanswered, however seldom it is asked.
        return max(self._settings.silent_after_s, 3 * self._settings.every_s)

    async def run(self) -> None:
        """Read and keep, for ever."""
        readers = {
            "tocsin": self._follow,
            "alerts.in.ua": lambda: self._poll("/v1/alerts/active.json", in_ua_picture),
            "ukrainealarm": lambda: self._poll("/api/v3/alerts", ukrainealarm_picture),
            "alerts.com.ua": self._listen,
        }
        async with asyncio.TaskGroup() as both:
            both.create_task(readers[self._settings.dialect]())
            both.create_task(self._keep_all())

    # What is read.

    def _hear(self, picture: Picture) -> None:
        """Take note of what it shows now."""
        self._picture = picture
        self._vouch()
        self._news.set()

    def _vouch(self) -> None:
        """Take note that it still says what it said."""
        self._heard_at = rfc3339(self._clock.now())
        self._heard_s = asyncio.get_running_loop().time()

    def _lose(self, why: str) -> None:
        """Take note that it says itself that it knows nothing now."""
        self._picture = None
        self._tell(why)
        self._news.set()

    def _tell(self, what: str) -> None:
        if what != self._state:
            self._state = what
            self._note(self._settings.name, what)

    async def _follow(self) -> None:
        """Follow another Tocsin by its stream; its client says when it is not to be believed."""
        token = self._settings.key.get_secret_value()
        async with follow(self._url, [self._grant.remit.area], token=token) as there:
            area = self._grant.remit.area
            async for one in there.heard():
                if isinstance(one, Opened):
                    continue
                if there.replay:
                    self._lose("It plays a day of the past.")
                elif there.lost:
                    self._lose(there.why or "It says that it is stale.")
                elif isinstance(one, Event):
                    shown = tocsin_picture(self._gazetteer, area, there.alerts, there.unknown)
                    self._hear(shown)

    async def _poll(self, path: str, read: Read) -> None:
        """Ask again and again, conditionally; what has not changed is still vouched for."""
        pauses = Pauses()
        seen: dict[str, str] = {}
        async with self._client() as client:
            while True:
                pause_s = self._settings.every_s
                try:
                    async with asyncio.timeout(ANSWER_WITHIN_S):
                        answer = await self._ask(client, path, seen)
                    if answer is None:
                        self._vouch()
                    else:
                        self._hear(read(self._gazetteer, self._grant.remit.area, answer[0]))
                        seen = answer[1]
                    pauses.heard()
                except (TocsinError, httpx.HTTPError, TimeoutError) as error:
                    later_s = error.retry_after_s if isinstance(error, Unavailable) else 0
                    pause_s = max(pause_s, pauses.next_s(float(later_s)))
                    self._failed(error)
                await asyncio.sleep(pause_s)

    async def _listen(self) -> None:
        """Follow alerts.com.ua: the whole at each change, and its pings in between."""
        pauses = Pauses()
        async with self._client() as client:
            while True:
                later_s = 0.0
                with suppress(TimeoutError):
                    try:
                        async for event in self._events(client):
                            if event != "ping":
                                async with asyncio.timeout(ANSWER_WITHIN_S):
                                    answer = await self._ask(client, "/api/states", {})
                                assert answer is not None  # It was asked without a condition.
                                area = self._grant.remit.area
                                self._hear(com_ua_picture(self._gazetteer, area, answer[0]))
                            self._vouch()
                            pauses.heard()
                    except (TocsinError, httpx.HTTPError) as error:
                        later_s = error.retry_after_s if isinstance(error, Unavailable) else 0.0
                        self._failed(error)
                await asyncio.sleep(pauses.next_s(later_s))

    async def _events(self, client: httpx.AsyncClient) -> AsyncIterator[str]:
        request = client.build_request("GET", f"{self._url}/api/states/live")
        async with asyncio.timeout(ANSWER_WITHIN_S):
            answer = await client.send(request, stream=True)
        try:
            if answer.status_code != 200:
                raise read_problem(answer.status_code, b"", answer.headers.get("retry-after", ""))
            frames, chunks = Frames(), answer.aiter_bytes()
            while True:
                async with asyncio.timeout(PINGS_MISSED_S):
                    chunk = await anext(chunks, None)
                if chunk is None:
                    return
                for frame in frames.feed(chunk):
                    yield frame.event
        finally:
            await answer.aclose()

    def _client(self) -> httpx.AsyncClient:
        key = self._settings.key.get_secret_value()
        says: dict[str, dict[str, str]] = {
            "alerts.in.ua": {"authorization": f"Bearer {key}"},
            "ukrainealarm": {"authorization": key},
            "alerts.com.ua": {"x-api-key": key},
        }
        headers = says[self._settings.dialect] if key else {}
        timeout = httpx.Timeout(ANSWER_WITHIN_S, read=None)
        # A key is for this address alone: nobody is followed anywhere.
        return httpx.AsyncClient(headers=headers, timeout=timeout, follow_redirects=False)

    async def _ask(
        self, client: httpx.AsyncClient, path: str, seen: dict[str, str]
    ) -> tuple[bytes, dict[str, str]] | None:
        """Ask for a path; None where nothing has changed, else the body and how to ask for more."""
        async with client.stream("GET", self._url + path, headers=seen) as answer:
            if answer.headers.get("tocsin-replay") == "true":
                raise Unavailable("source.replay", "The source plays a day of the past.")
            if answer.status_code == 304 and seen:
                return None
            body = bytearray()
            async for chunk in answer.aiter_bytes():
                body += chunk
                if len(body) > BODY_BYTES:
                    sentence = "The source's answer is larger than any can be."
                    raise Malformed("source.too_large", sentence, where="source")
            if answer.status_code != 200:
                after = answer.headers.get("retry-after", "")
                raise read_problem(answer.status_code, bytes(body), after)
            marks = (("etag", "if-none-match"), ("last-modified", "if-modified-since"))
            kept = {ask: answer.headers[say] for say, ask in marks if say in answer.headers}
            return bytes(body), kept

    def _failed(self, error: Exception) -> None:
        if isinstance(error, TocsinError) and error.code == "source.replay":
            self._lose(error.sentence)
        elif not self.heard:
            self._tell(str(error) or type(error).__name__)

    # What is kept.

    async def _keep_all(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(KEEP_EVERY_S):
                    await self._news.wait()
            self._news.clear()
            with suppress(Unavailable):  # The ledger says no for now; what is held stays held.
                await self.keep()

    async def keep(self) -> None:
        """
        Make what we hold in the source's name what it shows, or say that it is not heard.

        Raises:
            Unavailable, Corrupt: What the desk says; the next time goes on where this one ended.
        """
        picture, now = self._picture, rfc3339(self._clock.now())
        board = self._board()
        if board.replay:
            return
        if picture is None or not self.heard:
            if self._state in {"", "heard"}:
                self._tell("silent")
            await self._submit_all(cover(frozenset(), board, self._grant, self._heard_at or now))
            return
        self._tell("heard")
        asked = steps(picture, board, self._gazetteer, self._grant, said=self._said, now=now)
        await self._submit_all(asked.raises)
        await self._submit_all(asked.coverage)
        await self._submit_all(asked.ends)
        self._said = picture.shown

    async def _submit_all(self, requests: list[Request]) -> None:
        for answer in await asyncio.gather(*map(self._submit, requests), return_exceptions=True):
            # What the rules refuse (a drill under an alert, another's alert) is not insisted on.
            if isinstance(answer, BaseException) and not isinstance(answer, Malformed | Refused):
                raise answer
