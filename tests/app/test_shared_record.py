"""
Cores on one PostgreSQL: alarms go on while it is gone, and each is recorded once when it is back.

Method: whole cores without a web server, on a PostgreSQL of their own that is crashed and started
again; what each core tells is kept in the order in which it was told.
"""

from __future__ import annotations

import json
from contextlib import ExitStack, suppress
from queue import Queue
from time import monotonic, sleep

import pytest
from tests.alerts.country import GAZETTEER
from tests.alerts.sayings import MILITARY, RESCUERS, all_clear, request, sound
from tests.postgres import cluster

from tocsin.alerts.board import Board
from tocsin.app import open_desk, open_shared_ledger
from tocsin.app.shared_record import Heard, SharedRecord
from tocsin.kernel.errors import Refused, Unavailable
from tocsin.kernel.time import SystemClock
from tocsin.ledger.event import Recorded
from tocsin.ledger.postgres_term import Duty
from tocsin.ledger.writer import GroupCommit

pytestmark = pytest.mark.postgres

LONG_S = 30.0


class Core:
    def __init__(self, url, folder, name):
        self.ledger = open_shared_ledger(url, folder / f"{name}.key", core=True)
        self.board = Board()
        self.told = Queue()
        self.record = SharedRecord(
            self.ledger,
            GAZETTEER,
            lambda aliases: open_desk(self.ledger, GAZETTEER, SystemClock(), aliases=aliases),
            known=lambda: self.board,
            shown=lambda: self.board.position,
            heard=Heard(
                spooled=lambda told: self.told.put(("spooled", len(told))),
                settled=lambda: self.told.put(("settled", None)),
                duty=lambda duty: self.told.put(("duty", duty)),
                wake=lambda: None,
                failed=lambda _error: None,
            ),
        )
        self.writer = GroupCommit(self.record.handle)
        self.record.start(self.writer.submit)

    def follow(self) -> list[Recorded]:
        events = self.ledger.read(self.board.position)
        for event in events:
            self.record.passes(event)
            self.board.apply(event)
        return events

    def ask(self, *commands):
        return json.loads(self.writer.submit(request(*commands)).result(LONG_S).body)

    def heard(self, what, value=None):
        """Wait until this is told, following the record meanwhile."""
        began = monotonic()
        while True:
            assert monotonic() - began < LONG_S, f"{what} was never told"
            while not self.told.empty():
                if self.told.get() == (what, value):
                    return
            with suppress(Unavailable):
                self.follow()
            sleep(0.02)

    def close(self):
        self.writer.close()
        self.record.close()
        self.ledger.close()


@pytest.fixture
def postgres_alone():
    with cluster() as made:
        yield made


@pytest.fixture
def open_core(postgres_alone, tmp_path):
    with ExitStack() as stack:

        def make(name):
            core = Core(postgres_alone.url, tmp_path, name)
            stack.callback(core.close)
            return core

        yield make


def test_alarms_go_on_while_the_record_is_gone_and_are_recorded_once_when_it_is_back(
    open_core, postgres_alone
):
    first = open_core("first")
    first.heard("duty", Duty.ACTIVE)
    second = open_core("second")
    second.heard("duty", Duty.STANDBY)
    before = first.ask(sound(area="NORTH"))
    with pytest.raises(Unavailable, match=r"ledger\.standby"):
        second.ask(sound(area="PORT"))
    first.follow()
    second.follow()
    postgres_alone.stop("immediate")

    raised = [first.ask(sound(MILITARY, "COAST"))]  # It does not know yet that it is cut off.
    second.heard("duty", Duty.CUT_OFF)
    raised.append(second.ask(sound(RESCUERS, "COAST")))
    assert [said["position"] for said in raised] == [None, None]
    with pytest.raises(Unavailable, match=r"ledger\.unreachable"):
        first.ask(all_clear(before["accepted"][0]["id"]))
    assert [core.record.waiting_count for core in (first, second)] == [1, 1]
    assert {one.area for one in first.record.over(first.board).standing()} == {"NORTH", "COAST"}
    assert first.record.boards_alone

    postgres_alone.start()
    for core in (first, second):
        core.heard("settled")
        assert core.record.waiting_count == 0
    kinds = sorted(event.kind for event in first.ledger.read(0))
    assert kinds == ["AlertConfirmed", "AlertRaised", "AlertRaised"]
    active = first if first.record.duty is Duty.ACTIVE else second
    for said, who in zip(raised, (MILITARY, RESCUERS), strict=True):
        active.ask(all_clear(said["accepted"][0]["id"], who))
    active.follow()
    assert {one.area for one in active.board.standing()} == {"NORTH"}


def test_an_alert_that_another_core_may_have_spooled_is_not_called_unknown(open_core):
    core = open_core("first")
    core.heard("duty", Duty.ACTIVE)
    nobody_knows = all_clear("NORTH-9-00000000")
    with pytest.raises(Unavailable, match=r"ledger\.settling"):
        core.ask(nobody_knows)
    core.record._settled_at = 0.0
    with pytest.raises(Refused, match=r"alert\.unknown"):
        core.ask(nobody_knows)


def test_what_a_core_had_spooled_when_it_was_killed_is_recorded_after_its_next_start(
    open_core, postgres_alone
):
    core = open_core("first")
    core.heard("duty", Duty.ACTIVE)
    postgres_alone.stop("immediate")
    assert core.ask(sound())["position"] is None
    core.close()
    postgres_alone.start()
    again = open_core("first")
    assert again.record.boards_alone
    again.heard("settled")
    assert [event.kind for event in again.ledger.read(0)] == ["AlertRaised"]
