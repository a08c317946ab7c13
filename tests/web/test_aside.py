"""
Goal: what is done aside is done one at a time and in order, and nobody waits behind too many.

Method: pieces of work that a test lets go on when it wants.
"""

from __future__ import annotations

import asyncio
import threading

import pytest

from tocsin.kernel.errors import Unavailable
from tocsin.web.aside import Aside


def test_pieces_of_work_are_done_one_at_a_time_in_the_order_they_came():
    done, at_once = [], []
    busy = threading.Lock()

    def work(number):
        at_once.append(busy.acquire(blocking=False))
        done.append(number)
        busy.release()
        return number * 2

    async def ask():
        aside = Aside()
        return await asyncio.gather(*(aside.run(work, number) for number in range(20)))

    assert asyncio.run(ask()) == [number * 2 for number in range(20)]
    assert done == list(range(20))
    assert all(at_once)


def test_when_too_many_wait_the_next_is_refused_and_those_who_wait_are_answered():
    go_on = threading.Event()

    async def ask():
        aside = Aside(waiting_most=2)
        async with asyncio.TaskGroup() as tasks:
            waiting = [tasks.create_task(aside.run(go_on.wait, 60)) for _ in range(2)]
            await asyncio.sleep(0)
            with pytest.raises(Unavailable, match=r"server\.busy"):
                await aside.run(int)
            go_on.set()
        assert [task.result() for task in waiting] == [True, True]
        return await aside.run(int)

    assert asyncio.run(ask()) == 0


def test_work_that_fails_fails_for_whoever_asked_and_for_nobody_else():
    async def ask():
        aside = Aside()
        with pytest.raises(ValueError, match="nonsense"):
            await aside.run(int, "nonsense")
        return await aside.run(int, "7")

    assert asyncio.run(ask()) == 7
