"""
The loop of a server asks a shared record nothing that could keep it waiting.

Method: a core's part on a real PostgreSQL; `test_many_machines.py` has whole servers.
"""

from __future__ import annotations

import asyncio
from queue import Queue

import pytest
from tests.alerts.country import GAZETTEER
from tests.alerts.sayings import request, sound
from tests.postgres import cluster

from tocsin.app import open_far_record, open_shared_ledger
from tocsin.kernel.errors import Unavailable
from tocsin.kernel.time import SystemClock
from tocsin.ledger.duty import Duty
from tocsin.ledger.writer import GroupCommit
from tocsin.views.projections import Projections

pytestmark = pytest.mark.postgres


def test_a_record_that_is_gone_keeps_nobody_waiting_on_the_loop(tmp_path):
    async def story(found):
        ledger = open_shared_ledger(found.url, tmp_path / "t.key", core=True)
        projections = Projections.load(ledger)
        record = open_far_record(ledger, GAZETTEER, SystemClock(), projections, lambda: None)
        writer = GroupCommit(record.handle)
        told = Queue()
        await record.start(writer.submit, spooled=told.put, settled=lambda: told.put(None))
        if record.duty is Duty.STANDBY:  # It becomes the active one in a moment.
            await record.changed(Duty.STANDBY)
        assert record.duty is Duty.ACTIVE
        first = await asyncio.wrap_future(writer.submit(request(sound(area="NORTH"))))
        for event in await asyncio.to_thread(ledger.read, 0):
            record.passes(event)
            projections.apply(event)
        assert (await record.newest()).position == first.events[-1].position
        found.stop("immediate")
        await asyncio.wrap_future(writer.submit(request(sound(area="COAST"))))
        await asyncio.sleep(0)
        assert [one.event.area for one in told.get_nowait()] == ["COAST"]
        assert await record.changed(Duty.ACTIVE) is Duty.CUT_OFF
        with pytest.raises(Unavailable, match=r"ledger\.unreachable"):
            await record.newest()
        assert record.waiting_count == 1
        assert len(record.over(projections.board).standing()) == 2
        await asyncio.to_thread(writer.close)
        await asyncio.to_thread(record.close)
        ledger.close()

    with cluster() as found:
        asyncio.run(story(found))
