"""
The supervisor: it keeps the server's own tasks alive, and it is the only place that catches all.

A task that fails is reported and started again after a pause that grows to `PAUSE_MAX_S`. One
that fails with `Corrupt` is not: the record does not add up, and nothing may go on as if it did.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Final, Self

import structlog

from tocsin.kernel.errors import Corrupt

PAUSE_MAX_S: Final = 5.0

_log = structlog.get_logger()


class Supervisor:
    """
    Run named tasks until the block ends; use as `async with`.

    Args:
        on_corrupt: Told once when a task found the record damaged.
    """

    def __init__(self, on_corrupt: Callable[[Corrupt], None]) -> None:
        self.failures: Counter[str] = Counter()
        self._on_corrupt = on_corrupt
        self._tasks: list[asyncio.Task[None]] = []

    def start(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Run `work`, and again whenever it fails, until the block ends."""
        loop = asyncio.get_running_loop()
        self._tasks.append(loop.create_task(self._keep(name, work), name=name))

    async def _keep(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        pause_s = 0.1
        while True:
            try:
                await work()
            except Corrupt as error:
                self.failures[name] += 1
                _log.critical("record_corrupt", task=name, code=error.code, error=error.sentence)
                self._on_corrupt(error)
                return
            except Exception as error:  # noqa: BLE001  # The one place that may: see the module.
                self.failures[name] += 1
                _log.error("task_failed", task=name, error=repr(error), again_in_s=pause_s)
            else:
                return
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, PAUSE_MAX_S)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
