"""
Who is called, and how far each has come: a small file beside the ledger, `FILE.webhooks`.

A registration is answered once it is on disk. What was told is noted within a second: after a
crash a change may be told twice, and none is left out. The key that registers is kept as its
SHA-256 alone, so that the file gives nobody the power over a webhook; the addresses in it may be
secrets, so its mode is 0600.

The file appears whole or not at all: it is written beside, synced and renamed. One that cannot be
read is put aside as `FILE.webhooks.unread`, and the log says so: alarms do not wait for webhooks.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec
import structlog

from tocsin.channels.compat_webhook_changes import Change, Changes, Key
from tocsin.channels.compat_webhook_hosts import host_of
from tocsin.kernel.errors import Refused, Unavailable
from tocsin.kernel.time import Moment
from tocsin.kernel.wire import Place
from tocsin.ledger.file import sync_directory

WEBHOOKS_MOST: Final = 1_000
"""
Each is 700 bytes of file: 0.7 MB a second at the worst, on another thread. At 100 calls a second
the last one hears of a change after ten.
"""

WEBHOOKS_PER_HOST: Final = 100
"""Who can reach this server can register at any host that is named: no host gets all of them."""

SHAPE: Final = 1
"""Raise by one whenever `_File`, `_Line` or `Change` changes."""

_log = structlog.get_logger()


class Webhook:
    """
    One address that is called.

    Args:
        key: SHA-256 of what its owner sends as `Authorization`, in hexadecimal digits.
        told: The number of the last change that it was told, with all before it.
        failing_since: When it first did not take a call, if it has taken none since.
    """

    def __init__(self, key: str, url: str, told: int, failing_since: Moment | None = None) -> None:
        self.key = key
        self.url = url
        self.host = host_of(url)
        self.told = told
        self.failing_since = failing_since
        self.failures = 0
        self.waits = False
        """It stands in a queue, is being called, or rests after a failure."""
        self.ahead: dict[Key, int] = {}
        """Changes that it was told before others, by key: only until it has been told all."""

    def was_told(self, change: Change) -> bool:
        """Say whether it was told a change, or a later one of the same key."""
        return change.number <= self.ahead.get(change.key, self.told)


class _Line(msgspec.Struct, array_like=True):
    key: str
    url: str
    told: int
    failing_since: Moment | None


class _File(msgspec.Struct):
    shape: int
    epoch: str
    position: int
    number: int
    newest: list[Change]
    webhooks: list[_Line]


class WebhookList:
    """
    All webhooks; the event loop owns them.

    Args:
        path: Their file; none keeps them only as long as the program runs.
    """

    def __init__(self, path: Path | None, changes: Changes) -> None:
        self._path = path
        self._changes = changes
        self._webhooks: dict[str, Webhook] = {}
        self._one_at_a_time = asyncio.Lock()
        # One thread, so that a write whose task was cancelled is never after a later one.
        self._writer = ThreadPoolExecutor(1, "webhooks")
        self._noted = True

    def __iter__(self) -> Iterator[Webhook]:
        return iter(tuple(self._webhooks.values()))

    def __len__(self) -> int:
        return len(self._webhooks)

    def find(self, key: str) -> Webhook | None:
        """Find a webhook by its key's SHA-256."""
        return self._webhooks.get(key)

    def load(self, may_be_called: Callable[[str], bool]) -> None:
        """
        Read the file, without those whom the operator names no longer.

        Those of another record are kept, and told all that stands.
        """
        kept = _read(self._path)
        if kept is None:
            return
        place = Place(kept.epoch, kept.position)
        same = self._changes.restore(place, kept.number, tuple(kept.newest))
        for line in kept.webhooks:
            if may_be_called(line.url):
                told = min(line.told, kept.number) if same else 0
                self._webhooks[line.key] = Webhook(line.key, line.url, told, line.failing_since)
            else:
                _log.warning("webhook_not_named", host=host_of(line.url))

    async def put(self, key: str, url: str) -> None:
        """
        Register an address, or change the one that the key has; answer once it is on disk.

        Whoever is new is told what changes from now on; whoever is not, what it was not told yet,
        at once, however long it has failed.

        Raises:
            Refused: `compat.webhooks_full`.
            Unavailable: `compat.webhooks_unwritable`.
        """
        before = self._webhooks.get(key)
        at_host = sum(other.host == host_of(url) for other in self if other is not before)
        if at_host >= WEBHOOKS_PER_HOST or (before is None and len(self) >= WEBHOOKS_MOST):
            raise Refused("compat.webhooks_full", "As many webhooks are called as may.", status=403)
        if before is None:
            self._changes.take()
        webhook = Webhook(key, url, self._changes.number if before is None else before.told)
        webhook.ahead = {} if before is None else dict(before.ahead)
        self._webhooks[key] = webhook
        try:
            await self.save()
        except Unavailable:
            if before is None:
                del self._webhooks[key]
            else:
                self._webhooks[key] = before
            raise

    async def remove(self, webhook: Webhook) -> None:
        """
        Forget a webhook; answer once that is on disk.

        Raises:
            Unavailable: `compat.webhooks_unwritable`; it is called no more all the same.
        """
        self._webhooks.pop(webhook.key, None)
        await self.save()

    def note(self) -> None:
        """Take note that there is something to be saved before long."""
        self._noted = False

    async def save_noted(self) -> None:
        """Save what has changed since the last time, if anything has."""
        if not self._noted:
            await self.save()

    async def save(self) -> None:
        """
        Write the file, on another thread.

        Raises:
            Unavailable: `compat.webhooks_unwritable`.
        """
        async with self._one_at_a_time:
            self._noted = True
            changes = self._changes
            changes.forget(min((one.told for one in self), default=changes.number))
            packed = msgspec.json.encode(
                _File(
                    SHAPE,
                    changes.place.epoch,
                    changes.place.position,
                    changes.number,
                    list(changes.newest.values()),
                    [_Line(one.key, one.url, one.told, one.failing_since) for one in self],
                )
            )
            written = False
            try:
                if self._path is not None:
                    loop = asyncio.get_running_loop()
                    await loop.run_in_executor(self._writer, _write, self._path, packed)
                written = True
            except OSError as error:
                raise Unavailable(
                    "compat.webhooks_unwritable", "The list of webhooks cannot be written just now."
                ) from error
            finally:
                if not written:  # Cancelled too: then the last write of all makes up for it.
                    self._noted = False


def key_of(authorization: str) -> str:
    """Tell what is kept of a key."""
    return sha256(authorization.encode()).hexdigest()


def webhooks_path(ledger: Path) -> Path:
    """Name the file of a ledger's webhooks: `FILE.webhooks`."""
    return ledger.with_name(f"{ledger.name}.webhooks")


def _read(path: Path | None) -> _File | None:
    if path is None:
        return None
    try:
        kept = msgspec.json.decode(path.read_bytes(), type=_File)
        if kept.shape == SHAPE:
            return kept
        why = f"of shape {kept.shape}"
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as error:
        why = str(error)
    aside = path.with_name(f"{path.name}.unread")
    _log.error("webhooks_unreadable", file=str(path), why=why, put_aside_as=str(aside))
    try:
        path.rename(aside)
    except OSError as error:
        _log.error("webhooks_not_put_aside", why=str(error))
    return None


def _write(path: Path, packed: bytes) -> None:
    draft = path.with_name(f"{path.name}.draft")
    handle = os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(packed)
        file.flush()
        os.fsync(handle)
    draft.rename(path)
    sync_directory(path.parent)
