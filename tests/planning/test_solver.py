"""
Long work never holds up whoever waits for something else, and is ended in time.

Method: calls that sleep, break and answer, from threads' side and from an event loop's; children
are counted by what the kernel knows of them.
"""

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.planning.test_child import refuse

from tocsin.kernel.errors import Refused, Unavailable
from tocsin.planning.solver import run, run_beside


def children():
    me = os.getpid()
    return Path(f"/proc/{me}/task/{me}/children").read_text().split()


def test_a_call_answers_from_another_process():
    assert run(30.0, os.getpid) != os.getpid()


def test_work_that_is_not_done_in_time_is_killed_and_said_so():
    before = children()

    with pytest.raises(Unavailable, match=r"planning\.too_slow.* 0\.3 s"):
        run(0.3, time.sleep, 3_600)

    assert children() == before


def test_a_refusal_in_the_child_is_a_refusal_here():
    with pytest.raises(Refused, match=r"planning\.too_large: Too much\."):
        run(30.0, refuse)


def test_a_child_that_breaks_says_how():
    with pytest.raises(Unavailable, match=r"planning\.failed.*ZeroDivisionError"):
        run(30.0, divmod, 1, 0)


def test_an_event_loop_goes_on_meanwhile():
    async def both():
        ticks = 0
        work = asyncio.get_running_loop().create_task(run_beside(30.0, time.sleep, 0.2))
        while not work.done():
            await asyncio.sleep(0.01)
            ticks += 1
        await work
        return ticks

    assert asyncio.run(both()) > 1


def test_beside_an_event_loop_it_is_killed_in_time_too():
    with pytest.raises(Unavailable, match=r"planning\.too_slow"):
        asyncio.run(run_beside(0.3, time.sleep, 3_600))


def test_whoever_stops_waiting_ends_the_child():
    before = children()

    async def impatient():
        async with asyncio.timeout(0.3):
            await run_beside(3_600.0, time.sleep, 3_600)

    with pytest.raises(TimeoutError):
        asyncio.run(impatient())
    assert children() == before


def test_to_plan_imports_no_solver_here():
    said = subprocess.run(
        [sys.executable, "-c",
         "import sys, tocsin.planning.plan; print('ortools' in sys.modules)"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert said.stdout.strip() == "False"
