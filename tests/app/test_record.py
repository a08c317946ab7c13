"""What the active core alone does ends with its turn; the core of a file is always active."""

from __future__ import annotations

import asyncio

import pytest

from tocsin.app.record import OwnRecord, while_active
from tocsin.kernel.errors import Unavailable
from tocsin.ledger.duty import Duty


class Turning:
    """A record whose duty the test turns."""

    def __init__(self, duty):
        self.duty = duty
        self._turned = asyncio.Event()

    def turn(self, duty):
        self.duty = duty
        self._turned.set()
        self._turned = asyncio.Event()

    async def changed(self, known):
        while self.duty is known:
            await self._turned.wait()
        return self.duty


def test_work_of_the_active_core_is_done_in_its_turns_alone():
    async def story():
        record, said = Turning(Duty.STANDBY), []

        async def work():
            said.append("begins")
            try:
                await asyncio.Event().wait()
            finally:
                said.append("ends")

        async with asyncio.TaskGroup() as tasks:
            doing = tasks.create_task(while_active(record, work))
            for duty in (Duty.ACTIVE, Duty.CUT_OFF, Duty.STANDBY, Duty.ACTIVE):
                await asyncio.sleep(0.01)
                record.turn(duty)
            await asyncio.sleep(0.01)
            doing.cancel()
        return said

    assert asyncio.run(story()) == ["begins", "ends"] * 2


def test_a_failure_of_the_work_is_passed_on():
    async def work():
        raise Unavailable("source.away", "Away.")

    async def story():
        with pytest.raises(ExceptionGroup) as raised:
            await while_active(OwnRecord(None, None), work)
        return raised.value.exceptions[0].code

    assert asyncio.run(story()) == "source.away"


def test_the_core_of_a_file_stays_active_and_nothing_waits_there():
    record = OwnRecord(None, None)
    board = object()

    assert (record.duty, record.boards_alone, record.waiting_count) == (Duty.ACTIVE, False, 0)
    assert record.over(board) is board
