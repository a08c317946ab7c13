"""
Calls: each webhook is told each change, in order, by a few callers that nobody waits for.

Who keeps up is told every change. Who is more than `IN_ORDER_MOST` changes or `IN_ORDER_S` behind
is told what stands now, region by region: alerts first, the newest first, and of what came and
went in between only that it is over. Who fails is asked again after pauses that double, by callers
of its own, so that a hundred dead receivers hold up nobody; after a day of it, it is forgotten.

An all-clear is told only while this server vouches for what it shows and somebody is heard about
the region; until then it waits, and alerts pass it by. A replay calls nobody.

Guarantee: at least once; of one region and kind in order, so no all-clear overtakes its alert.

Source: design, section 2, rules 1, 3 and 10; decision 0018.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import lru_cache
from http.cookiejar import DefaultCookiePolicy
from typing import Final

import httpx
import structlog

from tocsin.channels.compat_answers import Interpreter
from tocsin.channels.compat_webhook_changes import Change, Changes
from tocsin.channels.compat_webhook_list import Webhook, WebhookList
from tocsin.kernel.errors import Unavailable
from tocsin.kernel.time import milliseconds, parse_rfc3339, rfc3339

AT_ONCE: Final = 24
"""A call waits for the other side: 24 at 200 ms are 120 a second, more than `CALLS_PER_S`."""

AT_ONCE_AGAIN: Final = 8
"""Together 32 sockets; a thousand dead receivers of 5 s each take 8 of them, and no others."""

CALLS_PER_S: Final = 100
"""A call takes this loop 2 to 3 ms: a third of a core for 10 s while a thousand are told."""

WITHIN_S: Final = 5.0
"""From the first packet to the last of the answer; who takes longer has failed."""

ANSWER_BYTES: Final = 4_096
"""What is read of an answer before the connection is given up; nothing in it is looked at."""

FIRST_PAUSE_S: Final = 1.0
PAUSE_MOST_S: Final = 300.0

FORGET_AFTER: Final = timedelta(hours=24)
FORGET_FAILURES: Final = 12
"""Pauses of 1 s to 300 s are 25 minutes: a server that was off for a day asks that long first."""

HELD_S: Final = 5.0
"""How often it is asked whether an all-clear that was held may be told now."""

SAVE_EVERY_S: Final = 1.0

Sign = Callable[[bytes], str]
"""Sign bytes as they are with this server's own key: base64url without padding."""

_log = structlog.get_logger()


class Calls:
    """
    Call whoever has registered. Not thread-safe: the event loop owns it.

    Args:
        sign: Made with the server's key, so that receivers can tell who calls.
        key_id: Names that key.
    """

    def __init__(
        self,
        webhooks: WebhookList,
        changes: Changes,
        interpreter: Interpreter,
        *,
        sign: Sign,
        key_id: str,
    ) -> None:
        self.made = 0
        self.failed = 0
        self.forgotten = 0
        self._webhooks = webhooks
        self._changes = changes
        self._interpreter = interpreter
        self._signed = lru_cache(maxsize=256)(sign)  # A thousand are told the same in a second.
        self._key_id = key_id
        self._ready: asyncio.Queue[Webhook] = asyncio.Queue()
        self._again: asyncio.Queue[Webhook] = asyncio.Queue()
        self._later: set[asyncio.TimerHandle] = set()
        self._next_at = 0.0

    @property
    def behind(self) -> int:
        """Count the webhooks that have not been told everything."""
        return sum(one.told < self._changes.number for one in self._webhooks)

    def tell(self) -> None:
        """Have everybody called who has not been told everything."""
        for webhook in self._webhooks:
            self._queue(webhook)

    async def run(self) -> None:
        """Call until cancelled."""
        self._ready, self._again = asyncio.Queue(), asyncio.Queue()
        for webhook in self._webhooks:
            webhook.waits = False
            self._queue(webhook)
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=AT_ONCE)
        try:
            async with (
                # A proxy of the environment would be one more whom nobody has named.
                httpx.AsyncClient(timeout=WITHIN_S, limits=limits, trust_env=False) as client,
                asyncio.TaskGroup() as tasks,
            ):
                client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=()))
                for _ in range(AT_ONCE):
                    tasks.create_task(self._work(client, self._ready))
                for _ in range(AT_ONCE_AGAIN):
                    tasks.create_task(self._work(client, self._again))
                tasks.create_task(self._save())
                tasks.create_task(self._look_again())
        finally:
            for timer in self._later:
                timer.cancel()
            self._later.clear()
            with suppress(Unavailable):  # Then what was told last is told again.
                await self._webhooks.save_noted()

    async def _save(self) -> None:
        while True:
            await asyncio.sleep(SAVE_EVERY_S)
            with suppress(Unavailable):  # It is tried again; whoever registers now is told.
                await self._webhooks.save_noted()

    async def _look_again(self) -> None:
        while True:
            await asyncio.sleep(HELD_S)
            for webhook in self._webhooks:
                self._queue(webhook)

    def _queue(self, webhook: Webhook) -> None:
        if not webhook.waits and webhook.told < self._changes.number:
            webhook.waits = True
            (self._again if webhook.failures else self._ready).put_nowait(webhook)

    def _queue_after(self, webhook: Webhook, pause_s: float) -> None:
        def act() -> None:
            self._later.discard(timer)
            webhook.waits = False
            self._queue(webhook)

        timer = asyncio.get_running_loop().call_later(pause_s, act)
        self._later.add(timer)

    async def _work(self, client: httpx.AsyncClient, queue: asyncio.Queue[Webhook]) -> None:
        while True:
            webhook = await queue.get()
            if self._webhooks.find(webhook.key) is not webhook or self._interpreter.live.replay:
                continue
            change = self._next(webhook)
            if change is None:
                webhook.waits = False  # Told all but what is held; the next change is not.
                continue
            await self._wait_for_a_turn()
            taken = await self._call(client, webhook.url, change)
            self._webhooks.note()
            if taken:
                self._take_as_told(webhook, change)
                webhook.waits = False
                self._queue(webhook)
            else:
                await self._take_as_failed(webhook)

    async def _wait_for_a_turn(self) -> None:
        now = asyncio.get_running_loop().time()
        self._next_at = max(now, self._next_at) + 1 / CALLS_PER_S
        await asyncio.sleep(self._next_at - now - 1 / CALLS_PER_S)

    def _next(self, webhook: Webhook) -> Change | None:
        """Find what a webhook is to be told next; None where nothing may be told now."""
        vouched = self._interpreter.fresh()

        def may_be_told(change: Change) -> bool:
            region = self._interpreter.regions.get(change.uid)
            return not change.ends or (vouched and self._interpreter.table.heard(region))

        # Once it is ahead the order of old does not count: an end would come after its next alert.
        change = None if webhook.ahead else self._changes.after(webhook.told)
        if change is not None and may_be_told(change):
            return change
        owed = (one for one in self._changes.newest.values() if not webhook.was_told(one))
        first = sorted(owed, key=lambda one: (one.ends, -one.number))
        return next(filter(may_be_told, first), None)

    def _take_as_told(self, webhook: Webhook, change: Change) -> None:
        self.made += 1
        webhook.failures = 0
        webhook.failing_since = None
        if change.number == webhook.told + 1 and not webhook.ahead:
            webhook.told += 1
            return
        webhook.ahead[change.key] = change.number
        if all(map(webhook.was_told, self._changes.newest.values())):
            webhook.told = self._changes.number
            webhook.ahead.clear()

    async def _take_as_failed(self, webhook: Webhook) -> None:
        now = self._interpreter.live.now()
        self.failed += 1
        webhook.failures += 1
        webhook.failing_since = webhook.failing_since or rfc3339(now)
        lasted = now - parse_rfc3339(webhook.failing_since)
        if lasted >= FORGET_AFTER and webhook.failures >= FORGET_FAILURES:
            self.forgotten += 1
            since = webhook.failing_since
            _log.warning("webhook_forgotten", host=webhook.host, failing_since=since)
            with suppress(Unavailable):  # Noted above: it is saved before long.
                await self._webhooks.remove(webhook)
            return
        doubled = FIRST_PAUSE_S * 2 ** min(webhook.failures - 1, 16)
        self._queue_after(webhook, min(doubled, PAUSE_MOST_S))

    async def _call(self, client: httpx.AsyncClient, url: str, change: Change) -> bool:
        """Tell one change to one address; say whether it was taken. No redirect is followed."""
        body = change.body(self._interpreter.regions.get(change.uid))
        second = str(milliseconds(self._interpreter.live.now()) // 1000)
        headers = {
            "content-type": "application/json",
            "user-agent": "tocsin",
            "x-webhook-timestamp": second,
            "x-webhook-signature": self._signed(second.encode() + b"." + body),
            "x-webhook-signature-alg": "ed25519",
            "x-webhook-key-id": self._key_id,
        }
        try:
            async with (
                asyncio.timeout(WITHIN_S),
                client.stream("POST", url, content=body, headers=headers) as answer,
            ):
                read = 0
                async for part in answer.aiter_raw():
                    read += len(part)
                    if read > ANSWER_BYTES:
                        break
                return answer.is_success
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, OSError):
            return False
