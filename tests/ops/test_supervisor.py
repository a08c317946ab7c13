"""
Goal: a task that fails runs again, one that finds the record damaged does not, and none is lost.

Method: tasks that fail as often as the test says, on a loop whose sleep only notes how long.
"""

from __future__ import annotations

import asyncio

import pytest

from tocsin.kernel.errors import Corrupt, Unavailable
from tocsin.ops import supervisor as supervising
from tocsin.ops.supervisor import PAUSE_MAX_S, Supervisor

FAULTS = [
    KeyError("x"),
    Unavailable("ledger.closed", "Closed."),
    OSError(5, "I/O"),
    ZeroDivisionError(),
]


@pytest.fixture
def slept(monkeypatch):
    pauses = []
    real = asyncio.sleep

    async def sleep(seconds):
        pauses.append(seconds)
        await real(0)

    monkeypatch.setattr(supervising.asyncio, "sleep", sleep)
    return pauses


async def watched(work, *, ended):
    """Run one task until an event says so; give the supervisor and what it found corrupt."""
    corrupt = []
    async with Supervisor(corrupt.append) as supervisor:
        supervisor.start("work", work)
        async with asyncio.timeout(30):
            await ended.wait()
    return supervisor, corrupt


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
def test_a_task_that_fails_is_counted_and_runs_again(slept, fault):
    async def scene():
        ended, runs = asyncio.Event(), []

        async def work():
            runs.append(1)
            if len(runs) <= 3:
                raise fault
            ended.set()
            await asyncio.Event().wait()

        return await watched(work, ended=ended), len(runs)

    (supervisor, corrupt), runs = asyncio.run(scene())
    assert runs == 4
    assert supervisor.failures == {"work": 3}
    assert corrupt == []


def test_the_pause_grows_to_its_bound_so_that_a_broken_task_does_not_eat_the_machine(slept):
    async def scene():
        ended, runs = asyncio.Event(), []

        async def work():
            runs.append(1)
            if len(runs) == 10:
                ended.set()
                return
            raise KeyError

        await watched(work, ended=ended)

    asyncio.run(scene())
    assert slept[:4] == [0.1, 0.2, 0.4, 0.8]
    assert max(slept) == slept[-1] == PAUSE_MAX_S


def test_a_damaged_record_stops_its_task_and_is_told(slept):
    error = Corrupt("ledger.gap", "A gap.")

    async def scene():
        ended, runs = asyncio.Event(), []

        async def work():
            runs.append(1)
            try:
                raise error
            finally:
                ended.set()

        supervisor, corrupt = await watched(work, ended=ended)
        return supervisor, corrupt, len(runs)

    supervisor, corrupt, runs = asyncio.run(scene())
    assert (corrupt, runs, slept) == ([error], 1, [])
    assert supervisor.failures == {"work": 1}


def test_what_one_task_does_is_nothing_to_another(slept):
    async def scene():
        ended, steps = asyncio.Event(), []

        async def broken():
            raise KeyError

        async def works():
            for step in range(5):
                steps.append(step)
                await asyncio.sleep(0)
            ended.set()

        async with Supervisor(lambda _: None) as supervisor:
            supervisor.start("broken", broken)
            supervisor.start("works", works)
            async with asyncio.timeout(30):
                await ended.wait()
        return steps, supervisor.failures

    steps, failures = asyncio.run(scene())
    assert steps == [0, 1, 2, 3, 4]
    assert failures["works"] == 0


def test_no_task_outlives_the_block(slept):
    async def scene():
        cancelled = []

        async def work():
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                cancelled.append(1)
                raise

        async with Supervisor(lambda _: None) as supervisor:
            supervisor.start("one", work)
            supervisor.start("two", work)
            await asyncio.sleep(0)
        return cancelled, [
            task for task in asyncio.all_tasks() if task is not asyncio.current_task()
        ]

    cancelled, left = asyncio.run(scene())
    assert cancelled == [1, 1]
    assert left == []
