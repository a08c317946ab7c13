"""
Work of some milliseconds beside the event loop: one piece at a time, in the order it came.

A search through streets is plain Python and needs the interpreter as the loop does. Were several
to run at once, an alarm that comes would wait for its turn among all of them; of one it waits
5 ms at the most. When too many wait, the next is refused at once instead of being answered late.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, ParamSpec, TypeVar

from tocsin.kernel.errors import Unavailable

WAITING_MOST: Final = 400
"""Of 5 ms each: two seconds, after which a page would ask again."""

P = ParamSpec("P")
ResultT = TypeVar("ResultT")


class Aside:
    """One thread for work that is asked for by the loop."""

    def __init__(self, waiting_most: int = WAITING_MOST) -> None:
        self._waiting_most = waiting_most
        self._waiting = 0
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="aside")

    async def run(self, work: Callable[P, ResultT], *args: P.args, **kwargs: P.kwargs) -> ResultT:
        """
        Do a piece of work when those before it are done, and give what it gives.

        Raises:
            Unavailable: `server.busy`, where too many wait.
        """
        if self._waiting >= self._waiting_most:
            raise Unavailable(
                "server.busy", "So many ask at once that you would wait too long.", retry_after_s=1
            )
        self._waiting += 1
        try:
            return await asyncio.wrap_future(self._thread.submit(work, *args, **kwargs))
        finally:
            self._waiting -= 1
