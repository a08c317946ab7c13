"""
What a coroutine gives, one after another, in a plain loop.

The event loop has a thread of its own, so that Ctrl-C reaches whoever waits here and never tears
the coroutine apart. When the loop is left, all that was begun has ended, without a word on
standard error. It knows nothing of alerts.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Generator
from queue import SimpleQueue
from typing import TypeVar

HeardT = TypeVar("HeardT")


def in_turn(ahead: AsyncGenerator[HeardT, None]) -> Generator[HeardT, None, None]:
    """
    Give in a plain loop what a coroutine gives, one after another as they are asked for.

    The event loop has a thread of its own, so that Ctrl-C reaches whoever waits here and never
    tears the coroutine apart.
    """
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="tocsin-follow", daemon=True)
    thread.start()
    heard: SimpleQueue[tuple[HeardT] | None] = SimpleQueue()
    asked = asyncio.Event()
    running = asyncio.run_coroutine_threadsafe(_hand_over(ahead, heard, asked), loop)
    running.add_done_callback(lambda _: heard.put(None))
    try:
        while (one := heard.get()) is not None:
            yield one[0]
            loop.call_soon_threadsafe(asked.set)
        running.result()  # Raises what ended it.
    finally:
        running.cancel()
        asyncio.run_coroutine_threadsafe(_end(ahead), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _hand_over(
    ahead: AsyncGenerator[HeardT, None],
    heard: SimpleQueue[tuple[HeardT] | None],
    asked: asyncio.Event,
) -> None:
    """Give one after another, each when the one before it was dealt with."""
    async for one in ahead:
        heard.put((one,))
        await asked.wait()
        asked.clear()


async def _end(ahead: AsyncGenerator[HeardT, None]) -> None:
    """End what is still waited for, then the generator with its connection."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for other in others:
        other.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await ahead.aclose()
    # Generators that were left half-read, the HTTP library's too, end in tasks of their own.
    await asyncio.get_running_loop().shutdown_asyncgens()
    await asyncio.sleep(0)
    left = asyncio.all_tasks() - {asyncio.current_task()}
    await asyncio.gather(*left, return_exceptions=True)
